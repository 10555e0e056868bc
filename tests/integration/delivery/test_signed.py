"""DKIM from the configuration to the mail server."""

import dataclasses
from pathlib import Path

import dkim
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from digest.app import polling, sending
from digest.mail.message.dkim import public_record, signer
from digest.model import Mailbox, Secret
from digest.settings.core.shape import DkimSettings, MailSettings, Security
from tests.installation import Told, installed, rss, settings, subscriber
from tests.servers.http import HttpServer
from tests.servers.smtp import Session, serving


async def test_what_arrives_at_the_server_carries_a_signature_that_verifies(tmp_path: Path) -> None:
    """With `[mail] dkim` every message is signed by the key in the file; dkimpy verifies it as it arrived."""
    key = generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file = tmp_path / "dkim.pem"
    file.write_bytes(pem)
    file.chmod(0o600)
    record = public_record(signer(domain="news.example.org", selector="s1", pem=pem)).encode()
    async with HttpServer() as feeds, serving(Session) as relay:
        feeds.document("/a.xml", rss("Wire", [Told(title="Aleppo talks resume", summary="Envoys met in Geneva.")]))
        chosen = dataclasses.replace(
            settings(feeds, {"a": "/a.xml"}, subscriber("ana@example.org"), subscriber("ben@example.org")),
            mail=MailSettings(
                sender=Mailbox(address="digest@news.example.org"),
                server="127.0.0.1",
                port=relay.port,
                security=Security.NONE,
                dkim=DkimSettings(selector="s1", key=Secret(file=str(file))),
            ),
        )
        async with installed(chosen, tmp_path) as (app, _):
            await polling.poll(app, manual=True)
            assert (await sending.send(app)).delivered.accepted == 2
    assert sorted(relay.tally.recipients) == ["ana@example.org", "ben@example.org"]
    for taken in relay.tally.taken:
        assert dkim.verify(taken.data, dnsfunc=lambda *_, **__: record)
        assert not dkim.verify(taken.data.replace(b"Aleppo", b"Damask"), dnsfunc=lambda *_, **__: record)
