"""Documents built to hurt whoever reads them: refused before they are parsed, or read at a cost that stays small.

Cost is counted in Python function calls, which are the same on every machine: doubling an input may not much more
than double them. What only a clock can end is tested with the limits of the child process (`test_processes`).
"""

import sys
import tracemalloc
from collections.abc import Callable
from types import FrameType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.errors import ParseError
from digest.feeds.parse.precheck import MAX_ENTITIES, MAX_ENTRIES, guarded
from tests.unit.feeds.parse.test_document import read, rss

ITEM = "<item><guid>1</guid><title>Talks</title>%s</item>"
KB = 1_024
MB = KB * KB


def laughs(levels: int) -> str:
    """The billion laughs: each entity is ten of the one before."""
    entities = ['<!ENTITY l0 "lol">', *(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, levels + 1))]
    return f"<!DOCTYPE rss [{''.join(entities)}]><rss><channel><title>&l{levels};</title></channel></rss>"


def calls(work: Callable[[], object]) -> int:
    """How many Python and C functions a piece of work calls."""
    count = 0

    def seen(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(seen)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def outcome(document: str) -> str:
    """The number of items, or the error."""
    try:
        return str(len(read(document).items))
    except ParseError as exc:
        return str(exc)


REFUSED = {
    "billion laughs": (laughs(9), "nested"),
    "quadratic entity": (
        f'<!DOCTYPE r [<!ENTITY a "{"a" * 1_000}">]><rss><channel><title>{"&a;" * 50_000}</title></channel></rss>',
        "very long",
    ),
    "short entity, many times": (
        f'<!DOCTYPE r [<!ENTITY a "{"a" * 190}">]><rss><channel><title>{"&a;" * 50_000}</title></channel></rss>',
        "multiply",
    ),
    "parameter entity": ('<!DOCTYPE r [<!ENTITY % p "x">%p;]>' + rss(ITEM % ""), "parameter"),
    "external entity": ('<!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + rss("<item>&e;</item>"), "external"),
    "public entity": ('<!DOCTYPE r [<!ENTITY e PUBLIC "a" "http://h/x">]>' + rss("<item>&e;</item>"), "external"),
    "many entities": (
        f"<!DOCTYPE r [{''.join(f'<!ENTITY e{n} {chr(34)}x{chr(34)}>' for n in range(MAX_ENTITIES + 1))}]>" + rss(""),
        "declares 21 entities",
    ),
    "words before the root": ("x" * 3 * KB + rss(ITEM % ""), "before the root"),
    "unclosed comments before the root": ("<!--" * 100_000 + rss(ITEM % ""), "before the root"),
    "less-than signs before the root": ("<" * MB + rss(ITEM % ""), "before the root"),
    "deep elements": (rss("<a>" * 100_000), "nested"),
    "deep XHTML": (
        "<feed xmlns='http://www.w3.org/2005/Atom'><entry><content type='xhtml'>" + "<div>" * 9_000,
        "nested",
    ),
    "deep JSON": ('{"version":"https://jsonfeed.org/version/1.1","items":' + "[" * 100_000, "nested"),
    "4,000 namespaces": (
        rss("".join(f"<n{n}:e xmlns:n{n}='http://n.example/{n}'>a</n{n}:e>" for n in range(4_000))),
        "namespaces",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_before_it_is_parsed(name: str) -> None:
    """A ParseError says why, after a thousandth of the work and memory that reading it would take."""
    document, reason = REFUSED[name]
    read(rss(ITEM % ""))  # what the first document loads is not this one's cost
    tracemalloc.start()
    try:
        with pytest.raises(ParseError, match=reason):
            read(document)
        # The document itself is held a few times over: as bytes, as text, as a part of it.
        assert tracemalloc.get_traced_memory()[1] < 8 * len(document) + 5 * MB
    finally:
        tracemalloc.stop()
    assert calls(lambda: outcome(document)) < 30_000


GROWING: dict[str, Callable[[int], str]] = {
    "newlines before the root": lambda n: "\n" * n + rss(ITEM % ""),
    "encoding= before the root": lambda n: f"<?{'encoding=' * (n // 10)}?>" + rss(ITEM % ""),
    "style of url(": lambda n: rss(ITEM % f'<description>&lt;p style="{"url(" * (n // 4)}"&gt;x</description>'),
    "author with a long address": lambda n: rss(ITEM % f"<author>a@{'a.' * (n // 2)}!</author>"),
    "the same, malformed": lambda n: rss(ITEM % f"<author>a@{'a.' * (n // 2)}!</author>") + "<&",
    "categories": lambda n: rss(ITEM % "".join(f"<category>c{k}</category>" for k in range(n // 16))),
    "font tags": lambda n: rss(ITEM % f"<description>{'&lt;font size=i&gt;' * (n // 16)}</description>"),
    "less-than signs": lambda n: rss(ITEM % f"<description>{'<' * (n // 8)}</description>"),
    "ampersands": lambda n: rss(ITEM % f"<description>{'&' * (n // 8)}</description>"),
    "open CDATA": lambda n: rss(ITEM % f"<description>&{'<![CDATA[' * (n // 9)}</description>"),
    "end tags": lambda n: rss(ITEM % f"<description>{'</' * (n // 8)}</description>"),
    "one attribute": lambda n: rss(ITEM % f"<x a='{'a' * n * 8}'/>"),
    "one date": lambda n: rss(ITEM % f"<pubDate>{'1 ' * n}</pubDate>"),
    "one link": lambda n: rss(f"<item><title>x</title><link>http://h.example/{'a/' * n}%</link></item>"),
    "entries": lambda n: rss("".join(f"<item><guid>{k}</guid><title>t{k}</title></item>" for k in range(n // 64))),
    "entries with one guid": lambda n: rss("".join(ITEM % f"<x>{k}</x>" for k in range(n // 64))),
    "a page of unclosed tags": lambda n: "<html>" + "<a " * n,
    "a page of unclosed links": lambda n: (
        "<html>" + "<link rel=alternate type='application/rss+xml' href='" * (n // 32)
    ),
}


@pytest.mark.parametrize("name", GROWING)
def test_twice_the_document_costs_at_most_about_twice(name: str) -> None:
    """Nothing in our reading grows with the square of a document: twice the size is at most 2.6 times the calls."""
    outcome(GROWING[name](64 * KB))
    one, two = (calls(lambda size=size: outcome(GROWING[name](size))) for size in (32 * KB, 64 * KB))  # type: ignore[misc]
    assert two <= 2.6 * one + 500


@pytest.mark.parametrize("body", [b"/dev/zero", b"/etc/passwd", b"file:///etc/passwd", b"http://127.0.0.1:9/feed"])
def test_a_path_or_an_address_as_a_document_opens_nothing(body: bytes) -> None:
    """Whatever the body says, no file and no address is opened: it is only no feed."""
    outcome(rss(ITEM % ""))  # what is imported at the first document is not opened by this one
    outcome("nothing")
    opened: list[str] = []
    watching = False
    sys.addaudithook(lambda event, arguments: opened.append(f"{event} {arguments}") if watching else None)
    watching = True
    try:
        with pytest.raises(ParseError, match="not a feed"):
            read(body)
    finally:
        watching = False
    assert [event for event in opened if event.startswith(("open ", "socket.", "urllib."))] == []


def test_an_endless_list_of_entries_ends() -> None:
    """Of more than MAX_ENTRIES entries the first are read."""
    document = rss("".join(f"<item><guid>{k}</guid><title>t</title></item>" for k in range(MAX_ENTRIES + 50)))
    assert len(read(document).items) == MAX_ENTRIES


def test_a_code_beyond_unicode_in_malformed_xml_is_a_character_that_is_not_there() -> None:
    """`&#99999999999;`, a surrogate and U+110000 stop nothing, where feedparser alone ends with an OverflowError."""
    (item,) = read(rss(ITEM % "<description>a &#99999999999; &#x110000; &#xD800; <b></description>")).items
    assert item.title == "Talks"


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "&#106;avascript:alert(1)", "data:text/html,x", " java\tscript:x"]
)
def test_a_link_that_runs_code_is_no_link(link: str) -> None:
    """Links and guids other than http(s) leave the item without a link."""
    (item,) = read(rss(f"<item><guid>{link}</guid><title>Talks</title><link>{link}</link></item>")).items
    assert item.link == ""


def test_markup_and_templates_in_a_title_are_only_text() -> None:
    """Scripts go with their contents, and what a template engine would run stands there as it was written."""
    (item,) = read(
        rss("<item><title>&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}} &lt;img src=x onerror=y&gt;Talks</title></item>")
    ).items
    assert item.title == "{{7*7}} Talks"


def test_entities_that_a_document_may_declare_are_substituted() -> None:
    """Plain character entities of the document's own stand for what it says."""
    declared = '<!DOCTYPE rss [<!ENTITY eacute "&#233;"><!ENTITY who "Ana">]>'
    (item,) = read(declared + rss("<item><title>Caf&eacute; &who;</title></item>")).items
    assert item.title == "Café Ana"


def test_a_long_but_honest_prolog_is_read() -> None:
    """White space, comments and instructions before the root are no reason to refuse, however long."""
    assert len(read("\n" * 5_000 + f"<!-- {'x' * 50_000} --><?x y?>" + rss(ITEM % "")).items) == 1


@settings(max_examples=200)
@given(st.text(alphabet="<>!?-[]&;'\" \nDOCTYPEENTITYrss%ab", max_size=200))
def test_the_guard_answers_or_refuses_whatever_it_is_shown(text: str) -> None:
    """No prolog makes the guard fail in another way."""
    try:
        guarded(text + rss("")).xml()
    except ParseError:
        pass


@pytest.mark.parametrize("stray", ["</width>", "</height>", "<width>x</width>", "<x></width></x>", "<image></height>"])
def test_what_feedparser_stumbles_over_costs_no_item(stray: str) -> None:
    """End tags that nothing opened, which end feedparser in a TypeError, lose nothing."""
    assert [item.title for item in read(rss(stray + ITEM % stray + ITEM % "")).items] == ["Talks"]
