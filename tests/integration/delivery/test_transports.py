"""The ways out: STARTTLS, TLS and logins against real servers, the outbox, a sendmail command."""

import asyncio
import base64
import os
import ssl
import stat
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from digest.delivery.transports import smtp
from digest.delivery.transports.outbox import OutboxTransport, file_name, find, write
from digest.delivery.transports.sendmail import SendmailTransport
from digest.delivery.transports.smtp import SmtpTransport
from digest.errors import RelayAway, UsageError
from digest.model import DeliveryState, Envelope, Mailbox, Secret
from digest.settings.core.shape import MailSettings, Security
from tests.mailing import QUICK, Mailing, PlainMail, mailing
from tests.servers.smtp import Session, serving


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Mailing]:
    """Five deliveries that are due."""
    five = mailing(tmp_path, 5)
    yield five
    five.close()


@pytest.fixture(scope="module")
def trust() -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context and a client's that trusts it."""
    authority = trustme.CA()
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(server)
    client = ssl.create_default_context()
    authority.configure_trust(client)
    return server, client


Trust = tuple[ssl.SSLContext, ssl.SSLContext]


@pytest.mark.parametrize("method", ["PLAIN", "LOGIN", "CRAM-MD5"])
@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
async def test_logs_in_over_tls_and_delivers(made: Mailing, trust: Trust, security: Security, method: str) -> None:
    """Each method, on a port that is TLS from the start and on one that becomes it; never in clear."""

    class Private(Session):
        tls = trust[0] if security is Security.STARTTLS else None

        @property
        def offers(self) -> tuple[str, ...]:  # type: ignore[override]
            return ("PIPELINING", f"AUTH {method}") if self.encrypted else ("PIPELINING",)

        async def auth(self, words: str) -> str:
            assert self.encrypted
            if method == "PLAIN":
                assert base64.b64decode(words.split()[1]) == b"\0digest\0secret"
                return "235 2.7.0 welcome"
            await self.send("334 " + base64.b64encode(b"<challenge@mx.example>").decode())
            assert await self.line()
            return "235 2.7.0 welcome"

    async with serving(Private, tls=trust[0] if security is Security.TLS else None) as server:
        mail = made.mail(server.port, security=security, user="digest", password=Secret(env="X"))
        counts = await made.send(transport=SmtpTransport(mail, lambda _: "secret", tls=trust[1], timeouts=QUICK))
        assert sorted(server.tally.recipients) == sorted(made.addresses)
    assert counts.accepted == 5


async def test_a_method_that_the_server_does_not_know_after_all_is_followed_by_the_next(
    made: Mailing, trust: Trust
) -> None:
    """PLAIN is offered and answered 504: LOGIN is tried; a wrong password is still tried once alone."""

    class Forgetful(Session):
        offers = ("PIPELINING", "AUTH PLAIN LOGIN")
        answer_to_login = "235 2.7.0 welcome"

        async def auth(self, words: str) -> str:
            if words.startswith("PLAIN"):
                return "504 5.5.4 unrecognized authentication type"
            await self.send("334 " + base64.b64encode(b"Password:").decode())
            await self.line()
            return Forgetful.answer_to_login

    async with serving(Forgetful, tls=trust[0]) as server:
        mail = made.mail(server.port, security=Security.TLS, user="digest", password=Secret(env="X"))
        transport = SmtpTransport(mail, lambda _: "secret", tls=trust[1], timeouts=QUICK)
        Forgetful.answer_to_login = "535 5.7.8 wrong"
        assert (await made.send(transport=transport)).login_refused
        assert server.tally.commands["AUTH"] == 2
        Forgetful.answer_to_login = "235 2.7.0 welcome"
        assert (await made.send(transport=transport)).accepted == 5


@pytest.mark.parametrize(
    ("name", "helo", "wanted"),
    [
        ("vm", None, "[127.0.0.1]"),
        ("vm", "news.example.org", "news.example.org"),
        ("vm.example.org", None, "vm.example.org"),
        ("ma schine", None, "[127.0.0.1]"),
    ],
)
async def test_a_server_that_wants_a_full_name_gets_one(
    made: Mailing, monkeypatch: pytest.MonkeyPatch, name: str, helo: str | None, wanted: str
) -> None:
    """The machine's name where it has a dot, else its address; `helo` says otherwise."""
    monkeypatch.setattr("socket.gethostname", lambda: name)
    said: set[str] = set()

    class Strict(Session):
        async def answer(self, verb: str, line: str) -> str:
            if verb == "EHLO":
                said.add(line.partition(" ")[2])
            return await super().answer(verb, line)

    async with serving(Strict) as server:
        assert (await made.send(server.port, helo=helo)).accepted == 5
    assert said == {wanted}


