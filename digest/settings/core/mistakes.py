"""What is wrong with a value, told by the path that leads to it; `load` turns paths into places. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

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
