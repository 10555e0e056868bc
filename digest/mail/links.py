"""Links as people see them in mail; `digest.links` says what a link is. Pure."""

from urllib.parse import urlsplit


def shown_host(link: str, source: str) -> str:
    """The host that a (safe) link leads to, for people to see; empty where the source's name says it.

    In ASCII: letters of other scripts can pass for Latin ones.
    """
    host = (urlsplit(link).hostname or "").removeprefix("www.")
    return "" if host == source.lower() else host
