"""`scale`: what one more subscriber and one more feed cost, where there are few and where there are many. SQLite.

Nothing leaves and nothing is fetched: messages go nowhere and every feed answers 304 at once, so that what is left is
the program's own work. Each size runs in a process of its own; CPU is user and system of all its threads, and rates
are of one core's second.
"""

import asyncio
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from digest.app import Installation, composing, polling, readers, sending
from digest.delivery import ledger
from digest.demo.show import StandingClock
from digest.engine.local import LocalEngine
from digest.model import DeliveryState, Feed, Mailbox, Subscriber
from digest.ports import Document, Fetched, Fetcher, ParsedFeed, Parser, Transport, Validators
from digest.settings.core.shape import DigestSettings, Settings
from digest.storage.core.schema import deliveries, edition_reports, editions
from digest.storage.queries import feeds as stored_feeds
from digest.storage.retention import tidy
from tests.bench import Options, Result
from tests.bench.send import Nowhere
from tests.installation import NOW, Told, rss, subscriber, topics
from tests.servers.http import HttpServer

#: Deliveries of one ticket, and how many there are of them to tell the engine's own cost.
CHUNK = 100
NO_OPS = 100_000
#: Who has a past, and how many reports each of their digests told.
PAST_READERS = 200
REPORTS = 40
#: Of the feeds of a large installation one in so many is due at a time.
DUE = 100


@dataclass(frozen=True, slots=True)
class _Nothing:
    """A ticket for deliveries that do nothing."""

    key: str
    count: int