async def test_xoauth2_is_spoken(made: Mailing, trust: Trust) -> None:
    """An access token goes out as Google and Microsoft want it, and is kept between connections."""
    fetched = []

    class Tokens(Session):
        offers = ("PIPELINING", "AUTH XOAUTH2")

        async def auth(self, words: str) -> str:
            assert base64.b64decode(words.split()[1]) == b"user=digest\x01auth=Bearer token\x01\x01"
            return "235 2.7.0 welcome"

    def secret(_: Secret) -> str:
        fetched.append(1)
        return "token"

    async with serving(Tokens, tls=trust[0]) as server:
        mail = made.mail(server.port, security=Security.TLS, user="digest", oauth_token=Secret(env="X"))
        assert (await made.send(transport=SmtpTransport(mail, secret, tls=trust[1], timeouts=QUICK))).accepted == 5
    assert len(fetched) == 1


async def test_without_encryption_nobody_logs_in(made: Mailing) -> None:
    """`security = "none"` with a user sends neither password nor message."""

    class Inviting(Session):
        offers = ("PIPELINING", "AUTH PLAIN")

    async with serving(Inviting) as server:
        counts = await made.send(server.port, user="digest", password=Secret(env="X"))
        assert server.tally.commands["AUTH"] == server.tally.commands["MAIL"] == 0
    assert "does not log in" in (counts.reason or "")
    assert counts.pending == 5


async def test_a_missing_secret_is_told_and_nothing_is_lost(made: Mailing, trust: Trust) -> None:
    """The password is not there: one sentence, and everything stays pending."""

    def missing(_: Secret) -> str:
        raise UsageError("the environment variable SMTP_PASSWORD holds no secret")

    class Asking(Session):
        offers = ("PIPELINING", "AUTH PLAIN")

    async with serving(Asking, tls=trust[0]) as server:
        mail = made.mail(server.port, security=Security.TLS, user="digest", password=Secret(env="X"))
        with pytest.raises(UsageError, match="SMTP_PASSWORD"):
            await made.send(transport=SmtpTransport(mail, missing, tls=trust[1], timeouts=QUICK))
    assert set(made.states().values()) == {DeliveryState.PENDING}


class _Kept:
    """What aiosmtpd took, by recipient."""

    def __init__(self) -> None:
        self.taken: dict[str, bytes] = {}

    async def handle_EHLO(  # noqa: N802
        self, _server: Any, session: Any, _envelope: Any, hostname: str, replies: list[str]
    ) -> list[str]:
        """aiosmtpd copes with pipelined commands and does not say so."""
        session.host_name = hostname
        return [*replies[:-1], "250-PIPELINING", replies[-1]]

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        for recipient in envelope.rcpt_tos:
            assert recipient not in self.taken
            self.taken[recipient] = envelope.original_content
        return "250 2.0.0 kept"


def _logins(_server: Any, _session: Any, _envelope: Any, _mechanism: str, login: Any) -> AuthResult:
    right = isinstance(login, LoginPassword) and (login.login, login.password) == (b"digest", b"secret")
    return AuthResult(success=right, handled=False)


@asynccontextmanager
async def aiosmtpd(handler: _Kept, context: ssl.SSLContext) -> AsyncIterator[int]:
    """aiosmtpd with STARTTLS, a login, and PIPELINING on offer; its port."""

    def protocol() -> SMTP:
        return SMTP(
            handler,
            tls_context=context,
            require_starttls=True,
            auth_required=True,
            authenticator=_logins,
            hostname="mx.example",
            loop=asyncio.get_running_loop(),
        )

    server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def test_aiosmtpd_receives_byte_for_byte_with_starttls_and_login(made: Mailing, trust: Trust) -> None:
    """Another's server, not ours: it gets exactly what was made, once."""
    kept = _Kept()
    async with aiosmtpd(kept, trust[0]) as port:
        mail = made.mail(port, security=Security.STARTTLS, user="digest", password=Secret(env="X"))
        counts = await made.send(transport=SmtpTransport(mail, lambda _: "secret", tls=trust[1]))
    assert counts.accepted == 5
    assert sorted(kept.taken) == sorted(made.addresses)
    for address, data in kept.taken.items():
        assert data.startswith(f"Message-ID: <{made.entry(address).subscriber}@digest.example>\r\n".encode())
        assert data.endswith(b"Hello.\r\n.a line that begins with a dot\r\n")


# Outbox

HTML = (
    b"Message-ID: <ab/../c d@x.example>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n"
    b"--b\r\nContent-Type: text/plain\r\n\r\nHello\r\n"
    b"--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>H\xc3\xa9llo</p>\r\n--b--\r\n"
)


