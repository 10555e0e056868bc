"""Takes off compression that no header told of: a `.gz` file served as it is, or a doubled `gzip, gzip`. Pure."""

import zlib

from digest.errors import FetchError, TooLarge

_GZIP = b"\x1f\x8b"
#: How often a body may be wrapped: twice is a real mistake of real servers, more is an attack.
_LAYERS = 2
#: Members of one gzip file that are read: real files have one, or a few.
_MEMBERS = 100


def unwrapped(body: bytes, limit: int, url: str) -> bytes:
    """The document inside a body, at most `limit` bytes. No feed begins with the two bytes that gzip begins with."""
    for _ in range(_LAYERS):
        if not body.startswith(_GZIP):
            break
        body = _gunzip(body, limit, url)
    return body


def _gunzip(body: bytes, limit: int, url: str) -> bytes:
    """All members of a gzip file (RFC 1952 2.2), together at most `limit` bytes."""
    plain = b""
    for _ in range(_MEMBERS):
        inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            plain += inflater.decompress(body, limit + 1 - len(plain))
        except zlib.error as exc:
            raise FetchError(f"{url} sent gzip data that cannot be read; it is asked again later", url=url) from exc
        if len(plain) > limit:
            raise TooLarge(f"{url} is larger than {limit >> 20} MB; look for a shorter feed there", url=url)
        body = inflater.unused_data
        if not body:
            break
    return plain
