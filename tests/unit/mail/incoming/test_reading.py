"""Whose wish a message is: tokens in the subject and the first own line count, those that are quoted do not."""

from base64 import b64encode
from email.header import Header
from email.mime.text import MIMEText
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.mail.incoming.arrivals import TOKEN, read_incoming
from digest.mail.message.token import Purpose, mint, read

KEY = b"k" * 32
WHO = "00112233445566aa"
TOKENS = mint(Purpose.UNSUBSCRIBE, subscriber=WHO, list_id="list", key=KEY)
OWN = f"unsubscribe {TOKENS}"
LINK = f"mailto:desk@news.example?subject=unsubscribe%20{TOKENS}"
CUT = f"{TOKENS[:20]}\n{TOKENS[20:]}"


def asks(raw: bytes, token: str = TOKENS) -> bool:
    """Whether the token is found in a message."""
    return token in read_incoming(raw).tokens


def body(text: str, subject: str = "Re: News digest", kind: str = "plain") -> bytes:
    """A message with this text."""
    mail = MIMEText(text, kind, "utf-8")
    mail["Subject"] = subject
    return mail.as_bytes()


ENCODED = Header(f"désabonner {TOKENS}", "utf-8", maxlinelen=40).encode()


@pytest.mark.parametrize(
    "raw",
    [
        f"Subject: {OWN}\n\n".encode(),
        f"Subject: Fwd: unsubscribe\n {TOKENS}\n\n".encode(),
        f"Subject: unsubscribe {TOKENS[:30]}\n {TOKENS[30:]}\n\n".encode(),
        f"Subject: {ENCODED}\n\nbonjour".encode(),
        f"Subject: =?utf-8?B?{b64encode(OWN.encode()).decode()}?=\n\n".encode(),
        f"Subject: Automatic reply: {OWN}\nAuto-Submitted: auto-replied\n\nI am away.".encode(),
        f"Content-Transfer-Encoding: quoted-printable\n\n\nleave {TOKENS[:9]}=\n{TOKENS[9:]}\n".encode(),
        f"Subject: x\n\n{TOKENS[:9]}=\n{TOKENS[9:]}\n".encode(),
        body(OWN),
        body(f"\n\n<{LINK}>\n"),
        body(f"<{LINK.replace(TOKENS, CUT)}>"),
        body(f"{CUT}\n\n> old\n"),
        body(f"unsubscribe\u00a0{TOKENS[:8]}\u200b{TOKENS[8:]}."),
        body(f"{OWN}\n\n-----Original Message-----\nFrom: Digest\n"),
        body(f"{OWN}\nOn Friday, Digest wrote:\n> news\n"),
        body(f"> On Friday\n> news\n\n{OWN}\n"),
        body(f"On Friday, Digest <d@news.example>\nwrote:\n\n> news\n> more\n\n{OWN}\n"),
        body(f"<p>&nbsp;</p><div>{OWN}</div><blockquote>news</blockquote>", kind="html"),
        body(f"<blockquote>news<blockquote>old</blockquote>x</blockquote><p>{OWN}</p>", kind="html"),
    ],
)
def test_a_token_in_the_subject_or_the_first_own_line_is_found(raw: bytes) -> None:
    """Folded, encoded, wrapped, in a link, above or below what is quoted, in plain text or HTML."""
    assert asks(raw)


@pytest.mark.parametrize(
    "raw",
    [
        body(f"> {OWN}\n"),
        body(f"Thank you!\n\n> {OWN}\n"),
        body(f"Thank you!\n{OWN}\n"),
        body(f"On Friday, Digest wrote:\n\n> {OWN}\n> bye\n"),
        body(f"> Unsubscribe: mailto:desk@news.example?subject=unsubscribe%20\n{TOKENS}\n> bye\n"),
        body(f"> news\n> Unsubscribe:\n\n{TOKENS}\n> bye\n"),
        body(f"Thanks\n\n-----Original Message-----\nFrom: Digest\n\nUnsubscribe: {LINK}\n"),
        body(f"\n________________________________\nFrom: Digest\nSubject: News\n\nUnsubscribe: <{LINK}>\n"),
        body(f"---------- Forwarded message ---------\nFrom: Digest\n\nNews\n{LINK}\n", "Fwd: News digest"),
        body(f"Begin forwarded message:\n\n> From: Digest\n> {LINK}\n", "Fwd: News digest"),
        body(f"I am away until Monday.\n\n> {LINK}\n", "Automatic reply: News digest"),
        body(f'<div>Thanks</div><div class="gmail_quote"><div>x</div><p>{OWN}</p></div>', kind="html"),
        body(f"<blockquote><div><p>{OWN}</p></div></blockquote>", kind="html"),
        body(f'<p>News</p><a href="{LINK}">Unsubscribe</a>', kind="html"),
        body(f"unsubscribe {TOKENS}A"),
        body(f"unsubscribe A{TOKENS}"),
        b"Subject: Fwd\nContent-Type: message/rfc822\n\n" + body(OWN, OWN),
    ],
)
def test_a_token_that_is_quoted_says_nothing(raw: bytes) -> None:
    """A reply, an answer by a machine and a forwarded digest quote one: nobody wishes anything by that."""
    assert not asks(raw)


@given(
    subscriber=st.binary(min_size=8, max_size=8),
    cuts=st.sets(st.integers(1, TOKEN - 1), max_size=3),
    gap=st.sampled_from(["\n ", " ", "\r\n\t", "=\r\n "]),
    before=st.text(st.characters(min_codepoint=32, max_codepoint=126, exclude_characters="%=?<>|"), max_size=40),
    encoded=st.booleans(),
)
def test_any_token_is_found_however_it_is_cut(
    subscriber: bytes, cuts: set[int], gap: str, before: str, *, encoded: bool
) -> None:
    """Whatever stands before it, and wherever up to three breaks fall."""
    token = mint(Purpose.UNSUBSCRIBE, subscriber=subscriber.hex(), list_id="list", key=KEY)
    at = [0, *sorted(cuts), TOKEN]
    pieces = [token[a:b] for a, b in pairwise(at)]
    subject = Header(f"{before} {token}", "utf-8").encode() if encoded else f"{before} : {gap.join(pieces)}"
    assert asks(f"Subject: {subject}\n\nhello\n".encode(), token)


@given(st.binary(max_size=2_000))
def test_any_bytes_are_read(raw: bytes) -> None:
    """No message does anything but be read, and what is found in it has a token's length."""
    assert all(len(one) == TOKEN for one in read_incoming(raw).tokens)


@given(st.integers(0, TOKEN - 1), st.sampled_from("AQgw_-z9"))
def test_a_changed_character_makes_no_token_of_ours(at: int, letter: str) -> None:
    """It is found, and its signature is wrong."""
    changed = TOKENS[:at] + letter + TOKENS[at + 1 :]
    found = read_incoming(body(f"unsubscribe {changed}")).tokens
    ours = [read(one, purpose=Purpose.UNSUBSCRIBE, list_id="list", keys={0: KEY}) for one in found]
    assert any(ours) == (changed == TOKENS)
