"""Header fields as bytes: outside text cleaned, encoded and folded so that it can never add or break one. Pure.

The standard library's serialiser is not used for the way out. On Python before 3.11.15 an encoded word that hides a
line break in a feed's title comes out as a header of its own (the follow-up to CVE-2024-6923), and its folding breaks
`List-Unsubscribe`, which mail clients read only as one raw line. Every test here reads the bytes back with it.
"""

import base64
import re
import unicodedata
from collections.abc import Callable

from digest.errors import UsageError
from digest.model import Mailbox

#: A subject or a name longer than this is cut: no mail client shows more, and three encoded lines hold it.
TEXT_LIMIT = 150
#: RFC 5322 2.1.1: a line must not be longer, its CRLF not counted ...
LINE_LIMIT = 998
#: ... and should not be longer than this; RFC 2047 2 allows 76 for lines that hold encoded words.
FOLD_AT = 76
#: RFC 2047 2: an encoded word is at most 75 characters; `=?utf-8?q?` and `?=` are twelve of them.
_PAYLOAD = 75 - 12

# Controls, line and paragraph separators: what separates words, or would end a line.
_BREAKS = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029]+")
# What shows nothing and misleads: soft hyphen, zero-width space, byte-order mark, bidirectional controls, surrogates,
# private use (our own placeholders stand there), noncharacters. U+200C and U+200D stay: Persian and emoji need them.
_UNSEEN = re.compile(
    "[\xad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufeff\ufffe\uffff"
    "\U000f0000-\U0010ffff]"
)
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
_SAFE_IN_Q = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/")


def one_line(text: str, limit: int | None = None) -> str:
    """Outside text as one line of visible characters, at most `limit` of them (cut at a word, with an ellipsis)."""
    line = _BREAKS.sub(" ", _UNSEEN.sub("", text)).strip()
    return shorten(line, limit) if limit is not None else line


def shorten(text: str, limit: int) -> str:
    """`text` in at most `limit` characters; what is cut is cut between words where one ends near, and shown as "…"."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    space = cut.rfind(" ")
    if space >= limit * 2 // 3:
        cut = cut[:space]
    else:
        # Never between a letter and its accents.
        while cut and unicodedata.combining(text[len(cut)]):
            cut = cut[:-1]
    return cut.rstrip(" ,;:-–—") + "…"


def header_text(text: str, limit: int = TEXT_LIMIT) -> str:
    """Outside text fit for a header: one line, and nothing in it that reads as an encoded word (RFC 2047)."""
    return shorten(one_line(text).replace("=?", "= ?"), limit)


def unstructured(name: str, text: str) -> bytes:
    """A field of free text, such as Subject: encoded where it must be, folded, with its CRLF."""
    text = header_text(text)
    start = f"{name}: "
    if text.isascii():
        return start.encode() + _folded(text.split(" "), len(start)) + b"\r\n"
    return start.encode() + b"\r\n ".join(_encoded_words(text, len(start))) + b"\r\n"


def mailboxes(name: str, mailbox: Mailbox) -> bytes:
    """A field that holds one mailbox (From, To, Reply-To), with its CRLF. UsageError: the address is none."""
    address = header_address(mailbox.address).encode()
    start = f"{name}: ".encode()
    phrase = encoded_phrase(mailbox.name, len(start))
    if not phrase:
        return start + address + b"\r\n"
    fits = b"\n" not in phrase and len(start) + len(phrase) + len(address) + 3 <= FOLD_AT
    return start + phrase + (b" <" if fits else b"\r\n <") + address + b">\r\n"


def encoded_phrase(name: str, column: int) -> bytes:
    """A display name that starts at `column` (RFC 5322 3.2.5): a quoted string, or encoded words; maybe empty."""
    text = header_text(name)
    if not text.isascii():
        return b"\r\n ".join(_encoded_words(text, column))
    if "\\" in text or '"' in text:
        text = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'.encode() if text else b""


def raw(name: str, value: str) -> bytes:
    """A field whose value stands on one line as it is (List-Unsubscribe, URIs, tokens), with its CRLF.

    ValueError: the value is not visible ASCII, or the line is longer than RFC 5322 allows.
    """
    line = f"{name}: {value}"
    if not (line.isascii() and line.isprintable()) or len(line) > LINE_LIMIT:
        raise ValueError(f"{name} cannot stand in a header as it is: {value!r}")
    return line.encode() + b"\r\n"


def header_address(address: str) -> str:
    """An address as it goes over the wire: the domain in IDNA, checked character by character.

    UsageError: it is not a plain address, or its local part is not ASCII (few servers take that: RFC 6531).
    """
    local, _, domain = address.rpartition("@")
    if not domain.isascii():
        domain = _ascii_domain(domain, address)
    ascii_address = f"{local}@{domain}"
    if not _ADDRESS.fullmatch(ascii_address) or "=?" in ascii_address or len(ascii_address) > 254:
        raise UsageError(f"{one_line(address, 80)!r} cannot stand in a message: write an address like name@example.org")
    return ascii_address


def _ascii_domain(domain: str, address: str) -> str:
    import idna

    try:
        return idna.encode(domain, uts46=True).decode()
    except idna.IDNAError as error:
        raise UsageError(f"{one_line(address, 80)!r} has a domain that cannot be: {error}") from error


def _folded(words: list[str], column: int) -> bytes:
    lines = [""]
    for word in words:
        room = FOLD_AT - (column if len(lines) == 1 else 1)
        if lines[-1] and len(lines[-1]) + 1 + len(word) > room:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}" if lines[-1] else word
    return "\r\n ".join(lines).encode()


def _encoded_words(text: str, column: int) -> list[bytes]:
    """RFC 2047: words of whole characters, in whichever of the two encodings is shorter for this text.

    A word in base64 that others follow holds a multiple of three bytes: GMime before 3.2.14 drops what follows a "=".
    """
    data = text.encode("utf-8")
    q_length = sum(1 if byte in _SAFE_IN_Q or byte == 0x20 else 3 for byte in data)
    prefers_q = q_length <= len(data) * 4 // 3
    words: list[bytes] = []
    while text:
        room = min(_PAYLOAD, FOLD_AT - 12 - (column if not words else 1))
        count = _that_fit(text, room, _q if prefers_q else base64.b64encode)
        in_base64 = 0 if prefers_q else count if count == len(text) else _in_threes(text[:count])
        if in_base64:
            word = b"b?" + base64.b64encode(text[:in_base64].encode())
        else:
            count = _that_fit(text, room, _q)
            word = b"q?" + _q(text[:count].encode())
        words.append(b"=?utf-8?" + word + b"?=")
        text = text[in_base64 or count :]
    return words


def _that_fit(text: str, room: int, encode: Callable[[bytes], bytes]) -> int:
    """How many characters fit, encoded, into so many: one at least."""
    count = 1
    while count < len(text) and len(encode(text[: count + 1].encode())) <= room:
        count += 1
    return count


def _in_threes(text: str) -> int:
    """The most of its characters whose bytes come in threes; 0 where there is no such beginning."""
    return next((count for count in range(len(text), 0, -1) if len(text[:count].encode()) % 3 == 0), 0)


def _q(data: bytes) -> bytes:
    return b"".join(
        bytes((byte,)) if byte in _SAFE_IN_Q else b"_" if byte == 0x20 else b"=%02X" % byte for byte in data
    )
