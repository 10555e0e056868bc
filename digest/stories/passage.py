"""An item's texts, folded and laid end to end, so that one search sees them all. Pure."""

from bisect import bisect_left
from collections.abc import Iterable

from digest.model import Item
from digest.stories.text import fold, trace, word_end, word_start

#: Characters of a body that are searched: a long read; what comes later is comments and links.
BODY = 20_000
#: Characters of a summary, or of a body without one, that count as the opening: a lead and a second paragraph.
OPENING = 500
#: Stands between two texts; no term contains it.
_BREAK = "\n"


class Passage:
    """Named texts, each folded once. Places (`start`, `end`) are in `folded` throughout."""

    __slots__ = ("_traces", "bounds", "folded", "names", "texts")

    def __init__(self, parts: Iterable[tuple[str, str]]) -> None:
        self.names: list[str] = []
        self.texts: list[str] = []
        #: Where each text begins.
        self.bounds: list[int] = []
        self._traces: dict[int, list[int]] = {}
        pieces = []
        length = 0
        for name, text in parts:
            if text:
                piece = fold(text)
                self.names.append(name)
                self.texts.append(text)
                self.bounds.append(length)
                pieces.append(piece)
                length += len(piece) + 1
        self.folded = _BREAK.join(pieces)

    def index(self, place: int) -> int:
        """Which of the texts a place is in."""
        found = len(self.bounds) - 1
        while self.bounds[found] > place:
            found -= 1
        return found

    def original(self, start: int, end: int) -> str:
        """The characters as written."""
        index = self.index(start)
        text, bound, places = self.texts[index], self.bounds[index], self._trace(index)
        last = end - bound
        return text[places[start - bound] : places[last] if last < len(places) else len(text)]

    def span(self, index: int, start: int, end: int) -> tuple[int, int]:
        """The places between which two places in a text as written have come to stand."""
        bound, places = self.bounds[index], self._trace(index)
        return bound + bisect_left(places, start), bound + bisect_left(places, end)

    def _trace(self, index: int) -> list[int]:
        """Where each character of a folded text was written; worked out when first asked for."""
        if index not in self._traces:
            self._traces[index] = trace(self.texts[index])
        return self._traces[index]

    def words(self, start: int, end: int) -> str:
        """The whole words as written that a match stands in."""
        return self.original(word_start(self.folded, start), word_end(self.folded, end)).strip()


def passage(item: Item) -> Passage:
    """An item's title, summary, body and categories."""
    return Passage(
        (
            ("title", item.title),
            ("summary", item.summary),
            ("body", item.body[:BODY]),
            *(("category", category) for category in item.categories),
        )
    )