def test_a_message_is_written_with_its_html_beside_it(tmp_path: Path) -> None:
    """`.eml` byte for byte, `.html` as a browser opens it; the name cannot leave the folder."""
    mail = PlainMail("<ab/../c d@x.example>", Envelope(sender="a@b", recipient="c@d"), HTML, HTML)
    path = write(tmp_path, mail)
    assert path.parent == tmp_path
    assert path.read_bytes() == HTML
    assert path.with_name(f"{path.stem}.html").read_text(encoding="utf-8").strip() == "<p>Héllo</p>"
    assert sorted(one.name for one in tmp_path.iterdir()) == sorted([path.name, f"{path.stem}.html"])


def test_writing_again_changes_nothing(tmp_path: Path) -> None:
    """The same message, the same files."""
    mail = PlainMail("<a@x.example>", Envelope(sender="a@b", recipient="c@d"), HTML, HTML)
    assert write(tmp_path, mail) == write(tmp_path, mail)
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("hostile", ["<../../etc/passwd>", "<.hidden@x>", "<>", "<" + "a" * 5000 + "@x>", "<a\0b@x>"])
def test_neither_reader_nor_message_id_makes_a_path(tmp_path: Path, hostile: str) -> None:
    """Whatever stands in them, the name is one visible component that a file system takes."""
    for id_, to in ((hostile, "ana@x.example"), ("<a@x.example>", f"{hostile.strip('<>')}@x.example")):
        name = file_name(PlainMail(id_, Envelope(sender="a@b", recipient=to), HTML, HTML))
        assert name
        assert not {"/", "\0"} & set(name)
        assert not name.startswith((".", "-"))
        assert len(name) <= 100
        assert write(tmp_path, PlainMail(id_, Envelope(sender="a@b", recipient=to), HTML, HTML)).parent == tmp_path


def test_a_files_name_says_for_whom_it_is_and_when(tmp_path: Path) -> None:
    """The reader, the moment by the reader's own clock, and enough of the Message-ID to tell two apart."""
    data = b"Date: Sun, 17 Apr 2016 07:00:00 +0200\r\n\r\nHello\r\n"
    for id_, to, name in (
        ("<6a09a8b5c0ffee@x.example>", "ana@x.example", "ana-2016-04-17-0700-6a09a8b5"),
        ("<f00dface00000000@x.example>", "ana@y.example", "ana-2016-04-17-0700-f00dface"),
        ("<6a09a8b5c0ffee@x.example>", "o'neil+news@x.example", "o_neil+news-2016-04-17-0700-6a09a8b5"),
    ):
        mail = PlainMail(id_, Envelope(sender="a@b", recipient=to), data, data)
        assert file_name(mail) == name
        written = write(tmp_path, mail)
        assert find(tmp_path, id_) is not None
        assert written.name == f"{name}.eml"


def test_a_message_is_for_nobody_elses_eyes(tmp_path: Path) -> None:
    """0600 under any umask, and a link that stands where it is written aside is not followed."""
    mail = PlainMail("<a@x.example>", Envelope(sender="a@b", recipient="ana@x.example"), HTML, HTML)
    outside = tmp_path / "outside"
    outside.write_text("mine")
    folder = tmp_path / "outbox"
    folder.mkdir()
    for suffix in ("eml", "html"):
        (folder / f".{file_name(mail)}.{suffix}.{threading.get_native_id()}.new").symlink_to(outside)
    before = os.umask(0)
    try:
        write(folder, mail)
    finally:
        os.umask(before)
    assert outside.read_text() == "mine"
    assert {(path.is_symlink(), stat.S_IMODE(path.stat().st_mode)) for path in folder.iterdir()} == {(False, 0o600)}


async def test_the_outbox_goes_through_the_same_ledger(made: Mailing) -> None:
    """Accepted, with where it lies."""
    counts = await made.send(transport=OutboxTransport(made.folder / "outbox"))
    assert counts.accepted == 5
    assert len(list((made.folder / "outbox").glob("*.eml"))) == 5
    assert all((entry.via, entry.reply or "")[0] == "outbox" for entry in made.log())
    assert stat.S_IMODE((made.folder / "outbox").stat().st_mode) == 0o700
    for path in (made.folder / "outbox").glob("*.eml"):
        assert message_from_bytes(path.read_bytes(), policy=policy.default)["To"] in made.addresses


async def test_an_outbox_that_cannot_be_written_keeps_everything_pending(made: Mailing) -> None:
    """A file in the way of the folder: one sentence, nothing lost."""
    blocked = made.folder / "file"
    blocked.write_text("not a folder")
    counts = await made.send(transport=OutboxTransport(blocked / "outbox"))
    assert "cannot be written" in (counts.reason or "")
    assert counts.pending == 5


# Sendmail


def script(folder: Path, code: str) -> tuple[str, ...]:
    """A sendmail of our own, which keeps what it is given in `folder`/kept."""
    path = folder / "sendmail.py"
    (folder / "kept").mkdir(exist_ok=True)
    head = f"import sys, pathlib\nkept = pathlib.Path({str(folder / 'kept')!r})\nto = sys.argv[-1]\n"
    path.write_text(head + code, encoding="utf-8")
    return (sys.executable, str(path))


