"""An item's texts, folded and laid end to end, so that one search sees them all. Pure."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence

from digest.model import Item
from digest.text.fold import BREAK, fold, trace, whole_words
from digest.topics.expression import Lines

#: Characters of a body that are searched: a long read; what comes later is comments and links.
BODY = 20_000
#: Characters of a summary, or of a body without one, that count as the opening: a lead and a second paragraph.
OPENING = 500
_BETWEEN = f" {BREAK} "
_LINE_ENDS = "\n" * len(_BETWEEN)
#: Characters of a dateline.
DATELINE = 80
#: Where the reporter sat: `TEHRAN, Aug. 11 (MNA) -`, `DAMASCUS (Reuters) -`, `BEIRUT —`, `TUNIS:`.
_DATELINE = re.compile(r"[A-Z][A-Z .,'/-]{2,40}(?:[A-Z][a-z]+\.? \d{1,2})? ?(?:\([^()]{2,40}\) ?)?(?:[-–—]+ ?|: )")


class Passage:
    """Named texts as one. Places (`start`, `end`) are in `folded` throughout.

    In `folded` a word has a space, or several, on either side; where there was punctuation there are several, so that
    words on both sides of it are not a phrase.
    """

    __slots__ = ("_lines", "_places", "folded", "names", "raw")

    def __init__(self, parts: Iterable[tuple[str, str]]) -> None:
        named = [(name, text) for name, text in parts if text]
        self.names: list[str] = [name for name, _ in named]
        self.raw = f" {_BETWEEN.join([_tidy(text) for _, text in named])} "
        self.folded = fold(self.raw)
        self._places: Sequence[int] | None = None
        self._lines: Lines | None = None

    @property
    def places(self) -> Sequence[int]:
        """Where in `raw` each character of `folded` was written; worked out when first asked for."""
        if self._places is None:
            self._places = trace(self.raw)
        return self._places

    @property
    def lines(self) -> Lines:
        """The texts as expressions search them, one a line, each character at its place in `raw`."""
        if self._lines is None:
            self._lines = Lines(f"\n{self.raw[1:-1].replace(_BETWEEN, _LINE_ENDS)}\n")
        return self._lines

    def index(self, place: int) -> int:
        """Which of the texts a place is in."""
        return self.folded.count(BREAK, 0, place)

    def opens(self, place: int) -> bool:
        """Whether a place is in the opening of its text, and not in the dateline before it."""
        begin = self.folded.rfind(BREAK, 0, place) + 2
        if place - begin > DATELINE:
            return place - begin < OPENING
        dateline = _DATELINE.match(self.raw, self.places[begin])
        return dateline is None or self.places[place] >= dateline.end()

    def original(self, start: int, end: int) -> str:
        """The characters as written."""
        return self.raw[self.places[start] : self.places[end]]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Two places in `raw` as places in `folded`."""
        return bisect_left(self.places, start), bisect_left(self.places, end)

    def words(self, start: int, end: int) -> str:
        """The whole words as written that a match stands in."""
        return self.original(*whole_words(self.folded, start, end))


def passage(item: Item) -> Passage:
    """An item's title, summary, body and categories."""
    parts = [("title", item.title), ("summary", item.summary)]
    if item.body:
        parts.append(("body", item.body[:BODY]))
    parts += [("category", category) for category in item.categories]
    return Passage(parts)


def _tidy(text: str) -> str:
    """A text with single spaces, and without our own mark."""
    if "  " in text or "\n" in text or "\t" in text or BREAK in text:
        return " ".join(text.replace(BREAK, " ").split())
    return text
