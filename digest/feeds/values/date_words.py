"""Dates as people write them, put into the words and order that `dates` reads. Pure.

Digits and months of other scripts (month names: CLDR, through Babel), the Iranian calendar, the time before the day,
blanks that are missing, weekdays in odd places.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache

from digest.feeds.values.languages import script_language

_ENGLISH = ("", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
#: Of languages that share a script with one that it speaks for: whose months are tried where no language is told, or
#: where countries call them differently.
_KINDRED = {
    "ar": ("ar", "ar-SY", "ar-DZ", "ar-MA", "fa", "ur"),
    "fa": ("fa", "fa-AF", "ar"),
    "ru": ("ru", "uk", "be", "bg", "sr", "mk"),
    "uk": ("uk", "be", "ru"),
}
#: Months of the Iranian calendar, then as Afghanistan calls them.
_IRANIAN = (
    "فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند",
    "حمل ثور جوزا سرطان اسد سنبله میزان عقرب قوس جدی دلو حوت",
)
#: Years that are the Iranian calendar's (1991 to 2051); the Islamic one is ahead of it.
IRANIAN_YEARS = range(1370, 1430)
#: The Iranian calendar's leap years come eight times in 33 years; this holds from 1244 to 1472.
_DAYS_BEFORE_IRANIAN_YEAR_1 = 226_894
#: Between Buddhist years, as Thailand counts, and ours.
_BUDDHIST = 543
_BUDDHIST_YEARS = range(2500, 2650)

#: Chinese, Japanese and Korean: year, month and day with their signs, morning and afternoon before the clock.
_EAST_ASIAN = re.compile(
    r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]?\s*(?:[(（]?[星期周週月火水木金土日一二三四五六天曜요화수목금토]*[)）]?)?"
    r"\s*(?P<half>上午|下午|午前|午後|오전|오후)?\s*(?P<clock>.*)"
)
_PM = ("下午", "午後", "오후")
_HOUR_SIGN = re.compile(r"\s*[時时点點시分분]\s*(?=\d)")
_LAST_SIGN = re.compile("[時时点點시分분秒초]")

_ARABIC_LETTERS = str.maketrans({"ي": "ی", "ك": "ک", "،": ",", "٫": "."})
_MORNING = re.compile(r"(?<=:\d\d)\s*(?:صباحا|ص|ق\.?ظ|π\.?μ)\.?(?!\w)")
_AFTERNOON = re.compile(r"(?<=:\d\d)\s*(?:مساء|م|ب\.?ظ|μ\.?μ)\.?(?!\w)")
#: The Arabic "of our era".
_ERA = re.compile(r"(?<=\d{4})\s*م(?!\w)")
_TIME = r"\d{1,2}:\d{2}(?::\d{2})?(?:\s*[AaPp]\.?[Mm]\.?)?"
_ZONE = "GMT|UTC?|Z|[A-Z]{2,3}T"
_OFFSET = r"[+-]\d{2}:?\d{2}"
#: How the rest is put in order, one after the other.
_ORDER = tuple(
    (re.compile(pattern), put)
    for pattern, put in (
        # Signs and labels before the first word: "-Thu,", "Published: ".
        (r"^[\W_]+(?=[^\W\d])|^[^\W\d]+:\s*", ""),
        # A comma with no blank behind it, but in a fraction of seconds.
        (r"(?<!:\d\d),(?=\S)", ", "),
        (r"(?<=\d)(?:st|nd|rd|th)? of (?=[^\W\d])", " "),
        # The hour as "10h30", "3 pm" and, of Apache's log, "2026:10:30"; parts of a clock time with a single digit.
        (r"(?<=\s\d\d)\s?h\s?(?=\d\d)", ":"),
        (r"(?<=\s)(\d{1,2})\s?([AaPp])\.?[Mm]\b\.?", r"\1:00 \2M"),
        (r"(?<=\d{4}):(?=\d\d:\d\d)", " "),
        (r"(?<=\d:)(?=\d(?!\d))", "0"),
        # The time first.
        (rf"^({_TIME}(?:\s+(?:{_ZONE}))?)[\s,\-–|]+(.*?\d{{4}}|\d.*?)(\s+(?:{_ZONE}|{_OFFSET}))?$", r"\2 \1\3"),
        # The year before a month's name.
        (r"(\d{4})[.,]?\s+([^\W\d]{3,})\.?\s+(\d{1,2})\b[.,]*(?!:)", r"\3 \2 \1"),
        # Weekdays, and what else stands before the day or between day and time.
        (r"^(?:[^\W\d]+[.,]?\s+){1,3}(?=\d{4}-\d|\d{1,2}\.?\s+[^\W\d]{3})", ""),
        (r"(\d{4}-\d{1,2}-\d{1,2}|(?<=\D)\d{4})[\s,\-–|@]+(?:[^\W\d]+[.,]?[\s\-–|]+){0,3}(?=\d{1,2}:\d\d)", r"\1 "),
        # The zone of a day without a time.
        (rf"(?<=\d{{4}})\s+(?:{_ZONE}|{_OFFSET})$", ""),
    )
)


def reworded(text: str, language: str) -> str:
    """The same date, as far as it is understood, in English words and in a common order."""
    if found := _EAST_ASIAN.fullmatch(text):
        text = _in_signs(found)
    elif not text.isascii():
        text = _in_english(text, language)
    for pattern, put in _ORDER:
        text = pattern.sub(put, text)
    return text


@lru_cache(maxsize=64)
def month_names(language: str) -> Mapping[str, int]:
    """Months by their names and short names in a language (BCP 47), as `plain_words` writes them; none: unknown."""
    from babel import Locale, UnknownLocaleError  # only for dates that no standard knows

    try:
        months = Locale.parse(language, sep="-").months["format"]
    except (ValueError, UnknownLocaleError):
        return {}
    return {
        plain_words(name).strip(".").casefold(): number
        for width in ("abbreviated", "wide")
        for number, name in months[width].items()
        if not name[:1].isdigit()
    }


def plain_words(text: str) -> str:
    """Digits as ASCII, letters without accents, vowel signs and invisible joiners."""
    marks = ("M", "Cf")
    pieces = unicodedata.normalize("NFD", text.translate(_ARABIC_LETTERS))
    return "".join(
        str(unicodedata.decimal(one)) if one.isdecimal() else one
        for one in pieces
        if not unicodedata.category(one).startswith(marks)
    )


def common_era(year: int, month: int, day: int) -> tuple[int, int, int]:
    """A day of the Iranian calendar, or of a Buddhist year, as one of ours; others stay. ValueError: no day."""
    if year in _BUDDHIST_YEARS:
        return year - _BUDDHIST, month, day
    if year not in IRANIAN_YEARS:
        return year, month, day
    if not (1 <= month <= 12 and 1 <= day <= (31 if month <= 6 else 30)):
        raise ValueError("no such day")
    before = 365 * (year - 1) + (8 * year + 21) // 33 + 31 * (month - 1) - max(0, month - 7)
    found = date.fromordinal(_DAYS_BEFORE_IRANIAN_YEAR_1 + before + day)
    return found.year, found.month, found.day


def _in_signs(found: re.Match[str]) -> str:
    """A date of Chinese, Japanese or Korean: year, month, day, clock."""
    half = "" if not found["half"] else " PM" if found["half"] in _PM else " AM"
    clock = _LAST_SIGN.sub("", _HOUR_SIGN.sub(":", found["clock"]))
    return f"{found[1]}-{found[2]}-{found[3]} {clock}{half}".strip()


def _in_english(text: str, language: str) -> str:
    """Months and halves of the day in English; a day of the Iranian calendar as year, month, day."""
    script = script_language(text)
    text = plain_words(text)
    text = _ERA.sub("", _AFTERNOON.sub(" PM", _MORNING.sub(" AM", text)))
    text = _IRANIAN_DAY.sub(lambda day: f"{day[3]}-{_IRANIAN_MONTHS[day[2]]}-{day[1]}", text)
    pattern, months = _months_in((*_KINDRED.get(script, (script,)), *_KINDRED.get(language[:2], ()), language))
    return pattern.sub(lambda name: _ENGLISH[months[name[1].casefold()]], text)


@lru_cache(maxsize=64)
def _months_in(languages: Sequence[str]) -> tuple[re.Pattern[str], Mapping[str, int]]:
    """Any month of these languages as a whole word, the longest first; Hebrew puts "in" in front of it.

    Their first three letters will do, where they are one month's alone.
    """
    months: dict[str, int] = {}
    for language in languages:
        names = month_names(language) if language else {}
        short = {(name[:3], number) for name, number in names.items() if not name.isascii()}
        once = Counter(name for name, _ in short)
        months = {**{name: number for name, number in short if once[name] == 1}, **months, **names}
    longest_first = "|".join(map(re.escape, sorted(months, key=len, reverse=True)))
    return re.compile(rf"(?<![^\W\d])ב?({longest_first or '(?!)'})(?![^\W\d])['\".״׳]?", re.IGNORECASE), months


_IRANIAN_MONTHS = {
    plain_words(name): number for names in _IRANIAN for number, name in enumerate(names.split(), start=1)
}
_IRANIAN_DAY = re.compile(rf"(\d{{1,2}})\s+(?:ماه\s+)?({'|'.join(_IRANIAN_MONTHS)})(?:\s+ماه)?,?\s+(\d{{4}})")
