"""Verbs that edit the configuration: a file stays its owner's in every respect, and is whole at every moment."""

import asyncio
import os
import stat
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from digest.app.moving import feeds_of
from digest.errors import UsageError
from digest.feeds.opml import Outline
from digest.settings.files import editing
from digest.settings.files.load import load_with_sources
from tests.program import Home

FEEDS = b'[feeds]\na = "https://a.example/feed"\n'
TOPICS = b'[topics.iran]\nany = ["Iran"]\n'
ENTRY = {"new": {"url": "https://new.example/feed", "folder": "News"}}
root_only = pytest.mark.skipif(os.getuid() != 0, reason="only root can give a file away")
#: What may stand around a table in a file of feeds.
BLOCKS = st.sampled_from(
    [
        b'[feeds]\na = "https://a.example/feed" # one\n',
        b'[feeds.own]\nurl = "https://own.example/feed"\n',
        b"# of the desk\n\n",
        b'[digest]\ntitle = """\n[feeds]\n"""\n',
        b"[defaults]\n   # nothing\n",
    ]
)


def _config(folder: Path, feeds: bytes = FEEDS) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "topics.toml").write_bytes(TOPICS)
    (folder / "feeds.toml").write_bytes(feeds)
    return folder / "feeds.toml"


def _added(folder: Path) -> Path:
    return editing.add_entries(load_with_sources(folder, {}), "feeds", ENTRY, {})


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(BLOCKS, unique=True), st.booleans(), st.booleans())
@example([b'[feeds.own]\nurl = "https://own.example/feed"\n', b"[feeds]\n"], True, True)
def test_what_is_added_and_taken_out_again_leaves_the_file_as_it_was(
    tmp_path: Path, blocks: list[bytes], mark: bool, returns: bool
) -> None:
    """To the byte: the mark before UTF-8, the line ends, the comments; only a table that had to be made stays."""
    text = b"".join(blocks)
    text = (b"\xef\xbb\xbf" if mark else b"") + (text.replace(b"\n", b"\r\n") if returns else text)
    file = _config(tmp_path, text)
    loaded = load_with_sources(tmp_path, {}, whole=False)
    assert editing.add_entries(loaded, "feeds", ENTRY, {}) == file
    added = load_with_sources(tmp_path, {})
    assert "new" in [feed.id for feed in added.settings.feeds]
    assert not (returns and blocks) or b"\n" not in file.read_bytes().replace(b"\r\n", b"")
    editing.remove_entry(added, "feeds", "new", {})
    left = file.read_bytes()
    assert left.startswith(text)
    assert left.removeprefix(text).strip() in {b"", b"[feeds]"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["feeds.toml", "topics.toml"]


@root_only
def test_root_leaves_a_file_with_its_owner_its_group_and_its_mode(tmp_path: Path) -> None:
    """A service that reads its configuration by its group can still read it; a new file is as its neighbours are."""
    file = _config(tmp_path)
    for path in (file, tmp_path / "topics.toml"):
        os.chown(path, 12345, 23456)
        path.chmod(0o640)
    _added(tmp_path)
    editing.add_entries(load_with_sources(tmp_path, {}), "subscribers", {"ana@example.org": {}}, {})
    for path in (file, tmp_path / "subscribers.toml"):
        found = path.stat()
        assert (found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode)) == (12345, 23456, 0o640)


@root_only
def test_a_file_that_could_not_stay_its_owners_is_left_alone(tmp_path: Path) -> None:
    """Somebody else who may write into the folder is told whose file it is, and nothing is changed."""
    tmp_path.chmod(0o777)
    for folder in list(tmp_path.parents)[:3]:
        if folder != Path("/"):
            folder.chmod(folder.stat().st_mode | 0o011)
    file = _config(tmp_path)
    loaded = load_with_sources(tmp_path, {})
    for path in tmp_path.iterdir():
        path.chmod(0o644)
    before = set(tmp_path.iterdir())
    os.seteuid(65534)
    try:
        with pytest.raises(UsageError, match="belongs to user 0"):
            editing.add_entries(loaded, "feeds", ENTRY, {})
    finally:
        os.seteuid(0)
    assert file.read_bytes() == FEEDS
    assert set(tmp_path.iterdir()) == before


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """What it points to is edited."""
    file = _config(tmp_path)
    (tmp_path / "elsewhere").mkdir()
    target = file.rename(tmp_path / "elsewhere" / "list")
    file.symlink_to(target)
    _added(tmp_path)
    assert file.is_symlink()
    assert b"new.example" in target.read_bytes()


