"""Regular expressions that outsiders' text may safely be searched with.

Python's `re` backtracks: `(a+)+b` takes time exponential in the text. Rather than trust every author with that, an
expression is read here first: what repeats may not stand inside what repeats, nothing refers back, and the ways in
which its repeats can share a text between them are counted. `*` and `+` repeat at most `REPEAT` times.
"""

import re
import warnings
from collections.abc import Iterator

#: Characters of an expression: beyond it, it is a program.
LONGEST = 400
#: How often `*` and `+` may repeat: longer than any phrase of a headline.
REPEAT = 60
#: Ways to share a text between an expression's repeats, at each place of the text: two free repeats. With 20,000
#: characters of text and 20 ns a step, one search takes about a second in the very worst case.
WAYS = 4_000

_PIECES = re.compile(
    r"""
      (?P<escape> \\. )
    | (?P<set> \[\^?\]? (?: \\. | [^\]\\] )* \] )
    | (?P<flags> \(\? [aiLmsux]+ \) | \(\?\# [^)]* \) )
    | (?P<open> \( (?: \? (?: [:=!>] | <[=!] | P<\w+> | P= | \( | [aiLmsux-]+: ) )? )
    | (?P<close> \) )
    | (?P<repeat> (?: [*+?] | \{\d+\} | \{\d*,\d*\} ) [?+]? )
    | (?P<either> \| )
    | (?P<other> . )
    """,
    re.VERBOSE | re.DOTALL,
)
_BACKWARD = ("(?P=", "(?(")


class Unsafe(ValueError):
    """An expression cannot be used; the text says why."""


def compiled(expression: str) -> re.Pattern[str]:
    """The expression, limited and ready to search in any case. Raises Unsafe."""
    return re.compile(bounded(expression), re.IGNORECASE)


def bounded(expression: str) -> str:
    """The expression with `*` and `+` limited to `REPEAT` times. Raises Unsafe."""
    if len(expression) > LONGEST:
        raise Unsafe(f"the expression is longer than {LONGEST} characters")
    try:
        with warnings.catch_warnings(action="error"):
            readable = re.compile(expression)
    except (re.error, OverflowError, RecursionError, Warning) as exc:
        raise Unsafe(f"the expression cannot be read: {exc}") from exc
    if any(not match.group() for text in ("", "a 1") for match in readable.finditer(text)):
        raise Unsafe("the expression matches where nothing is, and so in everything")
    return "".join(_Limiter().pieces(expression))


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


class _Limiter:
    """Reads an expression once, from left to right."""

    def __init__(self) -> None:
        #: For each open bracket, whether what stands in it repeats or has alternatives.
        self._varies = [False]
        #: The same of the bracket that the last piece closed.
        self._closed = False
        self._ways = 1

    def pieces(self, expression: str) -> Iterator[str]:
        """The pieces, with their repeats limited. Raises Unsafe."""
        for piece in _PIECES.finditer(expression):
            text, kind = piece.group(), piece.lastgroup
            yield self._repeat(text) if kind == "repeat" else text
            self._closed = kind == "close" and self._varies[-1]
            match kind:
                case "escape":
                    self._refuse(text[1].isdigit() and text[1] != "0", "refers back to a group")
                case "flags":
                    self._refuse("x" in text and "#" not in text, "is written over several lines with (?x)")
                case "open":
                    self._refuse(text in _BACKWARD, "refers back to a group")
                    self._varies.append(False)
                case "close":
                    inner = self._varies.pop()
                    self._varies[-1] |= inner
                case "either":
                    self._varies[-1] = True

    def _repeat(self, text: str) -> str:
        """A quantifier, limited."""
        greed = text[1:] if text[0] in "*+?" else text[text.index("}") + 1 :]
        fewest, most = _times(text.removesuffix(greed) if greed else text)
        if most > 1:
            self._refuse(self._closed, "repeats what itself repeats or has alternatives")
            self._varies[-1] = True
        self._ways *= most - fewest + 1
        self._refuse(self._ways > WAYS, "repeats too many things too freely (say {0,9} instead of * or +)")
        return f"{{{fewest},{most}}}{greed}"

    def _refuse(self, wrong: bool, what: str) -> None:  # noqa: FBT001
        if wrong:
            raise Unsafe(f"the expression {what}, which can take very long; write it more simply")


def _times(quantifier: str) -> tuple[int, int]:
    """How often at least and at most."""
    if quantifier in {"*", "+", "?"}:
        return int(quantifier == "+"), 1 if quantifier == "?" else REPEAT
    fewest, comma, most = quantifier.strip("{}").partition(",")
    least = int(fewest or 0)
    return least, int(most) if most else max(least, REPEAT) if comma else least
