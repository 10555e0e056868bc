"""What a returned message says: for whom, and whether for good (RFC 3464, RFC 5965). Pure.

Whom it is about is believed only where it proves that we wrote to them: by the signed address that it was returned to
(VERP); where no such addresses are used, by the Message-ID of ours that it quotes, which nobody can guess. A forged one
proves nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.utils import getaddresses
from enum import StrEnum

from digest.mail.message.token import bounced_subscriber

#: Bytes of a message that are read: what it says and of whom stands at its beginning; what it quotes comes after.
READ_LIMIT = 64 * 1024
#: Bytes in which servers that speak in their own words are understood: guessing is slow.
GUESS_LIMIT = 16 * 1024
#: Parts and headers that are looked at; a message with more parts than a bounce ever has is not read at all.
PARTS_LIMIT = 100
ADDRESSES_LIMIT = 200
#: Characters of one field.
FIELD_LIMIT = 2_000
#: Of what a server said, kept.
WHY_LIMIT = 300

#: Where a mail server notes which address a message was really for.
_DELIVERED_TO = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To")


class BounceKind(StrEnum):
    """What a returned message means."""

    #: The address does not exist: no more mail.
    HARD = "hard"
    #: It could not be delivered this time; it counts, and is forgotten with time.
    SOFT = "soft"
    #: The recipient called it spam: no more mail.
    COMPLAINT = "complaint"
    #: A delay, a receipt, an absence: nothing follows.
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounce:
    """A returned message, read. With neither subscriber nor Message-IDs it is about nobody."""

    kind: BounceKind
    #: The subscriber's id, proved by a signed address.
    subscriber: str | None = None
    #: Message-IDs that it quotes, with angle brackets: to be looked up in the ledger.
    message_ids: tuple[str, ...] = ()
    #: The enhanced status code and what the server said.
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """What a message says, whether it is to be believed or not."""

    kind: BounceKind
    why: str = ""
    #: It came to, or quotes a message that came from.
    addresses: tuple[str, ...] = ()
    message_ids: tuple[str, ...] = ()


def read_returned(raw: bytes) -> Returned | None:
    """Read the beginning of a message; None: it is not a bounce, or too broken to be read."""
    raw = raw[:READ_LIMIT]
    if raw.count(b"\n--") > PARTS_LIMIT:
        return None
    try:
        message = message_from_bytes(raw)
        parts = _parts(message)
        found = _delivery_status(parts) or _feedback(parts) or _absence(message) or _guessed(raw)
        if found is None:
            return None
        kind, why = found
        return Returned(
            kind=kind,
            why=" ".join(why.split())[:WHY_LIMIT],
            addresses=_addresses(message, parts),
            message_ids=_quoted_ids(parts),
        )
    except Exception:
        return None


def believed(returned: Returned, *, bounces: str | None, keys: Mapping[int, bytes]) -> Bounce:
    """What of it is proved. `bounces`: the address that bounces are collected at; `keys`: those that sign, by id."""
    who = None
    if bounces is not None:
        named = (bounced_subscriber(address, bounces=bounces, keys=keys) for address in returned.addresses)
        who = next(filter(None, named), None)
    return Bounce(kind=returned.kind, subscriber=who, message_ids=returned.message_ids, why=returned.why)


def _parts(message: Message) -> list[Message]:
    parts: list[Message] = []
    for part in message.walk():
        parts.append(part)
        if len(parts) >= PARTS_LIMIT:
            break
    return parts


def _of_type(parts: list[Message], kind: str) -> Iterator[Message]:
    return (part for part in parts if part.get_content_type() == kind)


# What it says


def _delivery_status(parts: list[Message]) -> tuple[BounceKind, str] | None:
    """A delivery status notification: of several recipients' reports, the gravest."""
    reports = [
        (_kind_of_status(report), _why(report))
        for part in _of_type(parts, "message/delivery-status")
        for report in _blocks(part)
        if report.get("Action")
    ]
    gravity = (BounceKind.HARD, BounceKind.SOFT, BounceKind.NOTHING)
    return min(reports, key=lambda one: gravity.index(one[0])) if reports else None


