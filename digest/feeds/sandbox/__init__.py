"""Parsing in child processes, under limits of memory and CPU. Two modules: the parent's side and the child's."""
