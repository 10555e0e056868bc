"""Secrets: from the environment, a private file or a command; never shown in an error."""

import sys
from pathlib import Path

import pytest

from digest.errors import UsageError
from digest.model import Secret
from digest.settings.core.secrets import read_secret


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


@pytest.mark.parametrize(
    "written",
    ["hunter2\nurl: https://mail.example.org\nuser: digest\n", "\ufeffhunter2\r\n", "hunter2\r\nmore\r\n", "hunter2"],
)
def test_a_password_is_the_first_line_of_what_is_there(tmp_path: Path, written: str) -> None:
    """As `pass` keeps it, with anything below; as Windows writes it; in a file or as a command's output."""
    file = private(tmp_path / "secret", written)
    print_it = f"import sys; sys.stdout.buffer.write({written.encode()!r})"
    assert read_secret(Secret(file=str(file))) == "hunter2"
    assert read_secret(Secret(command=(sys.executable, "-c", print_it))) == "hunter2"


def test_a_key_is_whole(tmp_path: Path) -> None:
    """Lines belong to a key in PEM."""
    pem = "-----BEGIN PRIVATE KEY-----\nabc\ndef\n-----END PRIVATE KEY-----"
    file = private(tmp_path / "key.pem", pem + "\n")
    assert read_secret(Secret(file=str(file)), whole=True) == pem


@pytest.mark.parametrize("mode", [0o444, 0o440, 0o400])
def test_what_is_handed_over_is_taken_with_the_mode_it_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int
) -> None:
    """systemd's credentials and a container's secrets, behind links as Kubernetes makes them."""
    folder = tmp_path / "handed over"
    (folder / "..data").mkdir(parents=True)
    private(folder / "..data" / "smtp", "hunter2", mode)
    (folder / "smtp").symlink_to("..data/smtp")
    secret = Secret(file=str(folder / "smtp"))
    assert read_secret(secret, {"CREDENTIALS_DIRECTORY": str(folder)}) == "hunter2"
    if mode != 0o400:
        with pytest.raises(UsageError, match="read by others"):
            read_secret(secret, {})
    monkeypatch.setattr("digest.settings.core.secrets.CONTAINERS", str(folder))
    assert read_secret(secret, {}) == "hunter2"


def test_what_others_may_change_is_no_secret_anywhere(tmp_path: Path) -> None:
    """Whoever may write a password may choose it."""
    file = private(tmp_path / "smtp", "hunter2", 0o466)
    with pytest.raises(UsageError, match="changed by others"):
        read_secret(Secret(file=str(file)), {"CREDENTIALS_DIRECTORY": str(tmp_path)})


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
