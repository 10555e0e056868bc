"""Entries written into a configuration's text: the rest of it stays as it was, to the byte."""

import tomllib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digest.settings.shipped import shipped_folder
from digest.settings.writing import Unwritable, inserted, removed, toml

SHIPPED = {file.name: file.read_text() for file in shipped_folder("config").glob("*.toml")}
NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


def test_a_line_goes_behind_the_last_entry_and_before_the_next_tables_comment() -> None:
    """The comment that introduces the next table stays with it."""
    text = '[feeds]\na = "http://a.example"  # one\n\n# about topics\n[topics.iran]\nany = ["Iran"]\n'
    changed = inserted(text, "feeds", {"b": "http://b.example"})
    assert changed == text.replace("# one\n", '# one\nb = "http://b.example"\n')


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", '[feeds]\nb = "u"\n'),
        ("[digest]\n", '[digest]\n\n[feeds]\nb = "u"\n'),
        ("[feeds]", '[feeds]\nb = "u"\n'),
        ("[feeds]\n#x\n", '[feeds]\nb = "u"\n#x\n'),
        ('[feeds]\na = """\n[x]\n"""\n[z]\n', '[feeds]\na = """\n[x]\n"""\nb = "u"\n[z]\n'),
        ("[feeds]\na = { topics = [\n 'x',\n] } # c\n\n", "[feeds]\na = { topics = [\n 'x',\n] } # c\nb = \"u\"\n\n"),
        ('[feeds.a]\nurl = "v"\n', '[feeds.a]\nurl = "v"\n\n[feeds]\nb = "u"\n'),
        ('[feeds]\nc = "w"\n[feeds.a]\nurl = "v"\n', '[feeds]\nc = "w"\nb = "u"\n[feeds.a]\nurl = "v"\n'),
    ],
)
def test_every_layout_of_a_table_takes_an_entry(text: str, expected: str) -> None:
    """No table, an empty one, values over several lines, tables with headers of their own."""
    assert inserted(text, "feeds", {"b": "u"}) == expected


def test_what_is_there_is_not_written_twice() -> None:
    """A key that stands already is refused, and so is a layout that is not understood."""
    with pytest.raises(Unwritable, match="already"):
        inserted('[feeds]\na = "u"\n', "feeds", {"a": "v"})
    with pytest.raises(Unwritable):
        inserted('feeds = { a = "u" }\n', "feeds", {"b": "v"})


@given(NAMES.filter(bool), st.dictionaries(NAMES, NAMES | st.booleans() | st.integers() | st.lists(NAMES), max_size=4))
@example("\x7f", {'"': "\\", "\x00": ["\r\n"]})
def test_any_name_and_value_reads_back_and_can_be_taken_out(name: str, value: dict[str, object]) -> None:
    """Whatever is written is what TOML reads; taken out again, the text is the one before, to the byte."""
    text = SHIPPED["subscribers.toml"]
    changed = inserted(text, "subscribers", {name: value})
    assert tomllib.loads(changed)["subscribers"][name] == value
    assert removed(changed, "subscribers", name) == text
    assert tomllib.loads(f"x = {toml(value)}")["x"] == value


def test_an_entry_is_taken_out_with_its_line_alone() -> None:
    """The line goes, its neighbours and their comments stay."""
    text = '[subscribers]\n# Ana\n"ana@example.org" = { topics = [\n "x" ] }  # hers\n"ben@example.org" = {}\n'
    assert removed(text, "subscribers", "ana@example.org") == '[subscribers]\n# Ana\n"ben@example.org" = {}\n'
    with pytest.raises(Unwritable):
        removed(text, "subscribers", "eve@example.org")
    with pytest.raises(Unwritable):
        removed('subscribers = { "a@b.example" = {}, "c@d.example" = {} }\n', "subscribers", "a@b.example")
