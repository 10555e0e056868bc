"""Servers that tests talk to: real ones, on loopback."""
