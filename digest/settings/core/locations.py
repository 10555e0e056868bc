"""Readers of web addresses, and the word on which hosts are private. Nothing is looked up."""

import ipaddress
import re
import socket
from urllib.parse import parse_qsl, unquote, urlsplit

from digest.settings.core.mistakes import Mistake, Wrong
from digest.settings.core.reach import may_dial
from digest.settings.core.values import Given, Reader
from digest.text.suggestions import did_you_mean, kind_of

#: Longest web address: what servers and mail programs still take.
MAX_URL = 2048


def _web(value: object) -> str:
    if not isinstance(value, str):
        raise Wrong(f'is a web address in "quotes", not {kind_of(value)}')
    url = value.strip()
    if re.search(r"[\x00-\x20\x7f\u2028\u2029]", url) or len(url) > MAX_URL:
        raise Wrong(f"is a web address without spaces or line breaks, at most {MAX_URL} characters long")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as exc:
        raise Wrong(f'"{url}" is not a web address: {exc}') from exc
    if parts.scheme not in {"http", "https"}:
        raise Wrong(f'"{url}" is not a web address: {_scheme_hint(url, parts.scheme)}')
    if not host:
        raise Wrong(f'"{url}" is not a web address: it names no host')
    if parts.username is not None or parts.password is not None:
        raise Wrong("holds a login, and logins do not stand in addresses: use auth = { user = ..., password = ... }")
    return url


def _scheme_hint(url: str, scheme: str) -> str:
    """What to say of an address that begins neither with http:// nor with https://."""
    near = did_you_mean(scheme, ("http", "https")) if scheme else ""
    rest = url.partition(":")[2].lstrip("/")
    if near and rest:
        return f'did you mean "{near.split(chr(34))[1]}://{rest}"?'
    if re.match(r"[\w-]+(\.[\w-]+)+(:\d+)?(/|$)", url):
        return f'did you mean "https://{url}"?'
    return "it begins with neither http:// nor https://"


#: A http or https address with a host and without a login.
WEB = Reader(_web, {"type": "string", "format": "uri", "pattern": "^https?://"})


def is_private(url: str) -> bool:
    """Whether an address names, in so many words, this machine or a private network. Names are not looked up."""
    return is_private_host(urlsplit(url).hostname or "")


def is_private_host(host: str) -> bool:
    """The same of a host alone: a name, or an address in any way of writing it."""
    host = host.lower().strip("[]").rstrip(".")
    if host == "localhost" or host.endswith(".localhost"):
        return True
    address = _numeric(host)
    return address is not None and not may_dial(address, private=False)


def _numeric(host: str) -> str | None:
    """The address that a host is; None for a name."""
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        pass
    try:
        # 127.1, 0x7f.1 and 2130706433 are addresses too, to every resolver.
        return socket.inet_ntoa(socket.inet_aton(host))
    except OSError:
        return None


def _store(value: object) -> str:
    if not isinstance(value, str) or "://" not in value:
        raise Wrong('is a database\'s address such as "postgresql://digest@db.example.org/digest"')
    url = value.strip()
    scheme = url.partition("://")[0]
    if scheme.partition("+")[0] not in {"postgresql", "sqlite"}:
        raise Wrong(f'"{scheme}://" is not a database that this program knows' + _store_hint(scheme))
    try:
        parts = urlsplit(url)
        secret = parts.password or any(_SECRET_PART.search(name) for name, _ in parse_qsl(parts.query))
    except ValueError as exc:
        raise Wrong(f"is not an address: {exc}") from exc
    if parts.netloc.count("@") > 1:
        # Whoever splits at the first one takes the rest of the password for the host, and shows it.
        raise Wrong(Mistake(text='holds an "@" in its login: write it as %40', predicate=True, secret=True))
    if secret and not isinstance(value, Given):
        raise Wrong(_hidden_password())
    if scheme.startswith("sqlite") and (parts.netloc or len(parts.path) < 2 or "?" in url):
        raise Wrong('names a file: "sqlite:////var/lib/digest.sqlite3", with %3F for a question mark in its path')
    return str(url)


def _store_hint(scheme: str) -> str:
    if scheme == "postgres":
        return ', did you mean "postgresql://"?'
    return did_you_mean(scheme, ("postgresql", "sqlite"), otherwise=": write postgresql:// or sqlite://")


def _hidden_password() -> Mistake:
    return Mistake(
        text=(
            "holds a password, and secrets do not stand in the configuration: leave it out and use ~/.pgpass, "
            "or set the whole address in the environment as DIGEST__DIGEST__STORE"
        ),
        predicate=True,
        secret=True,
    )


#: A SQLAlchemy URL; a password may stand in it only where it comes from the environment.
STORE = Reader(_store, {"type": "string", "pattern": "^(postgresql|sqlite)(\\+[a-z]+)?://"})


#: Parts of an address's query that are secrets: PostgreSQL takes `?password=`, `?sslpassword=` and more.
_SECRET_PART = re.compile(r"passw(or)?d|passphrase|^pass$|^pwd$|secret|token|^scram_\w+_key$", re.IGNORECASE)


def without_password(text: str) -> str:
    """The same text, the passwords of an address in it hidden."""
    text = re.sub(r"(?<=://)([^/@\s:?]*):[^\s\"']*@", r"\1:***@", text)
    return re.sub(r"([?&])([^=&\s]+)=([^&\s\"'#]*)", _hidden_part, text)


def _hidden_part(found: re.Match[str]) -> str:
    return f"{found[1]}{found[2]}=***" if _SECRET_PART.search(unquote(found[2])) else found[0]
