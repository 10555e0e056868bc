"""What the head of an HTTP answer says: validators, freshness, when to come back, why not. Pure.

RFC 9110 (HTTP semantics), RFC 9111 (caching). Moments in headers are read against the answer's own Date, so that a
server whose clock is wrong is still understood.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from digest.ports import Validators

#: Longer validators are not worth sending back.
VALIDATOR_LIMIT = 1024
#: Characters of a long header that are read.
HEADER_READ = 4096
#: Refusals that a request may owe to its conditions: 412 names them, the others come from programs that trip over them.
OVER_CONDITIONS = frozenset({400, 412, 500, 501})


def _moment(value: str) -> datetime | None:
    """An HTTP date in any of its three forms (RFC 9110 5.6.7); None where it is none."""
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
    # The form of asctime names no zone: it is UTC all the same.
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _until(value: str, headers: Mapping[str, str]) -> float | None:
    """Seconds from the answer's Date to a moment; None where either is missing."""
    then, date = _moment(value), _moment(headers.get("Date", ""))
    return max(0.0, (then - date).total_seconds()) if then and date else None


def _seconds(value: str) -> float | None:
    """Delta-seconds (RFC 9111 1.2.2); None where they are none."""
    value = value.strip().strip('"')
    return float(value[:12]) if value.isascii() and value.isdigit() else None


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that `Retry-After` asks for (RFC 9110 10.2.3), as a number or as a date."""
    value = headers.get("Retry-After", "")
    seconds = _seconds(value)
    return seconds if seconds is not None else _until(value, headers)


def fresh_for(headers: Mapping[str, str]) -> float | None:
    """Seconds for which an answer stays fresh: `max-age` less `Age`, else `Expires` (RFC 9111 4.2.1)."""
    directives = [part.partition("=") for part in headers.get("Cache-Control", "").lower().split(",")]
    named = {name.strip(): value for name, _, value in directives}
    if "no-cache" in named or "no-store" in named:
        return None
    age = _seconds(named.get("max-age", ""))
    if age is not None:
        return max(0.0, age - (_seconds(headers.get("Age", "")) or 0.0))
    return _until(headers["Expires"], headers) if "Expires" in headers else None


def _validator(value: str | None) -> str | None:
    """A validator that can be stored and sent back as it came."""
    return value if value and len(value) <= VALIDATOR_LIMIT and value.isascii() and value.isprintable() else None


def validators(headers: Mapping[str, str]) -> Validators:
    """The validators of an answer; not a `Last-Modified` that lies ahead of its `Date` (RFC 9110 8.8.2.1)."""
    modified = headers.get("Last-Modified")
    if modified and _until(modified, headers):
        modified = None
    return Validators(etag=_validator(headers.get("ETag")), last_modified=_validator(modified))


def still_valid(sent: Validators, headers: Mapping[str, str]) -> Validators:
    """The validators after a 304: those it brings, else those that were sent (most servers bring none)."""
    brought = validators(headers)
    return Validators(etag=brought.etag or sent.etag, last_modified=brought.last_modified or sent.last_modified)


_REASONS = {
    400: "the server calls the request bad; check the address",
    401: "it wants to know who we are; set `auth` for this feed, or check the secret",
    402: "it wants to be paid; the feed is not free any more",
    403: "the server does not let us in; open the address in a browser, and ask the publisher if it works there",
    404: "there is no such page; look for the feed's new address on the publisher's site",
    410: "the publisher took it down for good; it is not asked again: remove the feed, or give it another address",
    429: "we ask too often; it is asked again later, and less often",
    451: "it is withheld for legal reasons",
}


#: The word that begins each way of logging in which `WWW-Authenticate` offers (RFC 9110 11.6.1); the others are
#: parameters, which are named with "=".
_SCHEME = re.compile(r"(?:^|,)\s*([A-Za-z][A-Za-z0-9-]{0,30})(?=\s*(?:,|$)|\s+[^\s=,])")
#: Those that `auth` speaks.
_SPOKEN = frozenset({"basic", "bearer"})


def _login(challenge: str) -> str | None:
    """What to say of a server that wants a login which cannot be given; None where it can, or it does not say."""
    offered = _SCHEME.findall(challenge[:HEADER_READ])
    if not offered or _SPOKEN & {one.lower() for one in offered}:
        return None
    return (
        f"it wants a login by {offered[0]}, which this program does not speak; "
        "ask the publisher for Basic or a token, or for an address with a key in it"
    )


def refusal(status: int, url: str, challenge: str = "") -> str:
    """A sentence about an answer that is not a document and no 304, with the next step.

    `challenge`: its `WWW-Authenticate`, all of them.
    """
    reason = (_login(challenge) if status == 401 else None) or _REASONS.get(status)
    if reason is None and status >= 500:
        reason = "the server has trouble of its own; it is asked again later"
    if reason is None and 200 <= status < 300:
        reason = "that is not a document; check the address"
    return f"{url} answered {status}: {reason or 'it cannot be read as a feed; check the address'}"
