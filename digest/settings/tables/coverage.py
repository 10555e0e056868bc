"""The tables `[feeds]` and `[topics]`: what is read, and what is looked for. Pure."""

import re
from collections.abc import Collection, Mapping
from datetime import timedelta

from digest.errors import TermError
from digest.model import Feed, FeedAuth
from digest.settings.core.keys import Key, read_keys, schema_of, table
from digest.settings.core.locations import WEB, is_private
from digest.settings.core.mistakes import Mistake, Path, under
from digest.settings.core.tables import Table
from digest.settings.core.values import FLAG, SECRET, TEXT, duration
from digest.settings.tables.general import MAX_POLL, MIN_POLL
from digest.settings.tables.subscribers import topic_list
from digest.topics.rules import Topic
from digest.topics.table import LISTS, NEAR_KEYS, TERM_KEYS, Where, parse_topic, topic_problems

#: Ids stand in web addresses, on the command line and in file names.
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
#: Nobody else is asked by a feed in one's own network.
MIN_PRIVATE_POLL = timedelta(seconds=1)

AUTH_KEYS = (
    Key(name="user", reader=TEXT, about="The login's name (HTTP Basic).", example='"reader"'),
    Key(
        name="password",
        reader=SECRET,
        about="Where its password is.",
        example='{ env = "FEED_PASSWORD" }',
    ),
    Key(
        name="bearer",
        reader=SECRET,
        about="Where a bearer token is (RFC 6750), instead of a login.",
        example='{ file = "/run/secrets/feed-token" }',
    ),
    Key(
        name="cookie",
        reader=SECRET,
        about="Where the value of a Cookie header is, instead of a login.",
        example='{ command = ["pass", "feed-cookie"] }',
    ),
)


def _auth_check(seen: Mapping[str, object]) -> list[Mistake]:
    if len({"user", "bearer", "cookie"} & seen.keys()) != 1:
        return [Mistake(text="is one of user (with password), bearer or cookie", predicate=True)]
    if ("password" in seen) != ("user" in seen):
        return [Mistake(text="needs both user and password", predicate=True)]
    return []


#: What a feed is.
_FEED = (
    Key(
        name="url",
        reader=WEB,
        about="The feed's address: RSS, Atom or JSON Feed.",
        example='"https://news.example.org/feed.xml"',
        required=True,
    ),
    Key(
        name="name",
        reader=TEXT,
        about="The publisher's name, as readers see it.",
        example='"The Guardian"',
        default="what the feed calls itself",
    ),
)
#: How its server is asked, and where it is filed.
_ASKING = (
    Key(
        name="private",
        reader=FLAG,
        about="Allow an address on a private network or on this machine.",
        example="true",
    ),
    Key(
        name="poll",
        reader=duration(MIN_PRIVATE_POLL, MAX_POLL),
        about="How often it is asked: at most every minute, every second if it is private.",
        example='"1h"',
        default="poll of [digest], adapted to how often it changes",
    ),
    Key(name="paused", reader=FLAG, about="Polling is paused.", example="true"),
    Key(
        name="updates",
        reader=FLAG,
        about="An entry that was updated later, by its own date, is told again as an update.",
        example="true",
    ),
    Key(
        name="auth",
        reader=table(AUTH_KEYS, FeedAuth, _auth_check),
        about="How its server wants us to say who we are.",
        example='{ user = "reader", password = { env = "FEED_PASSWORD" } }',
        default="not at all",
    ),
    Key(
        name="folder",
        reader=TEXT,
        about="The folder in which it stands when feeds are exported as OPML.",
        example='"Middle East"',
    ),
)


def feed_keys(topics: Collection[str]) -> tuple[Key, ...]:
    """What a feed may say, where these topics are declared."""
    always = Key(
        name="topics",
        reader=topic_list(topics),
        about="Topics that all its items belong to, whatever they say.",
        example='["syria"]',
        default="each item's topics are found by their terms",
    )
    return (*_FEED, always, *_ASKING)


def read_feeds(table: Mapping[str, object], topics: Collection[str]) -> tuple[list[Feed], list[Mistake]]:
    """The feeds that can be read, and what is wrong with the others."""
    keys = feed_keys(topics)
    feeds: list[Feed] = []
    mistakes: list[Mistake] = []
    for name, value in table.items():
        short = isinstance(value, str)
        fields, found = read_keys({"url": value} if short else value, keys)
        found += _id_mistakes(name, "feed")
        found += _feed_mistakes(fields)
        if short:
            found = [Mistake(text=one.text, at_key=one.at_key, secret=one.secret) for one in found]
        if found:
            mistakes += under(name, found)
        else:
            feeds.append(Feed(id=name, **fields))  # type: ignore[arg-type]
    return feeds, mistakes


