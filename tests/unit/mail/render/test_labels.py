"""Words, dates and numbers in seven languages."""

import re
import string
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from babel import Locale

from digest.mail.render.labels import Labels, since
from digest.mail.render.phrases import PHRASES, Phrase

MOMENT = datetime(2016, 4, 14, 6, 0, tzinfo=UTC)
LANGUAGES = sorted(PHRASES)


def places(phrase: Phrase) -> set[str]:
    """The names of a phrase's places; of a counting one, those of its general form."""
    text = phrase if isinstance(phrase, str) else phrase["other"]
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_everything(language: str) -> None:
    """Each language has each phrase, of the same kind and with the same places."""
    assert PHRASES[language].keys() == PHRASES["en"].keys()
    for name, phrase in PHRASES[language].items():
        assert isinstance(phrase, str) == isinstance(PHRASES["en"][name], str), name
        assert places(phrase) == places(PHRASES["en"][name]), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_plural_is_there(language: str) -> None:
    """A phrase that counts has a form for each plural category that whole numbers of its language use."""
    needed = {Locale.parse(language).plural_form(n) for n in range(1, 2_000)}
    for name, phrase in PHRASES[language].items():
        if not isinstance(phrase, str):
            # Spanish and French say "many" of millions.
            assert needed <= phrase.keys() | {"other"}, name
            assert phrase.keys() <= Locale.parse(language).plural_form.tags | {"other"}, name


def test_plurals_follow_the_language() -> None:
    """Russian has its three, Arabic its dual; English says "1 story"."""
    russian = [Labels("ru").count("stories", n) for n in (1, 3, 7, 21)]
    assert russian == ["1 сюжет", "3 сюжета", "7 сюжетов", "21 сюжет"]
    assert [Labels("ar").count("stories", n) for n in (1, 2, 3, 11, 100)] == [
        "خبر واحد",
        "خبران",
        "3 أخبار",
        "11 خبرًا",
        "100 خبر",
    ]
    assert [Labels("ar").count("also_covered", n) for n in (1, 2, 4)] == [
        "وفي مصدر آخر:",
        "وفي مصدرين آخرين:",
        "وفي 4 مصادر أخرى:",
    ]
    assert Labels("en").count("stories", 1) == "1 story"
    assert Labels("de").count("stories", 1_234) == "1.234 Meldungen"


@pytest.mark.parametrize(
    ("language", "said"), [("fr-CA", "fr-CA"), ("pt", "en"), ("", "en"), ("x!", "en"), ("DE", "DE")]
)
def test_an_unknown_language_speaks_english(language: str, said: str) -> None:
    """A regional tag speaks its language; a language without words speaks English, dates included."""
    assert Labels(language).language == said
    assert Labels(language).say("unsubscribe")


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(seconds=5), "1 minute"),
        (timedelta(minutes=15), "15 minutes"),
        (timedelta(hours=24), "24 hours"),
        (timedelta(hours=47), "47 hours"),
        (timedelta(hours=72), "3 days"),
        (timedelta(days=7, minutes=1), "7 days"),
    ],
)
def test_a_span_is_said_as_people_do(length: timedelta, said: str) -> None:
    """Minutes up to two hours, hours up to two days, then days."""
    assert Labels("en").span(length) == said


def test_dates_are_local() -> None:
    """A moment is told in its zone, with its weekday where that makes it another day."""
    labels, zone = Labels("de"), ZoneInfo("Asia/Tokyo")
    assert labels.time(MOMENT, zone=zone) == "15:00"
    assert labels.time(MOMENT - timedelta(hours=16), zone=zone, beside=MOMENT) == "Mi. 23:00"
    assert since("fr", date(2016, 3, 3)) == " depuis le 3 mars 2016"


def test_a_misused_phrase_is_a_mistake() -> None:
    """Saying a counting phrase, or one that does not exist, raises."""
    with pytest.raises(KeyError, match="use count"):
        Labels("en").say("stories")
    with pytest.raises(KeyError, match="nonsense"):
        Labels("en").say("nonsense")


@pytest.mark.parametrize(
    ("language", "hours", "said"),
    [
        ("fa", 24, "24 ساعت"),
        ("fa", 72, "3 روز"),
        ("fa", 0.5, "30 دقیقه"),
        ("ar", 2, "ساعتان"),
        ("ar", 24, "24 ساعة"),
        ("ar", 72, "3 أيام"),
        ("ar", 24 * 11, "11 يومًا"),
        ("ru", 3, "3 часа"),
        ("ru", 24 * 21, "21 день"),
        ("de", 24, "24 Stunden"),
        ("fr", 24 * 7, "7 jours"),
        ("es", 24, "24 horas"),
    ],
)
def test_a_span_is_said_in_every_language(language: str, hours: float, said: str) -> None:
    """Lengths of time are words of our own: the tables of some languages lack them."""
    assert Labels(language).span(timedelta(hours=hours)) == said


@pytest.mark.parametrize(
    ("language", "zone", "said"),
    [
        ("en", "Europe/Berlin", "08:00 CEST"),
        ("en", "Asia/Tehran", "10:30 Tehran time"),
        ("fa", "Asia/Tehran", "10:30 به وقت تهران"),
        ("ar", "Asia/Dubai", "10:00 ص بتوقيت دبي"),
        ("ru", "Asia/Tehran", "10:30 (местное время: Тегеран)"),
        ("de", "America/Sao_Paulo", "03:00 (Ortszeit São Paulo)"),
        ("fa", "Asia/Kathmandu", "11:45 UTC+05:45"),
        ("en", "Etc/GMT-3", "09:00 UTC+03"),
        ("fa", "UTC", "6:00 UTC"),
    ],
)
def test_a_zone_is_named_as_its_readers_do(language: str, zone: str, said: str) -> None:
    """A zone with letters is called by them, one without by its city in the reader's language, else by its distance."""
    assert Labels(language).clock(MOMENT, zone=ZoneInfo(zone)).replace("\u200f", "") == said


@pytest.mark.parametrize("language", PHRASES)
def test_no_label_shows_a_key(language: str) -> None:
    """Whatever is counted, dated or timed, in every language: words, never a pattern's name or a place for one."""
    labels, zone = Labels(language), ZoneInfo("Asia/Tehran")
    said = [labels.span(timedelta(minutes=minutes)) for minutes in (*range(0, 4_000, 7), *range(4_000, 600_000, 997))]
    said += [labels.clock(MOMENT, zone=zone), labels.full_date(MOMENT.date()), labels.day(MOMENT.date())]
    said += [labels.time(MOMENT - timedelta(days=days), zone=zone, beside=MOMENT) for days in range(400)]
    for name, phrase in PHRASES[language].items():
        if isinstance(phrase, str):
            said.append(labels.say(name, **dict.fromkeys(re.findall(r"{(\w+)}", phrase), "1")))
        else:
            said += [labels.count(name, n, shown="1") for n in range(130)]
    assert not [text for text in said if re.search(r"[{}_]|\b(?:duration|date|time|unit)-", text)]
    assert all(text.strip() for text in said)
    if language in {"ar", "fa", "ru"}:
        assert not [text for text in said if re.search("[A-Za-z]", text)]
