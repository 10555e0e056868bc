"""Links from outside, made safe to click and honest to look at. Pure."""

import re
from urllib.parse import quote, urlsplit, urlunsplit

_HOST = re.compile(r"[a-z0-9_.-]+|[0-9a-f:.]+")
#: RFC 3986 2.2 and 2.3, and what is percent-encoded already.
_LEGAL = "%/?#[]@!$&'()*+,;=:-._~"


def safe_link(link: str) -> str:
    """The link as ASCII (RFC 3986) if it is http or https, with a host and no userinfo; else nothing."""
    try:
        parts = urlsplit(link)
        host, port = parts.hostname or "", parts.port
        host = host if host.isascii() else host.encode("idna").decode()
    except (ValueError, UnicodeError):
        return ""
    if parts.scheme not in {"http", "https"} or "@" in parts.netloc or not link.isprintable():
        return ""
    if not _HOST.fullmatch(host):
        return ""
    host = f"[{host}]" if ":" in host else host
    netloc = host if port is None else f"{host}:{port}"
    rest = [quote(part, safe=_LEGAL) for part in parts[2:]]
    return urlunsplit((parts.scheme, netloc, *rest))


def shown_host(link: str, source: str) -> str:
    """The host that a (safe) link leads to, for people to see; empty where the source's name says it.

    In ASCII: letters of other scripts can pass for Latin ones.
    """
    host = (urlsplit(link).hostname or "").removeprefix("www.")
    return "" if host == source.lower() else host
