"""import and export: what other programs hand over, what they are handed; nothing is lost on the way there and back."""

import json
from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from digest.app.moving import subscribers_of
from digest.errors import UsageError
from digest.settings.core.shape import Settings
from digest.settings.files.load import Loaded
from digest.settings.files.sources import Sources
from tests.program import Home

OPML = """<?xml version="1.0"?><opml version="2.0"><head><title>x</title></head><body>
<outline text="News"><outline type="rss" text="Far News" xmlUrl="https://far.example/feed.xml"/>
<outline type="rss" text="Near News" xmlUrl="http://10.0.0.5/feed.xml"/></outline>
<outline type="rss" text="Wire" xmlUrl="{wire}"/></body></opml>"""


async def test_feeds_come_from_opml_and_go_back(home: Home) -> None:
    """New feeds are added with name and folder; known ones, and private ones without leave, are told and left out."""
    (home.folder / "list.opml").write_text(OPML.format(wire=home.server.url("/wire.xml")))
    before = home.read("feeds.toml")
    looked = await home.digest("import", "opml", "list.opml", "--dry-run", "--json")
    assert looked.json["added"] == ["far-news"]
    assert home.read("feeds.toml") == before
    ran = await home.digest("import", "opml", "list.opml")
    assert ran.code == 3, ran.err
    assert "10.0.0.5" in ran.err
    assert "as wire" in ran.err
    line = 'far-news = { url = "https://far.example/feed.xml", name = "Far News", folder = "News" }\n'
    assert home.read("feeds.toml") == before + line
    assert (await home.digest("import", "opml", "list.opml", "--private", "--json")).json["added"] == ["near-news"]
    out = await home.digest("export", "opml")
    again = await home.digest("import", "opml", "-", "--json", given=out.out)
    assert again.json["added"] == []
    assert len(again.json["skipped"]) == 4


async def test_rss2email_hands_over_its_feeds(home: Home) -> None:
    """Its sections become feeds; a file that is none is told."""
    (home.folder / "rss2email.cfg").write_text(
        "[DEFAULT]\nto = me@example.org\nhtml-mail = True\n[feed.far]\nurl = https://far.example/100%/feed\nto =\n"
    )
    ran = await home.digest("import", "rss2email", "rss2email.cfg", "--json")
    assert ran.code == 0, ran.err
    assert ran.json["added"] == ["far"]
    (home.folder / "other.cfg").write_text("[x]\ny = 1\n")
    for name in ("other.cfg", "feeds.toml"):
        (home.folder / "feeds.toml").write_text("no = section\n")
        wrong = await home.digest("import", "rss2email", name)
        assert (wrong.code, "rss2email" in wrong.err) == (2, True)


async def test_what_a_list_holds_and_cannot_be_taken_over_is_told(home: Home) -> None:
    """Logins, addresses without a scheme, other schemes; `feed:` is understood, and a paused feed stays paused."""
    opml = (
        '<opml version="2.0"><body><outline text="a" xmlUrl="feed://a.example/f"/>'
        '<outline text="b" xmlUrl="feed:https://b.example/f?a=1&amp;copy=3&amp;mod=rss"/>'
        '<outline text="c" xmlUrl="https://user:geheim@c.example/f"/><outline text="d" xmlUrl="ftp://d.example/f"/>'
        '<outline text="e" xmlUrl="e.example/f"/><outline text="f" xmlUrl="http://f.example/a b.xml"/></body></opml>'
    )
    ran = await home.digest("import", "opml", "-", given=opml)
    assert ran.code == 3, ran.err
    assert "geheim" not in ran.err
    assert [name for name in ("c.example", "d.example", "e.example") if name not in ran.err] == []
    text = home.read("feeds.toml")
    for url in ("http://a.example/f", "https://b.example/f?a=1&copy=3&mod=rss", "http://f.example/a%20b.xml"):
        assert f'"{url}"' in text
    config = "[feed.asleep]\nurl = https://asleep.example/feed\nactive = False\n[feed.bare]\nurl = bare.example/feed\n"
    old = await home.digest("import", "rss2email", "-", given=config)
    assert (old.code, "bare.example" in old.err) == (3, True)
    assert 'asleep = { url = "https://asleep.example/feed", name = "asleep", paused = true }' in home.read("feeds.toml")


