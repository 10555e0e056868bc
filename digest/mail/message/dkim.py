"""DKIM signatures (RFC 6376), for where no MTA signs: RSA of 2048 bits or more, Ed25519 (RFC 8463) as a second. Pure.

Both canonicalisations are relaxed. The headers that a reader or a mail client acts on are signed once more often than
they occur: a second Subject or List-Unsubscribe put in front would otherwise pass unnoticed.
"""

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from digest.errors import DeliveryError
from digest.model import utc

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

#: Smaller keys are refused by large receivers (RFC 8301 3.2).
RSA_BITS = 2048
#: Signed, and signed once more than they occur, absent ones too.
OVERSIGNED = (
    "From",
    "To",
    "Subject",
    "Date",
    "Reply-To",
    "MIME-Version",
    "Content-Type",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
)
#: Signed where they are.
SIGNED = (
    "Message-ID",
    "List-Id",
    "List-Post",
    "List-Help",
    "List-Owner",
    "List-Archive",
    "Archived-At",
    "Feedback-ID",
    "Auto-Submitted",
    "Precedence",
)
#: `h=` and `b=` fold here, so that no line is longer than RFC 5322 2.1.1 advises.
_FOLD_AT = 68
_BLANKS = re.compile(rb"[ \t]+")
_UNFOLD = re.compile(rb"\r\n(?=[ \t])")
_FIELD = re.compile(rb"^([!-9;-~]+):((?:.*\r\n)(?:[ \t].*\r\n)*)", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """One key of one domain."""

    domain: str
    selector: str
    key: "RSAPrivateKey | Ed25519PrivateKey"

    @property
    def algorithm(self) -> str:
        """The `a=` tag."""
        return "rsa-sha256" if hasattr(self.key, "decrypt") else "ed25519-sha256"


def signer(*, domain: str, selector: str, pem: bytes) -> Signer:
    """A signer from a private key in PEM (PKCS #8 or PKCS #1, without a password).

    DeliveryError: it is no such key, or an RSA key of less than 2048 bits.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise DeliveryError(f"the DKIM key of {domain} cannot be read: give a PEM file without a password") from error
    if isinstance(key, RSAPrivateKey) and key.key_size >= RSA_BITS:
        return Signer(domain=domain, selector=selector, key=key)
    if isinstance(key, Ed25519PrivateKey):
        return Signer(domain=domain, selector=selector, key=key)
    raise DeliveryError(f"the DKIM key of {domain} must be RSA with {RSA_BITS} bits or more, or Ed25519")


def sign(data: bytes, signers: Sequence[Signer], *, now: datetime) -> bytes:
    """The message with a DKIM-Signature in front for each signer. `data` is RFC 5322 with CRLF."""
    head, _, body = data.partition(b"\r\n\r\n")
    fields = _FIELD.findall(head + b"\r\n")
    body_hash = base64.b64encode(hashlib.sha256(relaxed_body(body)).digest())
    return b"".join(_signature(fields, body_hash, each, utc(now)) for each in signers) + data


def public_record(signer: Signer) -> str:
    """The TXT record that `<selector>._domainkey.<domain>` must have."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    public = signer.key.public_key()
    if signer.algorithm == "rsa-sha256":
        data, kind = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo), "rsa"
    else:
        data, kind = public.public_bytes(Encoding.Raw, PublicFormat.Raw), "ed25519"
    return f"v=DKIM1; k={kind}; p={base64.b64encode(data).decode()}"


def relaxed_header(name: bytes, value: bytes) -> bytes:
    """RFC 6376 3.4.2, with its CRLF."""
    return name.lower().strip() + b":" + _BLANKS.sub(b" ", _UNFOLD.sub(b"", value)).strip() + b"\r\n"


def relaxed_body(body: bytes) -> bytes:
    """RFC 6376 3.4.4: blanks run together, none at line ends, no empty lines at the end."""
    lines = [_BLANKS.sub(b" ", line).rstrip(b" ") for line in body.split(b"\r\n")]
    text = b"\r\n".join(lines).rstrip(b"\r\n")
    return text + b"\r\n" if text else b""


def _signature(fields: list[tuple[bytes, bytes]], body_hash: bytes, signer: Signer, now: datetime) -> bytes:
    names, signed = _chosen(fields)
    tags = (
        f" v=1; a={signer.algorithm}; c=relaxed/relaxed;\r\n d={signer.domain}; s={signer.selector};\r\n"
        f" t={int(now.timestamp())};\r\n h={_folded(names)};\r\n bh={body_hash.decode()};\r\n b="
    ).encode()
    # The signature covers itself, its value empty and without the line's end (RFC 6376 3.7).
    material = signed + relaxed_header(b"DKIM-Signature", tags)[:-2]
    value = base64.b64encode(_signed(signer, material))
    lines = [value[at : at + _FOLD_AT] for at in range(0, len(value), _FOLD_AT)]
    return b"DKIM-Signature:" + tags + b"\r\n ".join(lines) + b"\r\n"


def _chosen(fields: list[tuple[bytes, bytes]]) -> tuple[list[str], bytes]:
    """The names for `h=`, and the canonical headers: of several with one name the last comes first (5.4.2)."""
    names: list[str] = []
    signed = b""
    for wanted in (*OVERSIGNED, *SIGNED):
        found = [(name, value) for name, value in fields if name.lower() == wanted.lower().encode()]
        signed += b"".join(relaxed_header(name, value) for name, value in reversed(found))
        names += [wanted] * (len(found) + (wanted in OVERSIGNED))
    return names, signed


def _folded(names: list[str]) -> str:
    lines = [""]
    for name in names:
        joined = f"{lines[-1]}:{name}" if lines[-1] else name
        if len(joined) > _FOLD_AT:
            lines[-1] += ":"
            lines.append(name)
        else:
            lines[-1] = joined
    return "\r\n  ".join(lines)


def _signed(signer: Signer, material: bytes) -> bytes:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256

    if isinstance(signer.key, Ed25519PrivateKey):
        # RFC 8463 3: Ed25519 signs the hash, not the text.
        return signer.key.sign(hashlib.sha256(material).digest())
    return signer.key.sign(material, PKCS1v15(), SHA256())
