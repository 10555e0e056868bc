"""The dates that feeds really write, as aware UTC. Pure.

Read here first, because feedparser 6.0.14 gets some silently wrong: `2011-09-27 02:48:32 UTC` loses its time,
`2011/10/03 23:54` becomes 1 November, `1317666269` the year 2013, `CST` is always -6.
Sources: RFC 822 5, RFC 2822 3.3 and 4.3 (obsolete zones), W3CDTF, ISO 8601; what no form fits is put into other words
first (`date_words`).
"""

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

from digest.feeds.values.date_words import common_era, month_names, plain_words, reworded

#: No date field is longer; regular expressions see no more.
MAX_DATE = 100

#: Before this, "no date" is meant: zero in Unix time, year 1 in .NET.
_EARLIEST = datetime(1970, 1, 2, tzinfo=UTC)

#: Names and short names of January to December in English, German, French, Spanish, Italian, Portuguese, Dutch,
#: Polish (nominative and genitive), Turkish, Russian and Scandinavian.
_MONTH_NAMES = """
jan january januar januari janvier janv jän jänner ene enero gennaio gen janeiro styczeń styczen stycznia sty ocak янв
feb february februar februari fev février fevrier févr fév fevr febrero febbraio fevereiro luty lutego lut şubat фев
mar march märz maerz mär mrz mars marzo março marco maart mrt marzec marca mart март мар
apr april avril avr abril abr aprile kwiecień kwiecien kwietnia kwi nisan апр
may mai mayo maggio mag maio mei maj maja mayıs май мая
jun june juni juin junio giugno giu junho czerwiec czerwca cze haziran июн
jul july juli juillet juil julio luglio lug julho lipiec lipca lip temmuz июл
aug august août aout agosto ago augustus sierpień sierpien sierpnia sie ağustos авг
sep sept september septembre septiembre settembre set setembro wrzesień wrzesien września wrzesnia wrz eylül сен
oct october oktober okt octobre octubre ottobre ott outubro out październik pazdziernik października pazdziernika paź ekim окт
nov november novembre noviembre novembro listopad listopada lis kasım ноя
dec december dezember dez décembre decembre déc diciembre dic dicembre dezembro desember des grudzień grudzien grudnia gru aralık дек
"""  # noqa: E501 - a line for each month
_MONTHS = {
    name: number for number, names in enumerate(_MONTH_NAMES.strip().splitlines(), start=1) for name in names.split()
}

#: Hours from UTC. Of the ambiguous ones the North American meaning (RFC 822), or what the language says.
_ZONES = {
    "z": 0.0, "ut": 0.0, "utc": 0.0, "gmt": 0.0, "wet": 0.0, "bst": 1.0, "ist": 5.5, "cet": 1.0, "cest": 2.0,
    "mez": 1.0,
    "mesz": 2.0, "met": 1.0, "mest": 2.0, "west": 1.0, "eet": 2.0, "eest": 3.0, "msk": 3.0, "msd": 4.0, "trt": 3.0,
    "ast": -4.0, "adt": -3.0,
    "nst": -3.5, "ndt": -2.5, "est": -5.0, "edt": -4.0, "cst": -6.0, "cdt": -5.0, "mst": -7.0, "mdt": -6.0, "pst": -8.0,
    "pdt": -7.0, "akst": -9.0, "akdt": -8.0, "hst": -10.0, "et": -5.0, "ct": -6.0, "pt": -8.0, "brt": -3.0, "art": -3.0,
    "clt": -4.0, "hkt": 8.0, "sgt": 8.0, "pht": 8.0, "awst": 8.0, "jst": 9.0, "kst": 9.0, "acst": 9.5, "aest": 10.0,
    "aedt": 11.0, "nzst": 12.0, "nzdt": 13.0, "irst": 3.5, "irdt": 4.5, "idt": 3.0, "pkt": 5.0, "wib": 7.0, "sast": 2.0,
}  # fmt: skip
#: What a zone's letters mean where the feed's language is this one.
_ZONES_BY_LANGUAGE = {("cst", "zh"): 8.0, ("ist", "he"): 2.0, ("ist", "iw"): 2.0, ("ist", "ga"): 1.0}

