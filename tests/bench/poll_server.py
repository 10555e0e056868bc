"""The publishers of the poll benchmark: a process of its own that serves N feeds on 127.0.0.0/8 as cheaply as it can.

`python -m tests.bench.poll_server COUNT [FOLDER]` prints its port. Feed i lives at http://127.x.y.z:PORT/i. `GET
/mode/NAME` (on 127.0.0.1) changes what all of them do: `etag` (validators and 304), `plain` (no validators, the same
body), `tenth` (every tenth has one more entry than the last time this was asked), `slow` (as `plain`, after SLOW_S,
and the first SLOW have one more entry).
Beyond DOCUMENTS feeds they share their documents: what differs is the feed.
"""

import asyncio
import random
import sys
from pathlib import Path

#: Entries of a feed and characters of an entry's text, so that a feed has some 30 kB (rules: benchmarks).
ENTRIES = 30
TEXT = 260
#: Different documents that are made up.
DOCUMENTS = 1_000
#: Feeds that change in mode `slow` ...
SLOW = 20
#: ... and the seconds before an answer in it.
SLOW_S = 0.5
#: Every how many feeds changes in mode `tenth`.
TENTH = 10

_TEXT = (
    "council river harvest minister talks border vote bridge school harbour tariff budget storm rescue "
    "election court appeal railway hospital market strike treaty island museum festival drought energy"
)
_WORDS = _TEXT.split()


def entry(feed: int, number: int) -> str:
    """One entry as the common publishing systems write it: made up, and different from every other."""
    dice = random.Random(feed * 1_000_003 + number)
    site = f"https://news{feed}.example"
    link = f"{site}/2026/10/{dice.choice(_WORDS)}-{dice.choice(_WORDS)}-{number}/"
    title = " ".join(dice.choice(_WORDS) for _ in range(8)).capitalize()
    before, after = (" ".join(dice.choice(_WORDS) for _ in range(TEXT // 16)) for _ in range(2))
    day, hour = 1 + number // 24 % 28, number % 24
    return (
        f"<item><title>{title} {number}</title><link>{link}</link><dc:creator><![CDATA[The desk]]></dc:creator>"
        f"<pubDate>{day:02} Oct 2026 {hour:02}:{number % 60:02}:00 +0000</pubDate>"
        f"<category><![CDATA[{dice.choice(_WORDS)}]]></category><category><![CDATA[{dice.choice(_WORDS)}]]></category>"
        f'<guid isPermaLink="false">{site}/?p={number}</guid>'
        f'<description><![CDATA[<p><img src="{site}/{number}.jpg" width="300" alt="" class="photo">{before} '
        f'<a href="/people/{dice.choice(_WORDS)}">{dice.choice(_WORDS)}</a> &#8211; {after} [&#8230;]</p>\n'
        f'<p>The post <a rel="nofollow" href="{link}">{title}</a> appeared first on '
        f'<a rel="nofollow" href="{site}">News {feed}</a>.</p>]]></description></item>'
    )


def made_up(feed: int, version: int) -> bytes:
    """A feed of 30 entries, newest first; each version has one new one."""
    entries = "".join(entry(feed, number) for number in range(ENTRIES + version - 1, version - 1, -1))
    head = f"<title>News {feed}</title><link>https://news{feed}.example/</link><description>News</description>"
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<channel>{head}{entries}</channel></rss>"
    ).encode()


class Site:
    """All feeds, and what they do at the moment."""

    def __init__(self, count: int, folder: Path | None) -> None:
        files = sorted(path for path in folder.rglob("*") if path.is_file()) if folder else []
        self.fixed = [path.read_bytes() for path in files]
        different = min(count, DOCUMENTS)
        self.versions = [0] * different
        self.bodies = [self.fixed[i % len(files)] if files else made_up(i, 0) for i in range(different)]
        self.mode = "etag"
        self.requests = 0

    def turn(self, mode: str) -> bytes:
        """Change the mode; answers how many requests there were in the last one."""
        self.mode, counted, self.requests = mode, self.requests, 0
        every = range(len(self.bodies))
        changed = {"tenth": every[::TENTH], "slow": every[:SLOW]}
        if mode in changed:
            for feed in changed[mode]:
                self.versions[feed] += 1
                old = self.bodies[feed]
                self.bodies[feed] = (
                    old + b"<!-- %d -->" % self.versions[feed] if self.fixed else made_up(feed, self.versions[feed])
                )
        return f"{counted}".encode()

    def answer(self, head: bytes) -> bytes:
        """The bytes that answer a request."""
        path = head.split(b" ", 2)[1].decode()
        if path.startswith("/mode/"):
            body = self.turn(path.removeprefix("/mode/"))
            return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (len(body), body)
        self.requests += 1
        feed = int(path[1:]) % len(self.bodies)
        validators = b""
        if self.mode not in ("plain", "slow"):
            etag = b'"%d-%d"' % (feed, self.versions[feed])
            if etag in head:
                return b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n"
            validators = b"ETag: %s\r\n" % etag
        body = self.bodies[feed]
        kind = b"Content-Type: application/xml\r\nConnection: close\r\n"
        return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n%s%s\r\n%s" % (len(body), kind, validators, body)


class Exchange(asyncio.Protocol):
    """One connection: one request, one answer."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.head = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer a whole head."""
        self.head += data
        if b"\r\n\r\n" in self.head:
            delay = SLOW_S if self.site.mode == "slow" and b"/mode/" not in self.head else 0
            asyncio.get_running_loop().call_later(delay, self._answer)

    def _answer(self) -> None:
        self.transport.write(self.site.answer(self.head))
        self.transport.close()


async def serve(count: int, folder: Path | None) -> None:
    """Until killed."""
    site = Site(count, folder)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Exchange(site), "0.0.0.0", 0, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def address(feed: int) -> str:
    """A loopback address for each feed, so that each has a host of its own."""
    return f"127.{1 + feed // 62_500}.{feed // 250 % 250}.{1 + feed % 250}"


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None))
