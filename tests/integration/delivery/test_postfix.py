"""The server that most relays run: Postfix, with STARTTLS and a login, delivering to a Maildir."""

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from digest.delivery.transports.smtp import SmtpTransport
from digest.model import Secret
from digest.settings.core.shape import Security
from tests.mailing import Mailing, PlainTemplate, mailing
from tests.servers.postfix import PASSWORD, USER, postfix, unavailable

pytestmark = pytest.mark.skipif(bool(unavailable()), reason=unavailable() or "Postfix is here")

#: Everything that a mail server might touch: dots, a dot alone, long lines, trailing blanks.
BODY = b".\r\n..\r\n.x\r\n" + b"y" * 990 + b"\r\ntrailing \t \r\n\r\n.\r\nFrom here\r\n"


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Mailing]:
    """Forty deliveries that are due."""
    forty = mailing(tmp_path, 40, template=PlainTemplate(BODY))
    yield forty
    forty.close()


def transport(made: Mailing, port: int, authority: trustme.CA, password: str) -> SmtpTransport:
    """To a Postfix, over STARTTLS, with a login."""
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    mail = made.mail(port, security=Security.STARTTLS, user=USER, password=Secret(env="X"))
    return SmtpTransport(mail, lambda _: password, tls=trusting)


async def test_postfix_receives_every_digest_byte_for_byte_in_its_maildir(made: Mailing) -> None:
    """Over STARTTLS, logged in, pipelined: what lies in the Maildir ends with exactly what was made."""
    authority = trustme.CA()
    async with postfix(authority) as server:
        counts = await made.send(transport=transport(made, server.port, authority, PASSWORD))
        assert counts.accepted == 40, counts.reason
        messages = await server.has_delivered(40)
    by_id = {message.split(b"Message-ID: <")[1].split(b"@")[0].decode(): message for message in messages}
    assert len(by_id) == 40
    for entry in made.log():
        wanted = f"Message-ID: <{entry.subscriber}@digest.example>\r\nTo: {entry.address}\r\n\r\n".encode() + BODY
        assert by_id[entry.subscriber].replace(b"\n", b"\r\n").endswith(wanted)
        assert "queued as" in (entry.reply or "")


async def test_postfix_refuses_a_wrong_password_once(made: Mailing) -> None:
    """One attempt, reported; nothing is sent and nothing lost."""
    authority = trustme.CA()
    async with postfix(authority) as server:
        counts = await made.send(transport=transport(made, server.port, authority, "wrong"))
        log = (server.folder / "log").read_text()
    assert counts.login_refused
    assert counts.pending == 40
    assert log.count("authentication failed") == 1
