"""What `check` says of a configuration that can be read; feeds on trial; and what `--online` asks the world.

Nothing is changed and nothing is sent.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from time import monotonic
from urllib.parse import urlsplit

from digest.app.installation import SystemClock
from digest.app.upkeep import store_url
from digest.delivery.transports.registry import way
from digest.errors import DigestError, LoginRefused, ParseError, RenderError
from digest.feeds.decode.encoding import decode
from digest.feeds.discovery import FoundFeed, find_feeds, is_html
from digest.feeds.fetch.http import HttpFetcher
from digest.feeds.sandbox.parent import ProcessParser
from digest.mail.dns.records import Finding
from digest.mail.message.dkim import Signer, signer
from digest.mail.render.jinja import renderer_of
from digest.mail.render.phrases import PHRASES
from digest.mail.render.proof import prove_templates
from digest.model import Feed, Secret
from digest.ports import Document, Fetcher, ParsedFeed, Parser, Validators
from digest.settings.core.secrets import read_secret
from digest.settings.core.shape import MailSettings, Settings
from digest.settings.files.folders import state_folder
from digest.settings.help.advice import advice, is_example
from digest.storage.core.database import Store, is_new, open_store
from digest.storage.queries import subscribers as stored_subscribers
from digest.storage.queries.subscribers import normal_address
from digest.text.scripts import primary


def warnings(settings: Settings, environ: Mapping[str, str]) -> tuple[str, ...]:
    """Sentences, each naming what it is about and what to do; none: there is nothing to say.

    Reads secrets from environment and files (a command may ask its owner for a touch: only `online` runs those).
    """
    return (*advice(settings), *_without_labels(settings), *_unreadable_secrets(settings, environ))


def unmailable(settings: Settings) -> RenderError | None:
    """Why the templates make no mail; None: they do."""
    try:
        prove_templates(renderer_of(settings), settings)
    except RenderError as exc:
        return exc
    return None


def _without_labels(settings: Settings) -> Iterator[str]:
    """Languages that subscribers ask for and that the labels of a digest do not speak."""
    asked = {one.language for one in settings.subscribers if primary(one.language) not in PHRASES}
    for language in sorted(asked):
        yield (
            f'there are no labels in "{language}": such digests say everything but the news in English; '
            f"labels are in {', '.join(sorted(PHRASES))}"
        )


def _unreadable_secrets(settings: Settings, environ: Mapping[str, str]) -> Iterator[str]:
    for name, secret in secrets_of(settings):
        if secret.command is None:
            try:
                read_secret(secret, environ)
            except DigestError as exc:
                yield f"{name}: {exc}"


def secrets_of(settings: Settings) -> Iterator[tuple[str, Secret]]:
    """Every secret of a configuration, with the name of the key that asks for it."""
    mail = settings.mail
    if mail is not None:
        named = {"password": mail.password, "oauth_token": mail.oauth_token, "dkim": mail.dkim and mail.dkim.key}
        yield from ((f"[mail] {name}", secret) for name, secret in named.items() if secret)
    if settings.llm is not None and settings.llm.key is not None:
        yield "[llm] key", settings.llm.key
    for feed in settings.feeds:
        if feed.auth is not None:
            found = (feed.auth.password, feed.auth.bearer, feed.auth.cookie)
            yield from ((f"feed {feed.id}", secret) for secret in found if secret)


def suppressed(settings: Settings, environ: Mapping[str, str]) -> Iterator[str]:
    """Listed people to whom the store says no, where there is one, as such sentences. StoreError: it cannot be read."""
    store = _existing_store(settings, environ)
    if store is None:
        return
    try:
        rows = store.read_now(lambda c: stored_subscribers.every(c))
    finally:
        store.close()
    no = {row.address: row for row in rows if row.suppressed}
    for subscriber in settings.subscribers:
        row = no.get(normal_address(subscriber.mailbox.address))
        if row is not None:
            address = subscriber.mailbox.address
            yield (
                f"{address} is listed and gets no mail: {row.suppressed} ({row.suppressed_why}); take the address out, "
                f'or, if they want it, `digest subscribers resubscribe {address} --because "..."`'
            )


def _existing_store(settings: Settings, environ: Mapping[str, str]) -> Store | None:
    """The store, unless nothing has run yet: a check makes none."""
    state = state_folder(environ)
    url = store_url(settings, state)
    return None if is_new(url) else open_store(url)


# A feed on trial


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A feed, read once."""

    #: The address that was asked for: a feed's, or a site's.
    asked: str
    #: The feed's own address, to be written into the configuration: where a page or a permanent redirect led.
    url: str
    #: The feeds that the page named, `url` among them; empty: `asked` is a feed itself.
    named: tuple[FoundFeed, ...] = ()
    parsed: ParsedFeed
    #: Of the document, after decompression.
    size: int
    #: From the first request to the last entry read.
    seconds: float
    at: datetime


class Trier:
    """Reads feeds; make one with `trier`."""

    def __init__(self, fetcher: Fetcher, parser: Parser) -> None:
        self._fetcher = fetcher
        self._parser = parser
        self._clock = SystemClock()

    async def read(self, feed: Feed) -> Trial:
        """Fetch and parse; a page is searched for the feed that it names. FetchError, ParseError: with the reason."""
        begun, asked = monotonic(), feed.url
        document, moved = await self._fetch(feed)
        named = _named(document)
        if named:
            feed = _followed(feed, named[0].url)
            document, moved = await self._fetch(feed)
        now = self._clock.now()
        parsed = await self._parser.parse(document, feed, now, {})
        return Trial(
            asked=asked,
            url=moved or feed.url,
            named=named,
            parsed=parsed,
            size=len(document.body),
            seconds=monotonic() - begun,
            at=now,
        )

    async def _fetch(self, feed: Feed) -> tuple[Document, str | None]:
        fetched = await self._fetcher.fetch(feed, feed.url, Validators())
        if fetched.document is None:
            raise ParseError(f"{feed.url} answers that nothing has changed, though nothing was asked: no feed")
        return fetched.document, fetched.moved_to


def _named(document: Document) -> tuple[FoundFeed, ...]:
    """The feeds that a web page names; none for a document that is none."""
    try:
        text = decode(document.body, document.content_type).text
    except ParseError:
        return ()  # the parser says what is wrong with it
    return find_feeds(text, document.url) if is_html(text) else ()


def _followed(feed: Feed, url: str) -> Feed:
    """The feed that a page names. Leave to enter a private network holds for the page's own host alone."""
    same_host = urlsplit(url).hostname == urlsplit(feed.url).hostname
    return replace(feed, url=url, private=feed.private and same_host, auth=feed.auth if same_host else None)


@asynccontextmanager
async def trier(settings: Settings, environ: Mapping[str, str]) -> AsyncIterator[Trier]:
    """What reads feeds meanwhile."""

    def secret(one: Secret) -> str:
        return read_secret(one, environ)

    async with HttpFetcher(settings.digest, secrets=secret) as fetcher, ProcessParser() as parser:
        yield Trier(fetcher, parser)


# Online


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
