"""Summary lines: one sentence of the item's own, whole, clean, at most 200 characters, and not its title again."""

import pytest

from digest.stories.line import LIMIT
from digest.stories.summary import summarise

#: (kind of dirt, title, description, line)
DESCRIPTIONS = [
    (
        "a clean sentence",
        "Ferry runs aground",
        "A ferry with ninety people ran aground off Tyre on Monday. Nobody was hurt.",
        "A ferry with ninety people ran aground off Tyre on Monday.",
    ),
    (
        "a blog engine's tail",
        "Bakery reopens",
        "An old bakery has lit its oven again after four years. The post Bakery reopens appeared first on City Blog.",
        "An old bakery has lit its oven again after four years.",
    ),
    (
        "a tail without a full stop before it",
        "Port reopens",
        "The harbour master has opened two of the five docks again Read Full Article at Example.com",
        "The harbour master has opened two of the five docks again.",
    ),
    (
        "a dateline with an agency",
        "Envoy arrives",
        "MOSCOW (Reuters) - The envoy arrived in Moscow on Tuesday for two days of talks.",
        "The envoy arrived in Moscow on Tuesday for two days of talks.",
    ),
    ("nothing but the title", "Port reopens after storm", "Port reopens after storm Harbour Wire", ""),
    ("nothing but an address", "Port reopens", "https://www.example.org/news/1", ""),
]


@pytest.mark.parametrize(
    ("title", "description", "line"), [case[1:] for case in DESCRIPTIONS], ids=[c[0] for c in DESCRIPTIONS]
)
def test_each_kind_of_dirt_is_cleaned(title: str, description: str, line: str) -> None:
    """The line is the first whole sentence that is the story's own."""
    assert summarise(title, description, "") == line
    assert len(line) <= LIMIT
