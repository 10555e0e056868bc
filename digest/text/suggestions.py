"""Words for sentences about mistakes: what was meant, and what a value is. Pure."""

from collections.abc import Iterable
from difflib import get_close_matches


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
