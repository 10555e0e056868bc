"""Lists of feeds."""

from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digest.errors import ParseError
from digest.feeds.opml import MAX_FEEDS, Outline, read_opml, write_opml
from digest.model import Feed

NOW = datetime(2026, 3, 2, tzinfo=UTC)
TEXT = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp", "Cf", "Cn", "Co")), min_size=1, max_size=12
)


def test_a_list_of_another_program_is_read() -> None:
    """Folders in folders, names, addresses that keep their parameters, each once; what is not a web address, or holds a
    login, as it is written, so that whoever takes the list over can say so."""
    body = """<?xml version="1.0" encoding="utf-8"?><opml version="1.0"><body>
      <outline text="News"><outline title="Middle East"><outline text="Wire &amp; Co" type="rss"
        xmlUrl="https://me:secret@wire.example/rss?a=1&amp;utm_source=x"/></outline></outline>
      <outline text="Again" xmlUrl="https://wire.example/rss?a=1&amp;utm_source=x"/>
      <outline text="Bad" xmlUrl="javascript:alert(1)"/><outline text="Loose" xmlUrl="http://b.example/"/></body></opml>"""
    assert read_opml(body.encode("utf-16")) == (
        Outline(
            url="https://me:secret@wire.example/rss?a=1&utm_source=x", title="Wire & Co", folder="News/Middle East"
        ),
        Outline(url="https://wire.example/rss?a=1&utm_source=x", title="Again"),
        Outline(url="javascript:alert(1)", title="Bad"),
        Outline(url="http://b.example/", title="Loose"),
    )


def test_bare_ampersands_are_parts_of_addresses() -> None:
    """As programs write them that forget to escape: nothing after them becomes a sign."""
    body = (
        '<opml><body><outline text="A & B" xmlUrl="https://b.example/f?a=1&b=2&copy=3&reg=4&amp;lt=5"/></body></opml>'
    )
    assert read_opml(body.encode()) == (Outline(url="https://b.example/f?a=1&b=2&copy=3&reg=4&lt=5", title="A & B"),)


def test_of_a_list_all_is_taken_or_nothing() -> None:
    """A list that is too long is refused: none of its feeds is left out in silence."""
    outline = '<outline text="News" xmlUrl="https://h{}.example/"/>'
    body = "<opml><body>{}</body></opml>"
    many = "".join(map(outline.format, range(MAX_FEEDS + 1)))
    with pytest.raises(ParseError, match="200,001 feeds, and at most 200,000 are taken: split it"):
        read_opml(body.format(many).encode())


def test_a_list_that_says_it_is_utf16_and_is_not_is_read() -> None:
    """As .NET's writers leave it."""
    body = '<?xml version="1.0" encoding="utf-16"?><opml><body><outline text="Café" xmlUrl="https://b.example/"/></body></opml>'
    assert read_opml(body.encode()) == (Outline(url="https://b.example/", title="Café"),)


@pytest.mark.parametrize("body", [b"x", b"<opml/>", b"http://127.0.0.1:9/list.opml", b"/etc/passwd", b'{"a":1}'])
def test_what_is_no_list_is_refused_and_nothing_is_opened(body: bytes) -> None:
    """An address or a path as a body is neither fetched nor opened: it is not a list."""
    with pytest.raises(ParseError, match="not a list of feeds"):
        read_opml(body)


def test_entities_in_a_list_are_not_multiplied() -> None:
    """The billion laughs in a list of feeds stay unread."""
    bomb = '<!DOCTYPE o [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><opml><body><outline text="&b;" xmlUrl="http://b.example/"/></body></opml>'
    assert "haha" not in read_opml(bomb.encode())[0].title


@given(st.text(max_size=200))
@example("<opml><![CD3T18[x]]>")
def test_any_text_is_a_list_or_none(text: str) -> None:
    """No text makes reading a list fail in another way than a ParseError."""
    try:
        read_opml(f"<opml><body>{text}".encode("utf-8", "replace"))
    except ParseError:
        pass


@given(st.lists(st.tuples(st.integers(1, 99), TEXT, st.none() | st.lists(TEXT, min_size=1, max_size=3)), max_size=6))
def test_what_is_written_is_what_is_read(entries: list[tuple[int, str, list[str] | None]]) -> None:
    """Names, addresses and folders survive, whatever characters they hold."""
    feeds = [
        Feed(id=str(n), url=f"https://h{n}.example/?a=1&b={n}", name=name, folder="/".join(path) if path else None)
        for n, name, path in {entry[0]: entry for entry in entries}.values()
        if "/" not in "".join(path or ())
    ]
    if feeds:
        found = read_opml(write_opml(feeds, title="Mine & <yours>", now=NOW).encode())
        assert {one.url for one in found} == {feed.url for feed in feeds}
        assert sum(one.folder is None for one in found) == sum(feed.folder is None for feed in feeds)
