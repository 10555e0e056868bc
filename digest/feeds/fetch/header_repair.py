"""Heads of HTTP answers, as lenient as the standard lets a client be. Pure, and linear in the size of the head.

RFC 9110 (5.5, 8.6) and RFC 9112 (2.2, 5.1, 5.2) say what a client may forgive: a space before a colon, a folded line, a
stray control character, one length said twice. A line that is not a field at all is left out, as browsers do. What is
contradictory stays as it is, for a strict reader to refuse.
"""

import re

#: Bytes of a head, with all of its fields: real ones stay below half of it.
MAX_HEAD = 64 * 1024
#: Fields in a head.
MAX_FIELDS = 256

#: What every head begins with.
_VERSION = b"HTTP/"
#: An empty line; some servers end lines with one carriage return too many.
_END = re.compile(rb"\n\r{0,2}\n")
#: Bytes at the end of what was searched that may be the beginning of one.
_OVERLAP = 3
_TOKEN = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
#: A head that needs no mending, as nearly all are, but for its lengths.
_STRICT = re.compile(rb"HTTP/[^\x00-\x1f]*+\r\n(?:[!#$%&'*+.^_`|~0-9A-Za-z-]++:[^\x00-\x08\x0a-\x1f\x7f]*+\r\n)*+\r\n")
_LENGTHS = re.compile(rb"\ncontent-length:([^\r\n]*)", re.IGNORECASE)
_CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_INTERIM = re.compile(rb"HTTP/\d\.\d 1(?!01)\d\d\b")
_LENGTH = b"content-length"


def may_begin(data: bytes | bytearray) -> bool:
    """Whether an answer that begins so may have a head."""
    return data[: len(_VERSION)] == _VERSION[: len(data)]


def end_of(data: bytes | bytearray, searched: int) -> int:
    """Where a head ends, after its empty line; -1 while it does not. `searched`: bytes in which it did not end."""
    found = _END.search(data, max(0, searched - _OVERLAP))
    return found.end() if found else -1


def is_interim(head: bytes) -> bool:
    """Whether another head follows at once (RFC 9110 15.2); not after 101, which ends HTTP."""
    return bool(_INTERIM.match(head))


def mended(head: bytes) -> bytes:
    """A whole head as a strict reader takes it."""
    if _STRICT.fullmatch(head) and len(said := _LENGTHS.findall(head)) <= 1 and not any(b"," in one for one in said):
        return head
    status, *lines = (line.rstrip(b"\r") for line in head.rstrip(b"\r\n").split(b"\n"))
    fields, lengths = [status], set[bytes]()
    for name, value in map(_field, _unfolded(lines)):
        if name.lower() == _LENGTH:
            if value in lengths:
                continue  # said twice (RFC 9110 8.6)
            lengths.add(value)
        if name:
            fields.append(name + b": " + value)
    return b"\r\n".join([*fields, b"", b""])


def _unfolded(lines: list[bytes]) -> list[bytes]:
    """Fields, each on one line (RFC 9112 5.2)."""
    whole: list[list[bytes]] = []
    for line in lines:
        if line[:1] in (b" ", b"\t") and whole:
            whole[-1].append(line.strip())
        else:
            whole.append([line])
    return [b" ".join(parts) for parts in whole]


def _field(line: bytes) -> tuple[bytes, bytes]:
    """Name and value of a line; an empty name where it is not a field."""
    name, colon, value = line.partition(b":")
    name, value = name.rstrip(b" \t"), _CONTROL.sub(b" ", value).strip(b" \t")
    if not colon or not _TOKEN.fullmatch(name):
        return b"", b""
    if name.lower() == _LENGTH:
        said = {one.strip(b" \t") for one in value.split(b",")}
        value = said.pop() if len(said) == 1 else value
    return name, value
