"""What the program tells about its configuration: the reference, the JSON Schema, origins, and advice."""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from digest.mail.render.theme import DARK, LIGHT
from digest.model import Feed, Mailbox, Subscriber
from digest.settings.core.shape import BounceSettings, DigestSettings, MailSettings, Security, Settings
from digest.settings.core.tables import Table
from digest.settings.files.folders import shipped_folder
from digest.settings.files.load import load, load_with_sources
from digest.settings.help.advice import advice
from digest.settings.help.json_schema import schema
from digest.settings.help.origin import Row, rows
from digest.settings.help.reference import reference
from digest.settings.tables.general import COLOURED
from digest.settings.tables.registry import TABLES
from digest.topics.rules import Topic

ROOT = Path(__file__).parents[4]


# The reference


def test_the_reference_is_what_the_code_says() -> None:
    """docs/configuration.md is generated: write it anew with
    python -c "from digest.settings.help.reference import reference; print(reference(), end='')" > docs/configuration.md
    """
    assert (ROOT / "docs" / "configuration.md").read_text() == reference()


@pytest.mark.parametrize(
    "table", [*TABLES, *(inner for table in TABLES for inner in table.inner)], ids=lambda table: str(table.name)
)
def test_every_example_of_the_reference_can_be_read(table: Table) -> None:
    """What the reference shows as an example is right, so that it can be copied."""
    for key, absent in table.rows():
        value = tomllib.loads(f"value = {key.example}")["value"]
        if key.name == "topics":
            assert isinstance(value, list)
        else:
            key.reader.read(value)
        if absent.startswith(('"', "[")) and key.name != "topics":
            key.reader.read(tomllib.loads(f"value = {absent}")["value"])


def test_the_defaults_that_the_reference_tells_hold(tmp_path: Path) -> None:
    """A default that is told as a value is the one that a configuration without the key gets."""
    mail = '[mail]\nfrom = "a@b.example"\nserver = "s"\n'
    least = '[feeds]\na = "https://example.org/"\n[topics.x]\nany = ["Xanadu"]\n' + mail
    file = tmp_path / "digest.toml"
    file.write_text(least)
    without = load(file, {})
    for table in TABLES[:5]:
        for key, absent in table.rows():
            if re.match(r'"|\[|[0-9]', absent) and key.name not in {"security", "topics"}:
                header = f"[{table.name}]\n" if table.name != "mail" else ""
                file.write_text(f"{least}{header}{key.name} = {absent}\n")
                assert load(file, {}) == without, key.name


def test_every_colour_that_can_be_set_is_one_that_digests_have() -> None:
    """The names that `[theme]` takes are the ones that the templates use."""
    assert set(COLOURED) == set(LIGHT) == set(DARK)


# The schema


def errors(value: Any, rule: Mapping[str, Any], path: str = "") -> list[str]:
    """What a JSON Schema has against a value, for the keywords that ours uses."""
    if "anyOf" in rule:
        return [] if any(not errors(value, option, path) for option in rule["anyOf"]) else [f"{path}: no option fits"]
    kinds: dict[str, Any] = {
        "object": dict,
        "array": list,
        "string": str,
        "integer": int,
        "number": (int, float),
        "boolean": bool,
    }
    if "type" in rule and not isinstance(value, kinds[rule["type"]]):
        return [f"{path}: not a {rule['type']}"]
    found = [f"{path}: not one of {rule['enum']}"] if "enum" in rule and value not in rule["enum"] else []
    if "pattern" in rule and not re.search(rule["pattern"], value):
        found.append(f"{path}: {value} does not look like {rule['pattern']}")
    if isinstance(value, dict):
        found += [f"{path}: lacks {key}" for key in rule.get("required", ()) if key not in value]
        for key, inner in value.items():
            found += errors(key, rule.get("propertyNames", {}), f"{path}.{key}")
            sub = rule.get("properties", {}).get(key, rule.get("additionalProperties", {}))
            found += [f"{path}: unknown {key}"] if sub is False else errors(inner, sub, f"{path}.{key}")
    if isinstance(value, list):
        found += [one for n, inner in enumerate(value) for one in errors(inner, rule.get("items", {}), f"{path}[{n}]")]
    return found


