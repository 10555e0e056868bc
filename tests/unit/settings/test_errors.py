"""What a wrong configuration is answered with: every mistake at once, with its place and the next step.

Each folder under `tests/data/config` is a configuration beside the text of what is wrong with it.
"""

from pathlib import Path

import pytest

from digest.errors import ConfigError, Problem
from digest.settings.files.load import load

CASES = Path(__file__).parents[2] / "data" / "config"


def problems(path: Path, environ: dict[str, str] | None = None) -> tuple[Problem, ...]:
    """What is wrong with a configuration."""
    with pytest.raises(ConfigError) as caught:
        load(path, environ or {})
    return caught.value.problems


def shown(problem: Problem, folder: Path) -> str:
    """A problem as `check` prints it: place and text, and below them the line with a caret."""
    text = str(problem).replace(f"{folder}/", "").replace(str(folder), "FOLDER")
    return text + (f"\n    {problem.source}\n    {' ' * (problem.column - 1)}^" if problem.source else "")


@pytest.mark.parametrize(
    "folder", sorted(path for path in CASES.iterdir() if path.is_dir()), ids=lambda path: path.name
)
def test_every_mistake_is_told_with_its_place_and_what_to_do(folder: Path) -> None:
    """All mistakes of a folder are found in one reading, and read as `expected.txt` has them, word for word."""
    told = "\n".join(shown(problem, folder) for problem in problems(folder))
    assert told + "\n" == (folder / "expected.txt").read_text()


def test_secrets_are_never_shown(tmp_path: Path) -> None:
    """Neither the text of a problem nor its source line repeats what may be a secret, however it is mistyped."""
    wrong = ('password = "hunter2"', 'pasword = "hunter2"', 'password = hunter2"', 'user = "a"\npassword = ["hunter2"]')
    for line in wrong:
        (tmp_path / "digest.toml").write_text(f"[mail]\n{line}\n")
        for problem in problems(tmp_path):
            assert "hunter2" not in f"{problem} {problem.source}"


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    """A file in another encoding, nested beyond reason or unreadable is a problem of that file, not a traceback."""
    (tmp_path / "a.toml").write_bytes('[digest]\ntitle = "Zoë"\n'.encode("latin-1"))
    (tmp_path / "b.toml").write_text(f"[digest]\ntitle = {'[' * 5000}{']' * 5000}\n")
    (tmp_path / "c.toml").mkdir()
    (tmp_path / "d.toml").write_text("digest = 5\n")
    assert [str(problem).replace(f"{tmp_path}/", "") for problem in problems(tmp_path)] == [
        "a.toml:2: is not UTF-8 from here on: save it as UTF-8",
        "b.toml: is nested too deeply to be read",
        "c.toml: cannot be read: Is a directory",
        'd.toml:1:1: "digest" is a table: write [digest] on a line of its own',
    ]


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    """A folder without a single TOML file says what would put one there."""
    assert [str(problem) for problem in problems(tmp_path)] == [
        f"{tmp_path}: holds no *.toml file: `digest init` writes an example"
    ]


def test_a_wrong_environment_variable_is_told_by_name(tmp_path: Path) -> None:
    """What the environment says wrongly is told with the variable's name in the place of the file's."""
    (tmp_path / "digest.toml").write_text((CASES / "no-feeds" / "digest.toml").read_text())
    environ = {
        "DIGEST__MAIL__PORT": "many",
        "DIGEST__MAIL__SERVR": "localhost",
        "DIGEST__FEEDS__BBC": "https://feeds.bbci.co.uk/news/rss.xml",
        "DIGEST__MIAL__PORT": "25",
        "DIGEST__DIGEST": "x",
    }
    told = [str(problem).replace(str(tmp_path), "FOLDER") for problem in problems(tmp_path, environ)]
    assert told == [
        'FOLDER: "from" is missing: write from = "Watch desk <digest@news.example.org>"',
        'FOLDER: "server" is missing: write server = "smtp.example.org"',
        "DIGEST__DIGEST: names no key of the configuration, such as DIGEST__MAIL__SERVER",
        (
            "DIGEST__FEEDS__BBC: names no key of the configuration, such as DIGEST__MAIL__SERVER"
            "; tables are digest, defaults, mail, theme, retention, llm"
        ),
        "DIGEST__MAIL__PORT: port is a whole number from 1 to 65535, without quotes",
        'DIGEST__MAIL__SERVR: unknown key "servr", did you mean "server"?',
        'DIGEST__MIAL__PORT: names no key of the configuration, such as DIGEST__MAIL__SERVER, did you mean "mail"?',
    ]
