"""Cuts what was read before out of a document, so that only unseen entries are parsed. Pure.

expat finds where the entries begin and end (61 MB/s); each is known by a hash of its bytes and of the root element's
tag, whose namespaces, base and language bear on it. Where the cut cannot be trusted there is none: malformed
documents, entries inside entries, and (checked by the caller) counts that differ from what the parser finds.
"""

import hashlib
import re
import xml.parsers.expat
from collections.abc import Collection
from dataclasses import dataclass

from digest.errors import ParseError
from digest.feeds.parse.precheck import MAX_DEPTH

#: Names of entries in RSS and RDF, and in Atom.
ENTRIES = frozenset({"item", "entry"})
#: Counters, thumbnails and players, which change from answer to answer and stand in no item: not part of the hash.
_NOISE = re.compile(
    rb"<(post-id|comments|enclosure|slash:comments|thr:total|lj:reply-count|wfw:commentRss|feedburner:[a-zA-Z]{1,20}|"
    rb"media:thumbnail|media:content|media:credit)(?:\s[^<>]*)?(?:/>|>[^<]*</\1>)"
)


@dataclass(frozen=True, slots=True)
class Part:
    """One entry of a document: the bytes from `start` up to `end`."""

    start: int
    end: int
    #: 16 hex digits.
    fingerprint: str


def split(data: bytes) -> tuple[Part, ...] | None:
    """The entries of a UTF-8 document in its order, or None where it cannot be told where they are.

    ExpatError: it is not well-formed; its `code` says in what way. ParseError: it is too deep.
    """
    survey = _Survey(data)
    survey.run()
    if survey.depths != {survey.entry_depth} or survey.open:
        return None
    return tuple(Part(start, end, _fingerprint(survey.root, data[start:end])) for start, end in survey.places)


def without(data: bytes, parts: Collection[Part]) -> bytes:
    """The document without these entries."""
    kept, at = [], 0
    for part in sorted(parts, key=lambda part: part.start):
        kept.append(data[at : part.start])
        at = part.end
    return b"".join([*kept, data[at:]])


def _fingerprint(root: bytes, entry: bytes) -> str:
    """What an entry is known by."""
    digest = hashlib.blake2b(root, digest_size=8)
    digest.update(b"\0")
    digest.update(_NOISE.sub(b"", entry))
    return digest.hexdigest()


class _Survey:
    """One run of expat over a document. Inside an entry it hears of end tags only."""

    def __init__(self, data: bytes) -> None:
        self.places: list[tuple[int, int]] = []
        self.depths: set[int] = set()
        self.entry_depth = 0
        self.root = b""
        #: The name of the entry that is open.
        self.open = ""
        self._data = data
        self._depth = 0
        self._start = 0
        self._expat = xml.parsers.expat.ParserCreate()
        self._expat.ordered_attributes = True
        self._expat.StartElementHandler = self._begin
        self._expat.EndElementHandler = self._end

    def run(self) -> None:
        """Read the document. ExpatError: it is malformed."""
        self._expat.Parse(self._data, True)
        # The handlers are methods of this object: let go of the cycle.
        self._expat.StartElementHandler = self._expat.EndElementHandler = None

    def _begin(self, name: str, _attributes: list[str]) -> None:
        """A start tag outside entries."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ParseError(f"refused: its elements are nested more than {MAX_DEPTH} deep")
        at = self._expat.CurrentByteIndex
        if self._depth == 1:
            self.root = self._data[at : self._data.find(b">", at)]
        if self._depth > 1 and name.rpartition(":")[2].lower() in ENTRIES:
            self._start = at
            self.open = name
            self.depths.add(self._depth)
            self.entry_depth = self._depth
            self._expat.StartElementHandler = None

    def _end(self, name: str) -> None:
        """An end tag; an entry's own is the first of its name."""
        if not self.open:
            self._depth -= 1
        elif name == self.open:
            self.places.append((self._start, self._data.find(b">", self._expat.CurrentByteIndex) + 1))
            self.open = ""
            self._depth -= 1
            self._expat.StartElementHandler = self._begin
