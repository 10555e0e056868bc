"""Returned messages: read from a Maildir or over IMAP, believed only where they prove that we wrote to them."""

import asyncio
import ssl
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import trustme
from hypothesis import example, given
from hypothesis import strategies as st

from digest.errors import ConfigError, DeliveryError, LoginRefused
from digest.mail.incoming.bounce import READ_LIMIT, Bounce, BounceKind, believed, read_returned
from digest.mail.incoming.imap import ImapBounces
from digest.mail.incoming.maildir import MaildirBounces
from digest.mail.incoming.sandbox import _answers, _said, read_all
from digest.mail.message.token import bounce_address
from digest.model import Secret
from digest.pipeline.returns import BATCH, ReturnCounts, take_returns
from digest.settings.core.shape import BounceSettings, Settings
from digest.settings.files.load import load
from digest.storage.queries import subscribers
from tests.mailing import Mailing, mailing
from tests.servers.imap import imap_server
from tests.servers.smtp import Session, serving

KEY = b"k" * 32
KEYS = {0: KEY}
BOUNCES = "bounces@digest.example"
WHO = "00112233445566aa"


def verp(subscriber: str = WHO, key: bytes = KEY) -> str:
    """The signed address of a subscriber."""
    return bounce_address(BOUNCES, subscriber=subscriber, key=key)


def dsn(
    to: str, *, action: str = "failed", status: str = "5.1.1", said: str = "550 no such user", quoted: str = ""
) -> bytes:
    """A delivery status notification, as Postfix writes them."""
    return f"""\
From: MAILER-DAEMON@mx.example
To: <{to}>
Delivered-To: {to}
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I am sorry.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; ana@example.org
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {said}

--b
Content-Type: text/rfc822-headers

{quoted or "Subject: A digest"}

--b--
""".encode()


def arf(to: str, kind: str = "abuse", return_path: str = "") -> bytes:
    """An abuse report in the form of RFC 5965."""
    return f"""\
From: <feedback@provider.example>
To: <{to}>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b
Content-Type: text/plain

This is an abuse report.

--b
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: SomeGenerator/1.0
Version: 1

--b
Content-Type: message/rfc822

Return-Path: <{return_path}>
From: <digest@digest.example>
Subject: A digest

Hello
--b--
""".encode()


def read_bounce(raw: bytes) -> Bounce | None:
    """What a message is read as, and what of it is believed."""
    returned = read_returned(raw)
    return believed(returned, bounces=BOUNCES, keys=KEYS) if returned is not None else None


def read(raw: bytes) -> tuple[BounceKind, str | None] | None:
    """The same, in short."""
    found = read_bounce(raw)
    return None if found is None else (found.kind, found.subscriber)


@pytest.mark.parametrize(
    ("action", "status", "kind"),
    [
        ("failed", "5.1.1", BounceKind.HARD),
        ("failed", "5.1.10", BounceKind.HARD),
        ("failed", "5.1.8", BounceKind.SOFT),
        ("failed", "5.2.2", BounceKind.SOFT),
        ("failed", "5.7.1", BounceKind.SOFT),
        ("failed", "4.4.7", BounceKind.SOFT),
        ("delayed", "4.4.1", BounceKind.NOTHING),
        ("delivered", "2.0.0", BounceKind.NOTHING),
    ],
)
def test_a_delivery_status_says_what_it_means(action: str, status: str, kind: BounceKind) -> None:
    """Only 5.1.x about the recipient's address is hard."""
    assert read(dsn(verp(), action=action, status=status)) == (kind, WHO)


def test_a_complaint_is_one_wherever_it_was_sent() -> None:
    """To the signed address, or quoting a message that came from it; "not-spam" is none."""
    assert read(arf(verp())) == (BounceKind.COMPLAINT, WHO)
    assert read(arf("abuse@digest.example", return_path=verp())) == (BounceKind.COMPLAINT, WHO)
    assert read(arf(verp(), kind="not-spam")) == (BounceKind.NOTHING, WHO)


