"""Words, dates and numbers in seven languages."""

import string
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from babel import Locale

from digest.mail.labels import Labels, since
from digest.mail.phrases import PHRASES, Phrase

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
