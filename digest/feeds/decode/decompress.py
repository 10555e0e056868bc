"""Takes off compression: what `Content-Encoding` names, and what it does not (a `.gz` file served as it is). Pure.

Not left to the HTTP client, which takes a stream that ends in the middle for a whole one: its validators would then
hide the rest of the document behind a 304.
"""

import sys
import zlib
from collections.abc import Callable, Mapping

import brotli  # type: ignore[import-untyped]

from digest.errors import FetchError, TooLarge

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_GZIP = b"\x1f\x8b"
#: How often a body may be wrapped: twice is a real mistake of real servers, more is an attack.
_LAYERS = 2
#: Members of one gzip file, or frames of a zstd stream, that are read: real ones have one, or a few.
_MEMBERS = 100
#: The first byte of a zlib stream (RFC 1950 2.2): method 8. Some servers send deflate bare (RFC 9110 8.4.1.2).
_ZLIB_METHOD = 8
#: A zstd frame may ask for this window, as a power of two: 8 MB, the most that HTTP allows (RFC 9659). It is memory.
_ZSTD_OPTIONS = {int(zstd.DecompressionParameter.window_log_max): 23}


class _Broken(Exception):
    """Compressed data that ends in the middle, or is none."""


class _Full(Exception):
    """More comes out than may."""


def unwrapped(body: bytes, limit: int, url: str, encodings: str = "") -> bytes:
    """The document inside a body, at most `limit` bytes; `encodings` is the header's value (RFC 9110 8.4).

    FetchError: it cannot be unpacked, or ends in the middle. TooLarge. An encoding that nobody offered is left alone.
    """
    named = [name.strip().lower() for name in encodings.split(",")]
    layers = [unpack for name in reversed(named) if (unpack := _UNPACKERS.get(name))]
    try:
        if len(layers) > _LAYERS:
            raise _Broken
        for unpack in layers:
            body = unpack(body, limit) if body else body
        for _ in range(_LAYERS):
            # No feed begins with the two bytes that gzip begins with.
            body = _gunzip(body, limit) if body.startswith(_GZIP) else body
    except _Full:
        raise TooLarge(f"{url} is larger than {limit >> 20} MB; look for a shorter feed there", url=url) from None
    except (_Broken, zlib.error, brotli.error, zstd.ZstdError) as exc:
        text = f"{url} sent compressed data that is broken, or ends in the middle; it is asked again later"
        raise FetchError(text, url=url) from exc
    return body


def _gunzip(body: bytes, limit: int) -> bytes:
    """All members of a gzip file (RFC 1952 2.2); what follows the last of them is nobody's."""
    plain = b""
    for _ in range(_MEMBERS):
        member = zlib.decompressobj(zlib.MAX_WBITS | 16)
        plain += member.decompress(body, limit + 1 - len(plain))
        _check(plain, limit, ended=member.eof)
        body = member.unused_data
        if not body.startswith(_GZIP):
            return plain
    raise _Broken


def _inflate(body: bytes, limit: int) -> bytes:
    """A zlib stream (RFC 1950), or bare deflate (RFC 1951)."""
    stream = zlib.decompressobj(zlib.MAX_WBITS if body[0] & 0xF == _ZLIB_METHOD else -zlib.MAX_WBITS)
    plain = stream.decompress(body, limit + 1)
    _check(plain, limit, ended=stream.eof)
    return plain


def _unbrotli(body: bytes, limit: int) -> bytes:
    """One brotli stream (RFC 7932)."""
    stream, plain = brotli.Decompressor(), b""
    while True:
        piece: bytes = stream.process(body, output_buffer_limit=limit + 1 - len(plain))
        plain, body = plain + piece, b""
        if stream.is_finished() or not piece or len(plain) > limit:
            break
    _check(plain, limit, ended=stream.is_finished())
    return plain


def _unzstd(body: bytes, limit: int) -> bytes:
    """All frames of a zstd stream (RFC 8878 3.1)."""
    plain = b""
    for _ in range(_MEMBERS):
        frame = zstd.ZstdDecompressor(options=_ZSTD_OPTIONS)
        plain += frame.decompress(body, max_length=limit + 1 - len(plain))
        _check(plain, limit, ended=frame.eof)
        body = frame.unused_data
        if not body:
            return plain
    raise _Broken


def _check(plain: bytes, limit: int, *, ended: bool) -> None:
    if len(plain) > limit:
        raise _Full
    if not ended:
        raise _Broken


_UNPACKERS: Mapping[str, Callable[[bytes, int], bytes]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _inflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}
