"""Readers of single values: each says what it takes, reads it, and knows its JSON Schema. Touches no file.

A value is what `tomllib` made of it, or `Given` where it stands in an environment variable (always text there).
Every reader raises `Wrong` with a sentence that says what would be right.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Generic, Self, TypeVar
from zoneinfo import ZoneInfo, available_timezones

from digest import schedule
from digest.errors import ScheduleError, UsageError
from digest.model import Secret
from digest.settings.core.mistakes import Mistake, Wrong
from digest.settings.files.folders import expanded
from digest.text.suggestions import did_you_mean, kind_of

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
E = TypeVar("E", bound=StrEnum)

#: Longest text of a title or a name: headers and mastheads hold no more.
MAX_TEXT = 200
UNITS: Mapping[str, timedelta] = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
_PER = {"s": 1, "sec": 1, "m": 60, "min": 60, "h": 3600, "d": 86400}
_LANGUAGES = {
    "english": "en",
    "arabic": "ar",
    "persian": "fa",
    "farsi": "fa",
    "french": "fr",
    "german": "de",
    "russian": "ru",
    "spanish": "es",
    "turkish": "tr",
    "hebrew": "he",
}


class Given(str):
    """A value from an environment variable."""

    __slots__ = ("variable",)
    variable: str

    def __new__(cls, text: str, variable: str) -> Self:
        """The variable's text, and its name."""
        self = super().__new__(cls, text)
        self.variable = variable
        return self


@dataclass(frozen=True, slots=True)
class Reader(Generic[T_co]):
    """How one value is read."""

    read: Callable[[object], T_co]
    #: The value's JSON Schema.
    schema: Mapping[str, object] = field(default_factory=dict)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise Wrong(f'wants text in "quotes", not {kind_of(value)}')
    text = unicodedata.normalize("NFC", value).strip()
    if not text:
        raise Wrong("is empty")
    if any(unicodedata.category(sign) in {"Cc", "Cs", "Zl", "Zp"} for sign in text):
        raise Wrong("holds a line break or another control character: write it on one line")
    if len(text) > MAX_TEXT:
        raise Wrong(f"is longer than {MAX_TEXT} characters")
    return text


#: A line of text for people, NFC, trimmed, not empty, at most MAX_TEXT characters.
TEXT = Reader(_text, {"type": "string", "minLength": 1, "maxLength": MAX_TEXT})


def _folder(value: object) -> Path:
    try:
        return expanded(TEXT.read(value))
    except UsageError as exc:
        raise Wrong(f'"{exc}"') from exc


#: A folder of this machine; `~` is a home.
FOLDER = Reader(_folder, TEXT.schema)


def _flag(value: object) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, Given) and value.lower() in {"true", "false"}:
        return value.lower() == "true"
    raise Wrong("is true or false, without quotes")


FLAG = Reader(_flag, {"type": "boolean"})


def whole(low: int, high: int) -> Reader[int]:
    """A whole number from `low` to `high`."""

    def read(value: object) -> int:
        number = int(value) if isinstance(value, Given) and re.fullmatch(r"-?[0-9]{1,18}", value) else value
        if isinstance(number, bool) or not isinstance(number, int):
            raise Wrong(f"is a whole number from {low} to {high}, without quotes")
        if not low <= number <= high:
            raise Wrong(f"is a whole number from {low} to {high}, not {number}")
        return number

    return Reader(read, {"type": "integer", "minimum": low, "maximum": high})


def choice(kind: type[E], also: Mapping[str, str] = MappingProxyType({})) -> Reader[E]:
    """One of an enumeration's values; `also` tells which of them other words mean, for suggestions alone."""
    names = [member.value for member in kind]

    def read(value: object) -> E:
        """The member, in whatever case it is written. Wrong: none of them, with the one that was probably meant."""
        if isinstance(value, str) and value.strip().lower() in names:
            return kind(value.strip().lower())
        shown = f'"{value}"' if isinstance(value, str) else kind_of(value)
        known = " or ".join(f'"{name}"' for name in names)
        meant = also.get(str(value).strip().lower())
        hint = f', did you mean "{meant}"?' if meant else did_you_mean(str(value), names)
        raise Wrong(f"is {known}, not {shown}{hint}")

    return Reader(read, {"enum": names})


def duration(low: timedelta, high: timedelta) -> Reader[timedelta]:
    """A duration such as `15m` or `1h30m`."""

    def read(value: object) -> timedelta:
        """The sum of its parts. Wrong: no unit, no number, or out of bounds."""
        if isinstance(value, int) and not isinstance(value, bool):
            raise Wrong(f'needs its unit, did you mean "{value}s" or "{value}m"?')
        parts = re.findall(r"([0-9]{1,9})\s*([smhdw])", value) if isinstance(value, str) else []
        if not isinstance(value, str) or not re.fullmatch(r"(?:[0-9]{1,9}\s*[smhdw]\s*)+", value.strip()):
            shown = f'"{value}"' if isinstance(value, str) else kind_of(value)
            raise Wrong(f'is a duration such as "15m", "1h" or "1h30m", not {shown}')
        seconds = sum(int(count) * UNITS[unit].total_seconds() for count, unit in parts)
        if not low.total_seconds() <= seconds <= high.total_seconds():
            raise Wrong(f"lies between {shown_duration(low)} and {shown_duration(high)}, not at {value}")
        return timedelta(seconds=seconds)

    return Reader(read, {"type": "string", "pattern": "^([0-9]+ *[smhdw] *)+$"})


