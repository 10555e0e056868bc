"""Which characters a document's bytes are."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.errors import ParseError
from digest.feeds.encoding import decode

WORDS = "Zürich – größer, Kraków"
ARABIC = "السلام عليكم"


def declared(name: str, text: str = WORDS) -> str:
    """A document that names its encoding."""
    return f"<?xml version='1.0' encoding='{name}'?><rss>{text}</rss>"


@pytest.mark.parametrize(
    ("body", "content_type", "words"),
    [
        (declared("utf-8").encode(), "", WORDS),
        (declared("utf-8").encode(), "text/xml; charset=iso-8859-1", WORDS),
        (declared("windows-1256", ARABIC).encode("cp1256"), "application/xml; charset=utf-8", ARABIC),
        (declared("iso-8859-1").encode(), "", WORDS),
        (f"<rss>{ARABIC}</rss>".encode("cp1256"), "text/xml; charset=windows-1256", ARABIC),
        (f"<rss>{WORDS}</rss>".encode(), "text/xml; charset=us-ascii", WORDS),
        (declared("gb2312", "新闻镕").encode("gb18030"), "", "新闻镕"),
        (declared("iso-8859-1", "„cp1252“").encode("cp1252"), "", "„cp1252“"),
        (declared("no-such-code").encode(), "", WORDS),
        (declared("rot13").encode(), "", WORDS),
        (codecs.BOM_UTF8 + declared("iso-8859-1").encode(), "", WORDS),
        (codecs.BOM_UTF16_LE + declared("utf-16").encode("utf-16-le"), "", WORDS),
        (codecs.BOM_UTF32_BE + declared("utf-32").encode("utf-32-be"), "", WORDS),
        (declared("utf-16").encode("utf-16-be"), "", WORDS),
        (declared("utf-16").encode("utf-16-le"), "text/xml; charset=utf-8", WORDS),
        (declared("utf-16").encode("utf-32-le"), "", WORDS),
        (f'{{"x":"{WORDS}"}}'.encode("utf-16-le"), "", WORDS),
    ],
)
def test_a_document_is_read_in_the_encoding_that_it_is_in(body: bytes, content_type: str, words: str) -> None:
    """Mark, shape, declaration, HTTP charset, in this order, as far as the bytes agree."""
    assert words in decode(body, content_type)[0]


def test_a_few_wrong_bytes_do_not_garble_the_rest() -> None:
    """UTF-8 with one windows-1252 byte in it, or cut off within a character, stays UTF-8."""
    text = ARABIC * 3
    assert decode(declared("utf-8", text).encode() + b" \x93x\x94")[0].endswith("“x”")
    assert text in decode(declared("utf-8", text).encode() + "م".encode()[:1])[0]


def test_bytes_that_are_not_utf8_at_all_are_read_as_the_web_does() -> None:
    """Without any declaration, what is not UTF-8 is windows-1252."""
    assert decode(b"<rss>caf\xe9 \x80</rss>")[0] == "<rss>café €</rss>"


@pytest.mark.parametrize("body", [b"", b" \r\n\t", b"\0" * 1000])
def test_nothing_is_an_empty_document(body: bytes) -> None:
    """No bytes, white space and zeros are named as an empty document."""
    with pytest.raises(ParseError, match="empty"):
        decode(body)


@given(st.binary(min_size=1, max_size=200), st.text(max_size=40))
def test_whatever_comes_there_is_text_or_a_parse_error(body: bytes, content_type: str) -> None:
    """No bytes and no header make decoding fail in another way."""
    try:
        text, _ = decode(body, content_type)
    except ParseError:
        return
    text.encode("utf-8", "replace")
