"""The headers that say who we are to a feed's server. The secret is fetched anew for each request and never kept."""

import asyncio
import base64
from collections.abc import Callable

from digest.model import Feed, FeedAuth, Secret


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
