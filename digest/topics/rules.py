"""What a topic is once its table has been read, and what a term means: `word*`, `case:Word`, `re:expression`. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum, auto

from digest.errors import TermError
from digest.topics.expression import Expression, Unsafe


class Role(IntEnum):
    """What a term does for its topic when it is found; `scoring` does it."""

    #: It adds its weight to the score.
    COUNTS = auto()
    #: Each of these must be found.
    GATE = auto()
    #: The item is none of the topic's.
    VETO = auto()
    #: Its place is blanked before anything else is looked for.
    MASK = auto()


class Kind(StrEnum):
    """How a term was meant by whoever wrote it."""

    STRONG = "strong"
    WEAK = "weak"
    ALL = "all"
    NONE = "none"
    MASK = "mask"


@dataclass(frozen=True, slots=True)
class Rule:
    """What holds for a kind of term."""

    #: The keys of a topic's table that list such terms.
    keys: tuple[str, ...]
    role: Role
    #: What a term counts in a title where it does not say.
    weight: float = 1.0


#: Every kind of term. What stored matches were made by is known by this table: a change of it matches them anew.
RULES: Mapping[Kind, Rule] = {
    Kind.STRONG: Rule(("any", "strong"), Role.COUNTS),
    # Two in a title are enough, one is not.
    Kind.WEAK: Rule(("weak",), Role.COUNTS, weight=0.4),
    Kind.ALL: Rule(("all",), Role.GATE),
    Kind.NONE: Rule(("none", "unless"), Role.VETO),
    Kind.MASK: Rule(("mask",), Role.MASK),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """What is looked for, read from a term as written."""

    #: The words, or the regular expression, without `case:` and `re:`.
    text: str
    #: Upper and lower case must be as written, in the whole of it.
    exact: bool = False
    #: A regular expression, searched in the text as written.
    expression: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One term of a topic."""

    #: As written; of a spelling, the one shown first. Terms shown alike count once in an item.
    shown: str
    pattern: Pattern
    kind: Kind
    #: What it counts in a title, 0 to 1.
    weight: float = 1.0
    #: Of these one must stand within `within` words for it to count; empty: it counts by itself.
    near: tuple[Pattern, ...] = ()
    within: int = 0
    #: BCP 47: only for items in this language, or in none that is known; empty: for all.
    language: str = ""
    #: `file:line`.
    where: str = ""

    @property
    def role(self) -> Role:
        """What it does."""
        return RULES[self.kind].role


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A subject that the operator declared."""

    id: str
    title: str
    #: Titles by language.
    titles: Mapping[str, str] = field(default_factory=dict)
    terms: tuple[Term, ...]
    #: The score that an item must reach.
    threshold: float = 0.6


#: Characters of a term: beyond it, it is a sentence that nobody writes twice.
LONGEST = 200
#: Letters and digits of a term in ASCII: `C` is found in everything (`C++` is read as `C`: punctuation does not count).
SHORTEST = 2
#: Letters that must stand before `*`: `a*` is found in everything.
BEFORE_STAR = 2

Path = tuple[str | int, ...]


def read_pattern(written: str, path: Path) -> Pattern:
    """A term as written, read. Raises TermError."""
    text = written.strip()
    if text.startswith("re:"):
        return _expression(text[3:].strip(), path)
    exact = text.startswith("case:")
    text = " ".join(text.removeprefix("case:").split())
    if not any(character.isalnum() for character in text):
        raise TermError("a term needs at least one letter or digit", path=path)
    if text.isascii() and sum(character.isalnum() for character in text) < SHORTEST:
        raise TermError(f'"{text}" is found in nearly everything: a term needs two letters or digits', path=path)
    if len(text) > LONGEST:
        raise TermError(f"a term is at most {LONGEST} characters long", path=path)
    for word in text.split():
        _check_star(word, path)
    return Pattern(text=text, exact=exact)


def _check_star(word: str, path: Path) -> None:
    """`*` stands at a word's end, or for one whole word."""
    stem = word.rstrip("*")
    if "*" in stem:
        raise TermError(f'"*" stands at the end of a word or for a whole word, not inside "{word}"', path=path)
    if stem == word or not stem:
        return
    if stem.isascii() and sum(character.isalnum() for character in stem) < BEFORE_STAR:
        raise TermError(f'"{word}" is found in nearly everything: write more letters before "*"', path=path)


def _expression(text: str, path: Path) -> Pattern:
    """A regular expression, checked."""
    try:
        Expression(text)
    except Unsafe as exc:
        raise TermError(str(exc), path=path) from exc
    return Pattern(text=text, expression=True)
