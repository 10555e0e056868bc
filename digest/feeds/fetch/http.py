"""Fetches documents with aiohttp: the Fetcher port, with every limit of size, time, number and address.

A feed that changed nothing costs a 304. Redirects are followed by hand, so that each hop passes the address guard,
waits for its own host's turn, and carries the feed's secret only to where the operator gave it for.
"""

import ssl
from collections.abc import Callable
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self

import aiohttp
from multidict import CIMultiDictProxy
from yarl import URL

from digest import __version__
from digest.errors import FetchError, TooLarge
from digest.feeds.decode.decompress import unwrapped
from digest.feeds.fetch import header_repair, response_headers
from digest.feeds.fetch.dialer import Lookup, SystemLookup, guarded_connector
from digest.feeds.fetch.fetch_errors import explained
from digest.feeds.fetch.host_queue import HostQueue, TimeBudget
from digest.feeds.fetch.redirects import Redirect, Transfer, authorization, target, web_address
from digest.model import Feed, Secret
from digest.ports import Document, Fetched, Validators
from digest.settings.core.shape import DigestSettings

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
        self._gate = HostQueue(total=self._limits.total, spacing=self._limits.spacing)
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
            max_line_size=header_repair.MAX_HEAD,
            max_field_size=header_repair.MAX_HEAD,
            max_headers=header_repair.MAX_FIELDS,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=self._limits.connect),
        )

    async def fetch(self, feed: Feed, url: str, validators: Validators) -> Fetched:
        """Ask `url`, following at most five redirects. FetchError, AddressRefused, TooLarge."""
        with explained(url):
            hop, moved, permanent = web_address(url), None, True
            transfer = Transfer(
                feed=feed,
                origin=web_address(feed.url).origin(),
                validators=validators,
                credentials=await authorization(feed, self._secrets),
                patience=TimeBudget(self._limits.transfer),
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
                permanent = permanent and answer.is_for_good(hop)
                hop = answer.url
                moved = str(hop) if permanent else moved
        raise FetchError(
            f"{url} redirects more than {self._limits.redirects} times; open it in a browser and use the last address",
            url=url,
        )

    async def _ask(self, transfer: Transfer, url: URL, *, first: bool) -> Fetched | Redirect:
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
            except (aiohttp.ClientResponseError, FetchError) as exc:
                if transfer.validators == Validators() or not _may_fail_on_conditions(exc):
                    raise
                answer = await self._exchange(session, transfer.unconditional(), url, keep)
                # Next time it is asked without conditions at once.
                return replace(answer, validators=Validators()) if isinstance(answer, Fetched) else answer

    async def _exchange(
        self, session: aiohttp.ClientSession, transfer: Transfer, url: URL, keep: dict[str, str]
    ) -> Fetched | Redirect:
        """One request and what its answer holds."""
        async with session.get(url, headers=transfer.headers(url) | keep, allow_redirects=False) as response:
            transfer.cookies.update_cookies(response.cookies, url)
            return await self._read(response, url, transfer)

    async def _read(self, response: aiohttp.ClientResponse, url: URL, transfer: Transfer) -> Fetched | Redirect:
        head, sent = response.headers, transfer.validators
        if response.status in REDIRECTS and "Location" in head:
            return Redirect(url=target(url, head["Location"]), permanent=response.status in PERMANENT)
        if response.status == 304 and (sent.etag or sent.last_modified):
            still = response_headers.still_valid(sent, head)
            return Fetched(document=None, validators=still, fresh_for=response_headers.fresh_for(head))
        if response.status not in DOCUMENTS:
            raise FetchError(
                response_headers.refusal(response.status, str(url), _all(head, "WWW-Authenticate"))
                + transfer.kept_secret(url, response.status),
                url=str(url),
                status=response.status,
                retry_after=response_headers.retry_after(head),
            )
        body, encodings = await self._body(response, url), _all(head, "Content-Encoding")
        document = Document(
            body=unwrapped(body, self._limits.body, str(url), encodings),
            url=str(url),
            content_type=_plain(head.get("Content-Type", "")),
            content_language=_plain(head.get("Content-Language", "")),
        )
        validators, fresh_for = response_headers.validators(head), response_headers.fresh_for(head)
        return Fetched(document=document, validators=validators, fresh_for=fresh_for)

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


def _may_fail_on_conditions(exc: aiohttp.ClientResponseError | FetchError) -> bool:
    """Whether a request without conditions may do better. Some servers put a body after a 304, which breaks HTTP."""
    if isinstance(exc, FetchError):
        return exc.status in response_headers.OVER_CONDITIONS and exc.retry_after is None
    return True


def _all(headers: CIMultiDictProxy[str], name: str) -> str:
    """A header that may come more than once, as the list that it is (RFC 9110 5.3)."""
    return ",".join(headers.getall(name, ()))


def _plain(value: str) -> str:
    """A header as text that can be stored."""
    return value.encode("ascii", "replace").decode()
