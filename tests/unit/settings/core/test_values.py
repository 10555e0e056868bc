"""Readers of single values, given whatever a file can hold."""

import tomllib
from datetime import date, time, timedelta

import pytest
from email_validator import validate_email
from hypothesis import example, given, settings
from hypothesis import strategies as st

from digest.model import Mailbox, Quiet, Secret
from digest.settings.core.addresses import ADDRESS, MAILBOX
from digest.settings.core.keys import by_name, list_of
from digest.settings.core.locations import STORE, WEB, is_private, without_password
from digest.settings.core.mistakes import Mistake, Wrong
from digest.settings.core.shape import Security
from digest.settings.core.values import (
    FLAG,
    LANGUAGE,
    RATE,
    SECRET,
    SEND,
    TEXT,
    ZONE,
    Given,
    Reader,
    choice,
    duration,
    shown_duration,
    whole,
)

DURATION = duration(timedelta(seconds=1), timedelta(days=30))
READERS: list[Reader[object]] = [
    TEXT,
    FLAG,
    whole(1, 10),
    choice(Quiet),
    choice(Security),
    DURATION,
    RATE,
    SEND,
    ZONE,
    LANGUAGE,
    SECRET,
    ADDRESS,
    MAILBOX,
    WEB,
    STORE,
    list_of(TEXT, example='"a"'),
    by_name(RATE, name=TEXT),
]
ANYTHING = st.recursive(
    st.text()
    | st.integers()
    | st.floats()
    | st.booleans()
    | st.dates()
    | st.times()
    | st.builds(Given, st.text(), st.just("V")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
NEAR_MISSES = st.one_of(
    st.from_regex(r"(https?|htps|ftp|postgres(ql)?)://[a-z0-9.:@\[\]%-]{0,20}/?", fullmatch=True),
    st.from_regex(r"[A-Za-z .]{0,9}<?[a-z.+]{0,9}@[a-z.,-]{0,12}>?", fullmatch=True),
    st.from_regex(r"[0-9]{1,3}[smhdw/]?s?", fullmatch=True),
)


def mistakes(reader: Reader[object], value: object) -> tuple[Mistake, ...]:
    """What a reader finds wrong with a value; nothing if it reads it."""
    try:
        reader.read(value)
    except Wrong as wrong:
        return wrong.mistakes
    return ()


@given(st.sampled_from(READERS), ANYTHING | NEAR_MISSES)
@example(WEB, "http://[::1")
@example(WEB, "http://a:99999999/")
@example(STORE, "postgresql://[x")
@example(MAILBOX, 'Ana "the boss" <ana@example.org>')
@example(TEXT, "\ud800")
@example(SECRET, {"command": []})
@example(ZONE, "../../etc/passwd")
@example(ZONE, "Europe")
@example(ZONE, "\0")
@settings(deadline=None)
def test_any_value_is_read_or_refused_in_a_sentence(reader: Reader[object], value: object) -> None:
    """No value that a file can hold makes a reader fail otherwise than with Wrong, on one line."""
    for mistake in mistakes(reader, value):
        assert mistake.text
        assert not {"\n", "\r", "\0"} & set(mistake.text)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("90s", timedelta(seconds=90)),
        ("15m", timedelta(minutes=15)),
        ("1h30m", timedelta(minutes=90)),
        (" 2 d ", timedelta(days=2)),
        ("1w", timedelta(days=7)),
    ],
)
def test_stretches_of_time_are_read(text: str, length: timedelta) -> None:
    """Seconds, minutes, hours, days, weeks, and sums of them."""
    assert DURATION.read(text) == length


@given(st.integers(1, 30 * 86400))
def test_a_shown_duration_reads_as_itself(seconds: int) -> None:
    """What is shown of a duration can be written into a configuration."""
    length = timedelta(seconds=seconds)
    assert DURATION.read(shown_duration(length)) == length


@pytest.mark.parametrize(
    ("text", "a_second"), [("10/s", 10), ("600/min", 10), ("90/m", 1.5), ("3600/h", 1), ("0.5/s", 0.5)]
)
def test_rates_become_messages_a_second(text: str, a_second: float) -> None:
    """Whatever the unit, a rate is kept by the second."""
    assert RATE.read(text) == pytest.approx(a_second)