def test_an_old_server_in_its_own_words_is_guessed_soft() -> None:
    """qmail's bounce has no report; what flufl.bounce makes of it counts, and does not suppress at once."""
    qmail = f"""\
From: MAILER-DAEMON@mx.example
To: {verp()}
Subject: failure notice

Hi. This is the qmail-send program at mx.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<ana@example.org>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.
""".encode()
    assert read(qmail) == (BounceKind.SOFT, WHO)


def test_an_absence_is_nothing() -> None:
    """A vacation's automatic reply has no effect."""
    assert read(f"From: <ana@example.org>\nTo: {verp()}\nAuto-Submitted: auto-replied\n\nAway.".encode()) == (
        BounceKind.NOTHING,
        WHO,
    )


@pytest.mark.parametrize(
    "to",
    [
        verp(key=b"x" * 32),
        verp()[:-20] + "0000" + verp()[-16:],
        BOUNCES,
        "bounces+@digest.example",
        verp().replace("digest.example", "elsewhere.example"),
    ],
)
def test_32_a_forged_address_is_about_nobody(to: str) -> None:
    """A signature that is not ours proves nothing."""
    assert read(dsn(to)) == (BounceKind.HARD, None)


def test_32_a_bounce_without_from_is_read_or_left_alone() -> None:
    """flufl.bounce stumbles over mail without From; such mail is no reason to stop."""
    assert read(b"To: x@y.example\nSubject: failure\n\nbody") is None
    assert read(dsn(verp()).replace(b"From: MAILER-DAEMON@mx.example\n", b"")) == (BounceKind.HARD, WHO)


@given(st.binary(max_size=2_000))
@example(b"Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n\n--b--")
@example(b"Content-Type: message/feedback-report\n\n\xff\xfe")
def test_any_bytes_are_read_or_left_alone(raw: bytes) -> None:
    """No mail, however broken, does anything but be put aside; none names anybody without a signature."""
    found = read_bounce(raw)
    assert found is None or found.subscriber is None


def test_what_a_large_bounce_says_stands_at_its_beginning() -> None:
    """A server that returns the whole of a large message is understood all the same."""
    assert read(dsn(verp()) + b"x" * 100 * READ_LIMIT) == (BounceKind.HARD, WHO)


HOSTILE = {
    "line breaks": b"From: a@x.example\r\n\r\n" + b"\r\n" * 500_000,
    "parts": b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\n\r\n" * 90_000,
    "parts in parts": b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(9_000)
    ),
    "messages in messages": b"Content-Type: message/rfc822\r\n\r\n" * 30_000,
    "fields": b"A: b\r\n" * 160_000,
    "a long field": b"To: " + b"a@b.example, " * 80_000 + b"\r\n\r\n",
    "comments": b"To: " + b"(" * 1_000_000 + b"\r\n\r\n",
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_mail_stays_within_what_a_child_is_allowed(what: str) -> None:
    """A megabyte of anything is read, or left alone, and the same child reads on."""
    answers = list(_answers(_said([HOSTILE[what], dsn(verp())])))
    assert len(answers) == 2
    assert answers[1].returned is not None


def test_one_that_ends_the_child_is_left_unread_and_the_others_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a message does to its reader, it does it to itself alone; no traceback of it is printed."""
    monkeypatch.setattr("digest.mail.incoming.sandbox.isolated.command", lambda entry, *given: child(*given))
    found = read_all([dsn(verp()), b"X-Kill: 1\r\n\r\n", dsn(verp()), b"X-Spin: 1\r\n\r\n", b"", dsn(verp())])
    assert [one.returned and one.returned.kind for one in found] == [
        BounceKind.HARD,
        None,
        BounceKind.HARD,
        None,
        None,
        BounceKind.HARD,
    ]


def child(*given: str) -> tuple[str, ...]:
    """A child that a message can kill, or keep busy."""
    code = """
