"""feeds test and feeds add: what an address would give, and writing it down without harm to the rest of the file."""

from datetime import UTC, datetime

import pytest

from tests.program import Home

PAGE = (
    b"<!doctype html><html><head><title>A site</title>"
    b'<link rel="alternate" type="application/rss+xml" title="Site: comments" href="/comments.xml">'
    b'<link rel="alternate" type="application/rss+xml" title="Site: news" href="/wire.xml"></head></html>'
)


async def test_feeds_test_shows_what_would_be_read_and_keeps_nothing(home: Home) -> None:
    """Title, entries with dates and topics; no store is made."""
    told = await home.digest("feeds", "test", home.server.url("/wire.xml"), "--private")
    assert told.code == 0, told.err
    assert told.out.startswith("Wire\n")
    assert "2 entries" in told.out
    assert "Aleppo talks collapse" in told.out
    found = (await home.digest("feeds", "test", "wire", "--json", "--limit", "1")).json
    assert (found["title"], found["items"], len(found["entries"])) == ("Wire", 2, 1)
    assert found["entries"][0]["topics"] == ["syria"]
    assert not (home.folder / "state").exists()


async def test_a_sites_address_finds_its_feed(home: Home) -> None:
    """The page's feeds are listed, the feed of comments last; the first is read, and it is what add writes."""
    home.server.answer("/", 200, body=PAGE, headers={"Content-Type": "text/html"})
    home.server.answer("/comments.xml", 404)
    found = (await home.digest("feeds", "test", home.server.url("/"), "--private", "--json")).json
    assert found["url"] == home.server.url("/wire.xml")
    assert [one["url"] for one in found["named"]] == [home.server.url("/wire.xml"), home.server.url("/comments.xml")]
    home.configure("feeds.toml", '[feeds]\nother = "https://other.example/feed"\n')
    added = await home.digest("feeds", "add", home.server.url("/"), "--private", "--topic", "iran")
    assert added.code == 0, added.err
    assert home.read("feeds.toml").splitlines()[-1] == (
        f'wire = {{ url = "{home.server.url("/wire.xml")}", topics = ["iran"], private = true }}'
    )
    assert home.server.url("/comments.xml") in added.err
    assert (await home.digest("poll", "wire", "--json")).json["items_new"] == 2


@pytest.mark.parametrize(
    ("path", "arguments", "code", "words"),
    [
        ("/wire.xml", [], 2, "--private"),
        ("/broken.xml", ["--private"], 1, "500"),
        ("/page", ["--private"], 1, "names no feed"),
        ("/wire.xml", ["--private", "--id", "Wire Service"], 2, "wire-service"),
        ("/wire.xml", ["--private", "--topic", "oil"], 2, "oil"),
    ],
)
async def test_what_cannot_be_read_is_not_added(
    home: Home, path: str, arguments: list[str], code: int, words: str
) -> None:
    """A private host without leave, an error, a page without feeds, a wrong id or topic: told, and no file changes."""
    home.configure("feeds.toml", '[feeds]\nother = "https://other.example/feed"\n')
    before = home.read("feeds.toml")
    home.server.answer("/page", 200, body=b"<html><title>x</title></html>")
    ran = await home.digest("feeds", "add", home.server.url(path), *arguments)
    assert ran.code == code, ran.err
    assert words in ran.err
    assert "Traceback" not in ran.err
    assert home.read("feeds.toml") == before


async def test_a_feed_is_not_added_twice(home: Home) -> None:
    """The address is known under another id; the id is taken by another address."""
    again = await home.digest("feeds", "add", home.server.url("/wire.xml"), "--private")
    assert (again.code, "as wire" in again.err) == (2, True)
    taken = await home.digest("feeds", "add", "https://x.example/feed", "--untested", "--id", "wire")
    assert (taken.code, "--id" in taken.err) == (2, True)


async def test_a_feed_can_be_tried_before_any_is_configured(home: Home) -> None:
    """A configuration that still lacks its feeds stands in nobody's way."""
    (home.folder / "config" / "feeds.toml").unlink()
    tried = await home.digest("feeds", "test", home.server.url("/wire.xml"), "--private")
    assert tried.code == 0, tried.err
    assert "Aleppo talks collapse" in tried.out


async def test_a_feed_can_be_tried_before_there_is_a_configuration(home: Home) -> None:
    """With no configuration at all the address alone is enough."""
    (home.folder / "config").rename(home.folder / "away")
    ran = await home.ran("feeds", "test", home.server.url("/wire.xml"), "--private", "--json")
    assert ran.code == 0, ran.err
    assert ran.json["items"] == 2


