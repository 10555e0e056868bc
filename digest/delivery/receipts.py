"""Receipts: what a process knew at the moment it was killed, in a file of its own beside the store.

One line is appended the moment a server's answer arrives, and one the moment before a body leaves. Whatever is written
is in the kernel's hands, so the next start finds it: an answer counts as if it had been recorded, and a body that had
not begun provably never left. Only what lies between the two is in doubt. A line that was cut short is told by its
checksum. After a crash of the whole machine lines may be missing, which the boot id tells.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from digest.delivery.transitions import Offer, Settlement
from digest.model import DeliveryState

#: A reply's text in a receipt; a server may send kilobytes.
MAX_TEXT = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipts:
    """What a receipt file says."""

    #: Of the machine when the file was begun; empty: not known, and nothing follows from what is missing.
    boot: str = ""
    #: (delivery, fence) of bodies that may have left.
    begun: frozenset[tuple[str, int]] = frozenset()
    answers: tuple[Settlement, ...] = ()


def boot_line(boot: str) -> bytes:
    """The first line: on which boot of the machine the file was begun."""
    return _line(f"boot\t{boot}")


def begun_line(offer: Offer) -> bytes:
    """That a body is about to leave."""
    return _line(f"begun\t{offer.id}\t{offer.fence}")


def answer_line(one: Settlement) -> bytes:
    """What became of a delivery."""
    said = " ".join(one.text[:MAX_TEXT].split())
    again = one.next_try.isoformat() if one.next_try else ""
    flags = "t" if one.tried else ""
    return _line(f"answer\t{one.id}\t{one.fence}\t{one.state}\t{one.code or ''}\t{flags}\t{again}\t{said}")


def _line(body: str) -> bytes:
    raw = body.encode("utf-8", "replace")
    return b"%08x\t%b\n" % (zlib.crc32(raw), raw)


def read(lines: bytes) -> Receipts:
    """What a receipt file says; damaged lines are skipped: they prove nothing."""
    boot, answers = "", []
    begun: set[tuple[str, int]] = set()
    for kind, rest in _sound(lines):
        if kind == "boot":
            boot = rest
        elif kind == "begun":
            # Earlier versions wrote a third field.
            delivery, fence, *_ = rest.split("\t")
            begun.add((delivery, int(fence)))
        elif kind == "answer":
            answers.append(_answer(rest))
    return Receipts(boot=boot, begun=frozenset(begun), answers=tuple(answers))


def _sound(lines: bytes) -> Iterator[tuple[str, str]]:
    for line in lines.split(b"\n"):
        checksum, _, raw = line.partition(b"\t")
        if raw and checksum == b"%08x" % zlib.crc32(raw):
            kind, _, rest = raw.decode().partition("\t")
            yield kind, rest


def _answer(rest: str) -> Settlement:
    delivery, fence, state, code, flags, again, said = rest.split("\t", 6)
    return Settlement(
        id=delivery,
        fence=int(fence),
        state=DeliveryState(state),
        code=int(code) if code else None,
        tried="t" in flags,
        next_try=datetime.fromisoformat(again) if again else None,
        text=said,
    )