def _blocks(part: Message) -> list[Message]:
    """The groups of fields of a report; the standard library reads each as a message of its own."""
    payload = part.get_payload()
    return [block for block in payload if isinstance(block, Message)] if isinstance(payload, list) else []


def _kind_of_status(report: Message) -> BounceKind:
    action = str(report["Action"]).strip().lower()
    status = str(report.get("Status", "")).strip().split(" ")[0]
    if action != "failed":
        return BounceKind.NOTHING
    # 5.1.x is about the address, but for 5.1.7 and 5.1.8, which are about ours.
    about_address = status.startswith("5.1.") and status not in {"5.1.7", "5.1.8"}
    return BounceKind.HARD if about_address else BounceKind.SOFT


def _why(report: Message) -> str:
    said = str(report.get("Diagnostic-Code", "")).partition(";")[2] or str(report.get("Diagnostic-Code", ""))
    return f"{report.get('Status', '')} {said}"


def _feedback(parts: list[Message]) -> tuple[BounceKind, str] | None:
    """An abuse report (ARF): a recipient pressed "this is spam"."""
    for part in _of_type(parts, "message/feedback-report"):
        payload = part.get_payload()
        block = payload[0] if isinstance(payload, list) and payload else part
        text = block.get_payload() if isinstance(block, Message) and not block.keys() else ""
        fields = block if isinstance(block, Message) and block.keys() else message_from_bytes(str(text).encode())
        kind = str(fields.get("Feedback-Type", "")).strip().lower()
        if kind:
            verdict = BounceKind.NOTHING if kind == "not-spam" else BounceKind.COMPLAINT
            return verdict, f"reported as {kind} by {fields.get('User-Agent', 'its reader')}"
    return None


def _absence(message: Message) -> tuple[BounceKind, str] | None:
    """An automatic answer of a person (RFC 3834): nothing follows."""
    if str(message.get("Auto-Submitted", "")).strip().lower().startswith("auto-replied"):
        return BounceKind.NOTHING, "an automatic reply"
    return None


def _guessed(raw: bytes) -> tuple[BounceKind, str] | None:
    """What servers say in their own words, as flufl.bounce knows it. Guesses do not suppress at once."""
    from flufl.bounce import all_failures  # slow to import, and rarely needed

    message = message_from_bytes(raw[:GUESS_LIMIT])
    temporary, permanent = all_failures(message)
    if permanent:
        return BounceKind.SOFT, f"returned: {message.get('Subject', '')}"
    return (BounceKind.NOTHING, "a warning") if temporary else None


# Whom it is about


def _addresses(message: Message, parts: list[Message]) -> tuple[str, ...]:
    """The addresses it came to, then the senders of the messages it quotes: one of them may be signed."""
    fields = [str(value) for name in _DELIVERED_TO for value in message.get_all(name, [])]
    fields += [str(value) for quoted in _quoted(parts) for value in quoted.get_all("Return-Path", [])]
    found = getaddresses([field[:FIELD_LIMIT] for field in fields[:ADDRESSES_LIMIT]])[:ADDRESSES_LIMIT]
    return tuple(dict.fromkeys(address[:FIELD_LIMIT] for _, address in found if address))


def _quoted(parts: list[Message]) -> Iterator[Message]:
    """The messages, or heads of messages, that it quotes."""
    for part in parts:
        payload = part.get_payload()
        if part.get_content_type() == "message/rfc822" and isinstance(payload, list):
            yield from (one for one in payload if isinstance(one, Message))
        elif part.get_content_type() == "text/rfc822-headers":
            data = part.get_payload(decode=True)
            yield message_from_bytes(data if isinstance(data, bytes) else b"")


def _quoted_ids(parts: list[Message]) -> tuple[str, ...]:
    ids = (str(value).strip() for quoted in _quoted(parts) for value in quoted.get_all("Message-ID", []))
    return tuple(dict.fromkeys(one for one in ids if one.startswith("<") and one.endswith(">")))[:PARTS_LIMIT]
