"""config show and schema, topics replay: what holds and where it was said, what an edit changes."""

import json

from tests.program import Home


async def test_config_show_tells_where_each_value_was_said(home: Home) -> None:
    """File and line, environment, or default."""
    asked = Home(folder=home.folder, server=home.server, environ={"DIGEST__DEFAULTS__LANGUAGE": "fr"})
    rows = {row["key"]: row for row in (await asked.digest("config", "show", "--json")).json}
    assert rows["digest.title"]["origin"].endswith("digest.toml:2")
    assert rows["defaults.language"]["origin"] == "environment DIGEST__DEFAULTS__LANGUAGE"
    assert rows["digest.poll"]["origin"] == "default"
    plain = await asked.digest("config", "show")
    assert 'digest.title = "Test Watch"' in plain.out.splitlines()
    told = await asked.digest("config", "show", "--origin")
    assert "environment DIGEST__DEFAULTS__LANGUAGE" in told.out


async def test_config_schema_needs_no_configuration(home: Home) -> None:
    """The schema is JSON on stdout, or in a file."""
    ran = await home.ran("config", "schema")
    assert json.loads(ran.out)["title"] == "digest configuration"
    assert (await home.ran("config", "schema", "--out", "schema.json")).code == 0
    assert json.loads((home.folder / "schema.json").read_text()) == json.loads(ran.out)


async def test_replay_tells_what_an_edited_topic_adds_and_drops(home: Home) -> None:
    """Added and dropped items with the reason, and nothing changes."""
    await home.digest("poll", "wire")
    same = (await home.digest("topics", "replay", "--json")).json
    assert same["items"] == 2
    assert all(not topic["added"] and not topic["dropped"] for topic in same["topics"])
    home.configure("topics.toml", '[topics.syria]\nany = ["Damascus"]\n[topics.iran]\nany = ["Tehran", "envoys"]\n')
    home.configure("subscribers.toml", '[subscribers]\n"ana@example.org" = {}\n')
    replayed = {topic["topic"]: topic for topic in (await home.digest("topics", "replay", "--json")).json["topics"]}
    assert [one["title"] for one in replayed["syria"]["dropped"]] == ["Aleppo talks collapse as Syrian envoys walk out"]
    assert (replayed["iran"]["before"], replayed["iran"]["after"]) == (1, 2)
    assert replayed["iran"]["added"][0]["matches"][0]["where"] == "topics.toml:4"
    told = await home.digest("topics", "replay", "--topic", "syria", "--since", "7d")
    assert "syria: 1 -> 0" in told.out
    assert "  - " in told.out
    assert "iran" not in told.out
    counted = {row["topic"]: row["items_7d"] for row in (await home.digest("topics", "--json")).json}
    assert counted == {"syria": 1, "iran": 1}
    assert (await home.digest("topics", "replay", "--topic", "oil")).code == 2
