"""The scanner that tells where in a TOML document each key and value stands."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import tomlkit
from hypothesis import example, given, settings
from hypothesis import strategies as st

from digest.settings.core.mistakes import Path as KeyPath
from digest.settings.files.positions import Positions, positions

DOCUMENT = '''\
# a comment
top = 1
"quoted key" = "a # no comment"
'literal' = 'C:\\path'
a.b . c = { x = 1, "y z" = [1, 2, ] }   # dotted

[table]
list = [
  "one", # the first
  """two
  lines""",
  [3, { four = 4 }],
]
date = 1979-05-27 07:32:00Z
empty = []

[table.inner]
"esc\\u00e9" = \'\'\'raw '' text\'\'\'

[[tables]]
name = "first"
[[tables]]
name = "second"
[tables.sub]
deep = true
'''


def places(found: Positions) -> dict[KeyPath, tuple[int, int]]:
    """Line and column of every value."""
    return {path: found.line_and_column(offset) for path, offset in found.values.items()}


def test_keys_and_values_are_found_where_a_person_sees_them() -> None:
    """Every form of TOML's keys, strings, lists and tables is told with its line and column."""
    found = places(positions(DOCUMENT))
    assert found == {
        ("top",): (2, 7),
        ("quoted key",): (3, 16),
        ("literal",): (4, 13),
        ("a", "b", "c"): (5, 11),
        ("a", "b", "c", "x"): (5, 17),
        ("a", "b", "c", "y z"): (5, 28),
        ("a", "b", "c", "y z", 0): (5, 29),
        ("a", "b", "c", "y z", 1): (5, 32),
        ("table",): (7, 1),
        ("table", "list"): (8, 8),
        ("table", "list", 0): (9, 3),
        ("table", "list", 1): (10, 3),
        ("table", "list", 2): (12, 3),
        ("table", "list", 2, 0): (12, 4),
        ("table", "list", 2, 1): (12, 7),
        ("table", "list", 2, 1, "four"): (12, 16),
        ("table", "date"): (14, 8),
        ("table", "empty"): (15, 9),
        ("table", "inner"): (17, 1),
        ("table", "inner", "escé"): (18, 15),
        ("tables",): (20, 1),
        ("tables", 0): (20, 1),
        ("tables", 0, "name"): (21, 8),
        ("tables", 1): (22, 1),
        ("tables", 1, "name"): (23, 8),
        ("tables", 1, "sub"): (24, 1),
        ("tables", 1, "sub", "deep"): (25, 8),
    }


def test_what_is_not_there_is_placed_at_what_surrounds_it() -> None:
    """The place of a missing value is its table's; a key's own place is where its name begins."""
    found = positions(DOCUMENT)
    assert found.line_and_column(found.offset(("table", "list", 0), at_key=True) or 0) == (9, 3)
    assert found.line_and_column(found.offset(("table", "missing", "key")) or 0) == (7, 1)
    assert found.line_and_column(found.offset(("table", "date"), at_key=True) or 0) == (14, 1)
    assert found.line_and_column(found.offset(("a",)) or 0) == (5, 1)
    assert found.offset(("nowhere",)) is None


def test_a_key_that_stands_twice_is_found_with_both_places() -> None:
    """Of a repeated key or table, the second place is told; the first is where it was before."""
    found = positions('[a]\nx = 1\n"x" = 2\n[a]\ny = 1\n')
    assert [(path, found.line_and_column(at)[0]) for path, at in found.repeated] == [(("a", "x"), 3), (("a",), 4)]


def test_tables_may_come_in_any_order() -> None:
    """A table that its children's headers brought into being is not a repetition."""
    assert not positions("[a.b]\nx = 1\n[a]\ny = 2\n[c]\nd.e = 1\nd.f = 2\n").repeated


def paths(value: object, above: KeyPath = ()) -> Iterator[KeyPath]:
    """The path of every value in a document, tables that only dotted keys imply left out."""
    if above:
        yield above
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from paths(inner, (*above, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from paths(inner, (*above, index))


SCALARS = st.one_of(
    st.integers(-(2**40), 2**40),
    st.floats(allow_nan=False),
    st.booleans(),
    st.text(),
    st.datetimes(),
    st.dates(),
    st.times(),
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4), max_leaves=12
)


@given(st.dictionaries(st.text(), VALUES, max_size=5))
@example({"": {"": [{}, {"a.b": "]"}]}})
@example({'"': {"'": "'''"}})
@settings(deadline=None)
def test_every_value_that_tomllib_reads_is_placed(document: dict[str, object]) -> None:
    """For any document at all, each value has a place, and the text there reads as that value."""
    text = tomlkit.dumps(document)
    read = tomllib.loads(text)
    found = positions(text)
    assert set(found.keys) | set(found.values) >= set(paths(read))
    for path, offset in found.values.items():
        if isinstance(value := at(read, path), str | bool | int):
            line = text[offset:].split("\n")[0] if not text[offset:].startswith(('"""', "'''")) else text[offset:]
            assert begins_with(line, value)


def at(value: object, path: KeyPath) -> object:
    """The value that a path leads to."""
    for step in path:
        value = value[step]  # type: ignore[index]
    return value


def begins_with(text: str, value: object) -> bool:
    """Whether a text begins with a TOML value that reads as `value`."""
    for end in range(1, len(text) + 1):
        try:
            if tomllib.loads(f"v = {text[:end]}") == {"v": value}:
                return True
        except tomllib.TOMLDecodeError:
            continue
    return False


@given(st.text(alphabet="ab.=[]{}\"'#,\n\\ 1é") | st.text())
@example("[" * 3000)
@example('a = "')
@settings(deadline=None)
def test_no_text_breaks_the_scanner(text: str) -> None:
    """Whatever stands in a file, the scanner returns, and tells places inside of it."""
    found = positions(text)
    assert all(0 <= offset <= len(text) for offset in (*found.keys.values(), *found.values.values()))


@pytest.mark.parametrize("name", ["digest.toml", "feeds.toml", "topics.toml", "subscribers.toml"])
def test_the_shipped_files_are_placed_whole(name: str) -> None:
    """Every value of the shipped example has its place."""
    text = (Path(__file__).parents[4] / "config" / name).read_text()
    found = positions(text)
    assert set(paths(tomllib.loads(text))) <= set(found.keys) | set(found.values)
