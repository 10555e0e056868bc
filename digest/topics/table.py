"""Reads a topic's table: every mistake is found in one go, each with the path that leads to it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from digest.errors import TermError
from digest.text.suggestions import did_you_mean
from digest.topics.rules import RULES, Kind, Path, Pattern, Role, Term, Topic, read_pattern

#: What an item's score must reach, where the topic does not say: a strong term in a summary does.
THRESHOLD = 0.6
#: Words within which context must stand, where a term does not say: a title and the summary under it.
WITHIN = 30
#: Terms of one topic: beyond it, somebody has pasted a list into the wrong place.
MOST_TERMS = 5_000

#: The lists of terms, by their keys.
LISTS: Final[Mapping[str, Kind]] = {key: kind for kind, rule in RULES.items() for key in rule.keys}
#: Every key that a topic's table may have.
KEYS: Final = ("title", "titles", *LISTS, "near", "spellings", "threshold")
#: Keys of a term, and of an entry of `near`, written as a table.
TERM_KEYS: Final = ("term", "weight", "near", "within")
NEAR_KEYS: Final = ("any", "beside", "within", "weight")

#: Tells where a key of the table is written, such as `topics.toml:12`.
Where = Callable[[Path], str]


def nowhere(_path: Path) -> str:
    """The place of a table that was written in no file."""
    return ""


def parse_topic(id: str, table: Mapping[str, object], where: Where = nowhere) -> Topic:  # noqa: A002
    """A topic from its table. `where` is asked with paths inside the table, such as `("spellings", 0, 2)`.

    Raises TermError for the first mistake, in the order of the table.
    """
    reader = _Reader(where)
    topic = reader.topic(id, table)
    if reader.problems:
        raise reader.problems[0]
    return topic


def topic_problems(id: str, table: Mapping[str, object]) -> tuple[TermError, ...]:  # noqa: A002
    """Every mistake of a topic's table, in its order."""
    reader = _Reader(nowhere)
    reader.topic(id, table)
    return tuple(reader.problems)


