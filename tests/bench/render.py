"""What an edition costs to render, and a message to make: 100 stories, 10,000 recipients.

Beside it stands what the standard library takes to serialise one such message from its parts (`serialise_us`), the
page not even rendered again. Speeds are medians of five.
"""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from statistics import median

from digest.mail.message.message import MessageTemplate, Sending, prepare
from digest.mail.render.jinja import JinjaRenderer
from digest.model import Edition, Mailbox, Recipient, Rendered
from digest.settings.core.shape import ThemeSettings
from tests import editions
from tests.bench import Options, Result

ROUNDS = 5
STORIES = 100
RECIPIENTS = 10_000
SENDING = Sending(
    sender=Mailbox(address="digest@news.example.org", name="World Desk"),
    list_id="digest.news.example.org",
    list_title="World Desk",
    unsubscribe="desk@news.example.org",
    key=b"k" * 32,
    link="https://news.example.org",
)
SINCE = datetime(2016, 3, 3, tzinfo=UTC)


def run(options: Options) -> Result:
    """Render a day of seven stories and one of 100; make messages of both."""
    renderer = JinjaRenderer(ThemeSettings())
    readers = recipients(RECIPIENTS // (10 if options.quick else 1))
    rows, figures = [], {}
    for name, edition in (("day", editions.day()), ("large", editions.large(STORIES))):
        renderer.render(edition)
        rendered = renderer.render(edition)
        template = prepared(rendered, edition)
        each = {
            "stories": len(edition.entries),
            "html_bytes": len((rendered.html or "").encode()),
            "message_bytes": len(template.message(readers[0]).data),
            "render_ms": 1e3 * seconds(lambda e=edition: renderer.render(e)),  # type: ignore[misc]
            "prepare_ms": 1e3 * seconds(lambda r=rendered, e=edition: prepared(r, e)),  # type: ignore[misc]
            "message_us": 1e6 * seconds(lambda s=template: make(s, readers)) / len(readers),  # type: ignore[misc]
            "serialise_us": 1e6 * seconds(lambda r=rendered: serialise(r, readers[:20])) / 20,  # type: ignore[misc]
        }
        figures[name] = {key: round(value, 2) for key, value in each.items()}
        rows.append(figures[name])
    names = list(rows[0])
    lines = [f"{name:<15}" + "".join(f"{row[name]:>14,.1f}" for row in rows) for name in names]
    table = "\n".join([f"{'':<15}{'day':>14}{'large':>14}", *lines])
    return Result(table=table, figures={**figures, "messages": len(readers)})


def recipients(count: int) -> list[Recipient]:
    """Readers with names and addresses of their own."""
    return [
        Recipient(id=f"{n:016x}", mailbox=Mailbox(address=f"reader{n}@example.org", name=f"Reader {n}"), since=SINCE)
        for n in range(count)
    ]


def prepared(rendered: Rendered, edition: Edition) -> MessageTemplate:
    """The message template of an edition."""
    return prepare(rendered, edition_id=edition.id, date=edition.window.end, sending=SENDING)


def make(template: MessageTemplate, readers: Sequence[Recipient]) -> None:
    """Every reader's message, made and let go."""
    for reader in readers:
        template.message(reader)


def serialise(rendered: Rendered, readers: Sequence[Recipient]) -> None:
    """The same parts by the standard library."""
    for reader in readers:
        mail = EmailMessage(policy=SMTP)
        mail["From"], mail["To"], mail["Subject"] = "digest@news.example.org", reader.mailbox.address, rendered.subject
        mail.set_content(rendered.text)
        mail.add_alternative(rendered.html or "", subtype="html")
        mail.as_bytes()


def seconds(work: Callable[[], object]) -> float:
    """The median time of five rounds."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return median(times)
