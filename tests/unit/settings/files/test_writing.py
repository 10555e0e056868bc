"""Entries written into a configuration's text: the rest of it stays as it was, to the byte."""

import tomllib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digest.settings.files.folders import shipped_folder
from digest.settings.files.writing import Unwritable, inserted, line_end, removed, toml

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


#: Layouts of configuration files, each a whole number of lines; some are no TOML together.
_LINES = st.sampled_from(
    [
        "[feeds]",
        "[feeds.own]",
        'url = "http://own.example"',
        '[feeds."o wn"]',
        "[ feeds.deep.er ]",
        "[topics.iran]",
        'any = ["Iran", # a term\n  "Tehran",\n]',
        "[digest]",
        "title = '''\n[feeds]\nx = 1\n'''",
        'title = "T" # [feeds]',
        'a = "http://a.example"',
        'b = { url = "http://b.example", topics = [\n "iran" ] }  # b',
        'c.url = "http://c.example"',
        'feeds.dotted = "http://d.example"',
        'feeds = { in = "http://i.example" }',
        "[[mail]]",
        "[[feeds]]",
        "# about what follows",
        "",
        "   ",
        "\t# tab",
    ]
)
_ENTRY = {"new": {"url": "http://new.example", "topics": ["iran"]}}


@given(st.lists(_LINES, max_size=10), st.sampled_from(["\n", "\r\n"]), st.booleans())
@example(["[feeds.own]", 'url = "http://own.example"', "", "[feeds]", 'a = "http://a.example"'], "\n", True)
@example(["[feeds.own]", "[feeds]"], "\r\n", False)
@example(["[feeds]", 'a = "http://a.example"', "[feeds.own]", "[topics.iran]"], "\n", True)
def test_any_layout_takes_an_entry_or_is_left_to_a_person(lines: list[str], end: str, closed: bool) -> None:
    """No layout is a crash: what is added stands in one piece, everything around it stays to the byte, and it can be
    taken out again."""
    text = "\n".join(lines).replace("\n", end) + (end if closed and lines else "")
    try:
        changed = inserted(text, "feeds", _ENTRY)
    except Unwritable:
        return
    was, now = tomllib.loads(text), tomllib.loads(changed)
    assert now.pop("feeds") == {**was.pop("feeds", {}), **_ENTRY}
    assert now == was
    end = line_end(text)
    line = f"new = {toml(_ENTRY['new'])}{end}"
    before, found, after = changed.partition(line)
    assert found
    assert text.endswith(after)
    assert before.startswith(text.removesuffix(after))
    assert before.removeprefix(text.removesuffix(after)).strip() in {"", "[feeds]"}
    assert end == "\n" or "\n" not in changed.replace("\r\n", "")
    assert removed(changed, "feeds", "new") == before + after


@given(st.lists(_LINES, max_size=10), st.sampled_from(["\n", "\r\n"]))
@example(["[feeds.own]", 'url = "http://own.example"', "# about what follows", "[digest]"], "\n")
def test_any_entry_is_taken_out_alone_or_left_to_a_person(lines: list[str], end: str) -> None:
    """Whatever its layout, with a header of its own too: the others stay, and what stays is as it was."""
    text = "\n".join(lines).replace("\n", end)
    try:
        was = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    feeds = was.get("feeds", {})
    for name in feeds if isinstance(feeds, dict) else ():
        try:
            changed = removed(text, "feeds", name)
        except Unwritable:
            continue
        assert tomllib.loads(changed).get("feeds", {}) == {key: one for key, one in feeds.items() if key != name}
        assert len(changed) < len(text)


def test_a_table_under_its_own_header_is_taken_out_with_what_it_says() -> None:
    """The comment that introduces the next table stays."""
    text = '[feeds.a]\nurl = "u" # its address\ntopics = [\n]\n\n# the desk\n[digest]\n'
    assert removed(text, "feeds", "a") == "\n# the desk\n[digest]\n"