async def test_subscribers_come_from_a_table_and_go_back(home: Home) -> None:
    """Semicolons or commas; wrong and known addresses are told; what is exported is read again, formulas disarmed."""
    (home.folder / "people.csv").write_text(
        "\ufeffE-Mail;Name;Topics;Send\neve@example.org;=Eve();iran syria;weekdays 08:00\nANA@example.org;;;\n"
        "zed@@example.org;;;\n\ngil@example.org;;;\n"
    )
    ran = await home.digest("import", "csv", "people.csv", "--json")
    assert ran.code == 3, ran.err
    assert ran.json["added"] == ["eve@example.org", "gil@example.org"]
    assert [one["what"] for one in ran.json["skipped"]] == ["ANA@example.org", "zed@@example.org"]
    out = await home.digest("export", "csv")
    assert "eve@example.org,'=Eve(),iran syria,weekdays 08:00,UTC,en,html" in out.out.splitlines()
    before = (await home.digest("subscribers", "--json")).json
    home.configure("subscribers.toml", "")
    assert (await home.digest("import", "csv", "-", given=out.out)).code == 0
    assert (await home.digest("subscribers", "--json")).json == before
    bad = await home.digest("import", "csv", "-", given="mail,colour\na@b.example,red\n")
    assert (bad.code, "colour" in bad.err) == (2, True)


async def test_a_wrong_row_is_told_by_its_line_and_stops_no_other(home: Home) -> None:
    """The dry run sees what the run sees; topics of one cell may stand apart by spaces or commas."""
    table = "address,topics,timezone\neve@example.org,oil,\nbo@example.org,,Mars/Base\n"
    table += 'gil@example.org,"iran, syria",Europe/Berlin\n'
    before = home.read("subscribers.toml")
    looked = await home.digest("import", "csv", "-", "--dry-run", given=table)
    assert home.read("subscribers.toml") == before
    ran = await home.digest("import", "csv", "-", given=table)
    assert (looked.code, ran.code) == (3, 3)
    assert looked.err == ran.err
    assert "eve@example.org (line 2)" in ran.err
    assert "oil" in ran.err
    assert "bo@example.org (line 3)" in ran.err
    assert "Mars/Base" in ran.err
    (gil,) = [one for one in (await home.digest("subscribers", "--json")).json if one["address"] == "gil@example.org"]
    assert (gil["topics"], gil["timezone"]) == (["iran", "syria"], "Europe/Berlin")


async def test_a_cell_that_is_too_large_is_told_by_its_line(home: Home) -> None:
    """No traceback: what is wrong is the table."""
    ran = await home.digest(
        "import", "csv", "-", given=f"address,name\nbo@example.org,Bo\neve@example.org,{'x' * 200_000}\n"
    )
    assert ran.code == 2, ran.err
    assert "line 3" in ran.err
    assert "Traceback" not in ran.err


@given(st.text(st.sampled_from("address,name;topics\t\n\r\"' =@\x00\ufeffAé\u2028"), max_size=80))
@example('address\n"')
def test_any_table_is_read_or_refused_in_words(text: str) -> None:
    """Whatever stands in a file, it is not a crash."""
    loaded = Loaded(settings=Settings(), sources=Sources(Path("config")), variables={})
    try:
        taken = subscribers_of(text, loaded)
    except UsageError:
        return
    assert all(isinstance(address, str) for address in taken.entries)


async def test_a_person_gets_all_that_is_kept_of_them(home: Home) -> None:
    """Configuration, state and everything sent, as JSON, and nothing of anybody else."""
    await home.digest("poll")
    await home.digest("send")
    ran = await home.digest("export", "json", "ana@example.org")
    found = json.loads(ran.out)
    assert found["topics"] == ["syria", "iran"]
    assert [one["state"] for one in found["deliveries"]] == ["accepted"]
    assert found["consent"] == {"how": "listed by the operator", "when": found["created"], "words": None}
    assert "ben@" not in ran.out
    assert (await home.digest("export", "json", "ana@example.org", "--out", "ana.json")).code == 0
    assert json.loads((home.folder / "ana.json").read_text()) == found
    assert (await home.digest("export", "json", "eve@example.org")).code == 2


async def test_whom_rss2email_mailed_is_told(home: Home) -> None:
    """The usual address and those of single feeds are named, with the verb that adds them."""
    config = (
        "[DEFAULT]\nto = ana@example.org\n[feed.one]\nurl = https://one.example/f\n"
        "[feed.two]\nurl = https://two.example/f\nto = ben@example.org\n"
    )
    ran = await home.digest("import", "rss2email", "-", given=config)
    assert ran.code == 0, ran.err
    assert "rss2email mailed ana@example.org, ben@example.org" in ran.err
    assert "subscribers add" in ran.err