def shown_duration(length: timedelta) -> str:
    """A duration as the configuration writes it: `1h30m`."""
    seconds, parts = int(length.total_seconds()), []
    for unit in ("d", "h", "m", "s"):
        count, seconds = divmod(seconds, int(UNITS[unit].total_seconds()))
        parts += [f"{count}{unit}"] if count else []
    return "".join(parts) or "0s"


def _rate(value: object) -> float:
    found = re.fullmatch(r"([0-9]{1,6}(?:\.[0-9]{1,3})?)\s*/\s*([a-z]+)", value) if isinstance(value, str) else None
    if not found or found[2] not in _PER or float(found[1]) == 0:
        hint = f', did you mean "{value}/s"?' if isinstance(value, int) and not isinstance(value, bool) else ""
        raise Wrong(f'is a number of messages by time, such as "10/s", "100/min" or "5000/h"{hint}')
    return float(found[1]) / _PER[found[2]]


#: Messages a second.
RATE = Reader(_rate, {"type": "string", "pattern": "^[0-9.]+ */ *(s|sec|m|min|h|d)$"})


def _send(value: object) -> str:
    if not isinstance(value, str):
        raise Wrong(f'wants text in "quotes" such as "daily 07:00", not {kind_of(value)}')
    try:
        schedule.validate(value)
    except ScheduleError as exc:
        raise Wrong(str(exc)) from exc
    return " ".join(value.split())


SEND = Reader(_send, {"type": "string", "examples": ["daily 07:00", "weekdays 07:00", "mon,thu 08:30", "now"]})


def _zone(value: object) -> str:
    name = _text(value)
    if not _is_zone(name):
        known = [zone for zone in available_timezones() if "/" in zone or zone == "UTC"]
        city = [zone for zone in known if zone.rpartition("/")[2].casefold() == name.replace(" ", "_").casefold()]
        hint = f', did you mean "{min(city)}"?' if city else did_you_mean(name, known)
        raise Wrong(f'"{name}" is not a time zone' + (hint or ', write one such as "Europe/Berlin" or "UTC"'))
    return name


@lru_cache(maxsize=512)
def _is_zone(name: str) -> bool:
    """Whether it is a zone of the IANA database, and not one of the files that systems keep beside it."""
    if name.startswith(("posix/", "right/")) or name in {"localtime", "posixrules", "Factory"}:
        return False
    try:
        return ZoneInfo(name).key == name
    except (KeyError, ValueError, OSError):
        return False


ZONE = Reader(_zone, {"type": "string", "examples": ["Europe/Berlin", "UTC"]})


def _language(value: object) -> str:
    tag = _text(value).replace("_", "-").lower()
    if tag in _LANGUAGES:
        raise Wrong(f'"{value}" is written as its code, did you mean "{_LANGUAGES[tag]}"?')
    if not re.fullmatch(r"[a-z]{2,3}(-[a-z0-9]{2,8}){0,3}", tag):
        raise Wrong(f'"{value}" is not a language code such as "en" or "fr" (BCP 47)')
    return tag


LANGUAGE = Reader(_language, {"type": "string", "pattern": "^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$"})


def _secret(value: object) -> Secret:
    if isinstance(value, Given):
        return Secret(env=value.variable)
    ways = '{ env = "NAME" }, { file = "/run/secrets/name" } or { command = ["pass", "name"] }'
    if not isinstance(value, dict):
        raise Wrong(_hidden(f"is a secret and does not stand in the configuration: write {ways}"))
    if len(value) != 1 or not value.keys() <= {"env", "file", "command"}:
        raise Wrong(_hidden(f"says in one way where the secret is: {ways}"))
    ((way, where),) = value.items()
    parts = where if way == "command" else [where]
    if not isinstance(parts, list) or not parts or not all(isinstance(part, str) and part.strip() for part in parts):
        raise Wrong(_hidden(f"says where the secret is: {ways}"))
    if any("\0" in part for part in parts):
        raise Wrong(_hidden("holds a NUL character"))
    if way == "file" and not parts[0].startswith(("/", "~")):
        raise Wrong(_hidden('names its file by the full path, such as "/run/secrets/smtp" or "~/.smtp-password"'))
    match way:
        case "env":
            return Secret(env=parts[0])
        case "file":
            return Secret(file=parts[0])
    return Secret(command=tuple(parts))


def _hidden(text: str) -> Mistake:
    return Mistake(text=text, predicate=True, secret=True)


SECRET = Reader(
    _secret,
    {
        "type": "object",
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": False,
        "properties": {
            "env": {"type": "string"},
            "file": {"type": "string"},
            "command": {"type": "array", "items": {"type": "string"}, "minItems": 1},
        },
    },
)


def pattern(expression: str, wants: str) -> Reader[str]:
    """Text of a form; `wants` ends the sentence "... is"."""

    def read(value: object) -> str:
        text = _text(value)
        if not re.fullmatch(expression, text):
            raise Wrong(f'"{text}" is not {wants}')
        return text

    return Reader(read, {"type": "string", "pattern": f"^(?:{expression})$"})
