"""One fetch: where each of its hops may lead, and what may go along with it.

A feed's secret, and the word that it may be private, hold for the origin that the operator wrote down (its scheme, host
and port: RFC 6454) and for nothing else. Cookies live as long as the fetch: some servers answer only who brings theirs.
"""

import asyncio
import base64
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Self
from urllib.parse import quote, urljoin, urlsplit

from aiohttp import CookieJar
from yarl import URL

from digest.errors import AddressRefused
from digest.feeds.fetch.host_queue import TimeBudget
from digest.model import Feed, FeedAuth, Secret
from digest.ports import Validators

#: What may stand in a request line as it is (RFC 3986 2.2 and 2.3, and "%": what is encoded stays as it was encoded).
_WRITABLE = "%/:?#[]@!$&'()*+,;=~-._"


def _jar() -> CookieJar:
    """Cookies as they came, of addresses as of names."""
    return CookieJar(unsafe=True, quote_cookie=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirect:
    """Where a hop leads."""

    url: URL
    #: The server says so.
    permanent: bool

    def is_for_good(self, asked: URL) -> bool:
        """Whether it may be remembered: not from https to http, which anybody on the way could ask for."""
        return self.permanent and (asked.scheme, self.url.scheme) != ("https", "http")


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """What stays the same over all hops of one fetch."""

    feed: Feed
    #: Where the operator says the feed is.
    origin: URL
    validators: Validators
    credentials: dict[str, str]
    patience: TimeBudget
    cookies: CookieJar = field(default_factory=_jar)

    def unconditional(self) -> Self:
        """The same without validators."""
        return replace(self, validators=Validators())

    def headers(self, url: URL) -> dict[str, str]:
        """What is said to one hop besides who we are (RFC 9110 13.1)."""
        named = {"If-None-Match": self.validators.etag, "If-Modified-Since": self.validators.last_modified}
        headers = {name: value for name, value in named.items() if value}
        if self._is_at_home(url):
            headers |= self.credentials
        if cookies := self._cookies(url, headers.get("Cookie", "")):
            headers["Cookie"] = cookies
        return headers

    def _cookies(self, url: URL, secret: str) -> str:
        """The operator's own cookies and those that were set on the way; of one name, the later one."""
        was_set = self.cookies.filter_cookies(url)
        own = [one.strip() for one in secret.split(";") if one.partition("=")[0].strip() not in was_set]
        return "; ".join([*filter(None, own), *(f"{name}={one.coded_value}" for name, one in was_set.items())])

    def kept_secret(self, url: URL, status: int) -> str:
        """Half a sentence, where a feed's login may be missing because a redirect led to another origin."""
        if not self.credentials or status not in (401, 403) or self._is_at_home(url):
            return ""
        return f" (`auth` goes to {self.origin} alone; if you trust {url.origin()}, write this address into `url`)"

    def is_private(self, url: URL) -> bool:
        """Whether a hop may lead into this machine or network."""
        return self.feed.private and self._is_at_home(url)

    def _is_at_home(self, url: URL) -> bool:
        return url.origin() == self.origin


def web_address(url: str) -> URL:
    """An address that may be asked at all: http or https, with a host, without a login in it.

    Path and query stay as they are written: a signature may be over every letter. AddressRefused, ValueError.
    """
    parts = urlsplit(url.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise AddressRefused(f"{url} is not an http or https address; only those are fetched", url=url)
    origin = URL(f"{parts.scheme}://{parts.netloc}").origin()
    query = f"?{_written(parts.query)}" if parts.query else ""
    return URL(f"{origin}{_written(parts.path) or '/'}{query}", encoded=True)


def target(base: URL, location: str) -> URL:
    """Where a Location leads (RFC 9110 10.2.2). AddressRefused."""
    try:
        return web_address(urljoin(str(base), location.strip()))
    except (AddressRefused, ValueError) as exc:
        shown = "".join(c if c.isprintable() else " " for c in location)[:200]
        raise AddressRefused(f"{base} redirects to {shown!r}, which is not a web address", url=str(base)) from exc


def _written(text: str) -> str:
    """What no request line can hold is percent-encoded, also bytes that are not text; the rest is left alone."""
    return quote(text, safe=_WRITABLE, errors="surrogateescape")


def _basic(user: str, password: str) -> str:
    """RFC 7617, in UTF-8."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def _headers(auth: FeedAuth, secrets: Callable[[Secret], str]) -> dict[str, str]:
    if auth.bearer:
        return {"Authorization": f"Bearer {secrets(auth.bearer).strip()}"}
    if auth.cookie:
        return {"Cookie": secrets(auth.cookie).strip()}
    if auth.user:
        password = secrets(auth.password).rstrip("\r\n") if auth.password else ""
        return {"Authorization": _basic(auth.user, password)}
    return {}


async def authorization(feed: Feed, secrets: Callable[[Secret], str]) -> dict[str, str]:
    """The headers for a feed; `secrets` may run a command, so it runs in a thread."""
    if feed.auth is None:
        return {}
    return await asyncio.to_thread(_headers, feed.auth, secrets)
