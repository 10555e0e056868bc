"""What reaches a terminal or a log: nothing that moves its cursor or turns its letters around."""

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digest import cli
from digest.text import printable

ANY = st.text(st.characters())
HOSTILE = "\x1b]0;title\x07\x9b31m\x7f\r\u202eabc\u2066\ud800\u2028\u2029\U000e0041\x00"
UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def _unseen(text: str) -> set[str]:
    return {sign for sign in text if unicodedata.category(sign) in UNSEEN} - set("\u200c\u200d\u200e\u200f")


@given(ANY)
@example(HOSTILE)
def test_a_line_holds_nothing_unseen_and_everything_seen(text: str) -> None:
    """One line that any terminal can take; what can be seen stays as it is."""
    shown = printable.line(text)
    assert not _unseen(shown)
    shown.encode("utf-8")
    assert text.translate({ord(sign): None for sign in _unseen(text)}) == text or len(shown) > len(text)


@given(ANY)
@example(HOSTILE)
def test_a_block_keeps_its_lines_alone(text: str) -> None:
    """Line feeds and tabs stand, nothing else that is unseen."""
    shown = printable.block(text)
    assert _unseen(shown) <= {"\n", "\t"}
    assert shown.count("\n") == text.count("\n")


@given(st.recursive(ANY, lambda inner: st.lists(inner) | st.dictionaries(ANY, inner), max_leaves=5))
@example(HOSTILE)
def test_json_says_the_same_and_holds_nothing_unseen(value: object) -> None:
    """Escaped as JSON does it, so that whoever reads it gets what was there."""
    text = printable.in_json(json.dumps(value, ensure_ascii=False))
    assert not _unseen(text)
    assert json.loads(text) == value


@pytest.mark.parametrize("text", ["می‌خواهم", "कर्म‍", "café – “x”", "👩‍👩‍👧 \u00a0 日本", "a  b"])
def test_what_people_write_stays_as_it_is(text: str) -> None:
    """Joiners are letters of Persian, Hindi and families; blanks of every width are blanks."""
    assert printable.line(text) == printable.block(text) == text


def test_every_verb_speaks_through_one_function() -> None:
    """No module of the command line writes to the terminal past it, but for what is handed out to files."""
    folder = Path(cli.__file__).parent
    direct = {
        path.name: path.read_text().count("click.echo(") for path in folder.glob("*.py") if path.name != "printing.py"
    }
    assert {name: count for name, count in direct.items() if count} == {
        "exit.py": direct["exit.py"],
        "check.py": 2,  # what `explain` has made printable, with a coloured caret
        "moving.py": 1,  # an export
        "admin.py": 1,  # a script
        "share.py": 1,  # a message as it would be sent
    }
