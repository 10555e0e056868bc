"""What a topic is, once its table has been read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What a term does when it is found."""

    #: Counts in full: `any`, `strong`, `spellings`.
    STRONG = "strong"
    #: Counts by its own weight.
    WEAK = "weak"
    #: Each must be found.
    ALL = "all"
    #: Vetoes the item.
    NONE = "none"
    #: Blanked before anything else is looked for.
    MASK = "mask"


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
