"""Finds and reads the configuration: a folder of TOML, or one file, becomes Settings or a list of problems."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from digest.errors import ConfigError, Problem, UsageError
from digest.settings.core.mistakes import Mistake, Wrong, under
from digest.settings.core.shape import DigestSettings, Settings
from digest.settings.core.tables import Table
from digest.settings.files.environment import apply_environment
from digest.settings.files.folders import config_home, expanded
from digest.settings.files.sources import Sources, read_sources
from digest.settings.tables.coverage import read_feeds, read_topics
from digest.settings.tables.registry import TABLES
from digest.settings.tables.subscribers import read_defaults, read_subscribers, unreachable

#: Tables whose settings have a name of their own in `Settings`.
_NAMED = frozenset(one.name for one in fields(Settings))


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """Settings, and where each of them comes from."""

    settings: Settings
    sources: Sources
    #: The environment variable that gave a key: `("mail", "server")` to its name.
    variables: Mapping[tuple[str, str], str]


def load(path: Path, environ: Mapping[str, str]) -> Settings:
    """What a folder (every `*.toml` in it) or one file says, with `environ`'s DIGEST__TABLE__KEY over it.

    ConfigError: every problem that was found, each with its place.
    """
    return load_with_sources(path, environ).settings


def load_with_sources(
    path: Path, environ: Mapping[str, str], *, instead: Mapping[Path, str] | None = None, whole: bool = True
) -> Loaded:
    """The same, for those who ask where a value comes from, or who edit it.

    `instead`: what a file is to hold. Without `whole`, feeds and topics may be missing: they are about to be added.
    """
    sources = read_sources(path, instead or {})
    variables, problems = apply_environment(sources.tables, environ)
    sources.problems += problems
    reading = _Reading(sources, variables)
    settings = reading.settings(whole=whole)
    if sources.problems:
        raise ConfigError(_in_order(sources.problems))
    return Loaded(settings=settings, sources=sources, variables=variables)


def find_config(explicit: str | None, environ: Mapping[str, str], cwd: Path) -> Path:
    """The configuration to use: what the command line or DIGEST_CONFIG says, else the first that is there of
    `./config`, `$XDG_CONFIG_HOME/digest` (`~/.config/digest`) and `/etc/digest`.

    UsageError: what was named is not there, or there is none at all.
    """
    named = explicit or environ.get("DIGEST_CONFIG")
    if named:
        path = cwd / expanded(named)
        if not path.exists():
            raise UsageError(f"there is no configuration at {named}: `digest init {named}` writes one")
        return expanded(named) if path == cwd / named else path
    own = config_home(environ)
    candidates: tuple[Path, ...] = (cwd / "config", *((own / "digest",) if own else ()), Path("/etc/digest"))
    for path in candidates:
        if path.is_dir() and any(path.glob("*.toml")):
            return path.relative_to(cwd) if path.is_relative_to(cwd) else path
    raise UsageError(
        f"there is no configuration in {', '.join(str(path) for path in candidates)}: "
        "`digest init` writes one, and `digest demo` needs none"
    )


class _Reading:
    """One reading of all tables: problems are gathered, nothing is raised."""

    def __init__(self, sources: Sources, variables: Mapping[tuple[str, str], str]) -> None:
        self.sources = sources
        self.variables = variables

    def settings(self, *, whole: bool) -> Settings:
        """What could be read; it counts only if there is no problem."""
        tables = self.sources.tables
        known = tuple(tables.get("topics", {}))
        topics, mistakes = read_topics(tables.get("topics", {}), self.sources.place)
        self._report("topics", mistakes)
        feeds, mistakes = read_feeds(tables.get("feeds", {}), known)
        self._report("feeds", mistakes)
        defaults, mistakes = read_defaults(tables.get("defaults", {}), known)
        self._report("defaults", mistakes)
        subscribers, mistakes = read_subscribers(tables.get("subscribers", {}), known, defaults)
        self._report("subscribers", mistakes)
        read = {table.name: self._table(table) for table in TABLES if table.reader is not None}
        mail = read["mail"]
        self._report("subscribers", unreachable(subscribers, mail))
        if whole:
            self._miss()
        return Settings(
            path=self.sources.path,
            digest=self._placed(read["digest"]),
            mail=mail,
            theme=read["theme"],
            retention=read["retention"],
            llm=read["llm"],
            others=tuple(value for name, value in read.items() if name not in _NAMED and value is not None),
            feeds=tuple(feeds),
            topics=tuple(topics),
            subscribers=tuple(subscribers),
        )

    def _placed(self, digest: DigestSettings) -> DigestSettings:
        """A relative outbox stands beside the configuration."""
        if digest.outbox is None:
            return digest
        path = self.sources.path
        return replace(digest, outbox=(path if path.is_dir() else path.parent) / digest.outbox)

    def _table(self, table: Table) -> Any:
        """A table's settings; what holds without it, where it is not there or cannot be read."""
        assert table.reader is not None
        if table.name in self.sources.tables or not table.optional:
            try:
                return table.reader.read(self.sources.tables.get(table.name, {}))
            except Wrong as wrong:
                self._report(table.name, wrong.mistakes)
        return None if table.optional or table.settings is None else table.settings()

    def _miss(self) -> None:
        """Tables without which nothing could ever be sent; said only where nothing else is wrong with them."""
        needed = {
            "feeds": 'there are no feeds: write [feeds] and a line such as bbc = "https://feeds.bbci.co.uk/news/rss.xml"',
            "topics": 'there are no topics: write [topics.iran] and under it any = ["Iran", "Iranian*"]',
        }
        for name, text in needed.items():
            if not self.sources.tables.get(name) and not self.sources.problems:
                problem = Problem(file=str(self.sources.path), line=0, column=0, text=text)
                self.sources.problems.append(problem)

    def _report(self, table: str, mistakes: list[Mistake] | tuple[Mistake, ...]) -> None:
        """Give mistakes their place: a variable's name, or a file's line."""
        for mistake in under(table, mistakes):
            variable = self.variables.get((table, str(mistake.path[1]))) if len(mistake.path) > 1 else None
            if variable:
                self.sources.problems.append(Problem(file=variable, line=0, column=0, text=mistake.text))
            else:
                self.sources.report([mistake])


def _in_order(problems: list[Problem]) -> tuple[Problem, ...]:
    """Each problem once, by file and line."""
    return tuple(sorted(dict.fromkeys(problems), key=lambda problem: (problem.file, problem.line, problem.column)))
