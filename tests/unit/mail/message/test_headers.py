"""Header fields: no text from outside can add one, break one or hide in one."""

import base64
import email
import email.policy
import quopri
import re
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digest.errors import UsageError
from digest.mail.message.headers import (
    TEXT_LIMIT,
    header_address,
    header_text,
    mailboxes,
    one_line,
    raw,
    shorten,
    unstructured,
)
from digest.model import Mailbox

#: What has broken mailers: folding, encoded words, separators, marks, surrogates, scripts, joiners.
NASTY = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from('\r\n\0\x0b\x0c\x85\u2028\u2029\u202e\u200c\u200d\ue000\ud800=?_ "\\<>@,:;.اأ中é😀'),
    ),
    max_size=200,
)
INJECTION = "=?utf-8?q?a=0D=0ABcc:_x@y.z?= tail"


def read_back(field: bytes) -> EmailMessage:
    """The field as the standard library reads it, in front of a body."""
    return email.message_from_bytes(field + b"\r\nbody", policy=email.policy.default)


@given(NASTY)
@example(INJECTION)
@example("a\r\nBcc: eve@example.net")
@example("\u2028Bcc: x\x85Bcc: y\x0bBcc: z\0")
@example("=?" * 80)
@example("x" * 300)
@example("é" * 300)
@example("a " * 60 + "é")
def test_a_subject_is_one_field_and_says_what_was_cleaned(text: str) -> None:
    """Whatever the title, one Subject comes back, with the cleaned text in it, in lines of at most 998 bytes."""
    field = unstructured("Subject", text)
    message = read_back(field)
    assert message.keys() == ["Subject"]
    assert not message.defects
    assert not message["Subject"].defects
    assert str(message["Subject"]).strip() == header_text(text)
    assert all(len(line) <= 998 and b"\r" not in line and b"\n" not in line for line in field[:-2].split(b"\r\n"))
    assert field.isascii()
    assert field.endswith(b"\r\n")


@given(NASTY)
@example(INJECTION)
@example('"; Bcc: eve@example.net')
@example("\\")
@example("a@b.example, c@d.example")
@example("<eve@example.net>")
@example("آنا")
@example("00000000¡¡¡¡¡𐀀𐀀𐀀𐀀𐀀𐀀𐀀")
def test_a_display_name_stays_a_display_name(name: str) -> None:
    """Whatever the name, To holds exactly the one address, and the cleaned name beside it."""
    field = mailboxes("To", Mailbox(address="ana@example.org", name=name))
    message = read_back(field)
    assert message.keys() == ["To"]
    (address,) = message["To"].addresses
    assert address.addr_spec == "ana@example.org"
    # The modern parser puts a blank between two encoded words of a phrase, against RFC 2047 6.2; the old one does not.
    shown, _ = parseaddr(field.decode().removeprefix("To: "))
    assert str(make_header(decode_header(shown))) == header_text(name)


@given(NASTY)
def test_cleaned_text_is_clean(text: str) -> None:
    """Nothing that ends a line, hides, or turns the reading direction is left; joiners stay."""
    line = one_line(text)
    assert not set(line) & set("\r\n\0\x0b\x0c\x85\u2028\u2029\u202a\u202e\u2066\u2069\u200b\ufeff\ue000\ue001\ud800")
    assert line == one_line(line)
    assert "  " not in line
    assert (line.count("\u200c"), line.count("\u200d")) == (text.count("\u200c"), text.count("\u200d"))
    assert "=?" not in header_text(text)
    assert len(header_text(text)) <= TEXT_LIMIT


@given(NASTY, st.integers(10, 60))
def test_shortening_keeps_within_the_limit(text: str, limit: int) -> None:
    """A shortened text is within its limit, and is a beginning of the original with an ellipsis."""
    short = shorten(text, limit)
    assert len(short) <= limit
    assert short == text or (short.endswith("…") and text.startswith(short[:-1]))


def test_a_long_title_is_cut_at_a_word() -> None:
    """A title of 200 characters ends at a word, and with an ellipsis."""
    assert header_text("seven " * 40).endswith("seven…")


@pytest.mark.parametrize(
    "address",
    [
        "x@e.org>\r\nRCPT TO:<v@example.org",
        "a@example.org\0",
        "a b@example.org",
        "<a@example.org>",
        "a@example.org,b@example.org",
        "=?utf-8?q?x?=@example.org",
        "plain",
        "@example.org",
        "a@",
        "a@-.",
        "ü@example.org",
        "a@\u202eexample.org",
        "a@" + "e" * 260 + ".org",
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    """An address with a line break, a bracket, a comma or a blank never reaches a header or the wire."""
    with pytest.raises(UsageError, match=r"cannot stand in a message|domain that cannot be"):
        header_address(address)


def test_a_domain_of_other_letters_goes_in_idna() -> None:
    """bücher.example is written as DNS knows it, in header and envelope."""
    assert header_address("ana@Bücher.example") == "ana@xn--bcher-kva.example"
    assert mailboxes("To", Mailbox(address="ana@bücher.example")) == b"To: ana@xn--bcher-kva.example\r\n"


@pytest.mark.parametrize("value", ["a\r\nBcc: x", "ü", "a\tb", "x" * 990, "\0"])
def test_a_raw_value_is_checked(value: str) -> None:
    """A raw field takes visible ASCII on one line of at most 998, or nothing."""
    with pytest.raises(ValueError, match="cannot stand in a header"):
        raw("List-Unsubscribe", value)


def test_a_long_uri_stays_on_one_line() -> None:
    """A List-Unsubscribe of 300 characters is neither folded nor encoded."""
    uri = "<https://news.example.org/u/" + "x" * 300 + ">"
    assert raw("List-Unsubscribe", uri) == b"List-Unsubscribe: " + uri.encode() + b"\r\n"


@given(st.text(st.sampled_from("aB 7é\u200cایрж中漢😀,?="), min_size=1, max_size=150))
@example("a" + "中" * 60)
@example("ایران و روسیه درباره سوریه و تحریم‌ها در تهران گفتگو کردند و بیانیه دادند")
def test_only_the_last_encoded_word_is_padded(text: str) -> None:
    """A word in base64 that another one follows ends without "=": some mail clients drop what comes behind it."""
    for field in (unstructured("Subject", text), mailboxes("To", Mailbox(address="ana@example.org", name=text))):
        words = re.findall(rb"=\?utf-8\?([qb])\?([^?]*)\?=", field)
        assert not [payload for kind, payload in words[:-1] if kind == b"b" and payload.endswith(b"=")]
        assert all(len(payload) <= 63 for _, payload in words)
        assert "".join(_decoded(*word) for word in words) == (header_text(text) if words else "")


def _decoded(kind: bytes, payload: bytes) -> str:
    """An encoded word's text; each holds whole characters."""
    data = base64.b64decode(payload) if kind == b"b" else quopri.decodestring(payload, header=True)
    return data.decode()
