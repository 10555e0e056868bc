"""Signed tokens: what stands in a link instead of an address, and proves that we wrote it. Pure.

A token is base64url without padding over `version, key id, purpose, subscriber (8), list (4), extra, HMAC (16)`:
42 characters for the common ones. The key id lets a key be replaced while links in old mail still work. A token for
one purpose opens nothing else, and one for another list nothing here.
"""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

_VERSION = 1
_MAC = 16
_HEAD = 3
_SUBSCRIBER = 8
_LIST = 4
_EXTRA_LIMIT = 32


class Purpose(IntEnum):
    """What a token opens."""

    UNSUBSCRIBE = 1
    PREFERENCES = 2
    CONFIRM = 3
    #: Bound to an item and a day by `extra`.
    SHARE = 4
    #: "Never mail me again" in a shared story.
    NO_SHARES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What a token says, once its signature has been found right."""

    purpose: Purpose
    #: The subscriber's id, 16 hex digits.
    subscriber: str
    extra: bytes = b""


def mint(purpose: Purpose, *, subscriber: str, list_id: str, key: bytes, key_id: int = 0, extra: bytes = b"") -> str:
    """A token. `subscriber` is 16 hex digits, `key_id` a byte, `extra` at most 32 bytes (ValueError otherwise)."""
    who = bytes.fromhex(subscriber)
    if len(who) != _SUBSCRIBER or len(extra) > _EXTRA_LIMIT:
        raise ValueError(f"a token's subscriber is {_SUBSCRIBER} bytes and its extra at most {_EXTRA_LIMIT}")
    body = bytes((_VERSION, key_id, purpose)) + who + _list_tag(list_id) + extra
    return urlsafe_b64encode(body + _mac(key, body)).rstrip(b"=").decode()


def read(token: str, *, purpose: Purpose, list_id: str, keys: Mapping[int, bytes]) -> Token | None:
    """What the token says; None if it is not ours, not whole, or for another purpose or list.

    The signature is compared in constant time; the reason is not told, so that nothing can be learned by trying.
    """
    data = _decoded(token)
    if data is None or not len(data) >= _HEAD + _SUBSCRIBER + _LIST + _MAC:
        return None
    body, mac = data[:-_MAC], data[-_MAC:]
    version, key_id, stated = body[:_HEAD]
    key = keys.get(key_id)
    if version != _VERSION or key is None or not hmac.compare_digest(mac, _mac(key, body)):
        return None
    rest = body[_HEAD:]
    if stated != purpose or rest[_SUBSCRIBER : _SUBSCRIBER + _LIST] != _list_tag(list_id):
        return None
    return Token(purpose=purpose, subscriber=rest[:_SUBSCRIBER].hex(), extra=rest[_SUBSCRIBER + _LIST :])


def bounce_address(bounces: str, *, subscriber: str, key: bytes) -> str:
    """A signed envelope sender (VERP): whoever bounces, tells us for whom, and nobody else can.

    Hex, since mail servers change the case of local parts: `bounces+<id><16 digits of HMAC>@...`.
    """
    local, _, domain = bounces.rpartition("@")
    return f"{local}+{subscriber}{_bounce_mac(key, subscriber)}@{domain}"


def bounced_subscriber(address: str, *, bounces: str, keys: Mapping[int, bytes]) -> str | None:
    """The subscriber whom a bounce to this address tells of; None if we never sent from it."""
    local, _, domain = bounces.lower().rpartition("@")
    address = address.lower()
    if not (address.startswith(local + "+") and address.endswith("@" + domain)):
        return None
    signed = address[len(local) + 1 : -len(domain) - 1]
    subscriber, mac = signed[: 2 * _SUBSCRIBER], signed[2 * _SUBSCRIBER :]
    if not (signed.isascii() and len(signed) == 4 * _SUBSCRIBER):
        return None
    right = [hmac.compare_digest(mac, _bounce_mac(key, subscriber)) for key in keys.values()]
    return subscriber if any(right) else None


def _mac(key: bytes, body: bytes) -> bytes:
    return hmac.digest(key, body, "sha256")[:_MAC]


def _bounce_mac(key: bytes, subscriber: str) -> str:
    return hmac.digest(key, b"bounce:" + subscriber.encode(), "sha256")[:8].hex()


@lru_cache(maxsize=64)
def _list_tag(list_id: str) -> bytes:
    return hashlib.blake2b(list_id.lower().encode(), digest_size=_LIST).digest()


def _decoded(token: str) -> bytes | None:
    """The bytes, if this is the one way to write them: a flipped spare bit of the last character must fail too."""
    try:
        data = urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
    except (Base64Error, UnicodeEncodeError):
        return None
    return data if urlsafe_b64encode(data).rstrip(b"=") == token.encode() else None
