"""The tables `[digest]` and `[theme]`: the installation, and how its digests look. Pure."""

from collections.abc import Mapping
from datetime import timedelta

from digest.settings.core.addresses import MAILBOX
from digest.settings.core.keys import Key, by_name, table
from digest.settings.core.locations import STORE, WEB
from digest.settings.core.mistakes import Mistake, Wrong
from digest.settings.core.shape import DigestSettings, ThemeSettings
from digest.settings.core.tables import Table
from digest.settings.core.values import FOLDER, TEXT, Reader, duration, pattern
from digest.text.suggestions import did_you_mean

#: Asking more often helps nobody and gets a program blocked.
MIN_POLL = timedelta(minutes=1)
MAX_POLL = timedelta(days=7)

_USUAL = DigestSettings()
_POLL = duration(MIN_POLL, MAX_POLL)
_COLOUR = pattern("#[0-9A-Fa-f]{6}", 'a colour such as "#1d6a4b"')

# [digest]


DIGEST_KEYS = (
    Key(
        name="title",
        reader=TEXT,
        about="The masthead of every digest.",
        example='"Levant & Gulf Watch"',
    ),
    Key(
        name="link",
        reader=WEB,
        about="Your public address, told to every feed's server. No web pages are served yet: no mail links to it.",
        example='"https://news.example.org"',
    ),
    Key(
        name="poll",
        reader=_POLL,
        about="How often feeds are asked that say nothing of their own.",
        example='"15m"',
    ),
    Key(
        name="poll_min",
        reader=_POLL,
        about="However often a feed changes, it is not asked more often than this.",
        example='"5m"',
    ),
    Key(
        name="poll_max",
        reader=_POLL,
        about="However seldom a feed changes, it is asked at least this often.",
        example='"24h"',
    ),
    Key(
        name="store",
        reader=STORE,
        about="Where everything is remembered: an SQLAlchemy address without a password in it.",
        example='"postgresql://digest@db.example.org/digest"',
        default="SQLite in $STATE_DIRECTORY, else in $XDG_STATE_HOME/digest",
    ),
    Key(
        name="outbox",
        reader=FOLDER,
        about="Where messages are written while there is no [mail]; relative to this folder.",
        example='"/var/spool/digest"',
        default="./outbox for verbs run by hand, the state folder's outbox for run",
    ),
    Key(
        name="from",
        attribute="sender",
        reader=MAILBOX,
        about="Who messages in the outbox are from; [mail] has its own.",
        example='"News desk <digest@news.example.org>"',
        default='"digest@digest.example"',
    ),
    Key(
        name="contact",
        reader=TEXT,
        about="How a publisher reaches you: an address or a page, told to every feed's server in the User-Agent.",
        example='"desk@news.example.org"',
    ),
)


def _digest(*, poll: timedelta = _USUAL.poll, **fields: object) -> DigestSettings:
    bounds = {"poll_min": min(_USUAL.poll_min, poll), "poll_max": max(_USUAL.poll_max, poll)}
    return DigestSettings(poll=poll, **{**bounds, **fields})  # type: ignore[arg-type]


def _digest_check(seen: Mapping[str, object]) -> list[Mistake]:
    poll, low, high = (seen.get(name) for name in ("poll", "poll_min", "poll_max"))
    mistakes = []
    if isinstance(low, timedelta) and low > (poll if isinstance(poll, timedelta) else _USUAL.poll):
        mistakes.append(Mistake(text='"poll_min" is longer than "poll"', path=("poll_min",)))
    if isinstance(high, timedelta) and high < (poll if isinstance(poll, timedelta) else _USUAL.poll):
        mistakes.append(Mistake(text='"poll_max" is shorter than "poll"', path=("poll_max",)))
    return mistakes


DIGEST = Table(
    name="digest",
    about="The installation.",
    keys=DIGEST_KEYS,
    settings=DigestSettings,
    reader=table(DIGEST_KEYS, _digest, _digest_check),
)

# [theme]

#: What has a colour of its own.
COLOURED = ("canvas", "paper", "ink", "body", "meta", "link", "rule", *(f"topic{n}" for n in range(1, 7)))


def _coloured(value: object) -> str:
    name = str(value)
    if name not in COLOURED:
        raise Wrong(f'"{name}" has no colour' + did_you_mean(name, COLOURED, otherwise=f"; {', '.join(COLOURED)} have"))
    return name


_COLOURS = by_name(_COLOUR, name=Reader(_coloured, {"enum": COLOURED}))

THEME_KEYS = (
    Key(
        name="logo_line",
        reader=TEXT,
        about="A line of text over the masthead.",
        example='"The Watch Desk"',
    ),
    Key(
        name="colours",
        reader=_COLOURS,
        about=f"Colours in light mode: {', '.join(COLOURED)}.",
        example='{ link = "#0b4a8f", topic1 = "#1d6a4b" }',
        default="the shipped ones",
    ),
    Key(
        name="dark_colours",
        reader=_COLOURS,
        about="The same in dark mode.",
        example='{ link = "#8cbcf2" }',
        default="the shipped ones",
    ),
    Key(
        name="postal",
        reader=TEXT,
        about="Your postal address, for the foot of each message; some countries' law asks for it.",
        example='"Watch Desk, 1 Example Street, Beirut"',
    ),
    Key(
        name="serif",
        reader=TEXT,
        about="The fonts of headlines, as CSS has them.",
        example="\"Georgia, 'Times New Roman', serif\"",
        default="the shipped ones",
    ),
    Key(
        name="sans",
        reader=TEXT,
        about="The fonts of everything else.",
        example='"Helvetica, Arial, sans-serif"',
        default="the shipped ones",
    ),
)

THEME = Table(
    name="theme",
    about="How digests look, without touching a template.",
    keys=THEME_KEYS,
    settings=ThemeSettings,
    reader=table(THEME_KEYS, ThemeSettings),
)
