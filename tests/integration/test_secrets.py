"""Secrets: from the environment, a private file or a command; never shown in an error."""

import sys
from pathlib import Path

import pytest

from digest.errors import UsageError
from digest.model import Secret
from digest.settings.secrets import read_secret


def private(path: Path, text: str, mode: int = 0o600) -> Path:
    """A file with that text and mode."""
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def test_a_secret_comes_from_where_the_configuration_says(tmp_path: Path) -> None:
    """Environment, file, command; without the line end."""
    file = private(tmp_path / "secret", "from a file\n")
    command = (sys.executable, "-c", "print('from a command')")
    assert read_secret(Secret(env="PASS"), {"PASS": "from the environment"}) == "from the environment"
    assert read_secret(Secret(file=str(file))) == "from a file"
    assert read_secret(Secret(command=command)) == "from a command"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_a_file_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    """The error says what to do, and nothing of what is in the file."""
    file = private(tmp_path / "secret", "hunter2", mode)
    with pytest.raises(UsageError, match="chmod 600") as caught:
        read_secret(Secret(file=str(file)))
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("secret", "said"),
    [
        (Secret(env="NOT_SET"), "NOT_SET"),
        (Secret(file="/nonexistent/secret"), "/nonexistent/secret"),
        (Secret(command=("/nonexistent/command",)), "cannot be run"),
        (Secret(command=(sys.executable, "-c", "print('hunter2'); raise SystemExit(3)")), "exit code 3"),
        (Secret(command=(sys.executable, "-c", "")), "no secret"),
        (Secret(), "neither"),
    ],
)
def test_what_is_not_there_is_named(secret: Secret, said: str) -> None:
    """One plain sentence about the place, never about the secret."""
    with pytest.raises(UsageError, match=said) as caught:
        read_secret(secret, {})
    assert "hunter2" not in str(caught.value)
