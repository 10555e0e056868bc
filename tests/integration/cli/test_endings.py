"""How the program ends when something comes between: Ctrl-C, a closed pipe, a full disk, a locked store."""

import asyncio
import os
import signal
import sqlite3
import ssl
import sys
from pathlib import Path

import pytest
import trustme

from digest.errors import WriterError
from digest.llm.openai import ChatWriter
from digest.settings.core.shape import LlmSettings
from tests.program import PATIENCE_S, Home
from tests.servers.smtp import Session, serving

ADDRESSES = ("ana@example.org", "ben@example.org", "desk@watch.example")


def relay_at(home: Home, port: int) -> None:
    """Send through a mail server on loopback."""
    home.configure(
        "mail.toml",
        f'[mail]\nfrom = "Desk <desk@watch.example>"\nserver = "127.0.0.1"\nport = {port}\nsecurity = "none"\n',
    )


async def test_ctrl_c_ends_a_send_with_130_and_loses_nothing(home: Home) -> None:
    """Interrupted while the server thinks: no traceback, and the next run sends what was not."""
    assert (await home.digest("poll")).code == 3
    thinking = asyncio.Event()

    class Slow(Session):
        async def rcpt(self, recipient: str) -> str:
            thinking.set()
            await asyncio.sleep(PATIENCE_S)
            return "250 ok"

    async with serving(Slow) as relay:
        relay_at(home, relay.port)
        child = await home.start("send")
        await asyncio.wait_for(thinking.wait(), PATIENCE_S)
        child.send_signal(signal.SIGINT)
        _, err = await asyncio.wait_for(child.communicate(), PATIENCE_S)
    assert child.returncode == 130, err.decode()
    assert "Traceback" not in err.decode()
    assert "interrupted" in err.decode()
    async with serving(Session) as relay:
        relay_at(home, relay.port)
        again = await home.digest("send")
        assert again.code == 0, again.err
        assert sorted(relay.tally.recipients) == ["ana@example.org", "ben@example.org"]


async def test_ctrl_c_ends_run_after_what_runs_is_done(home: Home) -> None:
    """run stops in good order, and says by 130 that it was interrupted."""
    child = await home.start("run")
    outbox = home.folder / "state" / "outbox"
    async with asyncio.timeout(PATIENCE_S):
        while not list(outbox.glob("*.eml")):
            await asyncio.sleep(0.05)
        child.send_signal(signal.SIGINT)
        _, err = await child.communicate()
    assert child.returncode == 130, err.decode()
    assert "Traceback" not in err.decode()


async def test_a_reader_that_has_had_enough_is_no_error(home: Home) -> None:
    """`digest topics | head -1`: no traceback, nothing on stderr."""
    read, write = os.pipe()
    os.close(read)
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "digest", "-c", str(home.folder / "config"), "config", "show"),
        cwd=home.folder,
        env=home.surroundings,
        stdout=write,
        stderr=asyncio.subprocess.PIPE,
    )
    os.close(write)
    _, err = await asyncio.wait_for(child.communicate(), PATIENCE_S)
    assert (child.returncode, err.decode()) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
async def test_a_full_disk_is_told_in_a_sentence(home: Home) -> None:
    """Output that cannot be written: exit code 1 with the reason, no traceback."""
    with Path("/dev/full").open("wb") as full:
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "digest", "-c", str(home.folder / "config"), "config", "show"),
            cwd=home.folder,
            env=home.surroundings,
            stdout=full,
            stderr=asyncio.subprocess.PIPE,
        )
        _, err = await asyncio.wait_for(child.communicate(), PATIENCE_S)
    assert child.returncode == 1
    assert "No space left" in err.decode()
    assert "Traceback" not in err.decode()


async def test_a_state_folder_that_cannot_be_made_is_told(home: Home) -> None:
    """A file where the state folder should be: exit code 1, the place named."""
    (home.folder / "state").write_text("")
    ran = await home.digest("send")
    assert ran.code == 1
    assert str(home.folder / "state") in ran.err
    assert "Traceback" not in ran.err


async def test_a_store_that_is_none_is_told(home: Home) -> None:
    """Rubbish in the store's place: exit code 1, the file named, and left as it is."""
    (home.folder / "state").mkdir()
    store = home.folder / "state" / "digest.sqlite3"
    store.write_bytes(b"this is not a database at all, and long enough to be looked at" * 20)
    ran = await home.digest("status")
    assert ran.code == 1, ran.err
    assert "digest.sqlite3" in ran.err
    assert "Traceback" not in ran.err


async def test_a_store_of_a_newer_program_is_refused(home: Home) -> None:
    """A schema from the future: exit code 1, and what to do."""
    await home.digest("send")
    with sqlite3.connect(home.folder / "state" / "digest.sqlite3") as store:
        store.execute("UPDATE alembic_version SET version_num = '9999'")
    store.close()
    ran = await home.digest("status")
    assert ran.code == 1
    assert "newer" in ran.err
    assert "Traceback" not in ran.err


async def test_the_log_of_a_whole_run_holds_no_address(home: Home) -> None:
    """Everything said at -vv, as text and as JSON, while mail is refused with the address in the server's words."""

    class Talkative(Session):
        async def rcpt(self, recipient: str) -> str:
            return "250 ok" if recipient.startswith("ana") else f"550 5.1.1 <{recipient}>: unknown, says {recipient}"

    async with serving(Talkative) as relay:
        relay_at(home, relay.port)
        polled = await home.digest("-vv", "poll")
        sent = await home.digest("-vv", "--log-json", "send")
        assert sent.code == 3, sent.err
        for file in (home.folder / "state").glob("digest.sqlite3*"):
            file.unlink()  # all is new again: ben is sent mail, and refused
        worker = await home.start("-vv", "run")
        async with asyncio.timeout(PATIENCE_S):
            assert worker.stderr is not None
            said = b""
            while b"delivered" not in said:
                said += await worker.stderr.readline()
            worker.send_signal(signal.SIGTERM)
            _, rest = await worker.communicate()
        assert b"1 failed" in said
    for text in (polled.err, sent.err, (said + rest).decode()):
        for address in ADDRESSES:
            assert address not in text


