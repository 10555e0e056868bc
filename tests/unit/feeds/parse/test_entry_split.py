"""Cutting known entries out of a document."""

import re
from xml.parsers.expat import ExpatError

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.errors import ParseError
from digest.feeds.parse.entry_split import split, without
from tests.unit.feeds.parse.test_document import atom, memory, read, rss

ENTRY = "<item><guid>{0}</guid><title>T{0}</title></item>"


def cut(document: str) -> list[str]:
    """The entries that are found, as text."""
    data = document.encode()
    return [data[part.start : part.end].decode() for part in split(data) or ()]


def test_entries_are_found_where_they_stand() -> None:
    """Start and end are the bytes of the tags, whatever stands between, inside or in CDATA, in any alphabet."""
    entries = [
        ENTRY.format(1),
        "<item/>",
        '<item a="1"><title>ü — خبر</title><x><![CDATA[</item>]]></x><!-- </item> --></item >',
    ]
    assert cut(rss("\n".join(entries))) == entries
    assert cut(atom("<entry>a</entry>")) == ["<entry>a</entry>"]


@pytest.mark.parametrize("document", [rss(""), "<feed/>", rss("<item>a<item>b</item></item>")])
def test_where_there_are_no_plain_entries_there_is_no_cut(document: str) -> None:
    """No entries, and entries in entries, are not cut."""
    parsed = read(document)
    assert parsed.fingerprints == ()
    assert read(document, unchanged=memory(parsed)).items == parsed.items
    assert without(document.encode(), ()) == document.encode()


def test_a_malformed_or_deep_document_is_not_cut() -> None:
    """What expat does not read to the end has no entries."""
    with pytest.raises(ExpatError):
        split(rss("<item>").encode())
    with pytest.raises(ParseError, match="nested"):
        split(b"<a>" * 500)


def test_a_fingerprint_is_of_the_bytes_and_the_root() -> None:
    """One entry has one fingerprint; another root, or another byte that counts, makes another."""
    one, other = (split(rss(ENTRY.format(n)).encode()) or () for n in (1, 2))
    same, under_another_root = split(rss(ENTRY.format(1) * 1).encode()), split(atom(ENTRY.format(1)).encode())
    assert one
    assert same
    assert under_another_root
    assert one[0].fingerprint == same[0].fingerprint
    assert len({one[0].fingerprint, other[0].fingerprint, under_another_root[0].fingerprint}) == 3
    assert re.fullmatch("[0-9a-f]{16}", one[0].fingerprint)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 12), max_size=10), st.lists(st.integers(0, 12), max_size=10))
def test_reading_with_memory_gives_what_is_new_and_misses_nothing(before: list[int], after: list[int]) -> None:
    """Of any two successive documents: all keys are shown, and exactly those not seen before are given."""
    first = read(rss("".join(ENTRY.format(n) for n in before)))
    whole = read(rss("".join(ENTRY.format(n) for n in after)))
    second = read(rss("".join(ENTRY.format(n) for n in after)), unchanged=memory(first))
    assert second.shown == whole.shown
    assert second.fingerprints == whole.fingerprints
    assert second.items == tuple(item for item in whole.items if item.key not in first.shown)
