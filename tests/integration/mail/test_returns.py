"""Returned mail, from the configuration to a subscriber who gets no more."""

import dataclasses
from email.message import EmailMessage
from pathlib import Path

from digest.app import Installation, queries, readers
from digest.app.running import Rounds
from digest.mail.message.token import Purpose, bounce_address
from digest.model import Mailbox
from digest.settings.core.shape import BounceSettings, MailSettings, Security
from tests.installation import installed, rss, settings, subscriber
from tests.servers.http import HttpServer

BOUNCES = "bounces@news.example.org"


async def _returned(app: Installation, folder: Path, who: str) -> None:
    """Put a refusal of a subscriber's address into the Maildir, addressed as our envelope was."""
    sending = await app.sending()
    rows = {one.mailbox.address: row for row, one in await readers.audience(app)}
    mail = EmailMessage()
    mail["From"] = "MAILER-DAEMON@mx.example.org"
    mail["To"] = bounce_address(BOUNCES, subscriber=rows[who].id, key=sending.key)
    mail["Subject"] = "Undelivered Mail Returned to Sender"
    mail["Content-Type"] = 'multipart/report; report-type=delivery-status; boundary="b"'
    status = f"Final-Recipient: rfc822; {who}\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 no such user\n"
    mail.set_payload(
        "--b\nContent-Type: text/plain\n\nIt failed.\n"
        f"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.org\n\n{status}\n--b--\n"
    )
    for name in ("new", "cur", "tmp"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "new" / "1").write_bytes(mail.as_bytes())


async def test_a_bounce_in_the_configured_mailbox_suppresses_its_subscriber(tmp_path: Path) -> None:
    """One round of `run` reads the Maildir before it sends: the address that is gone gets nothing more."""
    async with HttpServer() as server:
        server.document("/a.xml", rss("Wire", []))
        chosen = dataclasses.replace(
            settings(server, {"a": "/a.xml"}, subscriber("ana@example.org"), subscriber("ben@example.org")),
            mail=MailSettings(
                sender=Mailbox(address="digest@news.example.org"),
                server="127.0.0.1",
                security=Security.NONE,
                bounces=BOUNCES,
                bounce_mailbox=BounceSettings(maildir=tmp_path / "bounces"),
            ),
        )
        async with installed(chosen, tmp_path) as (app, _):
            await _returned(app, tmp_path / "bounces", "ana@example.org")
            await Rounds(app).once()
            known = {one.mailbox.address: row.suppressed for row, one in await readers.audience(app)}
    assert known == {"ana@example.org": "bounced", "ben@example.org": None}


async def test_a_token_in_the_configured_mailbox_unsubscribes_its_reader(tmp_path: Path) -> None:
    """One round of `run` obeys what the link in a digest sends, whoever sent it, and tells of it; no answer is sent."""
    async with HttpServer() as server:
        server.document("/a.xml", rss("Wire", []))
        chosen = dataclasses.replace(
            settings(server, {"a": "/a.xml"}, subscriber("ana@example.org"), subscriber("ben@example.org")),
            mail=MailSettings(
                sender=Mailbox(address="digest@news.example.org"),
                server="127.0.0.1",
                security=Security.NONE,
                bounce_mailbox=BounceSettings(maildir=tmp_path / "bounces"),
            ),
        )
        async with installed(chosen, tmp_path) as (app, _):
            sending = await app.sending()
            rows = {one.mailbox.address: row for row, one in await readers.audience(app)}
            (tmp_path / "bounces" / "new").mkdir(parents=True)
            token = sending.token(Purpose.UNSUBSCRIBE, rows["ana@example.org"].id)
            mail = f"From: other@home.example\nSubject: unsubscribe {token}\n\n"
            (tmp_path / "bounces" / "new" / "1").write_text(mail)
            (tmp_path / "bounces" / "new" / "2").write_text("Subject: a question\n\nHello?")
            await Rounds(app).once()
            known = {one.mailbox.address: row.suppressed for row, one in await readers.audience(app)}
            told = await queries.person(app, "ana@example.org")
    assert known == {"ana@example.org": "unsubscribed", "ben@example.org": None}
    assert [event.text for event in told.events] == ["unsubscribed: by e-mail, with the token of their digest"]
    assert [path.name for path in (tmp_path / "bounces" / "new").iterdir()] == ["2"]
