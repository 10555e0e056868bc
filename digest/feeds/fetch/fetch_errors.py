"""Foreign exceptions of a fetch as FetchError: each with the address, what happened, and the next step."""

import errno
import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp

from digest.errors import AddressRefused, DigestError, FetchError, Unreached
from digest.feeds.fetch.dialer import OutOfBounds


def _sentence(exc: Exception) -> str:
    """What happened, in words; most specific first."""
    match exc:
        case aiohttp.ClientConnectorDNSError():
            return "its host name cannot be found; check the address, or try again when the network is up"
        case aiohttp.ClientConnectorCertificateError() | aiohttp.ClientSSLError():
            advice = "tell the publisher, or if it is yours name its authority in SSL_CERT_FILE"
            return f"its certificate cannot be trusted ({_cause(exc)}); {advice}"
        case aiohttp.ClientConnectorError():
            return f"its server cannot be reached ({_cause(exc)}); it is asked again later"
        case TimeoutError():
            return "it took too long to answer; it is asked again later"
        case aiohttp.InvalidURL():
            return "that is not an address that can be asked; check its spelling"
        case aiohttp.ClientPayloadError():
            return "its answer broke off in the middle or cannot be unpacked; it is asked again later"
        case aiohttp.ServerDisconnectedError() | ConnectionError():
            return "its server hung up without an answer; it is asked again later"
        case aiohttp.ClientResponseError():
            return f"its answer is not proper HTTP ({_first_line(exc.message)}); tell the publisher"
        case _:
            return f"it could not be fetched ({_cause(exc)}); check the address"


def _cause(exc: Exception) -> str:
    """The operating system's own words where there are any."""
    inner = getattr(exc, "os_error", None) or getattr(exc, "certificate_error", None) or exc
    if isinstance(inner, ssl.SSLCertVerificationError):
        return _line(inner.verify_message)
    if isinstance(inner, OSError) and inner.errno is not None and inner.errno in errno.errorcode:
        return os.strerror(inner.errno).lower()
    return _line(getattr(inner, "strerror", None) or str(inner) or type(inner).__name__)


def _first_line(words: str) -> str:
    """What the HTTP client says first: it goes on with what the server sent."""
    return _line(words.partition("\n")[0].partition(": b'")[0].rstrip(": ").lower() or "it cannot be read")


def _line(words: str) -> str:
    """Without control characters, cut to a line."""
    return "".join(c if c.isprintable() else " " for c in words)[:200]


@contextmanager
def explained(url: str) -> Iterator[None]:
    """Raise whatever goes wrong while `url` is fetched as FetchError."""
    try:
        yield
    except OutOfBounds as exc:
        where = exc.address if exc.host == exc.address else f"{exc.host} at {exc.address}"
        raise AddressRefused(
            f"{url} leads to {where}, which is not a public address; "
            "if it is yours, set `private = true` for this feed and give its own address",
            url=url,
        ) from exc
    except DigestError:
        raise
    except aiohttp.ClientConnectorError as exc:
        raise Unreached(f"{url}: {_sentence(exc)}", url=url) from exc
    except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as exc:
        raise FetchError(f"{url}: {_sentence(exc)}", url=url) from exc
