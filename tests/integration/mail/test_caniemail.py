"""The rendered HTML uses nothing that a client that matters lacks, but for enhancements that nobody misses."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from digest.mail.render.jinja import JinjaRenderer
from digest.settings.core.shape import ThemeSettings
from tests import editions

TABLE = json.loads(Path("tests/data/caniemail.json").read_text(encoding="utf-8"))
FEATURES: dict[str, str] = TABLE["features"]

#: What some client lacks and is used all the same: each adds something, and nothing is lost without it.
ENHANCEMENTS = {
    "css-at-media": "without it a phone gets 32 px of padding instead of 18",
    "css-at-media-prefers-color-scheme": "without it the digest is light, or darkened by the client",
    "css-color-scheme": "the same",
    "html-meta-color-scheme": "the same",
    "css-selector-class": "in the kept style sheet only, which holds nothing but the two media queries",
    "css-selector-type": "the same",
    "css-selector-grouping": "the same",
    "css-selector-descendant": "the same",
    "css-display-none": "hides the preheader; where it does not, the page starts with a line of headlines",
    "css-table-layout": "holds long words in together with word-wrap; Outlook breaks them itself",
    "css-word-break": "the same",
    "css-word-wrap": "the same",
    "html-anchor-links": "the line of topics tells their counts even where it does not jump",
    "html-aria-label": "without it each link is called what it says: E-mail this link",
    "html-body": "a client that drops the body's colour shows its own around the paper",
    "html-style": "holds the enhancements above; every other style is inlined",
    "html-doctype": "Word has no standards mode to ask for",
}
#: HTML and CSS that caniemail does not list, since it is as old as mail clients are.
UNLISTED_TAGS = {"html", "head", "meta", "title", "tr", "td", "tbody", "a", "b", "br"}
UNLISTED_ATTRIBUTES = {"charset", "name", "content", "class", "style", "href", "id", "border", "nowrap"}
TAGS = {"h1": "html-h1-h6", "h2": "html-h1-h6", "h3": "html-h1-h6"}
PROPERTIES = {"font-family": "css-font", "supported-color-schemes": "css-color-scheme", "color": ""}


class Used(HTMLParser):
    """Collects the slugs of the features that a page uses."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.slugs: set[str] = set()
        self._in_style = False
        self.feed(html)

    def handle_decl(self, decl: str) -> None:
        self.slugs.add("html-doctype")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in UNLISTED_TAGS:
            self.slugs.add(TAGS.get(tag, f"html-{tag}"))
        self._in_style = tag == "style"
        for name, value in attrs:
            if name not in UNLISTED_ATTRIBUTES:
                self.slugs.add(f"html-{name}")
            if name == "style":
                self.slugs |= set(declared(value or ""))
            if name == "href" and (value or "").startswith("#"):
                self.slugs.add("html-anchor-links")
            if name == "href" and (value or "").startswith("mailto:"):
                self.slugs.add("html-mailto-links")
            if (name, value) == ("name", "color-scheme"):
                self.slugs.add("html-meta-color-scheme")

    def handle_endtag(self, tag: str) -> None:
        self._in_style = False

    def handle_data(self, data: str) -> None:
        if self._in_style:
            self.slugs |= set(sheet(data))


def sheet(css: str) -> Iterator[str]:
    """The features of a style sheet."""
    for query in re.findall(r"@([^{]+)\{", css):
        yield "css-at-media" if query.startswith("media") else f"css-at-{query.split()[0]}"
        if "prefers-color-scheme" in query:
            yield "css-at-media-prefers-color-scheme"
    for selectors, body in re.findall(r"([^{}@]+)\{([^{}]*)\}", css):
        yield from declared(body)
        if "," in selectors:
            yield "css-selector-grouping"
        for selector in map(str.strip, selectors.split(",")):
            assert re.fullmatch(r":root|(?:\.?[a-z0-9-]+)(?: \.?[a-z0-9-]+)*", selector), f"teach the lint {selector!r}"
            if "." in selector:
                yield "css-selector-class"
            if re.search(r"(?:^| )[a-z]", selector):
                yield "css-selector-type"
            if " " in selector:
                yield "css-selector-descendant"


def declared(css: str) -> Iterator[str]:
    """The features of a list of declarations."""
    for declaration in filter(None, map(str.strip, css.split(";"))):
        name, value = (part.strip() for part in declaration.split(":", 1))
        if "!important" in value:
            yield "css-important"
        if (name, value.split()[0]) == ("display", "none"):
            yield "css-display-none"
        slug = PROPERTIES.get(name, "css-" + re.sub(r"^(border|padding|margin)-.*", r"\1", name))
        if slug:
            yield slug
        for unit in set(re.findall(r"\d(px|em|rem|%|vw|vh)\b", value)):
            yield f"css-unit-{'percent' if unit == '%' else unit}"


@pytest.mark.parametrize("name", ["day", "arabic", "quiet", "hostile"])
def test_no_client_that_matters_lacks_what_is_used(name: str) -> None:
    """Gmail, Apple Mail, Outlook on Windows and Yahoo have every feature used, or one of the named enhancements."""
    renderer = JinjaRenderer(ThemeSettings(logo_line="A line", postal="1 Street"))
    html = renderer.render(getattr(editions, name)()).html
    assert html is not None
    used = Used(html).slugs
    unknown = used - FEATURES.keys()
    assert not unknown, f"caniemail has no data for {unknown}: map them, or list them as old as mail"
    lacking = {slug for slug in used if "n" in FEATURES[slug]}
    assert lacking <= ENHANCEMENTS.keys()


def test_each_enhancement_is_used_and_lacks_somewhere() -> None:
    """The list of enhancements holds nothing that is not used, and nothing that every client has."""
    html = JinjaRenderer(ThemeSettings()).render(editions.day()).html
    assert html is not None
    used = Used(html).slugs
    assert ENHANCEMENTS.keys() <= {slug for slug in used if "n" in FEATURES[slug]}


def test_the_lint_bites() -> None:
    """A gap, a form and an unknown selector would be found."""
    page = "<style>p:hover{color:red}</style><div style='display:flex;gap:4px'><form></form></div>"
    with pytest.raises(AssertionError, match="teach the lint"):
        _ = Used(page).slugs
    slugs = Used(page.replace("p:hover", "p")).slugs
    lacking = {slug for slug in slugs if "n" in FEATURES.get(slug, "n")}
    assert {"css-gap", "html-form"} <= lacking - ENHANCEMENTS.keys()
