"""A topic's rules: its terms as its table in the configuration gives them, how they are found in a text, and what they
come to. Pure.

`docs/editorial.md` tells a topic's keys.
"""
