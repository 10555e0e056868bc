"""import and export: what other programs hand over, what they are handed; nothing is lost on the way there and back."""

import json

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


async def test_a_table_with_an_unknown_topic_changes_nothing(home: Home) -> None:
    """The configuration would be wrong: told with its place, and left as it was."""
    before = home.read("subscribers.toml")
    ran = await home.digest("import", "csv", "-", given="address,topics\neve@example.org,oil\n")
    assert ran.code == 2
    assert "oil" in ran.err
    assert home.read("subscribers.toml") == before


async def test_a_person_gets_all_that_is_kept_of_them(home: Home) -> None:
    """Configuration, state and everything sent, as JSON, and nothing of anybody else."""
    await home.digest("poll")
    await home.digest("send")
    ran = await home.digest("export", "json", "ana@example.org")
    found = json.loads(ran.out)
    assert found["topics"] == ["syria", "iran"]
    assert [one["state"] for one in found["deliveries"]] == ["accepted"]
    assert "ben@" not in ran.out
    assert (await home.digest("export", "json", "ana@example.org", "--out", "ana.json")).code == 0
    assert json.loads((home.folder / "ana.json").read_text()) == found
    assert (await home.digest("export", "json", "eve@example.org")).code == 2
