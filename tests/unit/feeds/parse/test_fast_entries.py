"""Plain entries are read exactly as feedparser reads them."""

from functools import partial
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from digest.errors import ParseError
from digest.feeds.parse.entries import Channel, Known
from digest.feeds.parse.entry_split import split
from digest.feeds.parse.fast_entries import MAX_OTHERS, read_plain
from digest.feeds.parse.precheck import guarded
from digest.feeds.parse.syndication import read_syndication, read_whole
from tests.unit.feeds.parse.test_document import NOTHING, atom, rss

NAMESPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:a="http://www.w3.org/2005/Atom" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns:media="http://search.yahoo.com/mrss/" xmlns:own="https://own.example/" '
    'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
)
HEAD = "<title>Wire</title><link>https://wire.example/</link><author><name>The desk</name></author>"


def both(document: str) -> tuple[Channel | str, Channel | str]:
    """The document read in parts, and by feedparser alone; the error's sentence where there is one."""
    try:
        guard = guarded(document)
    except ParseError as exc:
        return str(exc), str(exc)
    results: list[Channel | str] = []
    for reading in (partial(read_syndication, unchanged=NOTHING), read_whole):
        try:
            results.append(reading(guard))
        except ParseError as exc:
            results.append(str(exc))
    return results[0], results[1]


def plain(document: str) -> list[str]:
    """Titles of the entries that are plain."""
    data = guarded(document).xml()
    entries = read_plain(data, split(data) or ())
    return [entry.title.text for entry in entries.values()]


RSS_ITEM = (
    "<item><title>T &amp;amp; U</title><link>https://wire.example/1?a=1&amp;b=2</link><guid>1</guid>"
    "<pubDate>Mon, 02 Mar 2026 09:30:00 +0200</pubDate><dc:creator><![CDATA[Ana]]></dc:creator>"
    "<category domain='d'>World</category><category>World</category><description>&lt;p&gt;One</description>"
    "<content:encoded><![CDATA[<p>One two</p>]]></content:encoded><media:content url='x'><media:credit>C</media:credit>"
    "</media:content><source url='https://post.example'>Post</source><comments>https://x.example</comments></item>"
)
ATOM_ENTRY = (
    "<entry><id>tag:1</id><title type='html'>&lt;b>T&lt;/b></title><link rel='self' href='s'/><link href='1'/>"
    "<published>2026-03-01T08:00:00Z</published><updated>2026-03-02T08:00:00Z</updated><author><name>Bo</name>"
    "<email>b@c.example</email></author><author><uri>https://cy.example</uri></author><category term='w' label='Welt'/>"
    "<summary>Kurz</summary><content type='html'>&lt;p&gt;Lang</content></entry>"
)
RDF_ITEM = (
    '<item rdf:about="https://a.example/1"><title>T</title><dc:date>2026-03-01</dc:date>'
    "<dc:subject>World</dc:subject></item>"
)


@pytest.mark.parametrize(
    "document",
    [
        f'<rss version="2.0" {NAMESPACES}><channel>{HEAD}{RSS_ITEM}</channel></rss>',
        atom(ATOM_ENTRY, attributes="xml:lang='de_CH'"),
        f'<rdf:RDF xmlns="http://purl.org/rss/1.0/" {NAMESPACES}><channel/>{RDF_ITEM}</rdf:RDF>',
    ],
)
def test_ordinary_entries_are_plain(document: str) -> None:
    """Entries as common programs write them, in RSS, Atom and RDF, need no feedparser, and come out the same."""
    assert len(plain(document)) == 1
    ours, theirs = both(document)
    assert ours == theirs


@pytest.mark.parametrize(
    "elements",
    [
        "<title>Ã©tÃ©</title><description>caf\x82 \x93q\x94</description>",
        "<link href='1' type='application/xhtml+xml'/><guid>2</guid>",
        "<link href='1' type='application/pdf'/><link rel='Self' href='s'/><link/>",
        "<link href='1' rel='replies'/><link href='2' rel='related'/>",
        "<link>/a?b=1&amp;amp;c=2&amp;d;</link>",
        "<guid isPermaLink='x'/>",
        "<guid isPermaLink='True'>https://a.example</guid>",
        "<guid>1</guid><link/>",
        "<content type='text'>C</content>",
        "<content>C</content><summary type='HTML'/>",
        "<author/>",
        "<author>Ana</author><dc:creator/><dc:creator>b@c.example (Bo)</dc:creator>",
        "<author><email>b@c.example</email><name/></author><author><media:thumbnail/></author>",
        "<category/><category domain='d'/><category domain='d'>c</category><category term='' label=''>e</category>",
        "<category domain='d'>c</category><category domain='e'>c</category>",
        "<category term='t'>c</category><dc:subject>c</dc:subject>",
        "<source>Post</source>",
        "<language>de</language><description/>",
    ],
)
def test_oddities_of_plain_elements_are_kept(elements: str) -> None:
    """Preferences among links, authors and categories, empty elements and mended characters are feedparser's."""
    document = (
        f"<rss version='2.0' xml:lang='en_GB' {NAMESPACES}><channel>{HEAD}<item><author>A</author></item>"
        f"<item>{elements}</item><item><title/></item></channel></rss>"
    )
    ours, theirs = both(document)
    assert ours == theirs


