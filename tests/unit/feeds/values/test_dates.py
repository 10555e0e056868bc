"""The dates that feeds really write."""

from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digest.feeds.values.dates import read_date

ROUND = "2011-10-04 10:00:00"


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("Tue, 04 Oct 2011 10:00:00 GMT", ROUND),
        ("Tue, 04 Oct 2011 12:00:00 +0200", ROUND),
        ("Tue, 4 Oct 11 06:00:00 EDT", ROUND),
        ("4 Oct 2011 10:00", ROUND),
        ("Tuesday, October 4, 2011 - 10:00 AM", ROUND),
        ("Tue, 04 Oct 2011 12:00:00 GMT+2", ROUND),
        ("Tue, 04 Oct 2011 12:00:00 GMT+02:00", ROUND),
        ("Tue, 04 Oct 2011 10:00:00", ROUND),
        ("2011-10-04T10:00:00Z", ROUND),
        ("2011-10-04T10:00:00.123456+00:00", ROUND),
        ("2011-10-04T13:30:00+0330", ROUND),
        ("2011-10-04 10:00:00 UTC", ROUND),
        ("2011/10/04 10:00", ROUND),
        ("20111004T100000Z", ROUND),
        ("1317722400", ROUND),
        ("1317722400000", ROUND),
        ("Tue Oct  4 10:00:00 2011", ROUND),
        ("Tue Oct 04 03:00:00 PDT 2011", ROUND),
        ("10/4/2011 10:00:00 AM", ROUND),
        ("04.10.2011 10:00", ROUND),
        ("04-10-2011 10:00:00", ROUND),
        ("mar, 4 oct 2011 10:00:00 +0000", ROUND),
        ("ter, 04 out 2011 10:00:00 +0000", ROUND),
        ("Di, 04 Okt 2011 12:00:00 +0200", ROUND),
        ("4 października 2011 10:00", ROUND),
        ("4 octobre 2011 à 10:00", ROUND),
        ("4 de outubro de 2011 10:00", ROUND),
        ("4 Ekim 2011 10:00", ROUND),
        ("4 октября 2011 10:00", ROUND),
        ("2011年10月04日 星期二 上午 10:00", ROUND),
        ("2011년 10월 4일 오전 10:00", ROUND),
        ("2011年10月4日(火) 10:00", ROUND),
        ("Tue, 04 Oct 2011 10:00:00 PM +0000", "2011-10-04 22:00:00"),
        ("2011-10-04", "2011-10-04 00:00:00"),
        ("2011-10", "2011-10-01 00:00:00"),
        ("Mon, 03 Oct 2011 24:00:00 GMT", "2011-10-04 00:00:00"),
        ("Sat, 31 Dec 2016 23:59:60 GMT", "2017-01-01 00:00:00"),
    ],
)
def test_a_date_is_read_as_it_is_meant(written: str, moment: str) -> None:
    """RFC 822, W3CDTF, Unix time, asctime, numeric and ten languages: each to the second, in UTC."""
    assert read_date(written) == datetime.fromisoformat(moment).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("Tue,04 Oct 2011 10:00:00 GMT", ROUND),
        ("-Tue, 04 Oct 2011 12:00:00 +0200", ROUND),
        ("Tue,04 Oct 2011 19:0:0 GMT+9", ROUND),
        ("2011-10-04 10:0:0 Z", ROUND),
        ("2011-10-04T10:0:0Z", ROUND),
        ("Oct 04,2011 10:00", ROUND),
        ("Tue, Oct 4,2011 10:00 AM", ROUND),
        ("Oct 4th, 2011, 10 a.m.", ROUND),
        ("4th of October 2011 10:00", ROUND),
        ("mardi 4 octobre 2011 à 10h00", ROUND),
        ("04.10.2011 um 10:00 Uhr", ROUND),
        ("2011. október 4., kedd 10:00", ROUND),
        ("04 October 2011 Tuesday 10:00:00 GMT", ROUND),
        ("Tue, 04 Oct 2011 GMT", "2011-10-04 00:00:00"),
        ("Published: 4 Oct 2011 10:00", ROUND),
        ("04/Oct/2011:10:00:00 +0000", ROUND),
        ("2011-10-04 | 10:00", ROUND),
        ("Tuesday 2011-10-04 10:00", ROUND),
        ("10:00 4 Oct 2011", ROUND),
        ("10:00 AM, Oct 4, 2011", ROUND),
        ("10:00 04.10.2011", ROUND),
        ("12:00 4 Oct 2011 +0200", ROUND),
        ("06:00 EDT, 4 October 2011", ROUND),
        ("2011年10月4日10時00分", ROUND),
        ("2011년 10월 4일 10시 0분", ROUND),
    ],
)
def test_a_date_in_another_order_is_read(written: str, moment: str) -> None:
    """Blanks that are missing, the time first, weekdays and words between, hours with letters: each is understood."""
    assert read_date(written) == datetime.fromisoformat(moment).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "language"),
    [
        ("4 أكتوبر 2011 10:00", ""),
        ("الثلاثاء، 4 تشرين الأول 2011 - 10:00", ""),
        ("٤ أكتوبر ٢٠١١م ١٠:٠٠ ص", ""),
        ("4 اکتبر 2011 10:00", "fa"),
        ("سه‌شنبه ۱۲ مهر ۱۳۹۰ ساعت ۱۰:۰۰", "fa"),
        ("سه شنبه، ۱۲ مهر ۱۳۹۰ - ۱۳:۳۰ +0330", ""),
        ("1390/07/12 10:00:00", ""),
        ("1390-07-12T13:30:00+03:30", "fa"),
        ("Τρίτη, 4 Οκτωβρίου 2011 10:00", ""),
        ("4 Οκτ 2011 10:00 π.μ.", ""),
        ("יום שלישי, 4 באוקטובר 2011 10:00", ""),
        ("4 жовтня 2011, 10:00", ""),
        ("вт, 4 жов 2011 12:00:00 +0200", ""),
        ("4 октомври 2011 10:00", "bg"),
        ("4. lis 2011 10:00", "hr"),
        ("4. října 2011 10:00", "cs"),
        ("4 अक्टूबर 2011 10:00", "hi"),
        ("4 ตุลาคม 2554 10:00", "th"),
        ("4 tháng 10, 2011 10:00", "vi"),
    ],
)
def test_a_date_in_another_language_or_calendar_is_read(written: str, language: str) -> None:
    """Months and digits by the feed's language or the date's own script; Iranian and Buddhist years."""
    assert read_date(written, language=language) == datetime(2011, 10, 4, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("iranian", "day"),
    [("1403/12/30", "2025-03-20"), ("1404/01/01", "2025-03-21"), ("1405/06/31", "2026-09-22"),
     ("1405/12/29", "2027-03-20"), ("1408/01/01", "2029-03-20"), ("1399/12/30", "2021-03-20")],
)  # fmt: skip
def test_iranian_years_begin_when_they_do(iranian: str, day: str) -> None:
    """Leap years included; a day that no month has is none."""
    assert read_date(iranian) == datetime.fromisoformat(day).replace(tzinfo=UTC)
    assert read_date("1405/07/31") is None


