"""Children of the program: what lies in the working folder has no say in them."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digest import isolated
from digest.feeds.sandbox.parent import ProcessParser
from digest.model import Feed
from digest.ports import Document
from tests.hostile import HostileFolder

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ROOT = Path(__file__).parents[2]


@pytest.fixture
def hostile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HostileFolder]:
    """The working folder, full of modules that nobody asked for, and on this process's own path too."""
    (tmp_path / "hostile").mkdir()
    folder = HostileFolder(tmp_path / "hostile")
    monkeypatch.chdir(folder.path)
    monkeypatch.setattr(sys, "path", [*sys.path, str(folder.path)])
    monkeypatch.setenv("PYTHONPATH", str(folder.path))
    yield folder
    assert not folder.ran


@pytest.mark.usefixtures("hostile")
async def test_a_parser_runs_nothing_that_lies_in_the_working_folder() -> None:
    """`resource.py`, `feedparser.py` and all the others there are never run; the document is read."""
    body = b"<rss version='2.0'><channel><item><guid>1</guid><title>Talks</title></item></channel></rss>"
    async with ProcessParser(1) as parser:
        feed = Feed(id="wire", url="https://wire.example/rss")
        parsed = await parser.parse(Document(body=body, url=feed.url), feed, NOW, {})
    assert [item.title for item in parsed.items] == ["Talks"]


def test_the_program_in_a_checkout_runs_nothing_that_lies_in_the_working_folder(hostile: HostileFolder) -> None:
    """`run` is started from any folder."""
    line = (ROOT / "run").read_text().splitlines()[-1]
    assert '/.venv/bin/python" -P -m digest ' in line
    done = subprocess.run(
        [sys.executable, "-P", "-m", "digest", "--version"], cwd=hostile.path, env={"PYTHONPATH": str(ROOT)},
        capture_output=True, check=True,
    )  # fmt: skip
    assert done.stdout


def test_a_child_finds_what_its_parent_finds_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Libraries of places that isolation leaves out, such as the user's own, are still there; its root is known."""
    (tmp_path / "elsewhere.py").write_text("import sys\n\ndef main():\n    print(sys.argv[1:])\n")
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])
    command = isolated.command("elsewhere:main", "one", "two words")
    done = subprocess.run(command, env=isolated.environment(), capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "['one', 'two words']"


def test_no_other_child_is_a_python_that_is_not_isolated() -> None:
    """Whoever starts a Python does it through `isolated`, or says -I itself."""
    starters = {path for path in (ROOT / "digest").rglob("*.py") if "sys.executable" in path.read_text()}
    assert {path.name for path in starters} == {"isolated.py"}
    assert all('sys.executable, "-I"' in path.read_text() for path in starters)
    assert not [path for path in (ROOT / "digest").rglob("*.py") if "multiprocessing" in path.read_text()]
