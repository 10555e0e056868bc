"""Fetches documents with aiohttp: the Fetcher port, with every limit of size, time, number and address.

A feed that changed nothing costs a 304. Redirects are followed by hand, so that each hop passes the address guard,
waits for its own host's turn, and carries the feed's secret only to the host that the operator gave it for.
"""

import ssl
from collections.abc import Callable
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self

import aiohttp
from yarl import URL

from digest import __version__
from digest.errors import AddressRefused, FetchError, TooLarge
from digest.feeds import answers
from digest.feeds.credentials import authorization
from digest.feeds.dialer import Lookup, SystemLookup, guarded_connector
from digest.feeds.gate import HostGate, Patience
from digest.feeds.trouble import explained
from digest.feeds.wrapping import unwrapped
from digest.model import Feed, Secret
from digest.ports import Document, Fetched, Validators
from digest.settings.shape import DigestSettings

ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.1"
)
REDIRECTS = frozenset({301, 302, 303, 307, 308})
PERMANENT = frozenset({301, 308})
#: A document, as it is or as a proxy changed it (RFC 9110 15.3.4).
DOCUMENTS = frozenset({200, 203})


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a fetch may cost. The defaults are the program's; tests use smaller ones."""

    #: Of a body, after decompression: the largest of 11,333 real documents stays below it.
    body: int = 10 * 1024 * 1024
    #: Seconds for a whole transfer with its redirects; waiting for a host's turn is not counted.
    transfer: float = 60.0
    #: Seconds to reach a host.
    connect: float = 15.0
    #: Hops after the first request.
    redirects: int = 5
    #: Requests at once, over all hosts.
    total: int = 64
    #: Seconds between two requests to one public host.
    spacing: float = 1.0


@dataclass(frozen=True, slots=True)
class _Redirect:
    """Where a hop leads."""

    url: URL
    permanent: bool


@dataclass(frozen=True, slots=True)
class _Transfer:
    """What stays the same over all hops of one fetch."""

    feed: Feed
    #: Where the operator says the feed is: its secret goes there, and `private = true` means that host.
    origin: URL
    validators: Validators
    credentials: dict[str, str]
    patience: Patience

    def headers(self, url: URL) -> dict[str, str]:
        """What is said to one hop besides who we are (RFC 9110 13.1)."""
        named = {"If-None-Match": self.validators.etag, "If-Modified-Since": self.validators.last_modified}
        headers = {name: value for name, value in named.items() if value}
        return headers | self.credentials if self._may_have_secret(url) else headers

    def kept_secret(self, url: URL, status: int) -> str:
        """Half a sentence, where a feed's login may be missing because a redirect led to another host."""
        if not self.credentials or status not in (401, 403) or self._may_have_secret(url):
            return ""
        return f" (`auth` goes to {self.origin.host} alone; if you trust {url.host}, write this address into `url`)"

    def is_private(self, url: URL) -> bool:
        """Whether a hop may lead into this machine or network."""
        return self.feed.private and url.host == self.origin.host

    def _may_have_secret(self, url: URL) -> bool:
        """A secret goes to the origin that it was configured for, or to the same host over TLS; never further."""
        if url.host != self.origin.host:
            return False
        return url.origin() == self.origin.origin() or (url.scheme == "https" and self.origin.scheme == "http")


def user_agent(settings: DigestSettings) -> str:
    """Who we are, honestly, and where the operator can be reached."""
    where = "; ".join(part for part in (settings.link and f"+{settings.link}", settings.contact) if part)
    return f"digest/{__version__} ({where or 'news digest bot'})"


