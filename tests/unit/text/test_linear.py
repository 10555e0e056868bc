"""Texts that anyone may have written are read in time that grows with their length, not with its square."""

import importlib
import json
import pkgutil
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import digest
from digest.feeds.fetch.header_repair import mended
from digest.feeds.values.names import publisher_name
from digest.llm.prompt import answer
from digest.stories.summaries.clutter import declutter
from digest.stories.summaries.datelines import without_datelines
from digest.stories.summaries.honesty import objection
from digest.stories.summaries.line import line_from, read_title
from digest.stories.summaries.sentences import sentences
from digest.stories.summaries.summary import summarise
from digest.topics.passage import Passage
from tests.attacks import attacks, processor_seconds

#: Characters of an attack, and the seconds that reading it may take: the square of it takes many times as long.
LENGTH, SECONDS = 40_000, 4.0
#: Rooms in which no text from outside is read.
OURS = ("digest.app", "digest.cli", "digest.demo", "digest.engine", "digest.settings", "digest.storage")
#: Expressions that read only short pieces of such a text, and what makes them short.
SHORT = {
    "digest.feeds.values.dates.": "MAX_DATE",
    "digest.feeds.values.date_words.": "MAX_DATE",
    "digest.feeds.decode.encoding._DECLARED": "400 bytes of the beginning",
    "digest.feeds.parse.precheck._REFERENCE": "MAX_ENTITY",
    "digest.feeds.values.names._PERSONS": "MAX_PERSON",
    "digest.topics.expression._PIECES": "LONGEST",
}


def expressions() -> Iterator[tuple[str, re.Pattern[Any]]]:
    """Every expression that stands in a module which meets texts from outside, with its name."""
    for found in pkgutil.walk_packages(digest.__path__, "digest."):
        if not found.name.startswith(OURS) and found.name != "digest.__main__":
            for name, value in vars(importlib.import_module(found.name)).items():
                several = value.values() if isinstance(value, dict) else value if isinstance(value, tuple) else (value,)
                yield from ((f"{found.name}.{name}", one) for one in several if isinstance(one, re.Pattern))


def ways(name: str, expression: re.Pattern[Any]) -> list[Callable[[Any], object]]:
    """How an expression is used where it stands: only at a text's beginning, or all through it."""
    module, _, own = name.rpartition(".")
    source = Path(str(importlib.import_module(module).__file__)).read_text("utf-8")
    used = set(re.findall(rf"\b{own}\.(match|fullmatch|\w+)\(", source))
    if used and used <= {"match", "fullmatch"}:
        return [getattr(expression, way) for way in sorted(used)]
    return [lambda text: sum(1 for _ in expression.finditer(text))]


@pytest.mark.parametrize(
    ("name", "expression"),
    [pytest.param(*one, id=one[0]) for one in expressions() if not one[0].startswith(tuple(SHORT))],
)
def test_no_expression_takes_long(name: str, expression: re.Pattern[Any]) -> None:
    """As it is used, an expression ends soon on any text that was made for it."""
    for text in attacks(expression.pattern, expression.flags, LENGTH):
        subject = text.encode("latin-1", "replace") if isinstance(expression.pattern, bytes) else text
        for way in ways(name, expression):
            with processor_seconds(SECONDS):
                way(subject)


READERS: dict[str, Callable[[str], object]] = {
    "clutter": declutter,
    "datelines": without_datelines,
    "sentences": lambda text: sentences(text, at_most=12),
    "line": lambda text: line_from(text, read_title(text[:90]), "en"),
    "title": lambda text: read_title(text).repeated_in(text),
    "passage": lambda text: Passage([("title", text), ("body", text)]).places,
    "summary": lambda text: summarise(text[:500], text, text),
    "honesty": lambda text: objection(text[:200], title=text[:500], source=text),
    "answer": lambda text: answer(json.dumps({"choices": [{"message": {"content": text}}]}).encode()),
    "publisher": lambda text: publisher_name(text, "https://news.example.org/"),
    "head": lambda text: mended(f"HTTP/1.1 200 OK\r\n{text}\r\n\r\n".encode()),
}
UNITS = (
    "<!--", "<script", "<style ", "</script ", "<a ", "&amp;", "[link", "[…", "(more…", "(http://", "www.", "A", "HH ",
    "HHHH, ", "The post ", "Read more", "For more ", "Learn more....", "• ", "| ", " \\|", " #x", "#", "a. ", "...",
    "!?", "\n", " ", "\r", "\t ", "By Ann Ba ", "BEIRUT (", "GMT", "12 may 2015 ",
    "said ", "“", "(", "i-", "@", "1,000 ", "1 ", "…", "А", "ا ", "新", "’s ,", "-", " - ", ": ", "0 ", "a.", "dot ",
)  # fmt: skip


@pytest.mark.parametrize("reader", READERS)
def test_no_text_takes_long(reader: str) -> None:
    """Whatever reads a text from outside ends soon on repetitions of what it looks for, with and without an end."""
    for unit in UNITS:
        for text in (unit * (LENGTH // len(unit)), "Learn more" + unit * (LENGTH // len(unit)) + "x"):
            with processor_seconds(SECONDS):
                READERS[reader](text)
