"""What the elements of a plain entry come to, in feedparser's understanding. Pure.

Each rule says how an element must look to be plain, and repeats what feedparser 6.0.14 makes of it (`mixin.pop` and the
handlers in `namespaces`), its corrections of encoding and its preferences among links included. `fast_entries` collects
the elements; what has no rule is left to feedparser itself.
"""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeVar

from feedparser.html import _cp1252

from digest.feeds.parse.entries import Entry, Markup, Source, is_address
from digest.feeds.parse.expat_driver import MAX_CATEGORIES
from digest.feeds.values.names import person_name

V = TypeVar("V")

#: Links of an entry that lead to no page of it.
NO_PAGES = ("enclosure", "self", "edit", "replies", "license", "hub")

#: `type` of a text construct: whether it is HTML. XHTML is not plain.
_TYPES = {"text": False, "plain": False, "text/plain": False, "html": True, "text/html": True}
_PAGE_TYPES = ("html", "text/html", "xhtml", "application/xhtml+xml")
_BROKEN_PARAMETER = re.compile("&([A-Za-z0-9_]+);")


class NotPlain(Exception):
    """Something that feedparser must judge."""


def _mended(text: str) -> str:
    """A text as feedparser gives it: stripped, UTF-8 that was taken for Latin-1 put right, windows-1252 too."""
    text = text.strip()
    if text.isascii():
        return text
    with suppress(UnicodeError):
        text = text.encode("iso-8859-1").decode("utf-8")
    return text.translate(_cp1252)


def _known(values: Mapping[str, V], name: str) -> V:
    """A value that must be there."""
    if name not in values:
        raise NotPlain
    return values[name]


@dataclass(slots=True)
class Draft:
    """An entry while its elements come in, each already plain: what feedparser would make of them, in their order."""

    #: `rdf:about`, until a guid stands.
    guid: str
    texts: dict[str, str] = field(default_factory=dict)
    markups: dict[str, Markup] = field(default_factory=dict)
    source: Source = field(default_factory=Source)
    link: str | None = None
    #: (rel, href)
    links: list[tuple[str, str]] = field(default_factory=list)
    #: The name of each, as written: in texts of their own, or (Atom) in elements of an element.
    authors: list[str] = field(default_factory=list)
    persons: list[str] = field(default_factory=list)
    #: [term, scheme, label]
    tags: list[list[str | None]] = field(default_factory=list)
    categories: int = 0

    def take_text(self, name: str, text: str) -> None:
        """A date or a language."""
        if name in self.texts:
            raise NotPlain  # which of two counts is feedparser's to say
        self.texts[name] = _mended(text)

    def take_markup(self, name: str, text: str, *, html: bool) -> None:
        """A title, summary or body."""
        if name in self.markups:
            raise NotPlain
        self.markups[name] = Markup(text=_mended(text), html=html)

    def take_guid(self, text: str, attributes: Mapping[str, str]) -> None:
        """An id, which is a link too where nothing else is, and it can be one."""
        self.take_text("guid", text)
        if self.link is None and attributes.get("ispermalink", "true") == "true" and is_address(self.texts["guid"]):
            self.link = self.texts["guid"]

    def take_link(self, text: str, attributes: Mapping[str, str]) -> None:
        """A link of Atom, or one of RSS, which is a text."""
        relation = attributes.get("rel", "alternate").lower()
        if attributes:
            address = _known(attributes, "href")
            usual = "application/atom+xml" if relation == "self" else "text/html"
            if relation == "alternate" and attributes.get("type", usual).lower() in _PAGE_TYPES:
                self.link = address
        else:
            self.link = address = _BROKEN_PARAMETER.sub(r"&\1", _mended(text).replace("&amp;", "&"))
        self.links.append((relation, address))

    def take_enclosure(self, text: str, attributes: Mapping[str, str]) -> None:
        """What a podcast's entry plays."""
        if text.strip():
            raise NotPlain
        self.links.append(("enclosure", attributes.get("url", attributes.get("href", ""))))

    def take_category(self, text: str, attributes: Mapping[str, str]) -> None:
        """A category: its attributes first, then its text."""
        self.categories += 1
        if self.categories > MAX_CATEGORIES:
            raise NotPlain
        scheme = attributes.get("scheme", attributes.get("domain"))
        self._add_tag([attributes.get("term"), scheme, attributes.get("label")])
        if term := _mended(text):
            if self.tags and not self.tags[-1][0]:
                self.tags[-1][0] = term
            else:
                self._add_tag([term, None, None])

    def take_source(self, text: str, attributes: Mapping[str, str]) -> None:
        """Where an aggregator found it."""
        self.take_text("source", text)
        self.source = Source(title=self.texts["source"], link=attributes.get("url", ""))

    def take_author(self, text: str, _attributes: Mapping[str, str]) -> None:
        """An author's name."""
        self.authors.append(_mended(text))
        if self.persons:
            raise NotPlain

    def take_person(self, text: str, within: Mapping[str, str]) -> None:
        """An author of Atom: the texts of the elements in it, by their names; `text`: what else is in it."""
        self.persons.append(within.get("name") or within.get("email") or "")
        if self.authors or text.strip():
            raise NotPlain

    def _add_tag(self, tag: list[str | None]) -> None:
        if any(tag) and tag not in self.tags:
            self.tags.append(tag)

    def entry(self, language: str, fingerprint: str) -> Entry:
        """The whole; `language` is what its words are in unless it says so itself."""
        body = self.markups.get("body", Markup())
        told = "title" in self.markups or "summary" in self.markups
        return Entry(
            guid=self.texts.get("guid", self.guid),
            link=self.link or next((href for rel, href in self.links if href and rel not in NO_PAGES), ""),
            enclosure=next((href for rel, href in self.links if href and rel == "enclosure"), ""),
            title=self.markups.get("title", Markup()),
            summary=self.markups.get("summary") or Markup(text=body.text),
            body=body,
            published=self.texts.get("published", ""),
            updated=self.texts.get("updated", ""),
            authors=tuple(person_name(author) for author in self.authors or self.persons),
            source=self.source,
            language=self.texts.get("language") or (language if told else ""),
            categories=tuple(label for tag in self.tags if (label := tag[2] or tag[0]) is not None),
            fingerprint=fingerprint,
        )


