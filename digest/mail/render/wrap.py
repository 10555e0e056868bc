"""Text in columns, as a terminal or a mail reader counts them. Pure."""

from digest.mail.message.placeholders import PLACEHOLDER
from digest.text.width import character_width, width

#: RFC 5322 2.1.1 asks for at most 78; 72 leaves room to be quoted.
COLUMNS = 72


def whole(text: str) -> str:
    """The text with its blanks made no-break: a time and its day, a number and its noun stay on one line."""
    return text.replace(" ", "\xa0")


def wrap(text: str, indent: int = 0, first: str | None = None) -> str:
    """The text in lines of at most 72 columns, indented; `first` stands in the indent of its first line.

    A word longer than a line is cut. A URL must not come here: it would be cut as well. A word that holds a
    placeholder stands on a line of its own, since nobody knows yet how long it will be.
    """
    room = COLUMNS - indent
    lines, open_line = [""], True
    for word in text.split():
        marked = PLACEHOLDER.search(word) is not None
        for piece in [word] if marked else _pieces(word, room):
            joined = f"{lines[-1]} {piece}" if lines[-1] else piece
            if not lines[-1] or (open_line and not marked and width(joined) <= room):
                lines[-1] = joined
            else:
                lines.append(piece)
            open_line = not marked
    margin = " " * indent
    opening = margin if first is None else first.rjust(indent - 1) + " "
    return f"\n{margin}".join([opening + lines[0], *lines[1:]])


def _pieces(word: str, room: int) -> list[str]:
    if width(word) <= room:
        return [word]
    pieces, start, used = [], 0, 0
    for at, character in enumerate(word):
        if used + character_width(character) > room:
            pieces.append(word[start:at])
            start, used = at, 0
        used += character_width(character)
    return [*pieces, word[start:]]
