"""What is refused before a parser sees it. Pure, and linear in the size of the document.

feedparser 6.0.14 spends seconds on a few hostile kilobytes; these are stopped here, by looking at what stands before
the root element. What only the parser can find out ends at the worker process's limits (`sandbox`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from digest.errors import ParseError

#: Characters between the start and the root element, without white space, comments and processing instructions.
#: 6 of 11,333 real documents exceed it, 5 of them no feeds; feedparser's time grows with its square.
MAX_PROLOG = 2_048
#: Entities that a document may declare for itself.
MAX_ENTITIES = 20
#: Characters that one of them may stand for: more is an attempt to multiply.
MAX_ENTITY = 200
#: Entries that are read: more than any feed shows, and what 10 MB of empty ones would hold is fifty times as many.
MAX_ENTRIES = 5_000
#: Elements inside each other: real feeds stay below 40, XHTML content included.
MAX_DEPTH = 200

#: Characters that all references to a document's own entities may come to, beyond the size of the document.
MAX_EXPANSION = 100_000

#: What opens an aside in a prolog, and what closes it.
_ASIDES = {"<!--": "-->", "<?": "?>"}
_ROOT = re.compile(r"<(?:[A-Za-z_][\w.-]{0,40}:)?(?:rss|feed|rdf|channel)(?=[\s/>])", re.IGNORECASE)
_ELEMENT = re.compile(r"<[A-Za-z_]")
_ENTITY = re.compile(
    r"<!ENTITY\s+(?P<percent>%\s*)?(?P<name>[^\s\"'<>%&;]{1,100})\s+(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<other>[^>]*))"
)
_REFERENCE = re.compile(r"&(?!#|lt;|gt;|amp;|quot;|apos;)|%\S+;")


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarded:
    """An XML document that may be parsed."""

    #: From the root element on.
    root: str
    #: Its own character entities.
    entities: Mapping[str, str]

    def xml(self) -> bytes:
        """The document as UTF-8, with a declaration that says so and a DOCTYPE of its own entities."""
        lines = "".join(f'<!ENTITY {name} "{value}">\n' for name, value in self.entities.items())
        doctype = f"<!DOCTYPE feed [\n{lines}]>\n" if lines else ""
        return f"<?xml version='1.0' encoding='utf-8'?>\n{doctype}{self.root}".encode("utf-8", "replace")


def guarded(text: str) -> Guarded:
    """The document cut at its root, its prolog read and put aside. ParseError: refused, with the reason."""
    found = _ROOT.search(text) or _ELEMENT.search(text)
    if found is None:
        raise ParseError("this is not a feed: it holds no XML element")
    prolog = _without_asides(text[: found.start()])
    if len(prolog) > MAX_PROLOG:
        raise ParseError(f"refused: more than {MAX_PROLOG} characters stand before the root element")
    root, entities = text[found.start() :], _entities(prolog)
    if sum(root.count(f"&{name};") * len(value) for name, value in entities.items()) > len(root) + MAX_EXPANSION:
        raise ParseError("refused: its entities multiply its size")
    return Guarded(root=root, entities=entities)


def _without_asides(prolog: str) -> str:
    """A prolog without white space at its ends, comments and processing instructions.

    Each character is looked at once; of a prolog that is too long anyway, no more than shows it.
    """
    kept, at = "", 0
    # What is nowhere closed is not looked for again: else the time grows with the square of what was opened.
    closings = {opening: closing for opening, closing in _ASIDES.items() if closing in prolog}
    while (start := prolog.find("<", at)) >= 0 and len(kept) <= MAX_PROLOG:
        kept += prolog[at:start].strip()
        closing = next((end for opening, end in closings.items() if prolog.startswith(opening, start)), "")
        end = prolog.find(closing, start + 2) if closing else -1
        if end < 0:
            closings = {opening: one for opening, one in closings.items() if one != closing}
            kept += "<"
            at = start + 1
        else:
            at = end + len(closing)
    return kept + prolog[at:].strip()


def _entities(prolog: str) -> Mapping[str, str]:
    """The plain character entities that the document declares. ParseError: it declares others."""
    declared = prolog.count("<!ENTITY")
    if not declared:
        return {}
    found = list(_ENTITY.finditer(prolog))
    if declared > MAX_ENTITIES or len(found) != declared:
        raise ParseError(f"refused: it declares {declared} entities (at most {MAX_ENTITIES}, and plain ones)")
    plain = {}
    for entity in found:
        value = entity["double"] if entity["double"] is not None else entity["single"]
        if entity["percent"] or value is None:
            raise ParseError("refused: it declares a parameter or external entity")
        if len(value) > MAX_ENTITY or _REFERENCE.search(value):
            raise ParseError("refused: it declares nested or very long entities")
        plain[entity["name"]] = value.replace('"', "&#34;").replace("<", "&#60;")
    return plain
