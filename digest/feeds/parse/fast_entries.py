"""Plain entries, read without feedparser and exactly as it would read them. Pure.

Most entries are flat lists of a dozen well-known elements with text in them, on which feedparser spends ten times what
they need. Here they are read in one run of expat, by the rules of `fast_rules`. Whatever is less plain (markup inside
elements, an element twice, `xml:base`, unknown elements or attributes) is left to feedparser: it is the parser of
record, and tests compare the two on every document that they have or can make up.
"""

import xml.parsers.expat
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from digest.feeds.parse.entries import Entry
from digest.feeds.parse.entry_split import ENTRIES, Part
from digest.feeds.parse.expat_driver import MAX_TEXT, is_left_out, redefines, standard_tag
from digest.feeds.parse.fast_rules import OF_AUTHORS, RULES, Draft, NotPlain, Rule

#: Entries that may be less than plain before the rest is not looked at: a publisher's are all of one kind.
MAX_OTHERS = 3

_LANGUAGE = "http://www.w3.org/XML/1998/namespace lang xml"
_ABOUT = "http://www.w3.org/1999/02/22-rdf-syntax-ns# about rdf"
_NOTHING: Mapping[str, str] = {}
_NO_PART = Part(0, 0, "")

_Opening = Callable[[str, dict[str, str]], None] | None


def read_plain(data: bytes, parts: Sequence[Part]) -> dict[Part, Entry]:
    """The plain entries of a UTF-8 document; `parts` are all its entries, in order, wherever they were cut from.

    Entries without authors have none, whatever the feed says.
    """
    reader = _Reader(parts)
    with suppress(NotPlain, xml.parsers.expat.ExpatError):
        reader.run(data)
    return reader.entries


class _Reader:
    """One run of expat over a document; it stops where nothing more can be plain."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self.entries: dict[Part, Entry] = {}
        self._parts = iter(parts)
        self._entry = _NO_PART
        self._others = 0
        #: `xml:lang` of the root; None before it.
        self._language: str | None = None
        #: What is known of an element's name in expat's form; an empty text: left out.
        self._learnt: dict[str, tuple[str, Rule | None]] = {}
        # The entry that is open, and the elements open in it.
        self._draft = Draft("")
        self._depth = 0
        self._resume_at = 0
        self._pieces: list[str] = []
        self._rule: Rule | None = None
        self._attributes = _NOTHING
        self._part = ""
        self._within: dict[str, str] = {}

    def run(self, data: bytes) -> None:
        """Read a document. NotPlain, ExpatError: it ended there."""
        self._expat: Any = xml.parsers.expat.ParserCreate("utf-8", " ")
        self._expat.namespace_prefixes = True
        self._expat.buffer_text = True
        self._expat.buffer_size = MAX_TEXT
        self._expat.StartNamespaceDeclHandler = self._declare
        self._hear(self._open_outside, None, text=False)
        try:
            self._expat.Parse(data, True)
        finally:
            # The handlers are methods of this object: let go of the cycle.
            self._expat.StartNamespaceDeclHandler = None
            self._hear(None, None, text=False)

    def _hear(self, opening: _Opening, closing: Callable[[str], None] | None, *, text: bool) -> None:
        """Let expat call these from here on."""
        self._expat.StartElementHandler = opening
        self._expat.EndElementHandler = closing
        self._expat.CharacterDataHandler = self._pieces.append if text else None

    # Outside entries

    def _declare(self, prefix: str | None, uri: str | None) -> None:
        """A namespace: on an entry or in it, or under another's name, is not plain."""
        if self._expat.EndElementHandler or redefines(prefix, uri or ""):
            raise NotPlain

    def _open_outside(self, name: str, attributes: dict[str, str]) -> None:
        """A start tag outside entries; what it says of base and language would hold for entries in it."""
        if self._language is None:
            self._language = attributes.pop(_LANGUAGE, "").replace("_", "-")
        elif _local(name).lower() in ENTRIES:
            self._open_entry(name, attributes)
            return
        if any(_local(attribute).lower() in ("base", "lang") for attribute in attributes):
            raise NotPlain

    def _open_entry(self, name: str, attributes: dict[str, str]) -> None:
        self._entry = next(self._parts, _NO_PART)
        if standard_tag(name) not in ENTRIES or self._entry is _NO_PART:
            raise NotPlain
        self._draft = Draft(attributes.pop(_ABOUT, ""))
        self._depth = 0
        if attributes:
            self._give_up()
        else:
            self._hear(self._open, self._close, text=True)

    # Inside

    def _open(self, name: str, attributes: dict[str, str]) -> None:
        """A start tag in an entry that is plain so far."""
        self._depth += 1
        tag, rule = self._learnt.get(name) or self._learn(name)
        if not tag:
            self._skip(self._depth - 1)
        elif self._depth == 1 and rule:
            self._rule = rule
            self._attributes = {key.lower(): value for key, value in attributes.items()} if attributes else _NOTHING
            self._pieces.clear()
            if attributes and not rule.attributes.issuperset(self._attributes):
                self._give_up()
        elif self._depth == 2 and self._rule is RULES["author"] and tag in OF_AUTHORS and not attributes:
            self._part = tag
            if "".join(self._pieces).strip():
                self._give_up()
            self._pieces.clear()
        else:
            self._give_up()

    def _close(self, _name: str) -> None:
        """An end tag in an entry that is plain so far, or its own."""
        self._depth -= 1
        text = "".join(self._pieces)
        self._pieces.clear()
        if self._depth == 0:
            try:
                self._take(text)
            except NotPlain:
                self._give_up()
        elif self._depth > 0:
            self._within[self._part] = text.strip()
        else:
            self.entries[self._entry] = self._draft.entry(self._language or "", self._entry.fingerprint)
            self._hear(self._open_outside, None, text=False)

    def _take(self, text: str) -> None:
        """An element of the entry, whole. NotPlain."""
        if self._within:
            self._draft.take_person(text, self._within)
            self._within = {}
        elif self._rule:
            self._rule.take(self._draft, text, self._attributes)

    def _learn(self, name: str) -> tuple[str, Rule | None]:
        """An element's name met for the first time."""
        tag = "" if is_left_out(name) else standard_tag(name) or "unknown"
        self._learnt[name] = found = (tag, RULES.get(tag))
        return found

    # What is not read

    def _give_up(self) -> None:
        """Leave this entry to feedparser. NotPlain: all the others as well."""
        self._others += 1
        if self._others > MAX_OTHERS:
            raise NotPlain
        self._within = {}
        self._skip(-1)

    def _skip(self, depth: int) -> None:
        """Hear nothing until so many elements of the entry are open; -1: not even itself."""
        self._resume_at = depth
        self._hear(self._open_skipped, self._close_skipped, text=False)

    def _open_skipped(self, _name: str, _attributes: object) -> None:
        self._depth += 1

    def _close_skipped(self, _name: str) -> None:
        self._depth -= 1
        if self._depth != self._resume_at:
            return
        if self._depth < 0:
            self._hear(self._open_outside, None, text=False)
        else:
            self._hear(self._open, self._close, text=True)


def _local(name: str) -> str:
    """The local name in a name of expat's form: `[namespace] local [prefix]`."""
    parts = name.split(" ", 2)
    return parts[1] if len(parts) > 1 else name