async def test_sendmail_gets_sender_recipient_and_message(made: Mailing) -> None:
    """`-i -f SENDER -- RECIPIENT`, the message on standard input with plain line ends."""
    command = script(made.folder, "(kept / to).write_text(repr(sys.argv[1:]) + sys.stdin.read())\n")
    counts = await made.send(transport=SendmailTransport(command))
    assert counts.accepted == 5
    for address in made.addresses:
        kept = (made.folder / "kept" / address).read_text()
        assert kept.startswith(f"['-i', '-f', 'digest@digest.example', '--', '{address}']Message-ID: <")
        assert kept.endswith("\n.a line that begins with a dot\n")


@pytest.mark.parametrize(
    ("exit_code", "state", "suppresses"),
    [
        (67, DeliveryState.FAILED, True),
        (64, DeliveryState.FAILED, False),
        (65, DeliveryState.FAILED, False),
        *((code, DeliveryState.DEFERRED, False) for code in (1, 2, 66, 68, 69, 70, 71, 72, 73, 74, 75, 76, 126, 127)),
    ],
)
async def test_sendmails_exit_code_decides(
    made: Mailing, exit_code: int, state: DeliveryState, *, suppresses: bool
) -> None:
    """sysexits.h: only a wrong address and a wrong message are for good; no network or a busy server may pass."""
    code = f"print('said so'); sys.exit({exit_code} if to == '0@list.example' else 0)\n"
    counts = await made.send(transport=SendmailTransport(script(made.folder, code)))
    assert counts.accepted == 4
    entry = made.entry("0@list.example")
    assert (entry.state, entry.reply) == (state, "said so")
    assert bool(made.suppressed()) is suppresses


@pytest.mark.parametrize(("exit_code", "login"), [(77, True), (78, False)])
async def test_a_sendmail_that_cannot_send_anything_is_tried_once(
    made: Mailing, exit_code: int, *, login: bool
) -> None:
    """A login that its server refuses, a configuration that is wrong: everything stays pending, with its words."""
    code = f"(kept / to).touch(); print('said so'); sys.exit({exit_code})\n"
    counts = await made.send(transport=SendmailTransport(script(made.folder, code)))
    assert "said so" in (counts.reason or "")
    assert (counts.login_refused, counts.failed, counts.pending) == (login, 0, 5)
    assert len(list((made.folder / "kept").iterdir())) == 1


async def test_a_sendmail_that_is_not_there_is_reported(made: Mailing) -> None:
    """Everything stays pending, and the command is named."""
    counts = await made.send(transport=SendmailTransport(["/nonexistent/sendmail"]))
    assert "/nonexistent/sendmail" in (counts.reason or "")
    assert counts.pending == 5


async def test_a_sendmail_that_is_killed_leaves_the_message_unsure(made: Mailing) -> None:
    """Killed in the middle, nobody knows what it did."""
    code = "import os, signal\nif to == '0@list.example': os.kill(os.getpid(), signal.SIGKILL)\n"
    counts = await made.send(transport=SendmailTransport(script(made.folder, code)))
    assert (counts.accepted, counts.unsure) == (4, 1)


async def test_cancelling_leaves_no_sendmail_behind(made: Mailing) -> None:
    """The commands are killed; what they were given is unsure."""
    code = "(kept / to).touch()\nif len(list(kept.iterdir())) > 1:\n    import time; time.sleep(60)\n"
    command = script(made.folder, code)
    sending = asyncio.create_task(made.send(transport=SendmailTransport(command)))
    while len(list((made.folder / "kept").iterdir())) < 5:
        await asyncio.sleep(0.02)
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    states = list(made.states().values())
    assert states.count(DeliveryState.UNSURE) == 4
    assert states.count(DeliveryState.ACCEPTED) == 1


# What is said of a server that cannot be reached


@pytest.mark.parametrize(
    ("greeting", "security", "said"),
    [
        (b"220 hi\r\n", Security.TLS, 'does not speak TLS from the first byte there; try [mail] security = "starttls"'),
        (b"", Security.STARTTLS, "hung up without an answer; check [mail] port and security"),
        (b"", Security.TLS, "hung up without an answer; check [mail] port and security"),
    ],
)
async def test_why_a_server_cannot_be_reached_is_said_in_words(greeting: bytes, security: Security, said: str) -> None:
    """No number of the system's and no name of an exception: what happened, and the next step."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting)
        if greeting:
            await reader.read(100)
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        mail = MailSettings(sender=Mailbox(address="a@b.example"), server="127.0.0.1", port=port, security=security)
        with pytest.raises(RelayAway) as caught:
            await smtp.probe(mail, lambda _: "")
    assert said in str(caught.value)