class HttpFetcher:
    """The Fetcher port over HTTP. An async context manager: connections live as long as it does."""

    def __init__(
        self,
        settings: DigestSettings,
        *,
        secrets: Callable[[Secret], str],
        limits: Limits = Limits(),
        lookup: Lookup | None = None,
    ) -> None:
        self._secrets = secrets
        self._limits = limits
        self._lookup = lookup
        self._headers = {
            "User-Agent": user_agent(settings),
            "Accept": ACCEPT,
            "Accept-Encoding": "gzip, deflate, br, zstd",
        }

    async def __aenter__(self) -> Self:
        """Prepare connections; none is opened yet."""
        self._system = SystemLookup()
        self._gate = HostGate(total=self._limits.total, spacing=self._limits.spacing)
        tls = ssl.create_default_context()
        self._public, self._private = (self._session(tls, private=private) for private in (False, True))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close every connection."""
        await self._public.close()
        await self._private.close()
        self._system.close()

    def _session(self, tls: ssl.SSLContext, *, private: bool) -> aiohttp.ClientSession:
        connector = guarded_connector(self._lookup or self._system, private=private, tls=tls, limit=self._limits.total)
        return aiohttp.ClientSession(
            connector=connector,
            headers=self._headers,
            cookie_jar=aiohttp.DummyCookieJar(),
            # `unwrapped` tells a stream that ends in the middle.
            auto_decompress=False,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=self._limits.connect),
        )

    async def fetch(self, feed: Feed, url: str, validators: Validators) -> Fetched:
        """Ask `url`, following at most five redirects. FetchError, AddressRefused, TooLarge."""
        with explained(url):
            hop, moved, permanent = _web_address(url), None, True
            transfer = _Transfer(
                feed,
                URL(feed.url),
                validators,
                await authorization(feed, self._secrets),
                Patience(self._limits.transfer),
            )
            for count in range(self._limits.redirects + 1):
                answer = await self._ask(transfer, hop, first=count == 0)
                if isinstance(answer, Fetched):
                    return Fetched(
                        document=answer.document,
                        validators=answer.validators,
                        moved_to=moved,
                        fresh_for=answer.fresh_for,
                    )
                # From https to http is followed, but not for good: anybody on the way could ask for that next time.
                permanent = permanent and answer.permanent and (hop.scheme, answer.url.scheme) != ("https", "http")
                hop = answer.url
                moved = str(hop) if permanent else moved
        raise FetchError(
            f"{url} redirects more than {self._limits.redirects} times; open it in a browser and use the last address",
            url=url,
        )

    async def _ask(self, transfer: _Transfer, url: URL, *, first: bool) -> Fetched | _Redirect:
        """One request, in its host's turn."""
        private = transfer.is_private(url)
        session = self._private if private else self._public
        # A redirect on the same host is part of the visit: only the visit itself is spaced.
        turn = self._gate.turn(url.host or "", transfer.feed.id, spaced=first and not private)
        async with turn as host, transfer.patience.spend():
            # Thousands of kept TLS connections cost more memory than opening them again costs time.
            keep = {} if host.shared else {"Connection": "close"}
            try:
                return await self._exchange(session, transfer, url, keep)
            except aiohttp.ClientResponseError:
                if transfer.validators == Validators():
                    raise
                # Some servers put a body after a 304, which breaks HTTP: such a one is asked without conditions.
                return await self._exchange(session, replace(transfer, validators=Validators()), url, keep)

    async def _exchange(
        self, session: aiohttp.ClientSession, transfer: _Transfer, url: URL, keep: dict[str, str]
    ) -> Fetched | _Redirect:
        """One request and what its answer holds."""
        async with session.get(url, headers=transfer.headers(url) | keep, allow_redirects=False) as response:
            return await self._read(response, url, transfer)

    async def _read(self, response: aiohttp.ClientResponse, url: URL, transfer: _Transfer) -> Fetched | _Redirect:
        head, sent = response.headers, transfer.validators
        if response.status in REDIRECTS and "Location" in head:
            return _Redirect(_target(url, head["Location"]), response.status in PERMANENT)
        if response.status == 304 and (sent.etag or sent.last_modified):
            still = answers.still_valid(sent, head)
            return Fetched(document=None, validators=still, fresh_for=answers.fresh_for(head))
        if response.status not in DOCUMENTS:
            raise FetchError(
                answers.refusal(response.status, str(url)) + transfer.kept_secret(url, response.status),
                url=str(url),
                status=response.status,
                retry_after=answers.retry_after(head),
            )
        document = Document(
            body=unwrapped(await self._body(response, url), self._limits.body, str(url), _encodings(response)),
            url=str(url),
            content_type=_plain(head.get("Content-Type", "")),
            content_language=_plain(head.get("Content-Language", "")),
        )
        return Fetched(document=document, validators=answers.validators(head), fresh_for=answers.fresh_for(head))

    async def _body(self, response: aiohttp.ClientResponse, url: URL) -> bytes:
        """The body as it comes, cut off where it exceeds the limit."""
        limit, size, chunks = self._limits.body, response.content_length or 0, list[bytes]()
        if size <= limit:
            size = 0
            async for chunk in response.content.iter_any():
                chunks.append(chunk)
                size += len(chunk)
                if size > limit:
                    break
        if size > limit:
            raise TooLarge(f"{url} is larger than {limit >> 20} MB; look for a shorter feed there", url=str(url))
        return b"".join(chunks)


def _web_address(url: str) -> URL:
    """An address that may be asked at all: http or https, with a host, without a login in it."""
    address = URL(url)
    if address.scheme not in ("http", "https") or not address.host:
        raise AddressRefused(f"{url} is no http or https address; only those are fetched", url=url)
    return address.with_user(None).with_fragment(None)


def _target(base: URL, location: str) -> URL:
    """Where a Location leads (RFC 9110 10.2.2)."""
    text = location.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    try:
        return _web_address(str(base.join(URL(text))))
    except (AddressRefused, ValueError) as exc:
        shown = "".join(c if c.isprintable() else " " for c in text)[:200]
        raise AddressRefused(f"{base} redirects to {shown!r}, which is no web address", url=str(base)) from exc


def _encodings(response: aiohttp.ClientResponse) -> str:
    """All `Content-Encoding`s, in order."""
    return ",".join(response.headers.getall("Content-Encoding", ()))


def _plain(value: str) -> str:
    """A header as text that can be stored."""
    return value.encode("ascii", "replace").decode()
