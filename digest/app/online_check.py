"""`check --online`: asks every feed, the mail server and the name servers, and sends nothing."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass

from digest.app.feed_trial import Trier, trier
from digest.delivery.transports.registry import way
from digest.errors import DigestError, LoginRefused
from digest.mail.dns.records import Finding
from digest.mail.message.dkim import Signer, signer
from digest.model import Feed, Secret
from digest.settings.core.secrets import read_secret
from digest.settings.core.shape import MailSettings, Settings
from digest.settings.help.advice import is_example


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedProbe:
    """What one feed said."""

    feed: str
    #: Why it could not be read; None: it was.
    error: str | None = None
    items: int = 0
    #: What a person should do about a feed that works: it moved, its address is a page's.
    advice: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayProbe:
    """What the mail server said."""

    #: What was reached, or why not.
    text: str
    ok: bool
    login_refused: bool = False


async def probe_feeds(settings: Settings, environ: Mapping[str, str]) -> AsyncIterator[FeedProbe]:
    """Read every feed that is not paused, as they answer; each host is asked as politely as ever."""
    async with trier(settings, environ) as reader:
        asked = [asyncio.create_task(_probe(reader, feed)) for feed in settings.feeds if not feed.paused]
        try:
            for answer in asyncio.as_completed(asked):
                yield await answer
        finally:
            for task in asked:
                task.cancel()
            await asyncio.gather(*asked, return_exceptions=True)


async def _probe(reader: Trier, feed: Feed) -> FeedProbe:
    try:
        trial = await reader.read(feed)
    except DigestError as exc:
        return FeedProbe(feed=feed.id, error=str(exc))
    advice = None
    if trial.named:
        return FeedProbe(feed=feed.id, error=f"{feed.url} is a web page; it names the feed {trial.url}: write that")
    if trial.url != feed.url:
        advice = f"it has moved for good: write {trial.url}"
    return FeedProbe(feed=feed.id, items=len(trial.parsed.items), advice=advice)


async def probe_relay(mail: MailSettings, environ: Mapping[str, str]) -> RelayProbe:
    """Try what takes the messages: connect, log in, say goodbye; nothing is sent."""
    try:
        text = await way(mail).probe(mail, lambda secret: read_secret(secret, environ))
    except DigestError as exc:
        return RelayProbe(text=str(exc), ok=False, login_refused=isinstance(exc, LoginRefused))
    return RelayProbe(text=text, ok=True)


async def probe_records(mail: MailSettings, environ: Mapping[str, str]) -> Sequence[Finding]:
    """What the sender's domain publishes; nothing for one that is reserved for examples."""
    domain = mail.sender.address.rpartition("@")[2]
    if is_example(domain):
        return ()
    from digest.mail.dns.lookup import Records

    try:
        signs = await asyncio.to_thread(_signer, mail, environ)
    except DigestError as exc:
        return [Finding(record="DKIM", name=domain, ok=False, text=str(exc))]
    envelope = (mail.bounces or mail.sender.address).rpartition("@")[2]
    return await Records().of(domain, envelope=envelope, server=mail.server, signer=signs)


def _signer(mail: MailSettings, environ: Mapping[str, str]) -> Signer | None:
    if mail.dkim is None:
        return None
    key: Secret = mail.dkim.key
    domain = mail.dkim.domain or mail.sender.address.rpartition("@")[2]
    return signer(domain=domain, selector=mail.dkim.selector, pem=read_secret(key, environ, whole=True).encode())
