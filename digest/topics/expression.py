r"""Regular expressions that outsiders' text may safely be searched with: RE2's, in time linear in the text.

RE2 takes `\w`, `\d`, `\s` and `\b` for those of ASCII. Here they mean the letters and digits of every script: classes
are written out, and for `\b` a text is searched in which a mark stands at each edge of a word. RE2 neither looks
around nor refers back; an expression that does is refused with the way to write it instead.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Final, NoReturn

if TYPE_CHECKING:
    import re2

#: Characters of an expression: beyond it, it is a program.
LONGEST: Final = 400
#: How often a counted repeat may repeat: longer than any phrase of a headline.
REPEAT: Final = 100
#: Bytes of a machine: `\w` of all scripts takes about 20 kB, and may repeat 60 times.
MEMORY: Final = 2 * 1024 * 1024
#: Hits of one expression in one text that are looked at: more say nothing new, and each may read to the text's end.
MOST_HITS: Final = 60

#: Stands at the edges of words in a text that is searched for `\b`: a control character that no text needs.
_EDGE: Final = "\x02"
#: As often as an expression may ask for one edge: `\b(?:\boil\b|gas)\b`.
_EDGES: Final = _EDGE * 2
_WORD: Final = r"\p{L}\p{M}\p{N}_"
#: Classes, as they are written inside square brackets.
_CLASSES: Final = {"d": r"\p{Nd}", "w": _WORD, "s": r"\s\x0b\x{85}\p{Z}"}
#: `\W` there: all other categories, and what there is of `\p{Pc}` beside `_`.
_NO_WORD: Final = (
    r"\p{Pd}\p{Ps}\p{Pe}\p{Pi}\p{Pf}\p{Po}\p{S}\p{Z}\p{Cf}"
    r"\x{203f}\x{2040}\x{2054}\x{fe33}\x{fe34}\x{fe4d}-\x{fe4f}\x{ff3f}"
)
_PIECES: Final = re.compile(
    r"""
      (?P<escape> \\ (?: x\{[0-9A-Fa-f]{1,6}\} | x[0-9A-Fa-f]{2} | u[0-9A-Fa-f]{4} | U[0-9A-Fa-f]{8}
                       | [pP](?: \{\^?\w+\} | \w ) | . ) )
    | (?P<set> \[\^?\]? (?: \\. | \[:\^?\w+:\] | [^\]\\] )* \] )
    | (?P<flags> \(\? [a-zA-Z-]+ \) )
    | (?P<around> \(\? <? [=!] )
    | (?P<back> \(\?P= | \(\?\( )
    | (?P<open> \( (?: \? (?: P?<[A-Za-z_]\w*> | [a-zA-Z-]*: ) )? )
    | (?P<close> \) )
    | (?P<repeat> (?: [*+?] | \{\d+\} | \{\d*,\d*\} ) [?+]? )
    | (?P<either> \| )
    | (?P<other> . )
    """,
    re.VERBOSE | re.DOTALL,
)
_IN_SET: Final = re.compile(r"\\(?:[xpP]\{[^}]*\}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)", re.DOTALL)


class Unsafe(ValueError):
    """An expression cannot be used; the text says why and what to write instead."""


class Expression:
    """An expression, ready to be found in any case. `^` and `$` are the ends of a line, which no match crosses."""

    __slots__ = ("_loose", "_machine", "_on_edges")

    def __init__(self, expression: str) -> None:
        """Unsafe: it cannot be used."""
        if len(expression) > LONGEST:
            raise Unsafe(f"the expression is longer than {LONGEST} characters")
        pieces = [(str(piece.lastgroup), piece.group()) for piece in _PIECES.finditer(expression)]
        self._on_edges = ("escape", r"\b") in pieces
        self._machine = _machine("".join(_translated(kind, text, self._on_edges) for kind, text in pieces))
        #: The same without `\b`: where it finds nothing, no edges need be marked.
        self._loose = _machine("".join(_translated(*piece, False) for piece in pieces)) if self._on_edges else None
        if any(start == end for text in ("", "a 1") for start, end in self.spans(Lines(text))):
            raise Unsafe("the expression matches where nothing is, and so in everything")

    def spans(self, lines: "Lines") -> Iterator[tuple[int, int]]:
        """Where it matches, from left to right: the first `MOST_HITS` places."""
        if self._loose and not self._loose.search(lines.plain):
            return
        text = lines.edged if self._on_edges else lines.plain
        at = place = 0
        for match in islice(self._machine.finditer(text), MOST_HITS):
            start = place + _length(text[at : match.start()])
            at, place = match.end(), start + _length(text[match.start() : match.end()])
            yield start, place


class Lines:
    """A text to be searched, one line for each of its parts; in UTF-8, as RE2 reads it."""

    __slots__ = ("_edged", "_text", "plain")

    def __init__(self, text: str) -> None:
        self._text = text.replace(_EDGE, " ")
        # Half a character, as broken JSON makes them, cannot be written in UTF-8: a question mark stands for it.
        self.plain = self._text.encode("utf-8", "replace")
        self._edged = b""

    @property
    def edged(self) -> bytes:
        """The text with marks at the edges of its words; made when first asked for."""
        if not self._edged:
            marks = "".join(one for one in sorted(set(self._text)) if unicodedata.category(one)[0] == "M")
            self._edged = _EDGES.join(re.split(rf"([\w{marks}]+)", self._text)).encode("utf-8", "replace")
        return self._edged


def _length(text: bytes) -> int:
    """How many characters of a text a piece holds."""
    return len(text.replace(_EDGE.encode(), b"").decode())


def literal(expression: str) -> str:
    """The longest run of plain characters that every match must contain; empty where none is certain."""
    runs = [""]
    depth = 0
    pieces = [(piece.lastgroup, piece.group()) for piece in _PIECES.finditer(expression)]
    for (kind, text), (after, _) in zip(pieces, [*pieces[1:], ("", "")], strict=True):
        if kind == "either" and not depth:
            return ""
        depth += (kind == "open") - (kind == "close")
        if kind == "other" and text not in ".^$" and not depth and after != "repeat":
            runs[-1] += text
        elif text != r"\b":
            runs.append("")
    return max(runs, key=len)


def _machine(translated: str) -> "re2._Regexp":
    """An expression in RE2's own words, compiled. Unsafe: it is none."""
    import re2  # here: most verbs of the command line match nothing

    options = re2.Options()
    options.max_mem, options.never_capture, options.never_nl, options.log_errors = MEMORY, True, True, False
    try:
        return re2.compile(f"(?im){translated}", options)
    except re2.error as exc:
        said = exc.args[0].decode("utf-8", "replace").replace("(?im)", "")
        if "too large" in said or "repetition size" in said:
            raise Unsafe("the expression repeats too much: write smaller counts, or * and + instead") from exc
        raise Unsafe(f"the expression cannot be read: {said} (see https://github.com/google/re2/wiki/Syntax)") from exc


def _translated(kind: str, text: str, on_edges: bool) -> str:  # noqa: FBT001
    """A piece of an expression in RE2's words; `on_edges`: for a text with marks at the edges of words."""
    match kind:
        case "around":
            _refuse(f'looks around with "{text}"', "write what stands beside the term as a part of it, or use near")
        case "back":
            _refuse(f'refers back with "{text}"', "write out the alternatives instead")
        case "escape" if text == r"\b":
            return _EDGE if on_edges else "(?:)"
        case "repeat":
            return _repeat(text)
        case "escape" | "set" | "other":
            atom = _atom(kind, text)
        case _:
            return text
    return f"(?:{_EDGE}*{atom})" if on_edges and atom != "^" else atom


def _atom(kind: str, text: str) -> str:
    """What one character is looked for with, or a line's end."""
    if kind == "escape":
        return _escape(text)
    if kind == "other":
        return f"[^{_EDGE}]" if text == "." else text
    if "[:" in text:
        _refuse("names a class that knows ASCII alone ([:...:])", r"write \p{L} for letters, \p{Nd} for digits")
    inside = _IN_SET.sub(lambda found: _escape_in_set(found[0]), text[1:-1])
    return f"[{inside}{_EDGE if inside[:1] == '^' else ''}]"


def _escape(text: str) -> str:
    """What an escape means by itself."""
    name = text[1]
    if name in _CLASSES:
        return f"[{_CLASSES[name]}]"
    if name in "DWS":
        return f"[^{_CLASSES[name.lower()]}{_EDGE}]"
    if name in "AZz":
        return "^" if name == "A" else "$"
    if name == "P":
        return rf"[^\p{text[2:]}{_EDGE}]"
    return _character(text)


def _escape_in_set(text: str) -> str:
    """What an escape means between square brackets."""
    name = text[1]
    if name == "W":
        return _NO_WORD
    if name in "DSPb":
        _refuse(f'says "{text}" between square brackets', "name the characters that are meant")
    return _CLASSES.get(name) or _character(text)


def _character(text: str) -> str:
    """An escape that stands for one character, or for those of a property."""
    name = text[1]
    if name in "123456789":
        _refuse(f'refers back with "{text}"', "write out the alternatives instead")
    if name in "BQECGKXRN" or text.startswith((r"\p{^", r"\P{^")):
        _refuse(f'says "{text}"', "name the characters that are meant")
    return rf"\x{{{text[2:]}}}" if name in "uU" and len(text) > 2 else text


def _repeat(text: str) -> str:
    """A quantifier, with a count that RE2 knows."""
    if text[-1] == "+" and len(text) > 1:
        _refuse(f'repeats without giving back ("{text}")', "leave the last + out")
    if any(int(count) > REPEAT for count in re.findall(r"\d+", text)):
        _refuse(f"repeats more than {REPEAT} times", "write * or + instead")
    return text.replace("{,", "{0,")


def _refuse(what: str, instead: str) -> NoReturn:
    raise Unsafe(f"the expression {what}: {instead}")