async def test_what_is_no_feed_is_told_with_both_addresses(home: Home) -> None:
    """A feed that leads to a login page, an empty answer, a name that nobody has: each says what stands where."""
    home.server.redirect("/members", "/login", 302)
    home.server.answer("/login", body=b"<!doctype html><html>Log in</html>")
    home.server.answer("/empty", body=b"")
    page = await home.digest("feeds", "test", home.server.url("/members"), "--private")
    assert page.code == 1
    assert f"{home.server.url('/members')} leads to {home.server.url('/login')}: this is a web page" in page.err
    empty = await home.digest("feeds", "test", home.server.url("/empty"), "--private")
    assert f"{home.server.url('/empty')}: the document is empty" in empty.err
    nobody = await home.digest("feeds", "test", "wier")
    assert (nobody.code, "no feed is called 'wier'" in nobody.err) == (2, True)


async def test_a_feed_that_moved_is_shown(home: Home) -> None:
    """Where a feed is asked now stands among its health, and that it should go into the configuration."""
    home.server.redirect("/old.xml", "/wire.xml", 301)
    home.configure("feeds.toml", f'[feeds]\nold = {{ url = "{home.server.url("/old.xml")}", private = true }}\n')
    assert (await home.digest("poll")).code == 0
    assert f"old: moved for good, asked at {home.server.url('/wire.xml')} now" in (await home.digest("feeds")).out


async def test_health_of_each_feed(home: Home) -> None:
    """Since when a feed fails, how often and why; when something new came last; when it is asked next."""
    before = datetime.now(UTC)
    never = {row["feed"]: row["state"] for row in (await home.digest("feeds", "--json")).json}
    assert never == {"wire": "never polled", "broken": "never polled"}
    for _ in range(2):
        await home.digest("poll")
    rows = {row["feed"]: row for row in (await home.digest("feeds", "--json")).json}
    good, bad = rows["wire"], rows["broken"]
    assert (good["state"], good["items_7d"], good["error"], good["failing_since"]) == ("ok", 2, None, None)
    assert before <= datetime.fromisoformat(good["last_item"]) <= datetime.fromisoformat(good["last_polled"])
    assert datetime.fromisoformat(good["next_poll"]) > datetime.now(UTC)
    assert before <= datetime.fromisoformat(bad["failing_since"]) < datetime.fromisoformat(bad["last_polled"])
    assert (bad["failures"], bad["status"], "500" in bad["error"], bad["last_item"]) == (2, 500, True, None)
    told = (await home.digest("feeds")).out
    assert "broken: failing since" in told
    assert "(2 tries)" in told


async def test_what_is_wrong_with_a_document_stands_in_its_health(home: Home) -> None:
    """A date that cannot be used is told, also after polls that read no entry anew, until an entry has one that can."""
    item = "<item><title>{0}</title><guid>{0}</guid><pubDate>{1}</pubDate></item>".format
    document = "<rss version='2.0'><channel><title>Wire</title>{}</channel></rss>".format
    strange = item("First", "in the spring")
    warning = "1 of its dates cannot be used (“in the spring”): such entries count as undated"
    for body in (document(strange), document(strange + " ")):
        home.server.document("/wire.xml", body.encode())
        assert (await home.digest("poll", "wire")).code == 0
        [row] = [row for row in (await home.digest("feeds", "--json")).json if row["feed"] == "wire"]
        assert row["warning"] == warning
    assert f"wire: {warning}" in (await home.digest("feeds")).out
    home.server.document("/wire.xml", document(strange + item("Second", "Mon, 02 Mar 2026 09:00 GMT")).encode())
    await home.digest("poll", "wire")
    assert warning not in (await home.digest("feeds")).out


async def test_pause_and_resume(home: Home) -> None:
    """A paused feed is not asked, and is again when resumed."""
    assert (await home.digest("feeds", "pause", "wire")).code == 0
    await home.digest("poll", "wire")
    assert not home.server.asked("/wire.xml")
    rows = (await home.digest("feeds", "--json")).json
    assert {row["feed"]: row["state"] for row in rows}["wire"] == "paused"
    assert (await home.digest("feeds", "resume", "wire")).code == 0
    await home.digest("poll", "wire")
    assert len(home.server.asked("/wire.xml")) == 1