@pytest.mark.parametrize(
    ("written", "name", "address"),
    [
        ("desk@example.org", "", "desk@example.org"),
        ("Watch desk <desk@example.org>", "Watch desk", "desk@example.org"),
        ('"Desk, Beirut" <desk@example.org>', "Desk, Beirut", "desk@example.org"),
        (r'"The \"Desk\"" <desk@example.org>', 'The "Desk"', "desk@example.org"),
        ("مكتب الأخبار <desk@example.org>", "مكتب الأخبار", "desk@example.org"),
        ("Desk, Beirut <desk@example.org>", "Desk, Beirut", "desk@example.org"),
        ("Zoë <zoe@bücher.example>", "Zoë", "zoe@xn--bcher-kva.example"),
    ],
)
def test_mailboxes_are_read_as_people_write_them(written: str, name: str, address: str) -> None:
    """Names with commas, quotes and letters of any script; domains become IDNA."""
    assert MAILBOX.read(written) == Mailbox(name=name, address=address)


@given(st.from_regex(r"[A-Za-z0-9.+_-]{1,70}@([a-z0-9-]{1,64}\.){0,5}[a-z0-9-]{1,25}", fullmatch=True))
@example("a..b@example.org")
@example("a.@example.org")
@example("a@a--b.example.org")
@example("a@-a.example.org")
@example("ab@ab--c.example.org")
@settings(deadline=None)
def test_the_quick_way_lets_nothing_through_that_email_validator_refuses(address: str) -> None:
    """An address that is accepted is one that email-validator accepts too, and as it has it."""
    try:
        read = ADDRESS.read(address)
    except Wrong:
        return
    assert validate_email(address, check_deliverability=False).ascii_email == read


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost/",
        "http://LOCALHOST.:80/",
        "http://a.localhost/",
        "http://127.0.0.1/",
        "http://127.1/",
        "http://0x7f.1/",
        "http://2130706433/",
        "http://10.1.2.3:8080/x",
        "http://192.168.0.1/",
        "http://169.254.169.254/latest",
        "http://[::1]/",
        "http://[fd00::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://0.0.0.0/",
    ],
)
def test_private_hosts_are_known_by_their_looks(url: str) -> None:
    """Addresses that name this machine or a private network are seen in every way of writing them."""
    assert is_private(url)


@pytest.mark.parametrize(
    "url", ["https://example.org/", "https://1.1.1.1/", "https://[2606:4700::1111]/", "https://10.example.org/"]
)
def test_public_hosts_are_not_called_private(url: str) -> None:
    """A public name or address needs no word from the operator."""
    assert not is_private(url)


@pytest.mark.parametrize(
    "name", ["posix/Europe/Berlin", "localtime", "Factory", "europe/berlin", "UTC+1", "Europe/", "CEST"]
)
def test_what_is_no_iana_zone_is_refused(name: str) -> None:
    """Files that lie beside the zones, other spellings and offsets are not zones."""
    with pytest.raises(Wrong):
        ZONE.read(name)


def test_a_secret_is_a_place() -> None:
    """A secret is told by variable, file or command; one that stands in a variable already is that variable."""
    assert SECRET.read({"env": "X"}) == Secret(env="X")
    assert SECRET.read({"file": "~/x"}) == Secret(file="~/x")
    assert SECRET.read({"command": ["pass", "x"]}) == Secret(command=("pass", "x"))
    assert SECRET.read(Given("hunter2", "DIGEST__MAIL__PASSWORD")) == Secret(env="DIGEST__MAIL__PASSWORD")


def test_text_in_the_environment_stands_for_every_type() -> None:
    """Variables hold text only; readers of numbers, flags and lists understand it."""
    assert whole(1, 10).read(Given("7", "V")) == 7
    assert FLAG.read(Given("True", "V")) is True
    assert list_of(TEXT, example='"a"').read(Given("a, b,", "V")) == ("a", "b")


def test_dates_and_times_are_told_from_text() -> None:
    """An unquoted 07:00:00 is a time to TOML, and the error says that quotes are missing."""
    for value in (time(7), date(2026, 1, 1), tomllib.loads("x = 2026-01-01T07:00:00")["x"]):
        with pytest.raises(Wrong, match='wants text in "quotes" such as "daily 07:00", not a date or a time'):
            SEND.read(value)


def test_passwords_in_addresses_are_hidden() -> None:
    """What is shown of a store's address lacks its password."""
    assert without_password("postgresql://digest:hunter2@db/x") == "postgresql://digest:***@db/x"
    assert without_password("postgresql://digest@db/x?a=b:c@d") == "postgresql://digest@db/x?a=b:c@d"
