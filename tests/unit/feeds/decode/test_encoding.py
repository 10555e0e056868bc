"""Which characters a document's bytes are."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.errors import ParseError
from digest.feeds.decode.encoding import decode

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
        (codecs.BOM_UTF32_LE + declared("utf-32").encode("utf-32-le"), "", WORDS),
        (codecs.BOM_UTF16_BE + declared("utf-16").encode("utf-16-be"), "", WORDS),
        (declared("utf-32").encode("utf-32-be"), "", WORDS),
        (declared("cp037", "Zürich, größer").encode("cp037"), "", "Zürich, größer"),
        (codecs.BOM_UTF32_BE + declared("utf-32").encode("utf-32-be"), "", WORDS),
        (declared("utf-16").encode("utf-16-be"), "", WORDS),
        (declared("utf-16").encode("utf-16-le"), "text/xml; charset=utf-8", WORDS),
        (declared("utf-16").encode("utf-32-le"), "", WORDS),
        (f'{{"x":"{WORDS}"}}'.encode("utf-16-le"), "", WORDS),
    ],
)
def test_a_document_is_read_in_the_encoding_that_it_is_in(body: bytes, content_type: str, words: str) -> None:
    """Mark, shape, declaration, HTTP charset, in this order, as far as the bytes agree."""
    assert words in decode(body, content_type).text


CYRILLIC = "Иран возобновляет экспорт нефти"
HEBREW = "השיחות הסתיימו בג׳נבה אתמול"
PERSIAN = "ايران صادرات نفت را از سر گرفت"
GREEK = "Το Ιράν ξεκινά πάλι τις εξαγωγές"
THAI = "อิหร่านกลับมาส่งออกน้ำมัน"
JAPANESE = "イランは石油の輸出を再開した"
SIMPLIFIED = "伊朗的石油出口在本周恢复了"
TRADITIONAL = "伊朗的石油出口在這個星期恢復了"
KOREAN = "이란이 석유 수출을 재개했다"


def test_a_mark_outweighs_all_that_is_said() -> None:
    """What begins with UTF-8's own mark is UTF-8, whatever server and document say; nobody is warned."""
    body = codecs.BOM_UTF8 + declared("iso-8859-1").encode()
    found = decode(body, "text/xml; charset=windows-1251")
    assert (found.encoding, found.warnings) == ("utf-8", ())
    assert WORDS in found.text


@pytest.mark.parametrize(
    ("labels", "codec", "words"),
    [
        (
            "cp-1251 win-1251 windows1251 x-cp1251 x-cp-1251 win1251 Windows_1251 ansi-1251 ms-1251 ms-cyrl",
            "cp1251",
            CYRILLIC,
        ),
        ("koi8 koi8r koi-8-r KOI8_R x-koi8-r", "koi8-r", CYRILLIC),
        ("koi8-ru koi8u", "koi8-u", CYRILLIC),
        ("iso_8859_5 iso88595 8859-5 cyrillic", "iso8859-5", CYRILLIC),
        ("x-mac-cyrillic x-mac-ukrainian", "mac-cyrillic", CYRILLIC),
        ("ibm866 cp866 866", "cp866", CYRILLIC),
        ("cp-1256 x-cp1256 win-1256 ms-arab", "cp1256", PERSIAN),
        ("cp-1255 win1255 ms-hebr", "cp1255", HEBREW.replace("׳", "'")),
        ("iso-8859-8-i iso-8859-8-e iso-8859-8 logical visual hebrew iso8859_8", "iso8859-8", HEBREW.replace("׳", "'")),
        ("cp-1253 windows1253 ms-greek", "cp1253", GREEK),
        ("windows-874 dos-874 tis-620 iso-8859-11 tis620 thai", "cp874", THAI),
        ("cp932 win932 x-sjis shift-jis sjis ms_kanji windows-31j Shift_JIS s-jis", "cp932", JAPANESE),
        ("x-euc-jp euc_jp eucjp", "euc_jp", JAPANESE),
        ("cp936 win936 x-gbk gb_2312-80 gb2312 gb-2312 gbk chinese x-gb18030 gb18030-2000", "gb18030", SIMPLIFIED),
        ("cp950 win950 big-5 x-x-big5 big5-hkscs cn-big5", "big5", TRADITIONAL),
        ("euckr ks_c_5601-1987 x-windows-949 korean", "cp949", KOREAN),
        ("turkish latin5 windows1254", "cp1254", "İran petrol ihracatına yeniden başladı"),
        ("ms-ansi", "cp1252", "Zürich – größer, Ça"),
        ("x-cp1250 win-1250 ms-ee", "cp1250", "Írán opět vyváží ropu, řekl ministr"),
        ("x-mac-roman macintosh", "mac-roman", WORDS.replace("ó", "o")),
        ("utf utf8 utf_8 UTF-8-BOM utf8mb4 unicode-1-1-utf-8 x-utf-8", "utf-8", CYRILLIC),
    ],
)
def test_an_encoding_goes_by_many_names(labels: str, codec: str, words: str) -> None:
    """The web's own labels and the usual misspellings are understood, and nobody is warned."""
    for label in labels.split():
        found = decode(declared(label, words).encode(codec))
        assert words in found.text, label
        assert found.warnings == (), label


