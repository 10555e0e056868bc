"""JSON Feed."""

import json
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from digest.errors import ParseError
from tests.unit.feeds.parse.test_document import memory, read

FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "Wire & Co",
    "home_page_url": "https://wire.example/",
    "language": "en-GB",
    "authors": [{"name": "Desk"}],
    "items": [
        {
            "id": "1",
            "url": "story/1?utm_source=json",
            "title": "A < B & C",
            "content_html": "<p>One</p><p>two</p>",
            "summary": "Short",
            "date_published": "2026-03-01T08:00:00+01:00",
            "date_modified": "2026-03-01T09:00:00Z",
            "authors": [{"name": "Ana"}, {"name": "Bo"}],
            "tags": ["World", 7],
            "language": "de",
        },
        {"id": 2, "external_url": "https://other.example/x", "content_text": "Only <text>", "author": {"name": "Cy"}},
    ],
}


def test_a_json_feed_is_read() -> None:
    """Version 1.1 and 1.0, numbers as ids, relative links, feed-wide authors and language."""
    parsed = read(json.dumps(FEED), content_type="application/feed+json")
    one, two = parsed.items
    assert (parsed.title, parsed.link) == ("Wire & Co", "https://wire.example/")
    assert (one.key, one.title, one.summary, one.body) == ("1", "A < B & C", "Short", "One two")
    assert one.link == "https://wire.example/feeds/story/1"
    assert one.published == datetime(2026, 3, 1, 7, tzinfo=UTC)
    assert (one.authors, one.categories, one.language) == (("Ana", "Bo"), ("World",), "de")
    assert (two.key, two.link, two.title) == ("2", "https://other.example/x", "Only <text>")
    assert (two.authors, two.language, two.publisher) == (("Cy",), "en-gb", "Wire & Co")


def test_known_items_are_not_read_again() -> None:
    """An item that stands there as before is shown, not given."""
    before = read(json.dumps(FEED))
    assert read(json.dumps(FEED), unchanged=memory(before)).items == ()
    assert read(json.dumps(FEED), unchanged=memory(before)).shown == before.shown


VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inside: (
        st.lists(inside, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "url", "title", "content_html", "date_published", "authors", "tags", "summary"]),
            inside,
        )
    ),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(st.lists(VALUES, max_size=3), VALUES, VALUES)
def test_wrong_types_are_read_or_refused(items: list[object], title: object, authors: object) -> None:
    """No value of a wrong type, anywhere, makes reading fail in another way than a ParseError."""
    try:
        read(
            json.dumps(
                {"version": "https://jsonfeed.org/version/1", "title": title, "authors": authors, "items": items}
            )
        )
    except ParseError:
        pass