import os, signal
from digest.mail.incoming import sandbox
read = sandbox.read_incoming
def misled(raw):
    if raw.startswith(b"X-Kill"): os.kill(os.getpid(), signal.SIGKILL)
    while raw.startswith(b"X-Spin"): pass
    return read(raw)
sandbox.read_incoming = misled
sandbox.serve()
"""
    return (sys.executable, "-c", code, *given)


async def test_a_round_has_a_budget_and_the_next_one_goes_on(made: Mailing, monkeypatch: pytest.MonkeyPatch) -> None:
    """However much lies there, other duties get their turn."""
    monkeypatch.setattr("digest.pipeline.returns.BUDGET_S", 0.01)
    box = maildir(made.folder / "many", *[b"Subject: hi\r\n\r\nhello"] * (BATCH + 5))
    assert await take(made, box) == ReturnCounts(left=BATCH)
    assert await take(made, box) == ReturnCounts(left=5)


# The whole road


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Mailing]:
    """Three subscribers with a delivery each."""
    three = mailing(tmp_path, 3)
    yield three
    three.close()


def maildir(folder: Path, *messages: bytes) -> MaildirBounces:
    """A Maildir with these messages as new."""
    for name in ("new", "cur", "tmp"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for number, message in enumerate(messages):
        (folder / "new" / f"{number}.mx").write_bytes(message)
    return MaildirBounces(folder)


async def take(made: Mailing, mailbox: MaildirBounces | ImapBounces, bounces: str | None = BOUNCES) -> ReturnCounts:
    """One round."""
    return await take_returns(mailbox, store=made.store, clock=made.clock, bounces=bounces, keys=KEYS, list_tag="list")


async def test_hard_bounces_and_complaints_suppress_with_the_servers_words(made: Mailing) -> None:
    """Read from a Maildir; what was read is seen, what proves nothing is quarantined, what is not a bounce is left."""
    ids = [entry.subscriber for entry in sorted(made.log(), key=lambda entry: entry.address)]
    box = maildir(
        made.folder / "bounces", dsn(verp(ids[0])), arf(verp(ids[1])), dsn(verp(ids[2], key=b"x" * 32)), b"hi"
    )
    assert await take(made, box) == ReturnCounts(hard=1, complaints=1, quarantined=1, left=1)
    assert made.suppressed() == {"0@list.example": "bounced", "1@list.example": "complained"}
    row = made.store.read_now(lambda c: subscribers.find(c, "0@list.example"))
    assert row is not None
    assert row.suppressed_why == "5.1.1 550 no such user"
    assert len(list((made.folder / "bounces" / "cur").iterdir())) == 2
    assert len(list((made.folder / "bounces" / ".quarantine" / "new").iterdir())) == 1
    assert [path.read_bytes() for path in (made.folder / "bounces" / "new").iterdir()] == [b"hi"]
    assert await take(made, box) == ReturnCounts()


async def test_soft_bounces_count_up_and_decay(made: Mailing) -> None:
    """Five within days are too many; one a month never is."""
    who = made.entry("0@list.example").subscriber
    slow = made.entry("1@list.example").subscriber
    for number in range(5):
        assert "0@list.example" not in made.suppressed()
        await take(made, maildir(made.folder / f"b{number}", dsn(verp(who), status="5.2.2", said="mailbox full")))
        made.clock.advance(timedelta(hours=20))
    assert made.suppressed() == {"0@list.example": "bounced"}
    for number in range(12):
        await take(made, maildir(made.folder / f"s{number}", dsn(verp(slow), status="4.4.7")))
        made.clock.advance(timedelta(days=30))
    assert "1@list.example" not in made.suppressed()


async def test_without_signed_addresses_the_quoted_message_id_tells(made: Mailing) -> None:
    """Where the envelope sender is `from`, a DSN that quotes our Message-ID is believed; another is not."""
    async with serving(Session) as server:
        await made.send(server.port)
    known = made.entry("2@list.example").message_id
    right = dsn("digest@digest.example", quoted=f"Message-ID: {known}\nSubject: A digest")
    wrong = dsn("digest@digest.example", quoted="Message-ID: <guess@digest.example>")
    assert await take(made, maildir(made.folder / "b", right, wrong), bounces=None) == ReturnCounts(
        hard=1, quarantined=1
    )
    assert made.suppressed() == {"2@list.example": "bounced"}


async def test_a_maildir_that_is_not_there_is_told(made: Mailing) -> None:
    """One sentence with the folder."""
    with pytest.raises(DeliveryError, match="nowhere"):
        await take(made, MaildirBounces(made.folder / "nowhere"))


# IMAP


async def test_bounces_are_read_over_imap(made: Mailing) -> None:
    """Over TLS; what was read is seen, what is not a bounce is left unread for a person; a wrong login is told."""
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    who = made.entry("0@list.example").subscriber
    messages = {3: dsn(verp(who)).replace(b"\n", b"\r\n"), 7: b"Subject: hi\r\n\r\nhello"}

    async with imap_server(messages, context) as (port, flags):

        def opened(password: str) -> ImapBounces:
            return ImapBounces(server="127.0.0.1", port=port, user="digest", password=password, tls=trusting)

        box = await asyncio.to_thread(opened, "secret")
        assert await take(made, box) == ReturnCounts(hard=1, left=1)
        assert await take(made, box) == ReturnCounts()
        await asyncio.to_thread(box.close)
        assert flags == {3: r"\Seen"}
        with pytest.raises(LoginRefused):
            await asyncio.to_thread(opened, "wrong")
    assert made.suppressed() == {"0@list.example": "bounced"}


async def test_an_imap_server_that_is_not_trusted_is_told_nothing(made: Mailing) -> None:
    """A certificate that nobody signed ends it before the login."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    async with imap_server({}, context) as (port, _):
        with pytest.raises(DeliveryError, match="cannot be reached"):
            await asyncio.to_thread(
                lambda: ImapBounces(server="127.0.0.1", port=port, user="digest", password="secret")
            )


