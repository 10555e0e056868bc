"""A site's address finds its feed."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digest.feeds.discovery import FoundFeed, find_feeds, is_html

PAGE = """<!DOCTYPE html><html><head><base href="/blog/">
<link rel="stylesheet" href="x.css"><link rel="alternate" hreflang="de" href="/de">
<link rel="alternate" type="application/rss+xml" title="Wire &raquo; Comments" href="comments/feed">
<LINK REL="Alternate Home" TYPE="application/atom+xml; charset=utf-8" TITLE="Wire &amp; Co"
 HREF="atom.xml?format=1&amp;utm_source=x">
<link rel="alternate" type="application/feed+json" href="https://cdn.example/feed.json">
<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">
<link rel="alternate" type="application/atom+xml" href="atom.xml?format=1&utm_source=x"></head>"""


def test_a_page_names_its_feeds() -> None:
    """Feeds in the page's order, each once, comments last, addresses whole and absolute, only http(s)."""
    assert find_feeds(PAGE, "https://wire.example/") == (
        FoundFeed(
            url="https://wire.example/blog/atom.xml?format=1&utm_source=x",
            title="Wire & Co",
            type="application/atom+xml",
        ),
        FoundFeed(url="https://cdn.example/feed.json", type="application/feed+json"),
        FoundFeed(url="https://wire.example/blog/comments/feed", title="Wire » Comments", type="application/rss+xml"),
    )


@pytest.mark.parametrize("kind", ["type=entry", 'type="entry"', " TYPE=Entry ; charset=utf-8", "charset=x;type=entry"])
def test_an_entry_is_no_feed(kind: str) -> None:
    """A link to one entry's document is left out, however its type is written; `type=feed` is a feed."""
    link = "<link rel='alternate' type='application/atom+xml;{}' href='{}'>"
    page = link.format(kind, "/entry.xml") + link.format("type=feed", "/feed.xml")
    assert [feed.url for feed in find_feeds(page, "https://wire.example/")] == ["https://wire.example/feed.xml"]


def test_a_page_is_told_from_a_feed() -> None:
    """By the first element: a feed under an HTML doctype is a feed."""
    assert is_html(PAGE)
    assert is_html("\n<!-- x --><?xml version='1.0'?><html xmlns='x'>")
    assert is_html("<title>x</title>")
    assert not is_html("<!DOCTYPE html><feed xmlns='http://www.w3.org/2005/Atom'>")
    assert not is_html("<?xml version='1.0'?><rss>")
    assert not is_html("<br /><b>Warning</b>: x<rss>")


@given(st.text(max_size=200))
@example("<![CD3T18[x]]>")
def test_any_page_can_be_searched(text: str) -> None:
    """No page makes the search fail."""
    find_feeds(f"<html><link {text}>{text}", "https://wire.example/")
    is_html(text)