def test_the_shipped_example_satisfies_the_schema() -> None:
    """An editor that checks the shipped files with the schema finds nothing; the schema is plain JSON."""
    rule = json.loads(json.dumps(schema()))
    for file in shipped_folder("config").glob("*.toml"):
        assert errors(tomllib.loads(file.read_text()), rule) == []


@pytest.mark.parametrize(
    "text",
    [
        '[digest]\ntitel = "x"',
        "[digest]\ntitle = 5",
        '[mail]\nserver = "x"',
        '[mail]\nfrom = "a@b.example"\npassword = "x"',
        '[feeds]\na = "ftp://x"',
        "[feeds.a]\nname = 'x'",
        "[topics.a]\nann = ['x']",
        '[subscribers]\n"a@b.example" = { format = "htlm" }',
        "[feds]",
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(text: str) -> None:
    """Mistyped keys, wrong types and missing values show in the editor already."""
    assert errors(tomllib.loads(text), schema())


# Origins


def test_origins_tell_file_line_variable_or_default(tmp_path: Path) -> None:
    """`config show --origin` names where each value was said, and shows no secret."""
    (tmp_path / "a.toml").write_text(
        '[feeds]\nbbc = "https://bbc.example.org/"\n\n[topics.iran]\nany = ["Iran", "IRGC"]\n'
        '[mail]\nfrom = "a@b.example"\nserver = "s"\nuser = "u"\ndkim = { selector = "s1", key = { env = "K" } }\n'
    )
    environ = {
        "DIGEST__MAIL__PASSWORD": "hunter2",
        "DIGEST__MAIL__PORT": "2525",
        "DIGEST__MAIL__DKIM__KEY": "hunter2",
        "DIGEST__DIGEST__STORE": "postgresql://digest:hunter2@db/x",
    }
    found = {row.key: row for row in rows(load_with_sources(tmp_path, environ))}
    assert found["feeds.bbc"] == Row(key="feeds.bbc", value='"https://bbc.example.org/"', origin=f"{tmp_path}/a.toml:2")
    assert found["topics.iran"] == Row(key="topics.iran", value="any: 2", origin=f"{tmp_path}/a.toml:4")
    assert found["mail.server"] == Row(key="mail.server", value='"s"', origin=f"{tmp_path}/a.toml:8")
    assert found["mail.port"] == Row(key="mail.port", value="2525", origin="environment DIGEST__MAIL__PORT")
    assert found["mail.password"].value == '{ env = "DIGEST__MAIL__PASSWORD" }'
    assert found["mail.dkim"].value == '{ selector = "s1", key = { env = "DIGEST__MAIL__DKIM__KEY" } }'
    assert found["digest.store"].value == '"postgresql://digest:***@db/x"'
    assert found["digest.poll"] == Row(key="digest.poll", value='"15m"', origin="default")
    assert "hunter2" not in str(found)


# Advice

ANA = Subscriber(mailbox=Mailbox(address="ana@ana.net"), topics=("iran",), send="daily 07:00")
GOOD = Settings(
    digest=DigestSettings(contact="desk@desk.net"),
    mail=MailSettings(
        sender=Mailbox(address="desk@desk.net"),
        server="smtp.desk.net",
        bounce_mailbox=BounceSettings(maildir=Path("/var/mail/bounces")),
    ),
    feeds=(Feed(id="a", url="https://a.net/rss"),),
    topics=(Topic(id="iran", title="Iran", terms=()),),
    subscribers=(ANA,),
)


def test_there_is_nothing_to_say_of_a_good_configuration() -> None:
    """Advice is silent where there is none to give."""
    assert advice(GOOD) == ()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (
            replace(GOOD, subscribers=()),
            'there are no subscribers: write [subscribers] and a line such as "you@example.org" = { topics = ["*"] }',
        ),
        (
            replace(GOOD, subscribers=(ANA, replace(ANA, mailbox=Mailbox(address="bo@example.org")))),
            "mail to bo@example.org goes nowhere: these addresses are reserved for examples",
        ),
        (
            replace(GOOD, topics=(*GOOD.topics, Topic(id="syria", title="Syria", terms=()))),
            "no subscriber takes syria",
        ),
        (
            replace(GOOD, feeds=(Feed(id="a", url="https://a.net/rss", paused=True),)),
            "every feed is paused: nothing new can come",
        ),
        (
            replace(GOOD, feeds=(*GOOD.feeds, Feed(id="b", url="https://A.net/rss/"))),
            "a and b have the same address: one of them is enough",
        ),
        (
            replace(
                GOOD, feeds=(Feed(id="a", url="http://a.net/rss"), Feed(id="b", url="http://10.0.0.1/", private=True))
            ),
            "a come over http, where anybody on the way can change what they say: try https",
        ),
        (
            replace(GOOD, feeds=(Feed(id="a", url="https://a.net/rss", topics=("syria",)),)),
            "feed a belongs to syria, which no subscriber takes",
        ),
        (replace(GOOD, mail=None), "there is no [mail]: messages are written to the folder ./outbox"),
        (
            replace(GOOD, digest=DigestSettings()),
            "[digest] contact is empty: tell publishers how to reach you before they block you",
        ),
    ],
)
def test_advice_names_what_may_not_do_what_was_meant(settings: Settings, said: str) -> None:
    """What is right and yet does nothing, or not what was meant, is told in one sentence."""
    assert advice(settings) == (said,)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            {"security": Security.NONE},
            '[mail] sends to smtp.desk.net over an open line: write security = "starttls" if the server offers it',
        ),
        ({"port": 465}, '[mail] port 465 usually speaks TLS from the first byte: write security = "tls"'),
        (
            {"security": Security.TLS},
            '[mail] port 587 usually starts in clear: write security = "starttls", or port = 465',
        ),
        (
            {"sender": Mailbox(address="desk@news.example.org")},
            "[mail] from desk@news.example.org is an address for examples: write one of your own",
        ),
    ],
)
def test_advice_on_the_relay(change: dict[str, Any], said: str) -> None:
    """Ports and protection that do not belong together, an open line and a borrowed address are told."""
    assert GOOD.mail is not None
    assert advice(replace(GOOD, mail=replace(GOOD.mail, **change))) == (said,)


