"""Bytes become text. Three modules: compression, the character encoding, and what names of encodings mean."""
