"""What is wrong with a value, told by the path that leads to it; `load` turns paths into places. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from difflib import get_close_matches

from digest.text import printable

#: Keys and list indexes that lead to a value: `("feeds", "bbc", "url")`.
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """One mistake."""

    #: A sentence, or what is to be said of the key: `is empty`.
    text: str
    #: Relative to the value that was read, until it reaches `load`.
    path: Path = ()
    #: `text` still lacks its subject, the key's name.
    predicate: bool = False
    #: The key itself is wrong, not its value.
    at_key: bool = False
    #: The value may be a secret: nobody may show its line.
    secret: bool = False

    def __post_init__(self) -> None:
        """What was written is quoted in texts, whatever it holds: make it safe to print."""
        object.__setattr__(self, "text", printable.line(self.text))


class Wrong(ValueError):
    """A value cannot be used; carries every mistake that was found in it.

    Plain text that does not begin with a quotation is a predicate: `is empty`.
    """

    def __init__(self, *found: Mistake | str) -> None:
        self.mistakes = tuple(
            Mistake(text=one, predicate=not one.startswith('"')) if isinstance(one, str) else one for one in found
        )
        super().__init__("; ".join(mistake.text for mistake in self.mistakes))


def under(step: str | int, mistakes: Iterable[Mistake]) -> list[Mistake]:
    """The same mistakes, seen from one level further out; a key lends its name to predicates."""
    return [
        replace(
            mistake,
            path=(step, *mistake.path),
            text=f"{step} {mistake.text}" if mistake.predicate and isinstance(step, str) else mistake.text,
            predicate=mistake.predicate and isinstance(step, int),
        )
        for mistake in mistakes
    ]


def did_you_mean(word: str, known: Iterable[str], *, otherwise: str = "") -> str:
    """`, did you mean "..."?` where one of the `known` is near to `word`, else `otherwise`."""
    by_fold = {name.casefold(): name for name in known}
    near = get_close_matches(word.casefold(), by_fold, n=1, cutoff=0.6)
    return f', did you mean "{by_fold[near[0]]}"?' if near else otherwise


def kind_of(value: object) -> str:
    """What a TOML value is, for sentences such as `... wants text, not a number`."""
    match value:
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "text"
        case list():
            return "a list"
        case dict():
            return "a table"
    return "a date or a time"