@pytest.mark.parametrize(
    "written",
    ["1448/06/17", "2 hours ago", "",
     "soon", "0", "-1", "Tue, 32 Oct 2011 10:00:00 GMT", "2011-13-01", "25:99", "0001-01-01T00:00:00",
     "Thu, 01 Jan 1970 00:00:00 GMT", "Mon, 01 Jan 0001 00:00:00 +0000", "9999999999999999", "12 Foo 2011"],
)  # fmt: skip
def test_what_is_no_date_is_none(written: str) -> None:
    """Nonsense, impossible days and the zeros that mean "not set" are not dates."""
    assert read_date(written) is None


def test_the_language_settles_what_is_ambiguous() -> None:
    """CST is China's in a Chinese feed; 3/4 is April's in an American one only."""
    assert read_date("Tue, 04 Oct 2011 10:00:00 CST", language="zh-cn") == datetime(2011, 10, 4, 2, tzinfo=UTC)
    assert read_date("Tue, 04 Oct 2011 10:00:00 CST") == datetime(2011, 10, 4, 16, tzinfo=UTC)
    assert read_date("3/4/2011", language="en-us") == datetime(2011, 3, 4, tzinfo=UTC)
    assert read_date("3/4/2011", language="fr") == datetime(2011, 4, 3, tzinfo=UTC)


@given(st.text(max_size=120) | st.from_regex(r"[0-9 :/.,+\-]{0,60}|[A-Za-z]{3}, [0-9]{2} [A-Za-z]{3} .{0,40}"))
@example("1 " * 50_000)
@example("2011-10-04T10:00:00+99:99")
@example("9999-12-31T23:59:59-23:59")
@example("٤ أكتوبر ٢٠١١")
@example("1:11 " * 30)
@example("1999 a. 1 " * 12)
@example("²")
@example("Tue, 04 Oct 2011 10:00:00 +9999999")
def test_whatever_comes_a_date_is_aware_utc_or_none(text: str) -> None:
    """No input makes reading fail."""
    moment = read_date(text)
    assert moment is None or moment.tzinfo is UTC


@given(st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2068, 1, 1)))  # noqa: DTZ001 - made aware below
def test_what_was_written_is_what_is_read(moment: datetime) -> None:
    """RFC 822, ISO 8601 and Unix time come back to the second."""
    moment = moment.replace(microsecond=0, tzinfo=UTC)
    assert read_date(moment.isoformat()) == moment
    assert read_date(moment.strftime("%a, %d %b %Y %H:%M:%S +0000")) == moment
    assert read_date(moment.strftime("%d %b %y %H:%M:%S GMT")) == moment
    if moment.timestamp() >= 10**8:
        assert read_date(str(int(moment.timestamp()))) == moment


@given(
    st.datetimes(min_value=datetime(1960, 1, 1)),  # noqa: DTZ001 - a zone is written below
    st.sampled_from(["GMT", "+0000", "-0000", "+0530", "-1200", "+1400", "+2400", "+9959", "-0760"]),
    st.sampled_from(["%H:%M:%S", "24:00:00", "%H:%M:60", "25:00:00"]),
)
def test_standard_forms_are_read_like_their_variants(moment: datetime, zone: str, clock: str) -> None:
    """The quick reading of the two standards' own forms finds what the patient one finds in nearly the same text."""
    variant = moment.strftime(f"%a, %d %b {moment.year:04} AT {clock} {zone}")
    assert read_date(variant.replace(" AT", "")) == read_date(variant)
    zone = "Z" if zone == "GMT" else f"{zone[:3]}:{zone[3:]}"
    variant = moment.strftime(f"{moment.year:04}-%m-%dt{clock}{zone}")
    assert read_date(variant.replace("t", "T")) == read_date(variant)
