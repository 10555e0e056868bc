"""Words, dates and numbers in the reader's language. Pure but for Babel's own tables, which it reads once a locale.

Babel is imported by the first call: it is slow to load, and most verbs of the command line print no digest.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from digest.mail.render.phrases import PHRASES, Phrase
from digest.text.scripts import RIGHT_TO_LEFT, primary

if TYPE_CHECKING:
    from babel import Locale

_FALLBACK = "en"
#: Languages in other scripts than Latin: an English word among theirs is one that the tables lack.
_OTHER_SCRIPTS = RIGHT_TO_LEFT | {"ru"}
#: Plain "en" is nobody's country; day before month and 24 hours read the same everywhere.
_LOCALES = {"en": "en_GB"}
_DAY = timedelta(days=1)


class Labels:
    """The words of one language. An unknown language speaks English, dates included."""

    def __init__(self, language: str) -> None:
        #: BCP 47 of the words that come out.
        self.language = language if primary(language) in PHRASES else _FALLBACK
        self._phrases: Mapping[str, Phrase] = PHRASES[primary(self.language)]
        self._locale = _locale(self.language)

    def say(self, name: str, **values: str) -> str:
        """A phrase with its places filled. KeyError: there is no such phrase."""
        phrase = self._phrases[name]
        if not isinstance(phrase, str):
            raise KeyError(f"{name} counts something: use count()")
        return phrase.format(**values)

    def count(self, name: str, n: int, **values: str) -> str:
        """A phrase that counts, in the plural that `n` asks for."""
        forms = self._phrases[name]
        assert not isinstance(forms, str), f"{name} counts nothing: use say()"
        form = forms.get(self._locale.plural_form(n)) or forms["other"]
        return form.format(n=self.number(n), **values)

    def number(self, n: int) -> str:
        """A whole number with the language's separators and digits."""
        if n < 1_000:
            return str(n)
        from babel.numbers import format_decimal

        return format_decimal(n, locale=self._locale)

    def listed(self, names: Sequence[str]) -> str:
        """Names as running text: "Syria, Iran and Sanctions"."""
        from babel.lists import format_list

        return format_list(list(names), locale=self._locale)

    def full_date(self, day: date) -> str:
        """A day in words: "Thursday 14 April 2016"."""
        from babel.dates import format_date

        return format_date(day, "full", locale=self._locale)

    def day(self, day: date) -> str:
        """A day without its weekday: "3 March 2016"."""
        from babel.dates import format_date

        return format_date(day, "long", locale=self._locale)

    def time(self, moment: datetime, *, zone: ZoneInfo, beside: datetime | None = None) -> str:
        """A moment's time in a zone; with its weekday or date where that is another day than that of `beside`."""
        from babel.dates import format_date, format_skeleton, format_time

        local = moment.astimezone(zone)
        clock = format_time(local, "short", locale=self._locale)
        if beside is None or (apart := abs(beside.astimezone(zone).date() - local.date())) == timedelta():
            return clock
        near = apart < 7 * _DAY
        day = format_date(local, "EEE", self._locale) if near else format_skeleton("MMMd", local, locale=self._locale)
        return f"{day} {clock}"

    def span(self, length: timedelta) -> str:
        """A length of time, rounded to what people say: "15 minutes", "24 hours", "3 days"."""
        minutes = length.total_seconds() / 60
        unit, size = ("minutes", 1) if minutes < 120 else ("hours", 60) if minutes < 2 * 1440 else ("days", 1440)
        return self.count(f"span_{unit}", max(1, round(minutes / size)))

    def clock(self, moment: datetime, *, zone: ZoneInfo) -> str:
        """A moment's time with its zone: "08:00 CEST"; of a zone without letters its city, "08:00 Tehran time"."""
        name, time = moment.astimezone(zone).tzname() or "UTC", self.time(moment, zone=zone)
        if name[:1] not in "+-":
            return f"{time} {name}"
        if city := self._city(zone):
            return self.say("city_time", time=time, city=city)
        return f"{time} UTC{name[:3]}{':' if name[3:] else ''}{name[3:]}"

    def _city(self, zone: ZoneInfo) -> str:
        """What this language calls a zone's city; empty where it has no word of its own for it."""
        from babel.dates import get_timezone_location

        city = get_timezone_location(zone.key, locale=self._locale, return_city=True) if zone.key else ""
        lacking = city.isascii() and primary(self.language) in _OTHER_SCRIPTS
        return "" if lacking or any(sign in city for sign in "/+-") else city

    def language_name(self, language: str) -> str:
        """What this language calls another one; empty where it has no name for it."""
        return str(self._locale.languages.get(primary(language), ""))


@lru_cache(maxsize=64)
def _locale(language: str) -> "Locale":
    from babel import Locale, UnknownLocaleError

    for candidate in (language, primary(language)):
        try:
            return Locale.parse(_LOCALES.get(candidate.lower(), candidate.replace("-", "_")))
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse("en_GB")


@lru_cache(maxsize=4096)
def since(language: str, day: date) -> str:
    """ " since 3 March 2016" in a language: the words that follow the topics in a digest's footer."""
    labels = Labels(language)
    return labels.say("since", date=labels.day(day))
