"""The tables of the configuration: one module for each group."""
