"""DKIM: what we sign, dkimpy verifies, and nothing can be changed or put in front."""

from datetime import UTC, datetime

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import example, given
from hypothesis import strategies as st

from digest.errors import DeliveryError
from digest.mail.message.dkim import OVERSIGNED, Signer, public_record, relaxed_body, sign, signer

NOW = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
DATA = (
    b'From: "Desk" <desk@news.example.org>\r\nTo: ana@example.org\r\nSubject: Truce in\r\n doubt\r\n'
    b"Date: Sun, 22 Nov 2026 07:00:00 +0000\r\nMessage-ID: <a@news.example.org>\r\n"
    b"List-Unsubscribe: <mailto:out@news.example.org>\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n\r\nOne  line \r\n\r\nanother\t\r\n\r\n\r\n"
)


def pem(key: object) -> bytes:
    """A private key as PKCS #8."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())  # type: ignore[attr-defined,no-any-return]


RSA = signer(domain="news.example.org", selector="s1", pem=pem(generate_rsa(65537, 2048)))
ED25519 = signer(domain="news.example.org", selector="e1", pem=pem(Ed25519PrivateKey.generate()))


def verified(data: bytes, *, index: int = 0, keys: tuple[Signer, ...] = (RSA, ED25519)) -> bool:
    """What dkimpy says of the signature at `index`, with our records as DNS."""
    records = {f"{key.selector}._domainkey.{key.domain}.".encode(): public_record(key).encode() for key in keys}
    try:
        result: bool = dkim.DKIM(data).verify(idx=index, dnsfunc=lambda name, timeout=5: records.get(name))
    except dkim.DKIMException:
        return False
    return result


@pytest.mark.parametrize("key", [RSA, ED25519], ids=["rsa", "ed25519"])
def test_a_signature_verifies(key: Signer) -> None:
    """A signed message verifies with dkimpy, by either kind of key."""
    assert verified(sign(DATA, [key], now=NOW))


def test_two_signatures_verify() -> None:
    """RSA and Ed25519 stand side by side, and each verifies."""
    data = sign(DATA, [RSA, ED25519], now=NOW)
    assert data.endswith(DATA)
    assert verified(data, index=0)
    assert verified(data, index=1)


@pytest.mark.parametrize("name", OVERSIGNED)
def test_nothing_can_be_put_in_front(name: str) -> None:
    """A second header of any name that matters breaks the signature, wherever it is added."""
    data = sign(DATA, [RSA], now=NOW)
    forged = f"{name}: forged\r\n".encode()
    assert not verified(forged + data)
    assert not verified(data.replace(b"\r\nMIME-Version", b"\r\n" + forged + b"MIME-Version"))


@pytest.mark.parametrize(
    "change", [(b"another", b"changed"), (b"Truce", b"Truth"), (b"<a@", b"<b@"), (b"out@", b"in@")]
)
def test_a_change_is_seen(change: tuple[bytes, bytes]) -> None:
    """A changed body or signed header breaks the signature."""
    assert not verified(sign(DATA, [RSA], now=NOW).replace(*change))


def test_relays_may_refold() -> None:
    """Other folding and blanks at line ends, as relays do, leave it valid."""
    data = sign(DATA, [RSA], now=NOW)
    assert verified(data.replace(b"Truce in\r\n doubt", b"Truce   in doubt").replace(b"One  line ", b"One line"))


@given(st.lists(st.text(" \ta.=-ä", max_size=8).map(str.encode), max_size=6))
@example([])
@example([b"", b""])
@example([b" \t", b""])
@example([b"a"])
def test_any_body_verifies(lines: list[bytes]) -> None:
    """Whatever the body's lines are, its canonical form is the one that dkimpy computes."""
    body = b"".join(line + b"\r\n" for line in lines)
    assert verified(sign(DATA.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" + body, [ED25519], now=NOW))
    assert relaxed_body(relaxed_body(body)) == relaxed_body(body)


def test_weak_and_foreign_keys_are_refused() -> None:
    """A 1024-bit RSA key, an elliptic-curve key and a text that is not a key are refused in words."""
    for wrong in (pem(generate_rsa(65537, 1024)), pem(generate_private_key(SECP256R1())), b"no key"):
        with pytest.raises(DeliveryError, match="DKIM key of news"):
            signer(domain="news.example.org", selector="s1", pem=wrong)


def test_lines_stay_short() -> None:
    """No line of a signature is longer than 78 characters."""
    head = sign(DATA, [RSA, ED25519], now=NOW).removesuffix(DATA)
    assert max(map(len, head.split(b"\r\n"))) <= 78
