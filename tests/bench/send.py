"""`send`: messages a second into a sink, with the ledger as it is used, beside smtp-source and smtplib.

Every run is paired: the references run right before and after ours, and ratios are medians over the pairs.
"""

import asyncio
import quopri
import resource
import smtplib
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, insert

from digest.delivery import ledger
from digest.delivery.deliver import DeliveryCounts, deliver
from digest.delivery.process_locks import WorkerLock
from digest.delivery.transports.concurrency import ConnectionLimit
from digest.delivery.transports.smtp import SmtpTransport
from digest.model import DeliveryState, Envelope, Mailbox, Recipient, SlotKind
from digest.ports import Outcome, Queue, Transport, Verdict
from digest.settings.core.shape import MailSettings, Security, Settings
from digest.storage.core.database import open_store
from digest.storage.core.schema import subscribers
from tests.bench import Options, Result
from tests.bench.sinks import sink, source, tool
from tests.mailing import PlainMail

#: Bytes of a message: a digest with some forty stories, HTML and text.
SIZE = 30_000
LANES = 10
ROUNDS = 5
#: Of the round-trip run: every answer takes this long.
REPLY_S = 0.020
LINE = b"x" * 74 + b"\r\n"
BODY = LINE * (SIZE // len(LINE))


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One delivery of N messages."""

    count: int
    seconds: float
    cpu_s: float

    @property
    def rate(self) -> float:
        """Messages a second."""
        return self.count / self.seconds


class _Clock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class Nowhere:
    """A transport that accepts everything at once: what is left is the ledger."""

    name = "nowhere"
    repeatable = False

    async def carry(self, queue: Queue) -> None:
        """Accept what is in the queue."""

        async def lane() -> None:
            while claimed := queue.take_now() or await queue.take():
                if await queue.offer(claimed):
                    queue.settle(claimed, Outcome(verdict=Verdict.ACCEPTED, code=250, text="2.0.0 ok"))

        await asyncio.gather(*(lane() for _ in range(LANES)))


class _Template:
    """Messages without a line that begins with a dot, as quoted-printable makes them: nothing to stuff."""

    def message(self, recipient: Recipient) -> PlainMail:
        head = f"Message-ID: <{recipient.id}@b.example>\r\nTo: {recipient.mailbox.address}\r\n\r\n".encode()
        data = head + BODY
        envelope = Envelope(sender="a@b.example", recipient=recipient.mailbox.address)
        return PlainMail(f"<{recipient.id}@b.example>", envelope, data, data)


async def _messages(_: str) -> _Template:
    return _Template()


def prepare(folder: Path, count: int) -> None:
    """A store with `count` subscribers and one delivery for each that is due."""
    store = open_store(f"sqlite:///{folder / 'digest.sqlite3'}")
    now = datetime.now(UTC)
    for start in range(0, count, 10_000):
        numbers = range(start, min(count, start + 10_000))
        rows = [{"id": f"{n:016x}", "address": f"{n}@list.example", "created": now, "listed": True} for n in numbers]
        planned = [ledger.Planned(subscriber=f"{n:016x}", kind=SlotKind.MANUAL, slot=now, edition="e") for n in numbers]
        store.write_now(partial(_fill, rows, planned, now))
    store.close()


def _fill(rows: list[dict[str, object]], planned: list[ledger.Planned], now: datetime, c: Connection) -> None:
    c.execute(insert(subscribers), rows)
    ledger.plan(c, planned, now)


def carry(folder: Path, count: int, mail: MailSettings, transport: Transport | None = None) -> Run:
    """Deliver what was prepared with the whole ledger, from the first claim to the last commit.

    `transport`: None: SMTP as the program has it.
    """
    store = open_store(f"sqlite:///{folder / 'digest.sqlite3'}")
    with WorkerLock(folder / "owners") as owner:
        pace = ConnectionLimit(lanes=LANES, limit=LANES)
        work = deliver(
            store=store,
            transport=transport or SmtpTransport(mail, lambda _: "", pace=pace),
            messages=_messages,
            clock=_Clock(),
            owner=owner,
            settings=Settings(mail=mail),
        )
        run = _timed(lambda: asyncio.run(_awaited(work)), count)
    assert store.read_now(ledger.counts)[DeliveryState.ACCEPTED] == count
    store.close()
    return run


def ours(port: int, count: int) -> Run:
    """Deliver `count` messages to the server on that port."""
    mail = MailSettings(sender=Mailbox(address="a@b.example"), server="127.0.0.1", port=port, security=Security.NONE)
    with tempfile.TemporaryDirectory() as folder:
        prepare(Path(folder), count)
        return carry(Path(folder), count, mail)


async def _awaited(work: Awaitable[DeliveryCounts]) -> DeliveryCounts:
    return await work


def _timed(action: Callable[[], object], count: int) -> Run:
    before, began = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    action()
    seconds, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(count=count, seconds=seconds, cpu_s=cpu_s)


def connect_per_message(port: int, count: int) -> Run:
    """As rss2email sends: a multipart message built for each recipient, a connection for each message."""
    words = "Wörter einer Meldung, wie sie in einem Überblick steht, und noch einige mehr.\n"
    # As long as ours when it is encoded: a third in the text, two in the HTML part.
    line, paragraph = (len(quopri.encodestring(some.encode())) + 2 for some in (words, f"<p>{words}</p>"))
    text, html = words * (SIZE // 3 // line), f"<p>{words}</p>" * (SIZE * 2 // 3 // paragraph)

    def send() -> None:
        for number in range(count):
            message = EmailMessage()
            message["From"], message["To"] = "a@b.example", f"{number}@list.example"
            message["Subject"] = "Ein Überblick"
            message.set_content(text, cte="quoted-printable")
            message.add_alternative(html, subtype="html", cte="quoted-printable")
            with smtplib.SMTP("127.0.0.1", port) as server:
                server.send_message(message)

    return _timed(send, count)


def round_trips(count: int) -> float:
    """Turns that a server with slow answers needed for each message: EHLO, QUIT and the first MAIL among them."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report"
        with sink(delay_s=REPLY_S, report=report) as port:
            ours(port, count)
            lines = report.read_text(encoding="ascii").splitlines()
    turns = lines.count("turn")
    assert len(lines) - turns == count
    return turns / count


def memory_mb(count: int) -> float:
    """Peak memory of a process that makes `count` deliveries, in MB; another one prepares them."""
    with tempfile.TemporaryDirectory() as folder:
        _elsewhere(f"from pathlib import Path; send.prepare(Path({folder!r}), {count})")
        peak = _elsewhere(
            f"import resource; from pathlib import Path; mail = send.MailSettings(sender=send.Mailbox(address=''), "
            f"server=''); send.carry(Path({folder!r}), {count}, mail, send.Nowhere()); "
            "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
        )
    return int(peak) / 1024


def _elsewhere(code: str) -> str:
    command = [sys.executable, "-c", f"from tests.bench import send; {code}"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def run(options: Options) -> Result:
    """Run it. `--quick`: fewer messages, fewer rounds."""
    count, rounds = (1_000, 2) if options.quick else (5_000, ROUNDS)
    runs: list[Run] = []
    to_source: list[float] = []
    to_smtplib: list[float] = []
    with sink() as port:
        ours(port, 500)
        for _ in range(rounds):
            reference = source(port, count, SIZE, LANES)
            one = ours(port, count)
            naive = connect_per_message(port, 100)
            runs.append(one)
            to_smtplib.append(one.rate / naive.rate)
            if reference is not None:
                to_source.append(one.rate / (count / reference))
    trips = round_trips(300 if options.quick else 1_000)
    few, many = (1_000, 10_000) if options.quick else (10_000, 100_000)
    figures: dict[str, object] = {
        "messages": count,
        "sink": "smtp-sink" if tool("smtp-sink") else "bundled",
        "messages_per_s": round(statistics.median(one.rate for one in runs)),
        "ratio_smtp_source": round(statistics.median(to_source), 2) if to_source else None,
        "ratio_smtplib": round(statistics.median(to_smtplib), 1),
        "cpu_s_per_1000": round(statistics.median(one.cpu_s / one.count * 1000 for one in runs), 3),
        "round_trips": round(trips, 3),
        "memory_mb": {str(few): round(memory_mb(few), 1), str(many): round(memory_mb(many), 1)},
    }
    table = "\n".join(f"{name:20} {value}" for name, value in figures.items())
    return Result(table=table, figures=figures)
