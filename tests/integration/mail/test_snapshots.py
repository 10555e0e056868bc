"""Digests as they were when a person last looked at them, as HTML and as text.

After a change on purpose, write them anew, and look: `python -m tests.integration.mail.test_snapshots`.
"""

from pathlib import Path

import pytest

from digest.mail.render.jinja import JinjaRenderer
from digest.model import Edition
from digest.settings.core.shape import ThemeSettings
from tests import editions
from tests.unit.mail.message.test_message import WEB, message, part

FOLDER = Path("tests/data/digests")
EDITIONS = {"day": editions.day, "arabic": editions.arabic, "quiet": editions.quiet, "hostile": editions.hostile}


def parts(edition: Edition) -> dict[str, str]:
    """Both parts as Ana gets them, by the ending of their file."""
    data = message(JinjaRenderer(ThemeSettings(), web=True).render(edition), sending=WEB).data
    return {"html": part(data, "html"), "txt": part(data, "plain")}


@pytest.mark.parametrize("name", EDITIONS)
def test_it_is_as_it_was_seen(name: str) -> None:
    """Each digest is what was looked at; where it should not be, write it anew and look."""
    for ending, text in parts(EDITIONS[name]()).items():
        assert text == (FOLDER / f"{name}.{ending}").read_text(encoding="utf-8")


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, make in EDITIONS.items():
        for ending, text in parts(make()).items():
            (FOLDER / f"{name}.{ending}").write_text(text, encoding="utf-8")
