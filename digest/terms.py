"""A topic's terms, parsed from its table in the configuration. Pure."""

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
class Term:
    """One term of a topic."""

    #: As written; of a spelling, the one shown first.
    shown: str
    #: The pattern itself, as written.
    pattern: str
    kind: Kind
    weight: float = 1.0
    #: Words of which one must stand near, for it to count.
    near: tuple[str, ...] = ()
    #: `file:line`.
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A subject that the operator declared."""

    id: str
    title: str
    #: Titles by language.
    titles: dict[str, str] = field(default_factory=dict)
    terms: tuple[Term, ...]
    threshold: float = 0.6
