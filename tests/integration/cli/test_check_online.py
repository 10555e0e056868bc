"""`check --online`: feeds, mail server and DNS records are asked, nothing is sent; the exit code tells the worst."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest
import trustme
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from digest.mail.dns.lookup import Records
from digest.mail.message.dkim import Signer, public_record, signer
from tests.program import Home
from tests.servers.smtp import Session, serving

MAIL = '[mail]\nfrom = "desk@watch.example"\nserver = "127.0.0.1"\n'


class Quiet(Session):
    """Takes no mail at all: nobody may send any here."""

    async def mail(self, sender: str) -> str:
        """A check that sends is wrong."""
        raise AssertionError(sender)


async def test_feeds_and_mail_server_are_asked_and_nothing_is_kept(home: Home) -> None:
    """The good feed with its entries, the bad one with its reason, the server's greeting; 3; no store, no mail."""
    async with serving(Quiet) as relay:
        home.configure("mail.toml", f'{MAIL}port = {relay.port}\nsecurity = "none"\n')
        ran = await home.digest("check", "--online", "--json")
        assert ran.code == 3, ran.err
        online = ran.json["online"]
        assert {one["feed"]: (one["ok"], one["items"]) for one in online["feeds"]} == {
            "wire": (True, 2),
            "broken": (False, 0),
        }
        assert online["mail"]["ok"]
        assert relay.tally.commands["QUIT"] == 1
        told = await home.digest("check", "--online")
        assert "ok    feed wire: 2 entries" in told.out
        assert "FAIL  feed broken:" in told.out
    assert not (home.folder / "state").exists()


async def test_a_mail_server_that_is_away_fails_the_check(home: Home) -> None:
    """No relay, no digest: exit code 1, with the server's name."""
    home.configure(
        "feeds.toml", home.read("feeds.toml").splitlines()[0] + "\n" + home.read("feeds.toml").splitlines()[1]
    )
    home.configure("mail.toml", f'{MAIL}port = 9\nsecurity = "none"\n')
    ran = await home.digest("check", "--online")
    assert ran.code == 1
    assert "127.0.0.1:9" in ran.out


async def test_a_login_that_is_refused_exits_12_after_one_try(home: Home, tmp_path: Path) -> None:
    """A wrong password is tried once, over TLS, and told."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))

    class Refusing(Quiet):
        offers = (*Session.offers, "AUTH PLAIN")

        async def auth(self, words: str) -> str:
            return "535 5.7.8 wrong password"

    async with serving(Refusing, tls=context) as relay:
        home.configure(
            "mail.toml",
            f'{MAIL}port = {relay.port}\nsecurity = "tls"\nuser = "desk"\npassword = {{ env = "SMTP_PASSWORD" }}\n',
        )
        environ = {"SMTP_PASSWORD": "hunter2hunter2", "SSL_CERT_FILE": str(tmp_path / "ca.pem")}
        ran = await Home(folder=home.folder, server=home.server, environ=environ).digest("check", "--online")
        assert ran.code == 12, ran.out + ran.err
        assert "535" in ran.out
        assert "hunter2" not in ran.out + ran.err
        assert relay.tally.commands["AUTH"] == 1


# What the DNS says


class _Zone(asyncio.DatagramProtocol):
    """A name server of one zone; names that it does not know do not exist."""

    def __init__(self, texts: Mapping[str, tuple[str, ...]]) -> None:
        self.texts = texts

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        query = dns.message.from_wire(data)
        reply = dns.message.make_response(query)
        name = query.question[0].name
        found = self.texts.get(str(name).rstrip("."))
        if found is None:
            reply.set_rcode(dns.rcode.NXDOMAIN)
        elif found:
            quoted = [" ".join(f'"{text[i : i + 200]}"' for i in range(0, len(text), 200)) for text in found]
            reply.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", *quoted))
        self.transport.sendto(reply.to_wire(), addr)


@asynccontextmanager
async def zone(texts: Mapping[str, tuple[str, ...]]) -> AsyncIterator[Records]:
    """The DNS as somebody has published it."""
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: _Zone(texts), ("127.0.0.1", 0))
    try:
        yield Records(server=transport.get_extra_info("sockname")[:2])
    finally:
        transport.close()


def _signer(kind: str) -> Signer:
    key = rsa.generate_private_key(65537, 2048) if kind == "rsa" else ed25519.Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return signer(domain="watch.net", selector="s1", pem=pem)


async def _verdicts(
    texts: Mapping[str, tuple[str, ...]], signs: Signer | None = None
) -> dict[str, tuple[bool | None, str]]:
    async with zone(texts) as records:
        found = await records.of("news.watch.net", envelope="news.watch.net", server="smtp.isp.net", signer=signs)
        return {one.record: (one.ok, one.text) for one in found}


@pytest.mark.parametrize("kind", ["rsa", "ed25519"])
async def test_records_that_are_right_are_told_as_right(kind: str) -> None:
    """One SPF record, the key that signs, a policy at the domain above."""
    signs = _signer(kind)
    found = await _verdicts(
        {
            "news.watch.net": ("site-verification=1", "v=spf1 include:isp.net -all"),
            "s1._domainkey.watch.net": (public_record(signs),),
            "_dmarc.watch.net": ("v=DMARC1; p=reject",),
        },
        signs,
    )
    assert {record: ok for record, (ok, _) in found.items()} == {"SPF": True, "DKIM": True, "DMARC": True}


@pytest.mark.parametrize(
    ("texts", "record", "words"),
    [
        ({}, "SPF", "publish a TXT"),
        ({"news.watch.net": ("v=spf1 -all", "v=spf1 mx -all")}, "SPF", "2 SPF records"),
        ({"news.watch.net": ("v=spf1 +all",)}, "SPF", "everybody"),
        ({}, "DKIM", "no DKIM key"),
        ({"s1._domainkey.watch.net": ("v=DKIM1; p=",)}, "DKIM", "withdrawn"),
        ({"s1._domainkey.watch.net": ("v=DKIM1; p=AAAA",)}, "DKIM", "another key"),
        ({"_dmarc.news.watch.net": ("v=DMARC10",)}, "DMARC", "no DMARC record"),
    ],
)
async def test_records_that_are_missing_or_wrong_are_told_with_what_to_publish(
    texts: Mapping[str, tuple[str, ...]], record: str, words: str
) -> None:
    """Each mistake with its name and what would be right."""
    ok, text = (await _verdicts(texts, _signer("ed25519")))[record]
    assert ok is False
    assert words in text
    assert "watch.net" in text


async def test_a_name_server_that_is_silent_is_no_verdict() -> None:
    """Not looked up is told as not checked, never as wrong."""
    records = Records(server=("127.0.0.1", 9), patience=0.3)
    found = await records.of("watch.net", envelope="watch.net", server="smtp.isp.net", signer=None)
    assert {one.ok for one in found} == {None}
    assert all("not checked" in one.text for one in found)
