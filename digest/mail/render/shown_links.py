"""Links as people see them in mail. Pure."""

from urllib.parse import urlsplit

from digest.text.urls import web_address

#: What may be mailed is what passes for a link everywhere.
safe_link = web_address


def shown_host(link: str, source: str) -> str:
    """The host that a (safe) link leads to, for people to see; empty where the source's name says it.

    In ASCII: letters of other scripts can pass for Latin ones.
    """
    host = (urlsplit(link).hostname or "").removeprefix("www.")
    return "" if host == source.lower() else host