def test_entries_do_not_depend_on_what_stands_before_them() -> None:
    """feedparser lets a text of the feed bear on the entries after it; cutting one out would change the next."""
    twice = "<item><description>a</description><description>b</description></item>"
    document = rss(f"<item/>{twice}{twice}", head="<content>C</content>")
    ours, theirs = both(document)
    assert ours == theirs


@pytest.mark.parametrize(
    "entry",
    [
        "<item><title>T <b>U</b></title></item>",
        "<item><title>T</title><title>U</title></item>",
        "<item><title xml:lang='de'>T</title></item>",
        "<item xml:base='https://x.example/'><title>T</title><link>1</link></item>",
        "<item><title>T</title><unknown>U</unknown></item>",
        "<item><title type='application/json'>T</title></item>",
        "<item><title>T</title><description>a</description><summary>b</summary></item>",
        "<item><title>T</title><author>Ana</author><author><email>b@c.example</email></author></item>",
        "<item><title>T</title><author>Ana<name>Bo</name></author></item>",
        "<item><title>T</title><link rel='alternate'/></item>",
        "<item><title>T</title>" + "<category>c</category>" * 101 + "</item>",
        "<item><title>T</title><dc:creator xmlns:dc='http://purl.org/dc/elements/1.1/'>Ana</dc:creator></item>",
    ],
)
def test_what_is_less_plain_is_left_to_feedparser(entry: str) -> None:
    """Markup, doubles, languages and bases of their own, unknown elements: feedparser judges, and nobody else."""
    assert plain(rss(entry)) == []
    ours, theirs = both(rss(entry))
    assert ours == theirs


@pytest.mark.parametrize(
    "attributes",
    [
        "xml:base='https://base.example/'",
        "lang='de'",
        "xmlns:dc='http://purl.org/dc/terms/' xmlns:d='http://purl.org/dc/elements/1.1/'",
    ],
)
def test_a_root_that_bears_on_its_entries_leaves_all_to_feedparser(attributes: str) -> None:
    """A base address, or a namespace under another's name, changes what entries mean: none is plain."""
    document = f"<rss version='2.0' {attributes}><channel>{HEAD}<item><title>T</title></item></channel></rss>"
    assert plain(document) == []
    ours, theirs = both(document)
    assert ours == theirs


def test_plain_entries_and_others_keep_their_order() -> None:
    """Those that feedparser reads, those that are plain and those that are known stand where they stood."""
    items = [f"<item><guid>{n}</guid><title>T{n}{'<b/>' if n % 3 == 2 else ''}</title></item>" for n in range(8)]
    document = guarded(rss("".join(items)))
    assert plain(rss("".join(items))) == ["T0", "T1", "T3", "T4", "T6", "T7"]
    whole = read_whole(document)
    assert read_syndication(document, NOTHING) == whole
    known = {entry.fingerprint: f"known {n}" for n, entry in enumerate(whole.entries) if n in (1, 2, 6)}
    mixed = read_syndication(document, known).entries
    expected = [
        Known(key=known[entry.fingerprint], fingerprint=entry.fingerprint) if entry.fingerprint in known else entry
        for entry in whole.entries
    ]
    assert list(mixed) == expected


def test_a_document_that_is_seldom_plain_is_not_looked_at_to_its_end() -> None:
    """After a few entries that are less than plain, the others are not tried."""
    other, one = "<item><title><b/></title></item>", "<item><title>T</title></item>"
    assert plain(rss(other * MAX_OTHERS + one)) == ["T"]
    assert plain(rss(other * (MAX_OTHERS + 1) + one)) == []


