"""What a piece of text can be made into as a story's line, and how good that is. Pure."""

import re
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from digest.stories.clause import SHORTEST, clause, trimmed
from digest.stories.phrases import HOSTS, lines, words
from digest.stories.tokens import fold

#: Characters of a line: one or two lines of a mail.
LIMIT: Final = 200
#: Under this many words nothing is told.
_FEWEST_WORDS: Final = 4
#: Under this many characters neither, in scripts without spaces.
_FEWEST_CHARACTERS: Final = 8
#: Words a line may have beside its title's and still say the title again: an outlet's name.
_OUTLET_WORDS: Final = 2
_WORD: Final = re.compile(r"[^\W_]+")
_TERMINATED: Final = re.compile(r"[.!?。！？؟۔।॥։][\"'”’»›)\]」』）】]*$")
_CUT_OFF: Final = re.compile(r"(?:…|\.\.+)[\"'”’»)\]]*$")
_UNSPACED: Final = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_HOST: Final = re.compile("|".join(lines(HOSTS)))
#: Emoji, arrows and the like before a sentence; the same and hashtags behind it.
_MARKS_BEFORE: Final = re.compile(r"^[^\w\"'“‘„«‹(\[「『（《¿¡$€£@]+")
_MARKS_BEHIND: Final = re.compile(
    r"(?:\s+#\w+)+$|[^\w.!?…。！？؟۔।॥։\"'”’»›)\]」』）】》%€$\u0300-\u036f\u0900-\u0dff]+$"
)
#: Words in lower case that strings of names hold.
_BETWEEN_NAMES: Final = words("of the a an and for in at on to by de la le von van der del di with from")
#: Full stops of languages that do not write a point.
_FULL_STOPS: Final = {"zh": "。", "ja": "。", "hi": "।", "bn": "।", "mr": "।", "ne": "।", "ur": "۔", "th": "", "lo": ""}


class Quality(IntEnum):
    """How good a line is, whatever it says."""

    #: There is none.
    NONE = 0
    #: Its publisher cut it off; it ends at a clause, with an ellipsis.
    CUT = 1
    #: It was too long; it ends at a clause, with an ellipsis.
    SHORTENED = 2
    #: Whole, but written without its full stop.
    OPEN = 3
    #: A sentence as its author wrote it.
    WHOLE = 4


@dataclass(frozen=True, slots=True)
class Line:
    """A candidate."""

    text: str
    quality: Quality


NO_LINE: Final = Line("", Quality.NONE)


@dataclass(frozen=True, slots=True)
class Title:
    """A title's words, to tell whether a line says it again."""

    words: frozenset[str]
    count: int

    def repeated_in(self, line: str) -> bool:
        """Whether the line says the title again or a part of it, with or without the outlet's name."""
        said = _WORD.findall(fold(line))
        fresh = sum(word not in self.words for word in said)
        if not self.count or fresh > _OUTLET_WORDS:
            return False
        missing = len(self.words.difference(said))
        return not fresh or (missing <= _OUTLET_WORDS and len(said) <= self.count + _OUTLET_WORDS)


def read_title(title: str) -> Title:
    """The title's words."""
    found = _WORD.findall(fold(title))
    return Title(frozenset(found), len(found))


def line_from(sentence: str, title: Title, language: str) -> Line:
    """The line that a sentence gives: at most LIMIT characters, its own words in its own order; or NO_LINE."""
    text = _MARKS_BEHIND.sub("", _MARKS_BEFORE.sub("", sentence.strip()))
    if not _tells(text) or title.repeated_in(text):
        return NO_LINE
    if _CUT_OFF.search(text):
        found = Line(clause(text.rstrip("….\"'”’»)] "), limit=LIMIT), Quality.CUT)
    elif len(text) > LIMIT:
        found = Line(clause(text, limit=LIMIT), Quality.SHORTENED)
    elif _TERMINATED.search(text):
        return Line(text, Quality.WHOLE)
    else:
        found = _closed(text, language)
    return found if found.text and not title.repeated_in(found.text) else NO_LINE


def runs_on(text: str) -> bool:
    """Whether a text is in a script that writes no spaces between words."""
    return not text.isascii() and _UNSPACED.search(text) is not None


def _closed(text: str, language: str) -> Line:
    """A piece without its full stop, with one; cut short where its last words call for more."""
    bare = trimmed(text)
    if bare != text.rstrip("\"'”’»"):
        return Line(bare + "…" if len(bare) >= SHORTEST else "", Quality.CUT)
    stop = _FULL_STOPS.get(language.partition("-")[0], "。" if runs_on(text[-1]) and text[-1] > "\u2fff" else ".")
    return (
        Line(text + stop, Quality.OPEN) if len(text + stop) <= LIMIT else Line(clause(text, limit=LIMIT), Quality.CUT)
    )


def _tells(text: str) -> bool:
    """Whether it can be a sentence about the story: begun where sentences begin, with enough words, not only names."""
    if text.lstrip("\"'“‘„«‹([「『（¿¡")[:1].islower() or _HOST.search(text):
        return False
    if runs_on(text):
        return len(text) >= _FEWEST_CHARACTERS
    tokens = text.split()
    if len(tokens) < _FEWEST_WORDS:
        return False
    # Only scripts that have two cases can show that every word is a name.
    cased = any(word[:1].isupper() for word in tokens)
    return not cased or any(word[:1].islower() and word.rstrip(".,;:") not in _BETWEEN_NAMES for word in tokens)