@pytest.mark.parametrize("label", ["utf-16", "UTF-16LE", "ucs-2", "utf-32", "cp037", "utf-7"])
def test_what_was_read_as_ascii_is_in_no_such_encoding(label: str) -> None:
    """A document that says in ASCII that it is UTF-16 is UTF-8, or what its letters say; that is told."""
    for codec, words in (("utf-8", WORDS), ("cp1251", CYRILLIC)):
        found = decode(declared(label, words).encode(codec))
        assert words in found.text
        assert found.warnings == (f"it is said to be in “{label}”, which is unknown or does not fit: read as {codec}",)
        assert words in decode(f"<rss>{words}</rss>".encode(codec), f"text/xml; charset={label}").text


@pytest.mark.parametrize(
    ("codec", "words"),
    [("cp1251", CYRILLIC), ("koi8-u", CYRILLIC), ("iso8859-5", CYRILLIC), ("cp1256", PERSIAN), ("cp1255", HEBREW),
     ("cp1253", GREEK), ("cp874", THAI), ("euc_jp", JAPANESE), ("cp932", JAPANESE), ("gb18030", SIMPLIFIED),
     ("big5hkscs", TRADITIONAL), ("cp949", KOREAN), ("cp1252", "Zürich – größer, Ça, c’est l’été à Besançon")],
)  # fmt: skip
def test_letters_tell_an_encoding_that_nothing_names(codec: str, words: str) -> None:
    """Without a name that helps, words of one script are taken for what they are, others for windows-1252; told."""
    body = f"<rss><title>{words}</title> Reuters 2026. {words}</rss>".replace("׳", "'").encode(codec)
    found = decode(body)
    assert words.replace("׳", "'") in found.text
    assert found.warnings == (f"it names no encoding: read as {codec}",)
    assert decode(b"<?xml version='1.0' encoding='x-unknown'?>" + body).encoding == codec


def test_a_document_in_another_encoding_may_be_cut_off_or_hold_a_slip() -> None:
    """A character that is broken does not garble all the others."""
    for codec, words in (("gb18030", SIMPLIFIED), ("cp932", JAPANESE), ("cp1253", GREEK)):
        body = declared(codec.replace("18030", "k"), words * 4).encode(codec)
        assert words * 4 in decode(body + b"\xff").text


def test_what_can_only_be_utf8_is_utf8() -> None:
    """Whatever it is said to be."""
    found = decode(declared("windows-1251", CYRILLIC).encode())
    assert (CYRILLIC in found.text, found.encoding) == (True, "utf-8")
    assert found.warnings


def test_a_few_wrong_bytes_do_not_garble_the_rest() -> None:
    """UTF-8 with one windows-1252 byte in it, or cut off within a character, stays UTF-8."""
    text = ARABIC * 3
    assert decode(declared("utf-8", text).encode() + b" \x93x\x94").text.endswith("“x”")
    assert text in decode(declared("utf-8", text).encode() + "م".encode()[:1]).text


def test_bytes_that_are_not_utf8_at_all_are_read_as_the_web_does() -> None:
    """Without any declaration, what is not UTF-8 is windows-1252."""
    assert decode(b"<rss>caf\xe9 \x80</rss>").text == "<rss>café €</rss>"


@pytest.mark.parametrize("body", [b"", b" \r\n\t", b"\0" * 1000])
def test_nothing_is_an_empty_document(body: bytes) -> None:
    """No bytes, white space and zeros are named as an empty document."""
    with pytest.raises(ParseError, match="empty"):
        decode(body)


@given(st.binary(min_size=1, max_size=200), st.text(max_size=40))
def test_whatever_comes_there_is_text_or_a_parse_error(body: bytes, content_type: str) -> None:
    """No bytes and no header make decoding fail in another way."""
    try:
        text = decode(body, content_type).text
    except ParseError:
        return
    text.encode("utf-8", "replace")
