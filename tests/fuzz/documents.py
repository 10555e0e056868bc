"""Damages documents and reads them: no error but ParseError, no hang, no growth of memory, no broken promise.

Seeds are the suite's own documents and, where DIGEST_CORPUS points, the real ones. Damage is of four kinds: bytes
changed, pieces cut, doubled or moved, pieces of another document put in, and words that parsers stumble over.
"""

import os
import random
import resource
import signal
import sys
import time
from pathlib import Path
from types import FrameType

from digest.errors import ParseError
from digest.feeds.parse.document import parse
from digest.ports import Document
from tests.bench.parse import FEED, NOW, OWN, URL, corpus_folder, documents

#: Seconds of CPU that a damaged document may take: the largest seed that is used is 200 kB.
HANG = 10
LARGEST_SEED = 200_000
#: Bytes by which the process may grow after it has warmed up.
GROWTH = 150 * 2**20
WORDS = [
    *(
        b"<![CDATA[",
        b"]]>",
        b"<!--",
        b"-->",
        b"<?xml encoding='",
        b"?>",
        b"<!DOCTYPE r [<!ENTITY a 'b'>]>",
        b"<!ENTITY",
    ),
    *(
        b"&#99999999999;",
        b"&#xD800;",
        b"&a;",
        b"&amp;amp;",
        b"&",
        b"<",
        b">",
        b"</",
        b"/>",
        b"\0",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
    ),
    *(b"xml:base='http://[::1'", b"xml:lang='", b"xmlns:x='", b"type='xhtml'", b"type='base64'", b"mode='base64'"),
    *(
        b"<item>",
        b"</item>",
        b"<entry>",
        b"</channel>",
        b"<guid isPermaLink='",
        b"<link href='http://[x'/>",
        b"<source url='",
    ),
    *(
        b"<content type='application/octet-stream'>",
        b"<pubDate>",
        b"<category/>",
        b"<dc:creator>",
        b"<media:title>",
        b"<svg>",
    ),
    *(
        b"<image>",
        b"<textinput>",
        b"<author>",
        b"<name>",
        b"<itunes:owner>",
        b"9999-99-99T99:99:99+99:99",
        b"\xe2\x80\xae",
    ),
]


class Hang(Exception):
    """A document took too long."""


def run(*, seconds: float, seed: int) -> int:
    """Fuzz for a time. 1: a finding, which is written to a file in the current folder."""
    chance = random.Random(seed)
    folders = [OWN, *([folder] if (folder := corpus_folder()) else [])]
    seeds = [body for folder in folders for body in _bodies(folder)]
    signal.signal(signal.SIGPROF, _too_long)
    end, tried, read, floor = time.monotonic() + seconds, 0, 0, 0
    while time.monotonic() < end:
        body = _damaged(chance, seeds)
        try:
            read += _check(body)
        except Exception as exc:
            found = Path(f"finding-{seed}-{tried}.bin")
            found.write_bytes(body)
            print(f"seed {seed}, document {tried}: {type(exc).__name__}: {exc}; written to {found}")
            return 1
        tried += 1
        if tried == 2_000:
            floor = _resident()
        if floor and _resident() > floor + GROWTH:
            print(f"memory grew from {floor >> 20} to {_resident() >> 20} MB after {tried} documents")
            return 1
    used = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    print(f"seed {seed}: {tried} documents from {len(seeds)} seeds, {read} read, {tried - read} refused, no finding")
    print(f"{used:.0f} s of CPU; {floor >> 20} MB of memory after warming up, {_resident() >> 20} MB at the end")
    return 0


def _bodies(folder: Path) -> list[bytes]:
    """The documents of a folder that are small enough to be read often."""
    bodies = (path.read_bytes() for path in documents(folder))
    return [body for body in bodies if body and len(body) <= LARGEST_SEED]


def _damaged(chance: random.Random, seeds: list[bytes]) -> bytes:
    """A seed with one to eight faults."""
    body = bytearray(chance.choice(seeds))
    for _ in range(chance.choice((1, 1, 2, 3, 5, 8))):
        at = chance.randrange(len(body) + 1)
        length = chance.choice((1, 1, 2, 8, 64, 512))
        match chance.randrange(6):
            case 0:
                body[at : at + length] = chance.randbytes(length)
            case 1:
                del body[at : at + length]
            case 2:
                body[at:at] = bytes(body[at : at + length]) * chance.choice((1, 2, 50))
            case 3:
                other = chance.choice(seeds)
                start = chance.randrange(len(other))
                body[at:at] = other[start : start + length * 4]
            case 4:
                body[at:at] = chance.choice(WORDS) * chance.choice((1, 1, 1, 3, 300))
            case _:
                body = body[:at] if chance.random() < 0.2 and at else body[at:] + body[:at]
    return bytes(body)


def _check(body: bytes) -> bool:
    """Read a document twice, the second time with the memory of the first. True: it was read; False: refused."""
    signal.setitimer(signal.ITIMER_PROF, HANG)
    try:
        try:
            first = parse(Document(body=body, url=URL), FEED, NOW)
        except ParseError:
            return False
        assert len(set(first.shown)) == len(first.shown) == len(first.items), "a key twice"
        assert all(item.title for item in first.items), "no title"
        assert all(item.link == "" or item.link.startswith(("http://", "https://")) for item in first.items), (
            "a bad link"
        )
        assert all(item.published <= NOW and item.published.tzinfo for item in first.items), "a bad date"
        known = {fingerprint: key for key, fingerprint in first.fingerprints}
        again = parse(Document(body=body, url=URL), FEED, NOW, known)
        assert again.shown == first.shown, "another reading shows other keys"
        assert not {item.key for item in again.items} & set(known.values()), "a known item is given again"
        return True
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _too_long(_signal: int, _frame: FrameType | None) -> None:
    """Stop a document."""
    raise Hang(f"more than {HANG} s of CPU")


def _resident() -> int:
    """Bytes of memory that this process holds."""
    if not sys.platform.startswith("linux"):
        return 0
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
