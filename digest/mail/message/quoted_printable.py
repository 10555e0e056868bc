"""Quoted-printable (RFC 2045 6.7) as mail needs it: no line can be mistaken for anything else on its way. Pure.

Unlike `quopri` and `binascii.b2a_qp`, a dot at the start of a line is encoded, so that nothing has to be dot-stuffed
(RFC 5321 4.5.2) and the same bytes serve every transport, and so is "From " (mailbox files would quote it).
"""

import re

#: RFC 2045: an encoded line is at most 76 characters, a soft break's "=" among them.
WIDTH = 76
_ENCODED = re.compile(rb"[^\t\x20-\x3c\x3e-\x7e]")


def quoted(text: str) -> bytes:
    """Text as UTF-8 in quoted-printable with CRLF line ends; its start must stand at the start of a line."""
    lines = text.encode("utf-8", "replace").replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    return b"\r\n".join(_line(line) for line in lines)


def _line(line: bytes) -> bytes:
    """One line, cut into soft-broken ones; a blank at its end is encoded, since servers strip those."""
    encoded = _ENCODED.sub(lambda match: b"=%02X" % match[0][0], line)
    if encoded[-1:] in (b" ", b"\t"):
        encoded = encoded[:-1] + b"=%02X" % encoded[-1]
    cut: list[bytes] = []
    rest = _guarded(encoded)
    while len(rest) > WIDTH:
        at = WIDTH - 1
        # Never inside "=XX".
        if b"=" in rest[at - 2 : at]:
            at = rest.rindex(b"=", 0, at)
        cut.append(rest[:at])
        rest = _guarded(rest[at:])
    return b"=\r\n".join([*cut, rest])


def _guarded(rest: bytes) -> bytes:
    if rest.startswith(b"."):
        return b"=2E" + rest[1:]
    if rest.startswith(b"From "):
        return b"=46" + rest[1:]
    return rest