def _feed_mistakes(fields: Mapping[str, object]) -> list[Mistake]:
    """What is wrong with values that are right each by itself."""
    mistakes = []
    url, poll = fields.get("url"), fields.get("poll")
    if isinstance(url, str) and is_private(url) and not fields.get("private"):
        text = f'"{url}" is on a private network or on this machine: if that is meant, add private = true'
        mistakes.append(Mistake(text=text, path=("url",)))
    if isinstance(poll, timedelta) and poll < MIN_POLL and not fields.get("private"):
        mistakes.append(Mistake(text='"poll" of a public feed is at least "1m"', path=("poll",)))
    return mistakes


def _id_mistakes(name: str, kind: str) -> list[Mistake]:
    if ID.fullmatch(name):
        return []
    like = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:64]
    hint = f', did you mean "{like}"?' if like else ""
    text = f'"{name}" is not an id for a {kind}: letters, digits, - and _ make one{hint}'
    return [Mistake(text=text, at_key=True)]


def read_topics(table: Mapping[str, object], where: Where) -> tuple[list[Topic], list[Mistake]]:
    """The topics that can be read, and what is wrong with the others. `where` is asked with paths from the top."""
    topics: list[Topic] = []
    mistakes: list[Mistake] = []
    for name, value in table.items():
        found = _id_mistakes(name, "topic")
        if not isinstance(value, Mapping):
            found.append(Mistake(text=f'"{name}" is a topic and needs its table: {name} = {{ any = ["..."] }}'))
        else:
            found += [_from_term(problem) for problem in topic_problems(name, value)]
        if found or not isinstance(value, Mapping):
            mistakes += under(name, found)
        else:
            topics.append(parse_topic(name, value, _inside(name, where)))
    return topics, mistakes


def _from_term(problem: TermError) -> Mistake:
    return Mistake(text=str(problem), path=problem.path, at_key="unknown key" in str(problem))


def _inside(name: str, where: Where) -> Where:
    """`where` for paths inside one topic's table."""

    def inside(path: Path) -> str:
        return where(("topics", name, *path))

    return inside


# As JSON Schemas

_STRINGS: Mapping[str, object] = {"type": "array", "items": {"type": "string"}}


def _by_id(entry: Mapping[str, object]) -> dict[str, object]:
    return {"type": "object", "propertyNames": {"pattern": f"^{ID.pattern}$"}, "additionalProperties": entry}


def _topic() -> dict[str, object]:
    """A topic's table; `topics.table` reads it."""
    number = {"type": "number", "exclusiveMinimum": 0}
    shapes: dict[str, Mapping[str, object]] = {
        "term": {"type": "string"},
        "weight": {**number, "maximum": 1},
        "within": {"type": "integer", "minimum": 1},
        "near": _STRINGS,
        "beside": _STRINGS,
        "any": {"type": "array", "items": {"anyOf": [{"type": "string"}, _STRINGS]}},
    }
    term = {"anyOf": [{"type": "string"}, _object({key: shapes[key] for key in TERM_KEYS})]}
    terms: dict[str, object] = {"type": "array", "items": term}
    by_language: Mapping[str, object] = {"anyOf": [terms, {"type": "object", "additionalProperties": terms}]}
    return _object(
        {
            "title": {"type": "string"},
            "titles": {"type": "object", "additionalProperties": {"type": "string"}},
            **dict.fromkeys(LISTS, by_language),
            "near": {"type": "array", "items": _object({key: shapes[key] for key in NEAR_KEYS})},
            "spellings": {"type": "array", "items": _STRINGS},
            "threshold": number,
        }
    )


def _object(properties: Mapping[str, Mapping[str, object]]) -> dict[str, object]:
    return {"type": "object", "additionalProperties": False, "properties": properties}


FEEDS = Table(
    name="feeds",
    about=(
        'What is read: `id = "address"`, or a table. The id is the feed\'s name for good: a changed address keeps '
        "its items, a changed id is a new feed."
    ),
    keys=feed_keys(()),
    settings=Feed,
    entries=True,
    described=_by_id({"anyOf": [dict(WEB.schema), schema_of(feed_keys(()))]}),
    inner=(Table(name="auth", about="One of user with password, bearer, or cookie.", keys=AUTH_KEYS),),
)
TOPICS = Table(
    name="topics",
    about="What is looked for, one table each. Its keys are told in [editorial.md](editorial.md).",
    entries=True,
    described=_by_id(_topic()),
)