# Its configuration


REST = """\
[feeds]
news = "https://news.example.org/feed"
[topics.syria]
any = ["Syria"]
[subscribers]
"ana@example.org" = { topics = ["syria"], send = "daily 07:00" }
"""


def configured(folder: Path, text: str) -> Settings:
    """A configuration with these lines under [mail]."""
    (folder / "digest.toml").write_text(
        f'[mail]\nfrom = "digest@example.org"\nserver = "mx.example.org"\n{text}\n{REST}', encoding="utf-8"
    )
    return load(folder, {})


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('bounce_mailbox = { maildir = "/var/mail/b" }', BounceSettings(maildir=Path("/var/mail/b"))),
        (
            'bounce_mailbox = { server = "imap.example.org", user = "b", password = { env = "P" } }',
            BounceSettings(server="imap.example.org", user="b", password=Secret(env="P")),
        ),
    ],
)
def test_a_bounce_mailbox_is_configured(tmp_path: Path, text: str, wanted: BounceSettings) -> None:
    """A Maildir, or an IMAP folder with a login."""
    mail = configured(tmp_path, text).mail
    assert mail is not None
    assert mail.bounce_mailbox == wanted


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("bounce_mailbox = {}", "either"),
        ('bounce_mailbox = { maildir = "/m", server = "imap.example.org" }', "either"),
        ('bounce_mailbox = { server = "imap.example.org", user = "b" }', '"password" is missing'),
    ],
)
def test_half_a_bounce_mailbox_is_a_mistake(tmp_path: Path, text: str, said: str) -> None:
    """Told when the configuration is read."""
    with pytest.raises(ConfigError, match=said):
        configured(tmp_path, text)
