"""The house: what CONTRIBUTING.md says of rooms and modules is so."""

import ast
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
HOUSE = ROOT / "digest"
#: A room holds no more modules; `cli` has one for each heading of its help.
MOST, UNBOUNDED = 12, {"cli"}
#: A room of fewer modules says in its docstring why it is one.
FEW = 4
#: One noun in several rooms: a table and its command, a setting and what obeys it, a registry of each kind.
SHARED = {"feeds", "lines", "moving", "registry", "retention", "subscribers"}
#: Longer than a module should be, and one thing each: vocabulary, tables, phrases, a protocol.
LONG = {
    "model.py",
    "delivery/transports/lane.py",
    "mail/render/phrases.py",
    "settings/tables/relay.py",
    "storage/core/schema.py",
    "storage/queries/subscribers.py",
}
LINES = 300


def modules() -> Iterator[tuple[str, Path, ast.Module]]:
    """Every module of the program, by its place under `digest/`."""
    for path in sorted(HOUSE.rglob("*.py")):
        yield str(path.relative_to(HOUSE)), path, ast.parse(path.read_text("utf-8"))


def rooms() -> dict[str, list[str]]:
    """The modules of each folder."""
    found: dict[str, list[str]] = defaultdict(list)
    for place, path, _ in modules():
        if path.name != "__init__.py":
            found[str(Path(place).parent)].append(path.stem)
    return found


def test_no_room_holds_more_than_a_dozen_modules() -> None:
    """A folder can be taken in at a glance."""
    assert {room: len(names) for room, names in rooms().items() if len(names) > MOST and room not in UNBOUNDED} == {}


def test_a_small_room_says_why() -> None:
    """Fewer than four modules are a room for a reason."""
    for room, names in rooms().items():
        inner = any(
            path.is_dir() and path.name != "__pycache__" and path.name != "feeds" for path in (HOUSE / room).iterdir()
        )
        if room != "." and len(names) < FEW and not inner:
            text = ast.get_docstring(ast.parse((HOUSE / room / "__init__.py").read_text("utf-8"))) or ""
            assert re.search(r"\b(One|Two|Three) modules?\b", text), f"{room}: {text}"


def test_no_name_stands_for_two_things() -> None:
    """A module's name says which one is meant, wherever it is read."""
    places: dict[str, list[str]] = defaultdict(list)
    for room, names in rooms().items():
        for name in names:
            places[name].append(room)
    assert {name for name, found in places.items() if len(found) > 1} <= SHARED


def test_modules_are_short() -> None:
    """Three hundred lines, but for what is one table or one protocol."""
    long = {place for place, path, _ in modules() if len(path.read_text("utf-8").splitlines()) > LINES}
    assert long <= LONG


def test_whatever_calls_itself_pure_is_held_to_it() -> None:
    """The import contract names each module, or its room, whose docstring says "Pure"."""
    contracts: list[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"][
        "importlinter"
    ]["contracts"]
    [pure] = [one["source_modules"] for one in contracts if one["name"].startswith("Pure")]
    claims = {
        "digest." + place.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        for place, _, tree in modules()
        if re.search(r"\bPure\b", (ast.get_docstring(tree) or "").split("\n\n")[0])
    }
    assert {one for one in claims if not any(one == held or one.startswith(f"{held}.") for held in pure)} == set()


def test_unit_tests_mirror_the_rooms() -> None:
    """A folder of unit tests is called as the room it tests."""
    unit = ROOT / "tests" / "unit"
    folders = {str(path.relative_to(unit)) for path in unit.rglob("*") if path.is_dir() and path.name != "__pycache__"}
    assert {one for one in folders if not (HOUSE / one).is_dir()} == set()


#: Names that these things had before, and that stand for nothing any more.
GONE = {
    *("outlet", "Mailroom", "Parcel", "Journal", "Estate", "Turns", "Stencil"),
    *("Newsroom", "LineDesk", "witness", "HostGate", "Patience"),
}


def test_the_glossary_names_what_there_is() -> None:
    """Every class that it names is one, each word stands there once, and former names stand nowhere in the code."""
    glossary = (ROOT / "docs" / "glossary.md").read_text("utf-8")
    classes = {node.name for _, _, tree in modules() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
    assert set(re.findall(r"`([A-Z]\w+)`", glossary)) <= classes | {"ETag"}
    words = re.findall(r"^\| \*\*(.+?)\*\* \|", glossary, re.MULTILINE)
    assert len(words) == len(set(words)) > 40
    named = {node.id for _, _, tree in modules() for node in ast.walk(tree) if isinstance(node, ast.Name)} | classes
    assert not named & GONE
