"""What arrives where bounces are read: something that came back, or a reader who wants no more. Pure.

A reader's wish is a token of ours in the subject, or in the first line that its writer wrote. One in what a reply
quotes says nothing: every digest has one. Whether a token is ours, only its signature tells (`message.token`): what is
found here are candidates, as they may look after mail programs have wrapped, encoded and quoted them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from html.parser import HTMLParser
from urllib.parse import unquote

from digest.mail.incoming.bounce import FIELD_LIMIT, PARTS_LIMIT, READ_LIMIT, Returned, read_returned

#: Characters of a token that says nothing but who unsubscribes.
TOKEN = 42
#: Pieces that wrapping leaves of one.
_PIECES = 4
#: Candidates of one message.
_CANDIDATES = 20
#: Lines in which the first own one is looked for: more is quoted, or no wish.
_LINES = 200
#: Lines over which one that was wrapped goes on.
_WRAPPED = 4
#: Characters that some programs let a long word break at, and nobody sees.
_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
#: Runs of a token's characters with nothing but white space, or a soft line break that was left in, between them.
_RUNS = re.compile(r"[A-Za-z0-9_-]+(?:=?\s+[A-Za-z0-9_-]+)*")
_GAP = re.compile(r"=?\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A message, read. With neither it is for a person."""

    #: What came back; None: it is not a bounce, or too broken to be read.
    returned: Returned | None = None
    #: What may be tokens that unsubscribe.
    tokens: tuple[str, ...] = ()


def read_incoming(raw: bytes) -> Incoming:
    """Read the beginning of a message."""
    return Incoming(returned=read_returned(raw), tokens=_tokens(raw[:READ_LIMIT]))


def _tokens(raw: bytes) -> tuple[str, ...]:
    if raw.count(b"\n--") > PARTS_LIMIT:
        return ()
    try:
        message = message_from_bytes(raw)
        found = list(candidates(_subject(message)))
        for line, more in _own_lines(_written(message)):
            found += candidates(line, more)
    except Exception:
        return ()
    return tuple(dict.fromkeys(found))[:_CANDIDATES]


def candidates(line: str, more: str = "") -> Iterator[str]:
    """What may be a token that begins in a line, and goes on in what follows it."""
    within, text = len(_plain(line)), _plain(f"{line}\n{more}" if more else line)
    for run in _RUNS.finditer(text):
        if run.start() >= within:
            return
        starts = [run.start(), *(run.start() + gap.end() for gap in _GAP.finditer(run[0]))]
        pieces = _GAP.split(run[0])
        for first, start in enumerate(starts):
            for last in range(first + 1, min(first + _PIECES, len(pieces)) + 1):
                token = "".join(pieces[first:last])
                if len(token) == TOKEN and start < within:
                    yield token


def _plain(text: str) -> str:
    return unquote(text[:FIELD_LIMIT]).translate(_UNSEEN)


def _subject(message: Message) -> str:
    value = message.get("Subject", "")
    try:
        return str(make_header(decode_header(value)))
    except (ValueError, LookupError):
        return str(value)


# The text that its writer wrote


def _written(message: Message) -> str:
    """The body's text: plain, else of HTML. A message that is attached is somebody else's."""
    texts = {kind: text for kind, text in reversed(list(_bodies(message))) if text.strip()}
    return texts.get("text/plain") or _shown(texts.get("text/html", ""))


def _bodies(message: Message, depth: int = 0) -> Iterator[tuple[str, str]]:
    kind, payload = message.get_content_type(), message.get_payload()
    if message.get_content_maintype() == "multipart" and isinstance(payload, list) and depth < PARTS_LIMIT:
        for part in payload:
            if isinstance(part, Message):
                yield from _bodies(part, depth + 1)
    elif kind in ("text/plain", "text/html") and message.get_content_disposition() != "attachment":
        data = message.get_payload(decode=True)
        text = _decoded(data if isinstance(data, bytes) else b"", message.get_content_charset() or "utf-8")
        yield kind, _unflowed(text) if message.get_param("format") == "flowed" else text


def _decoded(data: bytes, charset: str) -> str:
    try:
        return data.decode(charset, "replace")
    except LookupError:
        return data.decode("utf-8", "replace")


def _unflowed(text: str) -> str:
    """Lines that a program wrapped for sending, joined again (RFC 3676 4.1); quoted ones are left as they are."""
    return re.sub(r"(?m)^(?!>)(.*?) \r?\n(?!>|[ \t\r]*$)", r"\1 ", text)


def _own_lines(text: str) -> Iterator[tuple[str, str]]:
    """The first line that is neither empty nor quoted, and what follows it in its paragraph. Before it, those of
    paragraphs that introduce a quotation: "On Friday Ana wrote:".
    """
    lines = [line.strip() for line in text.splitlines()[:_LINES]]
    at, quotes = 0, False
    while at < len(lines):
        end = next((n for n in range(at, len(lines)) if not lines[n] or _quoted(lines[n])), len(lines))
        # Between quoted lines stands the rest of one that was wrapped.
        torn = quotes and "".join(lines[end : end + 1]) != ""
        if end > at and not torn:
            yield lines[at], "\n".join(lines[at + 1 : min(end, at + _WRAPPED)])
            if not (lines[end - 1].endswith((":", "：")) and _quoted(next(filter(None, lines[end:]), ""))):
                return
        if end < len(lines) and _quoted(lines[end]):
            # So does what follows one at once.
            quotes, end = True, next((n for n in range(end, len(lines)) if not lines[n]), len(lines))
        at = end + 1


def _quoted(line: str) -> bool:
    return line.startswith((">", "|"))


class _Shown(HTMLParser):
    """HTML as lines of text; quoted ones begin with ">"."""

    _BREAKS = frozenset(("blockquote", "br", "dd", "div", "dt", "h1", "h2", "h3", "hr", "li", "p", "pre", "td", "tr"))
    _HIDDEN = frozenset(("head", "script", "style", "title"))

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = [""]
        #: The open elements that hide or quote, by name, each with how many of its name are open within it.
        self._open: list[tuple[str, bool, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        quotes = tag == "blockquote" or any("quote" in (value or "") for name, value in attrs if name == "class")
        if tag in self._HIDDEN or quotes:
            self._open.append((tag, tag in self._HIDDEN, 0))
        elif self._open and self._open[-1][0] == tag:
            name, hides, deep = self._open[-1]
            self._open[-1] = (name, hides, deep + 1)
        self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1][0] == tag:
            name, hides, deep = self._open.pop()
            if deep:
                self._open.append((name, hides, deep - 1))
        self._break(tag)

    def handle_data(self, data: str) -> None:
        if not any(hides for _, hides, _ in self._open):
            self.lines[-1] += re.sub(r"\s+", " ", data)

    def _break(self, tag: str) -> None:
        if tag in self._BREAKS:
            self.lines += ["", ""] if tag != "br" else [""]
            self.lines[-1] = "> " if any(not hides for _, hides, _ in self._open) else ""


def _shown(html: str) -> str:
    parser = _Shown()
    parser.feed(html)
    return "\n".join(parser.lines)
