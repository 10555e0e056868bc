"""How many columns a text takes in a terminal, or in a mail program with a fixed width. Pure."""

from functools import lru_cache


def width(text: str) -> int:
    """Two for wide East Asian characters and most emoji, none for accents, joiners and controls."""
    return len(text) if text.isascii() else sum(map(character_width, text))


@lru_cache(maxsize=4096)
def character_width(character: str) -> int:
    """The same of one character."""
    from wcwidth import wcwidth  # here: most texts are ASCII

    return max(0, wcwidth(character))