_CLOCK = r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{1,2})(?:[.,:]\d+)?)?"
_HALF = r"(?:\s*(?P<half>[ap])\.?m\.?(?![a-z]))?"
_ZONE = r"(?:\s*\(?(?P<zone>(?:gmt|utc?|z)?\s*[+\-−]\s*\d{1,2}:?\d{0,2}|[a-z]{1,5}(?![a-z]))\)?.*)?"
_TIME = rf"{_CLOCK}{_HALF}\s*{_ZONE}"
_ISO = re.compile(
    r"(?P<year>\d{4})(?:(?P<gap>[-/.]?)(?P<month>\d{1,2})(?:(?P=gap)(?P<day>\d{1,2}))?)?"
    rf"(?:(?:\s*T\s*|[\s,]+|:)(?:{_CLOCK}|(?P<hour2>\d{{2}})(?P<minute2>\d{{2}})(?P<second2>\d{{2}})?){_HALF}\s*{_ZONE})?\s*",
    re.IGNORECASE,
)
#: `[Tue,] 5 October 2011 [at] 12:00[:00] [PM] [zone]`
_DAY_FIRST = re.compile(
    r"(?:[^\W\d]+\.?,?\s+)?(?P<day>\d{1,2})(?:st|nd|rd|th|\.|er|º)?(?:\s+de\b)?[\s\-/]*(?P<name>[^\W\d_]{3,})\.?(?:\s+del?\b)?[\s\-/,]*"
    rf"(?P<year>\d{{4}}|\d{{2}})?(?:[\s,\-–|@]+(?:at|um|à|a las|às|alle|kl\.?)?\s*{_TIME})?\s*",
    re.IGNORECASE,
)
#: `[Tuesday,] October 5[, 2011] 12:00 PM [zone] [2011]` (asctime and Java end with the year)
_MONTH_FIRST = re.compile(
    r"(?:[^\W\d]+\.?,?\s+)?(?P<name>[^\W\d_]{3,})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?"
    rf"(?:\s+(?P<year>\d{{4}})(?!\d|:))?(?:[\s,\-–|@]+(?:at\s+)?{_CLOCK}{_HALF}(?:\s+(?P<zone>[a-z]{{1,5}}|(?:gmt|utc)?[+\-]\d{{1,2}}:?\d{{0,2}}))?(?:\s+(?P<year2>\d{{4}}))?.*)?\s*",
    re.IGNORECASE,
)
_NUMERIC = re.compile(
    rf"(?:[^\W\d]+\.?,?\s+)?(?P<one>\d{{1,2}})[-/.](?P<two>\d{{1,2}})[-/.](?P<year>\d{{4}}|\d{{2}})(?:[\s,T\-–|]+{_TIME})?\s*",
    re.IGNORECASE,
)
_EPOCH = re.compile(r"(\d{9,10})(\d{3})?")
_OFFSET = re.compile(
    r"(?:gmt|utc?|z)?\s*(?P<sign>[+\-−])\s*(?P<hours>\d{1,2}):?(?P<minutes>\d{2})?$|[+\-−]?0{1,4}$", re.IGNORECASE
)

#: The two forms that nearly all feeds use, as their standards write them, in years of our calendar.
_RFC_822 = re.compile(
    r"(?:[A-Z][a-z]{2}, )?(\d\d?) ([A-Z][a-z]{2}) ((?:19|2[01])\d\d) (\d\d:\d\d:\d\d) (?:GMT|([+-]\d\d)(\d\d))",
    re.ASCII,
)
_RFC_3339 = re.compile(r"(?:19|2[01])\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)", re.ASCII)


def read_date(text: str, *, language: str = "") -> datetime | None:
    """The moment that a feed's date field means, in UTC; None where it cannot be told. A missing zone is UTC.

    `language` (BCP 47) settles what is ambiguous: `CST`, and the order of `3/4/2011`.
    """
    text = " ".join(text[:MAX_DATE].split())
    if not text:
        return None
    if (moment := _read_standard(text)) and moment >= _EARLIEST:
        return moment
    language = language.lower()
    for reading in (_read, _read_reworded):
        with suppress(ValueError, OverflowError):
            moment = reading(text, language)
            if moment is not None and moment >= _EARLIEST:
                return moment
    return None