WORDS = """
T
 two words
<b>bold</b> &amp; &eacute;
a &x; b
Ã©tÃ©
caf\x82 \x93q\x94
Zürich — خبر
https://wire.example/1?a=1&b;=2
/relative
a@b.example (Ana)
(author unknown)
2026-03-01
true
text
"""
NAMES = """
title description summary content link guid id pubDate published issued updated modified created language author
category source comments enclosure image rights item media:title media:content media:thumbnail dc:title dc:date
dc:creator dc:subject dc:language dc:description dcterms:issued dcterms:modified content:encoded a:link a:title
a:author a:updated itunes:author itunes:summary own:thing unknown rdf:value
"""
ATTRIBUTE_NAMES = "type rel href title domain term scheme label isPermaLink ispermalink url src mode TYPE"
ATTRIBUTE_VALUES = """
text html TEXT/HTML xhtml text/plain application/xhtml+xml alternate Alternate self enclosure true false True w base64
/x https://x.example/?a=1&b=2
"""
TEXT = st.one_of(
    st.sampled_from(["", *WORDS.splitlines()]).flatmap(
        lambda word: st.sampled_from([escape(word), f"<![CDATA[{word}]]>"])
    ),
    st.text("ab &<é\x85", max_size=6).map(escape),
)
ATTRIBUTES = st.dictionaries(
    st.sampled_from(ATTRIBUTE_NAMES.split()), st.sampled_from(["", *ATTRIBUTE_VALUES.split()]), max_size=2
).map(lambda found: "".join(f" {name}={quoteattr(value)}" for name, value in found.items()))


def element(name: str, attributes: str, text: str) -> str:
    """One element."""
    return f"<{name}{attributes}>{text}</{name}>"


NAME = st.sampled_from(NAMES.split())
PART = st.builds(element, st.sampled_from(["name", "email", "uri", "b"]), st.just(""), TEXT)
FLAT = st.builds(element, NAME, st.one_of(st.just(""), ATTRIBUTES), TEXT)
NESTED = st.builds(element, NAME, ATTRIBUTES, st.lists(st.one_of(PART, PART, TEXT), max_size=3).map("".join))
PERSON = st.lists(PART, max_size=3).map(lambda parts: element("author", "", " ".join(parts)))
ELEMENTS = st.lists(st.one_of(FLAT, FLAT, FLAT, FLAT, PERSON, NESTED), max_size=7).map("\n".join)
ENTRY_ATTRIBUTES = st.sampled_from(
    [""] * 8 + [" rdf:about='https://a.example/1'", " rdf:about=''", " href='/h'", " a='b'"]
)
ROOT_ATTRIBUTES = st.sampled_from(
    [
        "",
        "",
        "",
        " xml:lang='de_CH'",
        " xml:lang=''",
        " lang='fr'",
        " xml:base='https://base.example/'",
        " version='2.0'",
    ]
)


def _document(shape: int, root: str, head: str, entries: list[tuple[str, str]]) -> str:
    name, space, entry, channel = (
        ("rss", "", "item", "channel"),
        ("feed", ' xmlns="http://www.w3.org/2005/Atom"', "entry", ""),
        ("rdf:RDF", ' xmlns="http://purl.org/rss/1.0/"', "item", ""),
        ("rss", ' xmlns="http://backend.userland.com/rss2"', "item", "channel"),
    )[shape]
    body = head + "".join(element(entry, attributes, elements) for attributes, elements in entries)
    inner = element(channel, "", body) if channel else body
    return f"<{name} {NAMESPACES}{space}{root}>{inner}</{name}>"


DOCUMENTS = st.builds(
    _document,
    st.sampled_from([0, 0, 0, 1, 1, 1, 2, 3]),
    ROOT_ATTRIBUTES,
    st.one_of(st.just(HEAD), ELEMENTS),
    st.lists(st.tuples(ENTRY_ATTRIBUTES, ELEMENTS), min_size=1, max_size=4),
)


@settings(max_examples=400, deadline=None)
@given(DOCUMENTS)
@example(_document(0, "", HEAD, [("", "<guid/><link>/1</link><link/>")]))
@example(_document(0, "", "<title></title>\n<title>T</title>\n<item></item>\n<title></title>", [("", "")]))
@example(_document(0, "", HEAD, [("", ""), ("", "<enclosure href='/a'></enclosure>")]))
def test_reading_in_parts_is_reading_the_whole(document: str) -> None:
    """Whatever a document holds, reading its plain entries apart gives what feedparser alone gives."""
    ours, theirs = both(document)
    assert ours == theirs
