"""Readers of e-mail addresses and mailboxes. Pure: nothing is looked up.

email-validator judges every address; addresses of the plainest form are let through by a pattern that accepts
less than it does, because a configuration may list a hundred thousand of them.
"""

import re
from email.utils import parseaddr

from digest.model import Mailbox
from digest.settings.core.mistakes import Wrong
from digest.settings.core.values import MAX_TEXT, Reader
from digest.text.suggestions import kind_of

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_PLAIN = re.compile(
    rf"([A-Za-z0-9](?:[A-Za-z0-9_+-]|\.(?!\.)){{0,61}}[A-Za-z0-9])@((?:{_LABEL}\.){{1,4}}[a-z]{{2,24}})"
)
#: Domains that no mail reaches (RFC 6761 and its followers): email-validator says so better.
_SPECIAL = ("arpa", "invalid", "local", "localhost", "onion", "test")
#: Names of one machine or network (RFC 6761 6.3, RFC 6762 3, RFC 8375): only a relay that is there delivers to them.
_LOCAL = re.compile(rf"(?:{_LABEL}\.)*(?:localhost|local|home\.arpa)", re.IGNORECASE)
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f<>]")


def _address(value: object) -> str:
    if not isinstance(value, str):
        raise Wrong(f'is an e-mail address in "quotes", not {kind_of(value)}')
    if _is_plain(value):
        return value
    if _FORBIDDEN.search(value):
        raise _refusal(value, "it holds a line break, a control character or an angle bracket")
    if value.count("@") > 1:
        raise _refusal(value, "one entry is one person's address")
    local, _, domain = value.rpartition("@")
    if local and is_local_name(domain):
        # The rest of it must be right all the same; this domain says nothing.
        _judged(f"{local}@mail.example.org")
        return value
    return _judged(value)


def is_local_name(name: str) -> bool:
    """Whether a host or domain is known on its own machine or in its own network alone."""
    return bool(_LOCAL.fullmatch(name))


def _is_plain(address: str) -> bool:
    """Whether the address is surely right: plain ASCII, a lower-case domain, nothing unusual."""
    found = _PLAIN.fullmatch(address)
    return bool(found) and len(address) <= 120 and "--" not in address and not address.endswith(_SPECIAL)


def _judged(value: str) -> str:
    """An address as email-validator has it, its domain in IDNA."""
    from email_validator import EmailNotValidError, validate_email  # 70 ms, and rarely needed

    try:
        address = validate_email(value, check_deliverability=False).ascii_email
    except EmailNotValidError as exc:
        text = str(exc).rstrip(".")
        raise _refusal(value, text[:1].lower() + text[1:]) from exc
    if not address:
        raise _refusal(value, "the part before the @ has letters that many mail servers refuse")
    return address


def _refusal(value: str, reason: str) -> Wrong:
    return Wrong(f'"{value[:MAX_TEXT]}" is not an e-mail address: {reason}{_suggestion(value)}')


def _suggestion(value: str) -> str:
    """`, did you mean ...` where a small repair makes it an address."""
    bracketed = re.search(r"<([^<>]*)>", value)
    bare = bracketed[1] if bracketed else value.strip().removeprefix("mailto:")
    local, _, domain = bare.rpartition("@")
    for repaired in (f"{local}@{domain}", f"{local}@{domain}".replace(" ", ""), f"{local}@{domain.replace(',', '.')}"):
        if repaired != value and _is_plain(repaired):
            return f', did you mean "{repaired}"?'
    return ""


#: An address (RFC 5321 4.1.2), its domain in IDNA.
ADDRESS = Reader(_address, {"type": "string", "format": "email"})


def _mailbox(value: object) -> Mailbox:
    if not isinstance(value, str):
        raise Wrong(f'is written as "Name <address>" or as an address alone, not as {kind_of(value)}')
    if re.search(r"[\x00-\x1f\x7f\u2028\u2029]", value):
        raise Wrong("holds a line break or another control character: write it on one line")
    if "<" not in value:
        return Mailbox(address=_address(value.strip()))
    written = re.fullmatch(r'\s*(?:"((?:[^"\\]|\\.)*)"|([^<>"]*))\s*<([^<>]*)>\s*', value)
    if not written:
        raise Wrong(f'"{value[:MAX_TEXT]}" is not a mailbox: write "Name <address>"')
    name = parseaddr(f'"{written[1]}" <a@b.example>')[0] if written[1] is not None else written[2]
    return Mailbox(name=" ".join(name.split())[:MAX_TEXT], address=_address(written[3].strip()))


#: `Name <address>` or an address alone (RFC 5322 3.4).
MAILBOX = Reader(_mailbox, {"type": "string", "examples": ["Watch desk <digest@news.example.org>"]})
