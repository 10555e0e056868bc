"""docs/templates.md tells of every variable, and of none that there is not."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from digest.mail.render.labels import Labels
from digest.mail.render.page import Link, Page, PageSection, PageStory, Tag, Words
from digest.mail.render.theme import LIGHT, Theme

DOCUMENT = Path("docs/templates.md").read_text(encoding="utf-8")
KINDS = {
    "The page": Page,
    "Section": PageSection,
    "Story": PageStory,
    "Link": Link,
    "Tag": Tag,
    "Words": Words,
    "Theme": Theme,
}


def rows(heading: str) -> dict[str, str]:
    """The table under a heading: what is said of each name."""
    section = re.split(rf"^#+ {heading}$", DOCUMENT, flags=re.MULTILINE)[1]
    table = re.split(r"^#", section, flags=re.MULTILINE)[0]
    return dict(re.findall(r"^\| `([\w.]+)` \| (.+) \|$", table, re.MULTILINE))


@pytest.mark.parametrize("heading", KINDS)
def test_every_variable_is_documented(heading: str) -> None:
    """The table under each heading has exactly the names of the code, in its order."""
    names = [field.name for field in fields(KINDS[heading])]
    assert list(rows(heading)) == names + (["theme"] if heading == "The page" else [])


def test_words_are_quoted_right() -> None:
    """What each label is said to say in English, it says."""
    assert {name: f'"{Labels("en").say(name)}"' for name in rows("Words")} == rows("Words")


def test_colours_and_files_are_all_there() -> None:
    """Every colour and every shipped template of a digest is named."""
    assert set(re.findall(r"`(\w+)`", rows("Theme")["light"])) == set(LIGHT) - {f"topic{n}" for n in range(2, 6)}
    named = set(re.findall(r"^\| `(digest[\w.-]+\.j2)` \|", DOCUMENT, re.MULTILINE))
    assert named == {path.name for path in Path("templates").glob("digest*")}
