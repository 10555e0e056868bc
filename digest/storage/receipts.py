"""Receipts: one line for each final answer, appended the moment it came, before the store knows.

Between a server's answer and the commit that records it a process can be killed. The line is in the kernel's hands
by then, so the next start finds it and nobody has to wonder. A line that was cut short is told by its checksum.
Format: checksum, then tab-separated delivery, fence, state, code, flags, next try, text.
"""

import zlib
from collections.abc import Iterator
from datetime import datetime

from digest.model import DeliveryState
from digest.storage.marks import Settlement

#: A reply's text in a receipt; a server may send kilobytes.
MAX_TEXT = 500


def encode(one: Settlement) -> bytes:
    """A settlement as a line."""
    said = " ".join(one.text[:MAX_TEXT].split())
    again = one.next_try.isoformat() if one.next_try else ""
    flags = ("t" if one.tried else "") + ("b" if one.bad_address else "")
    body = f"{one.id}\t{one.fence}\t{one.state}\t{one.code or ''}\t{flags}\t{again}\t{said}"
    raw = body.encode("utf-8", "replace")
    return b"%08x\t%b\n" % (zlib.crc32(raw), raw)


def decode(lines: bytes) -> Iterator[Settlement]:
    """The settlements of a receipt file; damaged lines are skipped: they prove nothing."""
    for line in lines.split(b"\n"):
        checksum, _, raw = line.partition(b"\t")
        if checksum != b"%08x" % zlib.crc32(raw) or not raw:
            continue
        delivery, fence, state, code, flags, again, said = raw.decode().split("\t", 6)
        yield Settlement(
            id=delivery,
            fence=int(fence),
            state=DeliveryState(state),
            code=int(code) if code else None,
            tried="t" in flags,
            bad_address="b" in flags,
            next_try=datetime.fromisoformat(again) if again else None,
            text=said,
        )
