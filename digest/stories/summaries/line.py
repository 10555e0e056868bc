"""What a piece of text can be made into as a story's line, and how good that is. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from digest.stories.summaries.clause import SHORTEST, clause, trimmed
from digest.stories.summaries.publisher_phrases import HOST_HINTS, HOSTS, lines, words
from digest.text.scripts import UNSPACED

#: Characters of a line: one or two lines of a mail.
LIMIT: Final = 200
#: Under this many words nothing is told.
_FEWEST_WORDS: Final = 3
#: Under this many characters neither, in scripts without spaces.
_FEWEST_CHARACTERS: Final = 8
#: Words a line may have beside its title's and still say the title again: a publisher's name.
_PUBLISHER_WORDS: Final = 2
#: Characters that such a name has at most.
_PUBLISHER_LENGTH: Final = 40
_WORD: Final = re.compile(r"\w+")
_TERMINATED: Final = re.compile(r"[.!?。！？؟۔।॥։][\"'”’»›)\]」』）】]*$")
_CUT_OFF: Final = re.compile(r"(?:…|\.\.+)[\"'”’»)\]]*$")
#: Characters at a text's end that can hold its terminator and what closes behind it.
_END: Final = 8
_HOST: Final = re.compile("|".join(lines(HOSTS)))
#: Emoji, arrows and the like before a sentence, and behind it.
_MARKS_BEFORE: Final = re.compile(r"^[^\w\"'“‘„«‹(\[「『（《¿¡$€£@]+")
_NO_MARK: Final = r"\w.!?…。！？؟۔।॥։\"'”’»›)\]」』）】》%€$\u0300-\u036f\u0900-\u0dff"
_MARKS_BEHIND: Final = re.compile(rf"(?<![^{_NO_MARK}])[^{_NO_MARK}]+$")
_HASHTAG: Final = re.compile(r"#\w+")
#: A word in lower case that is more than what stands between names: most texts have one early.
_LOWER_CASE: Final = re.compile(r" (?!from |with )[a-zß-ÿа-яё]{4}")
#: Ends that need no look: most sentences have one of them.
_PLAIN_ENDS: Final = '.!?…"'
#: Words in lower case that strings of names hold.
_BETWEEN_NAMES: Final = words("of the a an and for in at on to by de la le von van der del di with from")
#: Full stops of languages that do not write a point.
_FULL_STOPS: Final = {"zh": "。", "ja": "。", "hi": "।", "bn": "।", "mr": "।", "ne": "।", "ur": "۔", "th": "", "lo": ""}


class Quality(IntEnum):
    """How good a line is, whatever it says."""

    #: There is none.
    NONE = 0
    #: Only names and numbers, or begun in lower case: what is told when there is nothing else.
    ROUGH = 1
    #: Its publisher cut it off; it ends at a clause, with an ellipsis.
    CUT = 2
    #: It was too long; it ends at a clause, with an ellipsis.
    SHORTENED = 3
    #: Whole, but written without its full stop.
    OPEN = 4
    #: A sentence as its author wrote it.
    WHOLE = 5


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
    length: int

    def repeated_in(self, line: str) -> bool:
        """Whether the line says the title again or a part of it, with or without the publisher's name."""
        if not self.words or len(line) > self.length + _PUBLISHER_LENGTH:
            return False
        said = _words(line)
        fresh, missing = len(said - self.words), len(self.words - said)
        if not fresh:
            return True
        return fresh <= _PUBLISHER_WORDS and missing <= _PUBLISHER_WORDS and len(said) - fresh > fresh + missing


def read_title(title: str) -> Title:
    """The title's words."""
    return Title(_words(title), len(title))


def _words(text: str) -> frozenset[str]:
    """A text's words in lower case; of one without spaces, its pairs of characters."""
    found = _WORD.findall(text.lower())
    if runs_on(text):
        return frozenset(word[at : at + 2] for word in found for at in range(max(1, len(word) - 1)))
    return frozenset(found)