def test_a_wrong_entry_never_stands_in_the_file(tmp_path: Path) -> None:
    """The configuration is proven before the file is touched: a `run` that reads it meanwhile finds the old one."""
    file = _config(tmp_path)
    inode = file.stat().st_ino
    with pytest.raises(Exception, match="oil"):
        editing.add_entries(
            load_with_sources(tmp_path, {}), "feeds", {"x": {"url": "https://x.example", "topics": ["oil"]}}, {}
        )
    assert (file.read_bytes(), file.stat().st_ino) == (FEEDS, inode)


async def test_edits_at_one_time_are_all_kept(home: Home) -> None:
    """Whoever adds while another adds waits, and loses nothing of theirs."""
    names = [f"p{number}@example.org" for number in range(4)]
    ran = await asyncio.gather(*(home.digest("subscribers", "add", name) for name in names))
    assert [one.code for one in ran] == [0] * len(names), ran
    assert all(name in home.read("subscribers.toml") for name in names)


async def test_a_list_that_was_imported_can_be_added_to(home: Home) -> None:
    """A table of its own first, then the table that an import has made: a further feed and a second list go there."""
    wire = home.server.url("/wire.xml")
    home.configure("feeds.toml", f'[feeds.wire]\nurl = "{wire}"\nprivate = true\n')
    outline = '<opml version="2.0"><body><outline type="rss" text="t" xmlUrl="http://{}.example/"/></body></opml>'
    for name in ("a", "c"):
        ran = await home.digest("import", "opml", "-", "--json", given=outline.format(name))
        assert ran.code == 0, ran.err
    assert (await home.digest("feeds", "add", "http://b.example/", "--untested")).code == 0
    found = (await home.digest("feeds", "--json")).json
    assert [one["url"] for one in found] == [wire, *(f"http://{name}.example/" for name in "acb")]


async def test_an_empty_configuration_takes_its_first_feeds(home: Home) -> None:
    """`feeds add` and `import opml` are the cure where there are no feeds, so that is no reason to refuse them."""
    home.configure("feeds.toml", "# none yet\n[feeds]\n")
    assert (await home.digest("check")).code == 2
    ran = await home.digest("feeds", "add", "http://b.example/", "--untested")
    assert ran.code == 0, ran.err
    assert (await home.digest("check")).code == 0
    (home.folder / "config" / "feeds.toml").unlink()
    outline = '<opml version="2.0"><body><outline type="rss" text="t" xmlUrl="http://a.example/"/></body></opml>'
    assert (await home.digest("import", "opml", "-", given=outline)).code == 0
    assert (await home.digest("check")).code == 0


def test_a_long_list_of_one_title_costs_what_it_is_long() -> None:
    """Each gets a number, without a look at all the numbers before it."""
    ids = editing.FeedIds(["news", "news-3"])
    assert [ids.take("News", "http://a.example") for _ in range(4)] == ["news-2", "news-4", "news-5", "news-6"]
    assert len({ids.take("News", "http://a.example") for _ in range(100_000)}) == 100_000


_WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
_OUTLINES = st.lists(
    st.builds(
        Outline,
        url=st.one_of(
            st.sampled_from(["https://x.example/", "http://10.0.0.1/f", "https://y.example/" + "z" * 2100]),
            _WORDS.map(lambda words: "https://w.example/" + quote(words)),
            _WORDS.map(lambda words: f"https://v.example/{words}"),
        ),
        title=_WORDS,
        folder=st.none() | _WORDS,
    ),
    max_size=6,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_OUTLINES, st.booleans())
@example([Outline(url="https://x.example/", title="a\x1b\n[topics]", folder="\u0344" * 150)], False)
@example([Outline(url="https://v.example/\x85")], False)
def test_any_list_is_taken_over_feed_by_feed(tmp_path: Path, outlines: list[Outline], private: bool) -> None:
    """Whatever titles, folders and addresses a list holds: each feed is added, or left out with a reason; taken over
    again, nothing is added."""
    _config(tmp_path)
    loaded = load_with_sources(tmp_path, {})
    taken = feeds_of(outlines, loaded.settings, private=private)
    assert len(taken.entries) + len(taken.skipped) == len(outlines)
    if taken.entries:
        editing.add_entries(loaded, "feeds", taken.entries, {})
    added = load_with_sources(tmp_path, {}).settings
    assert {feed.id for feed in added.feeds} == {"a", *taken.entries}
    assert not feeds_of(outlines, added, private=private).entries