def overhead_ms() -> float:
    """CPU milliseconds that the engine costs a delivery which does nothing, in tickets of 100."""

    async def nothing(ticket: _Nothing) -> None:
        assert ticket.count == CHUNK

    async def work() -> None:
        tickets = [_Nothing(key=str(number), count=CHUNK) for number in range(NO_OPS // CHUNK)]
        await LocalEngine().run(nothing, tickets)

    before = time.process_time()
    asyncio.run(work())
    return (time.process_time() - before) / NO_OPS * 1e3


class _Silent(Installation):
    """An installation whose messages go nowhere, and whose feeds all say that nothing has changed."""

    @cached_property
    def transport(self) -> Transport:
        """Accepts everything at once."""
        return Nowhere()


class _Unchanged:
    """A fetcher that asks nobody, and a parser that is never needed."""

    async def fetch(self, feed: Feed, url: str, validators: Validators) -> Fetched:
        """304."""
        return Fetched(document=None, validators=validators)

    async def parse(self, document: Document, feed: Feed, now: object, unchanged: Mapping[str, str]) -> ParsedFeed:
        """There is nothing to parse."""
        raise AssertionError(feed.id)


class _Still(Installation):
    """An installation whose feeds never change."""

    async def fetching(self) -> tuple[Fetcher, Parser]:
        """Without a network."""
        unchanged = _Unchanged()
        return unchanged, unchanged


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _now_mb() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


class _Steps:
    """CPU by step, in microseconds for each of `count`."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.us: dict[str, float] = {}
        self.begin()

    def begin(self) -> None:
        """What came before does not count."""
        self._since = _cpu_s()

    def done(self, name: str) -> None:
        """A step is over, and the next one begins."""
        self.us[name] = (_cpu_s() - self._since) / self.count * 1e6
        self.begin()


async def one_edition(count: int, folder: Path) -> dict[str, Any]:
    """One edition to `count` subscribers: known, composed, rendered once, delivered to nowhere, all on the ledger."""
    news = [Told(title=f"Aleppo talks go on in round {n} of Geneva", summary="Envoys met.") for n in range(10)]
    async with HttpServer() as server:
        server.document("/a.xml", rss("Wire", news))
        settings = Settings(
            digest=DigestSettings(title="Scale"),
            feeds=(Feed(id="a", url=server.url("/a.xml"), private=True),),
            topics=topics(),
            subscribers=_people(count),
        )
        clock = StandingClock(NOW)
        async with _Silent(settings, state=folder / "state", outbox=folder / "outbox", clock=clock) as app:
            await polling.poll(app, manual=True)
            held, steps = _now_mb(), _Steps(count)
            audience = await readers.audience(app)
            steps.done("listed")
            composed = await composing.compose(
                app, readers.manual_request(app, to=(), topics=(), since=None, again=False), audience
            )
            steps.done("composed")
            del audience
            await sending.deliver(app)
            steps.done("delivered")
            accepted = app.store.read_now(ledger.counts)[DeliveryState.ACCEPTED]
            assert (len(composed.editions), composed.planned, accepted) == (1, count, count)
    return {"us": steps.us, "config_mb": held, "peak_mb": _peak_mb()}


def _people(count: int) -> tuple[Subscriber, ...]:
    """Subscribers with the same choice."""
    one = subscriber("0@list.example")
    return tuple(replace(one, mailbox=Mailbox(address=f"{n}@list.example")) for n in range(count))


async def many_feeds(count: int, folder: Path) -> dict[str, Any]:
    """Rounds over `count` feeds: all of them due, then one in a hundred."""
    feeds = tuple(Feed(id=f"f{n}", url=f"https://h{n}.example/feed") for n in range(count))
    few = [feed.id for feed in feeds[::DUE]]
    settings = Settings(digest=DigestSettings(title="Scale"), feeds=feeds, topics=topics())
    clock = StandingClock(NOW)

    def make_due(c: Connection) -> None:
        """A few of them, at once."""
        stored_feeds.save(c, [replace(one, next_poll=NOW) for one in stored_feeds.states(c, few).values()])

    async with _Still(settings, state=folder / "state", outbox=folder / "outbox", clock=clock) as app:
        await polling.poll(app)
        clock.moment += timedelta(days=2)  # longer than the longest interval
        steps = _Steps(count)
        polled, _ = await polling.poll(app)
        steps.done("all_due")
        assert polled.unchanged == count
        await app.store.write(make_due)
        steps.begin()
        polled, _ = await polling.poll(app)
        steps.done("few_due")
        assert polled.unchanged == len(few)
    return {"us": steps.us, "peak_mb": _peak_mb()}


async def history(days: int, folder: Path) -> dict[str, Any]:
    """One slot of `PAST_READERS` readers, each of whom has had a digest of their own on each of so many days."""
    news = [Told(title=f"Aleppo talks go on in round {n} of Geneva", summary="Envoys met.") for n in range(10)]
    async with HttpServer() as server:
        server.document("/a.xml", rss("Wire", news))
        settings = Settings(
            digest=DigestSettings(title="Scale"),
            feeds=(Feed(id="a", url=server.url("/a.xml"), private=True),),
            topics=topics(),
            subscribers=_people(PAST_READERS),
        )
        clock = StandingClock(NOW)
        async with _Silent(settings, state=folder / "state", outbox=folder / "outbox", clock=clock) as app:
            audience = await readers.audience(app)
            await app.store.write(lambda c: _had(c, [row.id for row, _ in audience], days))
            await polling.poll(app, manual=True)
            steps = _Steps(PAST_READERS)
            composed = await composing.compose(
                app, readers.manual_request(app, to=(), topics=(), since=None, again=False), audience
            )
            steps.done("composed")
            assert composed.planned == PAST_READERS
            before = time.perf_counter()
            await tidy(app.store, app.settings.retention, NOW)
            tidied = time.perf_counter() - before
    return {"us": steps.us, "tidied_s": tidied, "peak_mb": _peak_mb()}


def _had(c: Connection, whom: Sequence[str], days: int) -> None:
    """Digests of earlier days: a reader's own each, with 40 reports that nothing today repeats."""
    for day in range(1, days + 1):
        at = NOW - timedelta(days=day)
        ids = [f"{day:08x}{number:024x}" for number in range(len(whom))]
        times = {"created": at, "window_start": at, "window_end": at}
        empty = {"by_published": False, "subject": "", "content": {}, "text": "A digest.", "html": None}
        c.execute(editions.insert(), [{"id": one, **times, **empty} for one in ids])
        first = day * len(whom) * REPORTS
        told = [
            {"edition": one, "report": first + number * REPORTS + report, "revision": 0}
            for number, one in enumerate(ids)
            for report in range(REPORTS)
        ]
        c.execute(edition_reports.insert(), told)
        sent = [
            {
                "id": f"{day:06x}{number:010x}",
                "subscriber": who,
                "kind": "scheduled",
                "slot": at,
                "edition": ids[number],
            }
            | {"state": "accepted", "attempts": 0, "fence": 0, "created": at, "changed": at}
            for number, who in enumerate(whom)
        ]
        c.execute(deliveries.insert(), sent)


MEASURED = {"one_edition": one_edition, "polling": many_feeds, "history": history}


def _elsewhere(what: str, count: int) -> dict[str, Any]:
    """Measure in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.scale", what, str(count)]
    out = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    found: dict[str, Any] = json.loads(out)
    return found


def run(options: Options) -> Result:
    """Few and many. `--quick`: fewer of both."""
    subscribers = (1_000, 10_000) if options.quick else (10_000, 100_000)
    feeds = (1_000, 10_000) if options.quick else (1_000, 100_000)
    days = (30, 90) if options.quick else (30, 365, 730)
    sent = [_elsewhere("one_edition", count) for count in subscribers]
    pasts = [_elsewhere("history", count) for count in days]
    polls = [_elsewhere("polling", count) for count in feeds]
    totals = [sum(each["us"].values()) for each in sent]
    figures: dict[str, object] = {
        "overhead_ms": round(overhead_ms(), 5),
        "growth": round(totals[1] / totals[0], 2),
        "deliveries_per_s": round(1e6 / totals[1]),
        "peak_mb": round(sent[1]["peak_mb"], 1),
        "subscribers": {str(count): _rounded(each) for count, each in zip(subscribers, sent, strict=True)},
        "history_growth": round(pasts[-1]["us"]["composed"] / pasts[0]["us"]["composed"], 2),
        "history_days": {str(count): _rounded(each) for count, each in zip(days, pasts, strict=True)},
        "feeds_per_s": round(1e6 / polls[1]["us"]["all_due"]),
        "feed_growth": round(polls[1]["us"]["all_due"] / polls[0]["us"]["all_due"], 2),
        "feeds": {str(count): _rounded(each) for count, each in zip(feeds, polls, strict=True)},
    }
    return Result(table=_table(figures), figures=figures)


def _rounded(found: Mapping[str, Any]) -> dict[str, float]:
    us = {f"{name}_us": round(value, 1) for name, value in found["us"].items()}
    return us | {name: round(value, 1) for name, value in found.items() if name != "us"}


#: What is told size by size.
WIDE = ("subscribers", "feeds", "history_days")


def _table(figures: Mapping[str, Any]) -> str:
    lines = [f"{name:17} {figures[name]}" for name in figures if name not in WIDE]
    for what in WIDE:
        sizes = list(figures[what])
        lines.append(f"\n{what:14}" + "".join(f"{int(size):>12,}" for size in sizes))
        lines += [
            f"{name:14}" + "".join(f"{figures[what][size][name]:>12,.1f}" for size in sizes)
            for name in figures[what][sizes[0]]
        ]
    return "\n".join(lines)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        print(json.dumps(asyncio.run(MEASURED[sys.argv[1]](int(sys.argv[2]), Path(place)))))