def line_from(sentence: str, title: Title, language: str) -> Line:
    """The line that a sentence gives: at most LIMIT characters, its own words in its own order; or NO_LINE."""
    text = _without_marks(sentence)
    if not _tells(text) or title.repeated_in(text):
        return NO_LINE
    line = _fitted(text, language)
    if not line.text or title.repeated_in(line.text):
        return NO_LINE
    return Line(line.text, Quality.ROUGH) if _is_rough(text) else line


def _fitted(text: str, language: str) -> Line:
    """A text as it fits a line, by how it ends."""
    if cut_off := _CUT_OFF.search(text, max(0, len(text) - _END)):
        kept = text[: cut_off.start()]
        if not kept.endswith(" "):
            # Cut by a machine: the last word may be half of one.
            kept = kept[: kept.rfind(" ") + 1] or kept
        return Line(clause(kept, limit=LIMIT), Quality.CUT)
    if len(text) > LIMIT:
        return Line(clause(text, limit=LIMIT), Quality.SHORTENED)
    return Line(text, Quality.WHOLE) if is_terminated(text) else _closed(text, language)


def runs_on(text: str) -> bool:
    """Whether a text is in a script that writes no spaces between words."""
    return not text.isascii() and UNSPACED.search(text) is not None


def is_terminated(text: str) -> bool:
    """Whether a text ends as a sentence does, and not where its publisher cut it off."""
    tail = max(0, len(text) - _END)
    return _TERMINATED.search(text, tail) is not None and _CUT_OFF.search(text, tail) is None


def _without_marks(text: str) -> str:
    """Without emoji, arrows and hashtags around it."""
    text = text.strip()
    if not text[:1].isalnum():
        text = _MARKS_BEFORE.sub("", text)
    if text[-1:] in _PLAIN_ENDS:
        return text
    end = len(text)
    while (blank := text.rfind(" ", 0, end)) > 0 and _HASHTAG.fullmatch(text, blank + 1, end):
        end = blank
    return text[:end].rstrip() if end < len(text) else _MARKS_BEHIND.sub("", text)


def _closed(text: str, language: str) -> Line:
    """A piece without its full stop, with one; cut short where its last words call for more."""
    bare = trimmed(text)
    if bare != text.rstrip("\"'”’»"):
        return Line(bare + "…" if len(bare) >= SHORTEST else "", Quality.CUT)
    stop = _FULL_STOPS.get(language.partition("-")[0], "。" if runs_on(text[-1]) and text[-1] > "\u2fff" else ".")
    return (
        Line(text + stop, Quality.OPEN) if len(text + stop) <= LIMIT else Line(clause(text, limit=LIMIT), Quality.CUT)
    )


def _presents(text: str) -> bool:
    """Whether a programme's host introduces a guest; asked only where a word hints at it."""
    return any(hint in text for hint in HOST_HINTS) and _HOST.search(text) is not None


def _tells(text: str) -> bool:
    """Whether it can be about the story: no host's words, and enough of them."""
    if _presents(text):
        return False
    if runs_on(text):
        return len(text) >= _FEWEST_CHARACTERS
    return text.count(" ") >= _FEWEST_WORDS - 1


def _is_rough(text: str) -> bool:
    """Whether a text begins in the middle of a sentence, or is only names. "iPhone" and "fMRI" begin one."""
    first = text.lstrip("\"'“‘„«‹([「『（¿¡").partition(" ")[0]
    if first[:1].islower() and first.islower():
        return True
    return not _LOWER_CASE.search(text) and not runs_on(text) and _names_only(text.split())


def _names_only(words: Sequence[str]) -> bool:
    """Whether all words that count begin in upper case. Never so in scripts without cases."""
    if not any(word[:1].isupper() for word in words):
        return False
    return all(not word[:1].islower() or word.rstrip(".,;:") in _BETWEEN_NAMES for word in words)