@pytest.mark.parametrize("server", ["localhost", "127.0.0.1", "::1", "10.0.0.7"])
def test_an_open_line_at_home_is_no_news(server: str) -> None:
    """A relay on this machine or in its network needs no TLS to be trusted."""
    assert GOOD.mail is not None
    assert advice(replace(GOOD, mail=replace(GOOD.mail, security=Security.NONE, server=server, port=25))) == ()


@pytest.mark.parametrize(
    ("change", "address"),
    [
        ({}, "desk@desk.net"),
        ({"reply_to": Mailbox(address="reply@desk.net")}, "reply@desk.net"),
        ({"unsubscribe": "out@desk.net", "reply_to": Mailbox(address="reply@desk.net")}, "out@desk.net"),
    ],
)
def test_advice_names_the_address_that_a_person_must_read(change: dict[str, Any], address: str) -> None:
    """Where no mailbox is read here, whoever unsubscribes by mail waits for a person, who needs a verb for it."""
    assert GOOD.mail is not None
    (said,) = advice(replace(GOOD, mail=replace(GOOD.mail, bounce_mailbox=None, **change)))
    assert f"a person must read {address}:" in said
    assert "digest subscribers unsubscribe EMAIL" in said


def test_a_table_of_its_own_is_read_described_and_overridden(tmp_path: Path) -> None:
    """Every table that is declared can be set by file and by environment, unless it is one of entries."""
    (tmp_path / "digest.toml").write_text('[feeds]\na = "https://example.org/"\n[topics.x]\nany = ["Xanadu"]\n')
    environ = {"DIGEST__LLM__BASE_URL": "https://llm.example/v1", "DIGEST__LLM__MODEL": "small"}
    found = load(tmp_path, environ).llm
    assert found is not None
    assert (found.base_url, found.model) == ("https://llm.example/v1", "small")
