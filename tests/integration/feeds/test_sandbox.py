"""Parsing in child processes: real processes, real limits."""

import asyncio
import os
import signal
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digest import isolated
from digest.errors import ParseError
from digest.feeds.parse.document import parse
from digest.feeds.sandbox.parent import Limits, ProcessParser
from digest.model import Feed
from digest.ports import Document, ParsedFeed

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
FEED = Feed(id="wire", url="https://wire.example/rss")
RSS = b"<rss version='2.0'><channel><title>Wire</title><item><guid>1</guid><title>Talks</title></item></channel></rss>"
NOTHING: Mapping[str, str] = {}


def document(body: bytes = RSS) -> Document:
    """A body as if fetched."""
    return Document(body=body, url=FEED.url)


async def read(parser: ProcessParser, body: bytes = RSS, unchanged: Mapping[str, str] = NOTHING) -> ParsedFeed:
    """Have a child read it."""
    return await parser.parse(document(body), FEED, NOW, unchanged)


def children() -> set[int]:
    """The processes that this one started."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == os.getpid() and fields[0] != "Z":
            found.add(int(stat.parent.name))
    return found


def expensive(size: int) -> bytes:
    """A document that takes feedparser's loose parser far more CPU than its size is worth: many items, malformed."""
    item = b"<item><guid>%d</guid><title>t</title><a:b>x</a:b><category>a</category>&</item>"
    return b"<rss version='2.0'><channel>" + b"".join(item % n for n in range(size)) + b"</channel></rss>"


async def test_a_document_is_read_in_another_process_as_if_here() -> None:
    """The values that cross the pipe equal those of reading in this process, memory included."""
    here = parse(document(), FEED, NOW)
    async with ProcessParser(1) as parser:
        assert await read(parser) == here
        known = {fingerprint: key for key, fingerprint in here.fingerprints}
        assert (await read(parser, unchanged=known)).items == ()


async def test_what_is_no_feed_is_a_parse_error_and_the_next_document_is_read() -> None:
    """A ParseError crosses the pipe with its sentence, and the child goes on."""
    async with ProcessParser(1) as parser:
        await read(parser)
        before = children()
        with pytest.raises(ParseError, match="web page"):
            await read(parser, b"<html><body>Hi</body></html>")
        assert len((await read(parser)).items) == 1
        assert children() == before


async def test_a_document_that_takes_too_much_cpu_is_given_up_and_the_rest_goes_on() -> None:
    """The kernel ends the child at the limit; the error names the feed; documents beside it are read."""
    limits = Limits(cpu_seconds=0.0, cpu_seconds_per_mb=0.0)  # the kernel counts whole seconds: one is the least
    body = expensive(40_000)
    async with ProcessParser(2, limits=limits) as parser:
        results = await asyncio.gather(read(parser, body), *(read(parser) for _ in range(20)), return_exceptions=True)
        assert isinstance(results[0], ParseError)
        assert "wire" in str(results[0])
        assert "CPU" in str(results[0])
        assert all(isinstance(result, ParsedFeed) for result in results[1:])
        assert len((await read(parser)).items) == 1


async def test_a_document_that_takes_too_much_memory_is_given_up() -> None:
    """Beyond the limit memory is refused, the document is an error of its feed, and a new child reads the next."""
    async with ProcessParser(1, limits=Limits(memory=24 * 2**20)) as parser:
        await read(parser)
        with pytest.raises(ParseError, match="wire"):
            await read(
                parser,
                b"<rss version='2.0'><channel>" + b"<item><title>t</title></item>" * 200_000 + b"</channel></rss>",
            )
        assert len((await read(parser)).items) == 1


async def test_a_child_that_hangs_is_ended_at_the_deadline() -> None:
    """A stopped child uses no CPU: the clock ends it, and the next document is read by another one."""
    async with ProcessParser(1, limits=Limits(deadline=3.0)) as parser:
        before = children()
        await read(parser)
        (child,) = children() - before
        os.kill(child, signal.SIGSTOP)
        with pytest.raises(ParseError, match=r"wire.*more than 3 seconds"):
            await read(parser)
        assert len((await read(parser)).items) == 1
        assert child not in children()


async def test_a_child_that_is_killed_is_replaced() -> None:
    """Whoever kills a child costs one document at most, and that one names its feed."""
    async with ProcessParser(1) as parser:
        before = children()
        await read(parser)
        (child,) = children() - before
        os.kill(child, signal.SIGKILL)
        while child in children():
            await asyncio.sleep(0.01)
        outcomes = [await asyncio.gather(read(parser), return_exceptions=True) for _ in range(2)]
        assert isinstance(outcomes[1][0], ParsedFeed)
        if isinstance(outcomes[0][0], BaseException):
            assert "wire" in str(outcomes[0][0])


async def test_a_cancelled_reading_leaves_no_stale_answer() -> None:
    """Whoever stops waiting does not make the next one get a wrong answer."""
    other = RSS.replace(b"Talks", b"Other")
    async with ProcessParser(1) as parser:
        await read(parser)
        waiting = asyncio.create_task(read(parser, expensive(5_000)))
        await asyncio.sleep(0.05)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert [item.title for item in (await read(parser, other)).items] == ["Other"]


async def test_closing_ends_every_child_and_reads_no_more() -> None:
    """After closing, no process is left, and asking again is a ParseError."""
    before = children()
    parser = ProcessParser(3)
    await asyncio.gather(*(read(parser) for _ in range(12)))
    assert children() - before
    await parser.close()
    assert children() - before == set()
    with pytest.raises(ParseError, match="closed"):
        await read(parser)
    await parser.close()


async def test_children_start_when_they_are_needed_and_are_used_again() -> None:
    """One document at a time needs one child, however many there may be."""
    before = children()
    async with ProcessParser(4) as parser:
        assert children() == before
        for _ in range(5):
            await read(parser)
        assert len(children() - before) == 1


async def test_a_child_holds_no_secret_of_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of a child has no variable but those that Python needs."""
    monkeypatch.setenv("DIGEST_SMTP_PASSWORD", "geheim")
    before = children()
    async with ProcessParser(1) as parser:
        await read(parser)
        (child,) = children() - before
        assert b"geheim" not in Path(f"/proc/{child}/environ").read_bytes()
    assert set(isolated.environment()) <= {"PATH", "LANG", "LC_ALL", "TZ", "TMPDIR"}


async def test_a_child_ends_with_its_parent() -> None:
    """A child whose standard input ends, ends: a killed program leaves none behind."""
    before = children()
    parser = ProcessParser(1)
    await read(parser)
    (child,) = children() - before
    held = next(iter(parser._running))
    assert held._process.stdin
    held._process.stdin.close()
    start = time.monotonic()
    while child in children() and time.monotonic() < start + 20:
        await asyncio.sleep(0.02)
    assert child not in children()
    await parser.close()