async def test_quiet_says_only_what_went_wrong(home: Home) -> None:
    """-q leaves results and errors, and no advice."""
    plain = await home.digest("send", "--dry-run")
    assert "dry run" in plain.err
    quiet = await home.digest("-q", "send", "--dry-run")
    assert quiet.err == ""
    assert quiet.out == plain.out
    assert "broken" in (await home.digest("-q", "poll")).err


async def test_colours_are_for_terminals_and_for_those_who_ask(home: Home) -> None:
    """No escape sequences in a pipe; with --color always there are; NO_COLOR and FORCE_COLOR are heard."""
    home.configure("digest.toml", "[digest]\ntitel = 1\n")
    assert "\x1b[" not in (await home.digest("status")).err
    assert "\x1b[31m" in (await home.digest("--color", "always", "status")).err
    forced = Home(folder=home.folder, server=home.server, environ={"FORCE_COLOR": "1"})
    assert "\x1b[" in (await forced.digest("status")).err
    assert "\x1b[" not in (await forced.digest("--color", "never", "status")).err


async def test_one_round_says_what_failed_and_ends_with_the_code_for_it(home: Home) -> None:
    """A feed: 3; a relay that is away: 1; a refused login: 12; each in words on stderr, and the rest is done."""
    feeds_alone = await home.digest("run", "--once")
    assert feeds_alone.code == 3, feeds_alone.err
    assert "broken" in feeds_alone.err
    assert list((home.folder / "state" / "outbox").glob("*.eml"))
    relay_at(home, 1)
    assert (await home.digest("send", "--again")).code == 1
    away = await home.digest("run", "--once")
    assert away.code == 1, away.err
    assert "127.0.0.1" in away.err


async def test_one_round_with_a_refused_login_ends_with_12(home: Home, tmp_path: Path) -> None:
    """As `send` does, so that cron's mail says why."""

    class Strict(Session):
        offers = (*Session.offers, "AUTH PLAIN LOGIN")

        async def auth(self, words: str) -> str:
            """Refuse any login."""
            del words
            return "535 5.7.8 no"

    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    async with serving(Strict, tls=context) as relay:
        relay_at(home, relay.port)
        mail = home.read("mail.toml").replace('"none"', '"tls"')
        home.configure("mail.toml", mail + 'user = "u"\npassword = { env = "RELAY" }\n')
        environ = {"RELAY": "hunter2hunter2", "SSL_CERT_FILE": str(tmp_path / "ca.pem")}
        refused = await Home(folder=home.folder, server=home.server, environ=environ).digest("run", "--once")
    assert refused.code == 12, refused.err
    assert "login" in refused.err


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", ">&- 2>&- <&-"])
async def test_a_closed_stream_is_no_error_and_no_file_takes_its_place(home: Home, closed: str) -> None:
    """The work is done, exit code as ever, no traceback, and the store is whole."""
    program = f'"{sys.executable}" -m digest -c config'
    shell = f"{program} poll wire {closed} && {program} send --yes {closed}"
    child = await asyncio.create_subprocess_exec(
        *("sh", "-c", shell), cwd=home.folder, env=home.surroundings, stderr=asyncio.subprocess.PIPE
    )
    _, err = await asyncio.wait_for(child.communicate(), PATIENCE_S)
    assert child.returncode == 0, err.decode()
    assert "Traceback" not in err.decode()
    assert list((home.folder / "outbox").glob("*.eml"))
    status = await home.digest("status", "--json")
    assert status.json["deliveries"]["accepted"] == 2


async def test_a_terminal_that_knows_no_letters_but_its_own_shows_escapes(home: Home) -> None:
    """A title in another script is not a crash where the locale cannot show it."""
    home.configure("digest.toml", '[digest]\ntitle = "اخبار"\n')
    latin = Home(folder=home.folder, server=home.server, environ={"PYTHONIOENCODING": "latin-1"})
    ran = await latin.digest("config", "show")
    assert ran.code == 0, ran.err
    assert "\\u0627" in ran.out


async def test_what_a_feed_says_does_not_steer_the_terminal(home: Home) -> None:
    """Escape sequences in what was fetched are shown as escapes, wherever they are shown."""
    home.server.answer("/broken.xml", 500, headers={"X-Odd": "\x1b"})
    ran = await home.digest("feeds", "test", "no such\x1b]0;owned\x07feed")
    assert ran.code == 2
    assert "\x1b" not in ran.err + ran.out
    assert "\\x1b]0;owned" in ran.err


async def test_what_a_model_server_says_is_printable() -> None:
    """The reason phrase of a service that refuses is its word, and reaches no terminal raw."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 503 No\x1b]0;owned\x07\x9b2J" + b"w" * 4000 + b"\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    settings = LlmSettings(base_url=f"http://127.0.0.1:{port}", model="m")
    async with server, ChatWriter(settings, secrets=lambda _: "") as writer:
        with pytest.raises(WriterError) as caught:
            await writer.write(title="T", text="A sentence.", language="en")
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 1000
