"""The log's last way out: addresses and tokens are blotted out, the rest stays as it is."""

import json
import logging

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digest.cli.logs import AsJson, Plain
from digest.text.printable import blotted


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("to ana@example.org now", "to <address> now"),
        ("550 5.1.1 <ana@example.org>: no such user", "550 5.1.1 <<address>>: no such user"),
        ('"ben@@example.org" is not an address', '"<address>" is not an address'),
        ("(ana+news@sub.example.org), (x)", "(<address>), (x)"),
        ("user@[127.0.0.1] said", "<address> said"),
        ("GET /u/AbCdEfGhIjKlMnOpQrSt-_12345 200", "GET /u/<token> 200"),
        ("feed wire: 3 items at 07:00", "feed wire: 3 items at 07:00"),
        ("@ home", "@ home"),
    ],
)
def test_addresses_and_tokens_are_blotted_out(text: str, expected: str) -> None:
    """Whoever quotes an address, it does not reach the log."""
    assert blotted(text) == expected


@given(
    st.text("abcdefghijklmnopqrstuvwxyz0123456789._+-", min_size=1, max_size=20),
    st.text(" <>\"'(),;:=[]\n\t", max_size=3),
    st.text(" <>\"'(),;:=\n\t", max_size=3),
)
@example(".", "", "")
def test_no_address_passes_whatever_stands_around_it(local: str, before: str, after: str) -> None:
    """Between any signs of punctuation."""
    assert f"{local}@example.org" not in blotted(f"x {before}{local}@example.org{after} y")


def _record(exc: bool = False) -> logging.LogRecord:
    info = None
    if exc:
        try:
            raise ValueError("ana@example.org is wrong")
        except ValueError as error:
            info = (ValueError, error, error.__traceback__)
    return logging.LogRecord("digest.run", logging.ERROR, "x.py", 1, "sent to %s", ("ana@example.org",), info)


def test_plain_lines_begin_with_a_moment_in_utc() -> None:
    """One line a message, without the address of its argument or of its exception."""
    line = Plain("%(asctime)s %(levelname)s %(message)s").format(_record(exc=True))
    assert line.split(" ", 1)[1].startswith("ERROR sent to <address>")
    assert line.split(" ", 1)[0].endswith("Z")
    assert "ana@" not in line


def test_json_lines_are_objects() -> None:
    """at, level, logger, message; exception where there is one."""
    found = json.loads(AsJson().format(_record(exc=True)))
    assert (found["level"], found["logger"], found["message"]) == ("error", "digest.run", "sent to <address>")
    assert "ValueError" in found["exception"]
    assert "ana@" not in found["exception"]
    assert "exception" not in json.loads(AsJson().format(_record()))


def test_nothing_that_was_said_to_us_steers_the_terminal_or_forges_a_line() -> None:
    """A server's escape sequence, a line break in a feed's error: shown as escapes, in both forms."""
    record = logging.LogRecord(
        "digest.run", logging.ERROR, "x.py", 1, "said \x1b[2J%s", ("\x9b1m\n2026 ERROR forged",), None
    )
    plain = Plain("%(asctime)s %(levelname)s %(message)s").format(record)
    assert plain.endswith(r"ERROR said \x1b[2J\x9b1m\n2026 ERROR forged")
    line = AsJson().format(record)
    assert "\x9b" not in line
    assert json.loads(line)["message"] == "said \x1b[2J\x9b1m\n2026 ERROR forged"
