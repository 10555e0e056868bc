"""Web addresses: what is one, and how it is written so that every program takes it (RFC 3986). Pure.

The one judgement of a link: what passes here is stored, shown and mailed as it comes out.
"""

import re
from urllib.parse import SplitResult, quote, urljoin, urlsplit, urlunsplit

import idna

#: Longer ones are none: servers take 8,000 characters.
_MAX = 20_000
#: What shows nothing and is never meant: controls, zero-width space, marks, embeddings and overrides of direction,
#: word joiner, byte-order mark, lone surrogates. The joiners of Persian and Hindi stay, percent-encoded.
_NOISE = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufffe\uffff"
    "\ud800-\udfff]"
)
#: RFC 3986 2.2 and 2.3, and what is percent-encoded already.
_LEGAL = "%/?#[]@!$&'()*+,;=:-._~"
#: An address that needs no base.
_ABSOLUTE = re.compile(r"https?://", re.IGNORECASE)
#: An address that stands as it must, as most do.
_SOUND = re.compile(
    r"https?://[a-z0-9_](?:[a-z0-9._-]{0,252}[a-z0-9_.])?(?:/[A-Za-z0-9/_.~:@!$*+,;=()%-]*"
    r"(?:\?[A-Za-z0-9/_.~:@!$*+,;=()&%-]+)?)?"
)
_NAME = re.compile(r"[a-z0-9_](?:[a-z0-9._-]{0,252}[a-z0-9_.])?")
_IPV6 = re.compile(r"[0-9a-f:.]{2,45}")
_SCHEMES = ("http", "https")
#: How one site is asked for in several ways.
_WAYS = re.compile(r"https?://(?:www\.|m\.)?", re.IGNORECASE)
#: What a server adds to an address to know its visitor again.
_SESSION = re.compile(
    r";jsessionid=[^?#]*|(?<=[?&])(?:phpsessid|jsessionid|aspsessionid\w*|session_?id|sid)=[^&#]*&?", re.IGNORECASE
)


def web_address(text: str, base: str = "") -> str:
    """An absolute http or https address in ASCII, without name and password; empty where the text is none.

    `base` resolves a relative one (RFC 3986 5). Blanks round it and its line breaks go, blanks in it and letters beyond
    ASCII are percent-encoded, as browsers do; nothing else changes: the page must still be found.
    """
    if len(text) <= _MAX and _SOUND.fullmatch(text):
        return text
    parts = web_parts(text, base)
    return urlunsplit(parts) if parts else ""


def web_parts(text: str, base: str = "") -> SplitResult | None:
    """The parts of such an address; None where the text is none."""
    url = "".join(line.strip() for line in _NOISE.sub("", text).replace("\t", "\n").splitlines())
    if not url or len(url) > _MAX:
        return None
    try:
        parts = urlsplit(url if _ABSOLUTE.match(url) or not base else urljoin(base, url))
        port = parts.port
        host = _ascii_host(parts.hostname or "")
        path, query, fragment = (quote(part, safe=_LEGAL) for part in parts[2:])
    except (ValueError, UnicodeError):
        return None
    if parts.scheme not in _SCHEMES or not host:
        return None
    netloc = host if port is None else f"{host}:{port}"
    return SplitResult(parts.scheme, netloc, path, query, fragment)


def _ascii_host(host: str) -> str:
    """A host as it is dialled: IDNA for names (RFC 5891), brackets round an IPv6 address; empty where it is none."""
    if ":" in host:
        return f"[{host}]" if _IPV6.fullmatch(host) else ""
    name = host if host.isascii() else idna.encode(host, uts46=True).decode("ascii")
    return name if _NAME.fullmatch(name) else ""


def page(link: str) -> str:
    """What the addresses of one page have in common, whether it is asked for by http or https, with `www.` or without,
    and in whose session: for comparing, not for following."""
    found = _WAYS.match(link)
    return _SESSION.sub("", link[found.end() :] if found else link).rstrip("/?&")