class _Reader:
    """Reads one table, gathering problems instead of stopping at the first."""

    def __init__(self, where: Where) -> None:
        self.where = where
        self.problems: list[TermError] = []

    def topic(self, name: str, table: Mapping[str, object]) -> Topic:
        """The topic, as far as it can be read."""
        self._check_keys(table, KEYS, ())
        terms: list[Term] = []
        for key, value in table.items():
            if key in LISTS:
                terms += self._by_language(value, LISTS[key], (key,))
            elif key == "spellings":
                terms += self._spellings(value, (key,))
            elif key == "near":
                terms += self._near(value, (key,))
        if not self.problems and not any(term.role in {Role.COUNTS, Role.GATE} for term in terms):
            self._problem(f'topic "{name}" has no terms that could be found: write any = ["..."]', ())
        if len(terms) > MOST_TERMS:
            self._problem(f'topic "{name}" has {len(terms)} terms; at most {MOST_TERMS} are allowed', ())
        return Topic(
            id=name,
            title=self._text(table.get("title", name.replace("-", " ").capitalize()), ("title",)),
            titles=self._titles(table.get("titles", {}), ("titles",)),
            terms=tuple(terms),
            threshold=self._number(table.get("threshold", THRESHOLD), ("threshold",), most=10.0),
        )

    def _by_language(self, value: object, kind: Kind, path: Path) -> Iterator[Term]:
        """A list of terms, or a table of such lists by language (`"*"`: all languages)."""
        if not isinstance(value, Mapping):
            yield from self._terms(value, kind, path)
            return
        for language, terms in value.items():
            tag = "" if language == "*" else str(language).lower()
            if tag and not (2 <= len(tag.split("-")[0]) <= 3 and tag.replace("-", "").isalnum() and tag.isascii()):
                self._problem(
                    f'"{language}" is not a language such as "en" or "ar", nor "*" for all', (*path, language)
                )
            else:
                yield from self._terms(terms, kind, (*path, language), language=tag)

    def _terms(self, value: object, kind: Kind, path: Path, *, language: str = "") -> Iterator[Term]:
        """The terms of one list."""
        for index, entry in enumerate(self._sequence(value, path)):
            term = self._term(entry, kind, (*path, index), language)
            if term:
                yield term

    def _term(self, entry: object, kind: Kind, path: Path, language: str) -> Term | None:
        """One entry of a list: a string, or a table with the term and what it needs."""
        usual = RULES[kind].weight
        if not isinstance(entry, Mapping):
            return self._plain(entry, kind, path, language=language, weight=usual)
        self._check_keys(entry, TERM_KEYS, path)
        if "term" not in entry:
            self._problem('a term written as a table needs term = "..."', path)
            return None
        near = self._patterns(entry.get("near", ()), (*path, "near"))
        return self._plain(
            entry["term"],
            kind,
            (*path, "term"),
            language=language,
            weight=self._number(entry.get("weight", usual), (*path, "weight"), most=1.0),
            near=near,
            within=self._whole(entry.get("within", WITHIN), (*path, "within")),
        )

    def _plain(
        self,
        value: object,
        kind: Kind,
        path: Path,
        *,
        shown: str = "",
        language: str = "",
        weight: float = 1.0,
        near: tuple[Pattern, ...] = (),
        within: int = 0,
    ) -> Term | None:
        """The term that a string says."""
        pattern = self._pattern(value, path)
        if pattern is None:
            return None
        return Term(
            shown=shown or str(value).strip(),
            pattern=pattern,
            kind=kind,
            weight=weight,
            near=near,
            within=within if near else 0,
            language=language,
            where=self.where(path),
        )

    def _spellings(self, value: object, path: Path) -> Iterator[Term]:
        """Groups of strings: one person, place or thing each, all shown as the first."""
        for index, group in enumerate(self._sequence(value, path)):
            spellings = self._sequence(group, (*path, index))
            if not spellings:
                continue
            shown = str(spellings[0]).strip()
            for place, spelling in enumerate(spellings):
                term = self._plain(spelling, Kind.STRONG, (*path, index, place), shown=shown)
                if term:
                    yield term

    def _near(self, value: object, path: Path) -> Iterator[Term]:
        """Entries `{ any = [...], beside = [...] }`: ambiguous terms, and the words of which each needs one."""
        for index, entry in enumerate(self._sequence(value, path)):
            here = (*path, index)
            if not isinstance(entry, Mapping):
                self._problem("an entry of near is a table: { any = [...], beside = [...] }", here)
                continue
            self._check_keys(entry, NEAR_KEYS, here)
            for key in ("any", "beside"):
                if not entry.get(key):
                    self._problem(f"an entry of near needs {key} = [...]", here)
            beside = self._patterns(entry.get("beside", ()), (*here, "beside"))
            within = self._whole(entry.get("within", WITHIN), (*here, "within"))
            weight = self._number(entry.get("weight", 1.0), (*here, "weight"), most=1.0)
            kind = Kind.STRONG if weight == 1.0 else Kind.WEAK
            for place, written in enumerate(self._sequence(entry.get("any", ()), (*here, "any"))):
                at = (*here, "any", place)
                yield from self._spelled(written, kind, at, weight=weight, near=beside, within=within)

    def _spelled(
        self, written: object, kind: Kind, path: Path, *, weight: float, near: tuple[Pattern, ...], within: int
    ) -> Iterator[Term]:
        """A term, or a list of one thing's spellings."""
        many = isinstance(written, Sequence) and not isinstance(written, str)
        spellings = self._sequence(written, path) if many else (written,)
        for place, spelling in enumerate(spellings):
            at = (*path, place) if many else path
            shown = str(spellings[0]).strip()
            term = self._plain(spelling, kind, at, shown=shown, weight=weight, near=near, within=within)
            if term:
                yield term

    def _patterns(self, value: object, path: Path) -> tuple[Pattern, ...]:
        """The patterns of a list of strings."""
        read = (self._pattern(entry, (*path, index)) for index, entry in enumerate(self._sequence(value, path)))
        return tuple(pattern for pattern in read if pattern)

    def _pattern(self, value: object, path: Path) -> Pattern | None:
        """The pattern that a string says."""
        if not isinstance(value, str):
            self._problem(f"a term is a text in quotes, not {_kind_of(value)}", path)
            return None
        try:
            return read_pattern(value, path)
        except TermError as problem:
            self.problems.append(problem)
            return None

    def _titles(self, value: object, path: Path) -> dict[str, str]:
        """Titles by language."""
        if not isinstance(value, Mapping):
            self._problem('titles are written as a table by language: { fr = "..." }', path)
            return {}
        return {str(language).lower(): self._text(title, (*path, language)) for language, title in value.items()}

    def _text(self, value: object, path: Path) -> str:
        """A text for people, not empty."""
        if isinstance(value, str) and value.strip():
            return " ".join(value.split())
        self._problem(f"{path[0]} is a text in quotes, not {_kind_of(value)}", path)
        return ""

    def _number(self, value: object, path: Path, *, most: float) -> float:
        """A number above 0, at most `most`."""
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= most:
            return float(value)
        self._problem(f"{path[-1]} is a number above 0 and at most {most:g}, not {_kind_of(value)}", path)
        return most

    def _whole(self, value: object, path: Path) -> int:
        """A count of words."""
        if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= 1000:
            return value
        self._problem(f"{path[-1]} is a count of words from 1 to 1000, not {_kind_of(value)}", path)
        return WITHIN

    def _sequence(self, value: object, path: Path) -> Sequence[object]:
        """A list; anything else is a problem and taken for empty."""
        if isinstance(value, Sequence) and not isinstance(value, str):
            return value
        name = path[-1] if isinstance(path[-1], str) else f"each entry of {path[0]}"
        self._problem(f"{name} is a list in square brackets, not {_kind_of(value)}", path)
        return ()

    def _check_keys(self, table: Mapping[str, object], known: Sequence[str], path: Path) -> None:
        """Names keys that mean nothing here, with what was probably meant."""
        for key in table:
            if key not in known:
                hint = did_you_mean(key, known, otherwise=f"; known are {', '.join(known)}")
                self._problem(f'unknown key "{key}"{hint}', (*path, key))

    def _problem(self, text: str, path: Path) -> None:
        self.problems.append(TermError(text, path=path))


def _kind_of(value: object) -> str:
    """A value as a sentence can name it."""
    match value:
        case str():
            return f'the text "{value}"' if value.strip() else "an empty text"
        case bool() | int() | float():
            return f"{value}".lower()
        case Mapping():
            return "a table"
        case Sequence():
            return "a list"
        case _:
            return f"a {type(value).__name__}"