@dataclass(frozen=True, slots=True)
class Rule:
    """How an element is plain, and what it fills."""

    #: Its attributes, in lower case; with any other it is not plain.
    attributes: frozenset[str]
    #: Takes its text and its attributes, these too in lower case. NotPlain.
    take: Callable[[Draft, str, Mapping[str, str]], None]


_NONE: frozenset[str] = frozenset()


def _texts(names: str, field_name: str) -> dict[str, Rule]:
    """Elements without attributes that all fill one field."""

    def take(draft: Draft, text: str, _: Mapping[str, str]) -> None:
        draft.take_text(field_name, text)

    return dict.fromkeys(names.split(), Rule(_NONE, take))


def _markup(field_name: str, *, html: bool) -> Rule:
    """A text construct; `html`: what it is where it does not say."""

    def take(draft: Draft, text: str, attributes: Mapping[str, str]) -> None:
        declared = _known(_TYPES, attributes["type"].lower()) if attributes else html
        draft.take_markup(field_name, text, html=declared)

    return Rule(frozenset({"type"}), take)


#: By feedparser's names.
RULES = {
    **_texts("pubdate published issued dcterms:issued", "published"),
    **_texts("updated modified dc:date dcterms:modified", "updated"),
    **_texts("language dc:language", "language"),
    "title": _markup("title", html=False),
    "description": _markup("summary", html=True),
    "summary": _markup("summary", html=False),
    "content": _markup("body", html=False),
    "content:encoded": _markup("body", html=True),
    "guid": Rule(frozenset({"ispermalink"}), Draft.take_guid),
    "id": Rule(_NONE, Draft.take_guid),
    "link": Rule(frozenset({"rel", "type", "href", "title", "hreflang", "length"}), Draft.take_link),
    "enclosure": Rule(frozenset({"url", "href", "type", "length", "title"}), Draft.take_enclosure),
    "category": Rule(frozenset({"term", "scheme", "label", "domain"}), Draft.take_category),
    "dc:subject": Rule(_NONE, Draft.take_category),
    "source": Rule(frozenset({"url"}), Draft.take_source),
    "author": Rule(_NONE, Draft.take_author),
    "dc:creator": Rule(_NONE, Draft.take_author),
}
#: Elements of those that may stand inside `author`.
OF_AUTHORS = frozenset({"name", "email", "uri", "url"})
