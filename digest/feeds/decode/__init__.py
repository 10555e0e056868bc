"""Bytes become text: compression taken off, the character encoding told."""
