"""Small bodies that unpack to very large ones."""

import gzip
import sys
import zlib

import brotli  # type: ignore[import-untyped]

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

#: What each unpacks to: many times the limit of a body, and of a test's memory.
SIZE = 512 << 20
_PIECE = 8 << 20


def zstd_compress(data: bytes) -> bytes:
    """One zstd frame."""
    return bytes(zstd.compress(data))


def gzip_bomb() -> bytes:
    """Members of zeros, one after the other (RFC 1952 2.2)."""
    return gzip.compress(bytes(_PIECE)) * (SIZE // _PIECE)


def deflate_bomb() -> bytes:
    """One zlib stream of zeros."""
    packer = zlib.compressobj()
    return b"".join(packer.compress(bytes(_PIECE)) for _ in range(SIZE // _PIECE)) + packer.flush()


def brotli_bomb() -> bytes:
    """One brotli stream of zeros."""
    packer = brotli.Compressor(quality=1)
    return b"".join(packer.process(bytes(_PIECE)) for _ in range(SIZE // _PIECE)) + bytes(packer.finish())


def zstd_bomb() -> bytes:
    """Frames of zeros, one after the other (RFC 8878 3.1.1)."""
    return zstd_compress(bytes(_PIECE)) * (SIZE // _PIECE)