def _read_standard(text: str) -> datetime | None:
    """A date exactly as RFC 822 (with four digits of the year) or RFC 3339 writes it."""
    if found := _RFC_822.fullmatch(text):
        day, name, year, clock, hours, minutes = found.groups()
        month = _MONTHS.get(name.lower())
        if month is None:
            return None
        text = f"{year}-{month:02}-{day:0>2}T{clock}" + (f"{hours}:{minutes}" if hours else "Z")
    elif not _RFC_3339.fullmatch(text):
        return None
    with suppress(ValueError):  # a leap second, 24:00: not what `datetime` reads
        return datetime.fromisoformat(text).astimezone(UTC)
    return None


def _read_reworded(text: str, language: str) -> datetime | None:
    """A date that no form fits as it is written."""
    return _read(reworded(text, language), language)


def _read(text: str, language: str) -> datetime | None:
    """The first form that fits the whole text."""
    if epoch := _EPOCH.fullmatch(text):
        return datetime.fromtimestamp(int(epoch[1]), UTC)
    for form in (_ISO, _DAY_FIRST, _MONTH_FIRST, _NUMERIC):
        if (match := form.fullmatch(text)) and (day := _day(match, language)):
            return _moment(day, match, language)
    return None


def _day(match: re.Match[str], language: str) -> tuple[int, int, int] | None:
    """Year, month and day of a match, or None where the word is not a month."""
    found = match.groupdict()
    year = found.get("year") or found.get("year2")
    if year is None:
        return None
    full = int(year) if len(year) == 4 else int(year) + (2000 if int(year) < 70 else 1900)
    if "one" in found:
        one, two = int(found["one"]), int(found["two"])
        month_first = two > 12 or (one <= 12 and (bool(found["half"]) or language == "en-us"))
        return common_era(full, one, two) if month_first else common_era(full, two, one)
    if "name" in found:
        month = _month(found["name"].lower(), language)
        return common_era(full, month, int(found["day"])) if month else None
    return common_era(full, int(found["month"] or 1), int(found["day"] or 1))


def _month(name: str, language: str) -> int | None:
    """The month of a name: in the feed's language first, where one name means two months in two languages."""
    own = month_names(language) if language and not language.startswith("en") else {}
    return own.get(plain_words(name)) or _MONTHS.get(name) or _MONTHS.get(name[:3])


def _moment(day: tuple[int, int, int], match: re.Match[str], language: str) -> datetime:
    """Day and clock time of a match as UTC; 24:00 is the next day's 0:00, a leap second the next second."""
    found = match.groupdict()
    hour = int(found.get("hour") or found.get("hour2") or 0)
    minute = int(found.get("minute") or found.get("minute2") or 0)
    second = int(found.get("second") or found.get("second2") or 0)
    if half := found.get("half"):
        hour = hour % 12 + (12 if half.lower() == "p" else 0) if hour <= 12 else hour
    if hour > 24 or minute > 59 or second > 60:
        raise ValueError("no such time of day")
    clock = timedelta(hours=hour, minutes=minute, seconds=second)
    return (datetime(*day, tzinfo=_zone(found.get("zone") or "", language)) + clock).astimezone(UTC)


def _zone(text: str, language: str) -> timezone:
    """A zone as written: an offset, a name that is known, else UTC."""
    if match := _OFFSET.match(text):
        if match["sign"] is None:
            return UTC
        hours, minutes = int(match["hours"]), int(match["minutes"] or 0)
        offset = timedelta(hours=hours, minutes=minutes)
        return timezone(offset if match["sign"] == "+" else -offset)
    name = text.lower()
    hours_from_utc = _ZONES_BY_LANGUAGE.get((name, language.partition("-")[0]), _ZONES.get(name, 0.0))
    return timezone(timedelta(hours=hours_from_utc))
