"""What the head of an HTTP answer says."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digest.feeds.fetch.response_headers import fresh_for, refusal, retry_after, still_valid, validators
from digest.ports import Validators

DATE = "Sun, 22 Nov 2026 12:00:00 GMT"
LATER = "Sun, 22 Nov 2026 12:10:00 GMT"
header = st.text(st.characters(max_codepoint=0x2FF, exclude_categories=["Cc"]), max_size=60)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "120"}, 120.0),
        ({"Retry-After": " 120 "}, 120.0),
        ({"Retry-After": LATER, "Date": DATE}, 600.0),
        ({"Retry-After": DATE, "Date": LATER}, 0.0),
        ({"Retry-After": "Sunday, 22-Nov-26 12:10:00 GMT", "Date": DATE}, 600.0),
        ({"Retry-After": "Sun Nov 22 12:10:00 2026", "Date": "Sun Nov 22 12:00:00 2026"}, 600.0),
        ({"Retry-After": "Fri, 31 Dec 9999 23:59:59 GMT", "Date": DATE}, 251606951999.0),
        ({"Retry-After": "0"}, 0.0),
        ({"Retry-After": "1.5"}, None),
        ({"Retry-After": LATER}, None),
        ({"Retry-After": "soon", "Date": DATE}, None),
        ({"Retry-After": "-5", "Date": DATE}, None),
        ({}, None),
    ],
)
def test_retry_after(headers: dict[str, str], seconds: float | None) -> None:
    """Retry-After is read as a number, and as a date against the server's own clock."""
    assert retry_after(headers) == seconds


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Cache-Control": "public, max-age=300"}, 300.0),
        ({"Cache-Control": 'Max-Age="300"'}, 300.0),
        ({"Cache-Control": "max-age=300", "Age": "100"}, 200.0),
        ({"Cache-Control": "max-age=300", "Age": "900"}, 0.0),
        ({"Cache-Control": "max-age=300, no-cache"}, None),
        ({"Cache-Control": "no-store"}, None),
        ({"Cache-Control": "max-age=60", "Expires": LATER, "Date": DATE}, 60.0),
        ({"Expires": LATER, "Date": DATE}, 600.0),
        ({"Expires": "0", "Date": DATE}, None),
        ({"Cache-Control": "max-age=many"}, None),
        ({}, None),
    ],
)
def test_fresh_for(headers: dict[str, str], seconds: float | None) -> None:
    """Freshness comes from max-age less Age, else from Expires."""
    assert fresh_for(headers) == seconds


def test_validators_survive_a_304_that_brings_none() -> None:
    """After a 304 the validators that were sent still hold, each unless the answer brings a newer one."""
    sent = Validators(etag='"1"', last_modified=DATE)
    assert still_valid(sent, {}) == sent
    assert still_valid(sent, {"ETag": '"2"'}) == Validators(etag='"2"', last_modified=DATE)


@pytest.mark.parametrize(
    ("modified", "date", "kept"),
    [
        (DATE, LATER, True),
        (DATE, DATE, True),
        (LATER, DATE, False),
        ("Thu, 12 Jan 2090 00:12:01 GMT", DATE, False),
        (LATER, "", True),
        ("yesterday", DATE, True),
    ],
)
def test_a_last_modified_of_the_future_is_not_kept(modified: str, date: str, kept: bool) -> None:
    """What claims to have changed after it was sent cannot tell the next change, and is not sent back."""
    found = validators({"ETag": '"1"', "Last-Modified": modified, "Date": date})
    assert found == Validators(etag='"1"', last_modified=modified if kept else None)


@pytest.mark.parametrize("value", ["x" * 2000, "caf\u00e9", "a\x00b", "tab\there", ""])
def test_validators_that_cannot_be_sent_back_are_dropped(value: str) -> None:
    """A validator that is too long or not printable ASCII is not kept."""
    assert validators({"ETag": value, "Last-Modified": value}) == Validators()


@given(st.dictionaries(st.sampled_from(["Retry-After", "Expires", "Date", "Age", "Cache-Control"]), header))
@example({"Retry-After": "9" * 400, "Age": "²"})
@example({"Expires": "Mon, 01 Jan 0001 00:00:00 +2359", "Date": DATE})
def test_any_header_is_read(headers: dict[str, str]) -> None:
    """No header makes reading fail, and no wait is negative or endless."""
    for seconds in (retry_after(headers), fresh_for(headers)):
        assert seconds is None or 0 <= seconds < 1e12


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        (401, "auth"),
        (403, "browser"),
        (404, "new address"),
        (410, "not asked again"),
        (429, "less often"),
        (500, "later"),
        (503, "later"),
        (204, "not a document"),
        (418, "check the address"),
    ],
)
def test_refusals_say_what_to_do(status: int, advice: str) -> None:
    """Each refusal names the address, the status and the next step."""
    text = refusal(status, "https://a.example/feed")
    assert "https://a.example/feed" in text
    assert str(status) in text
    assert advice in text


@pytest.mark.parametrize(
    ("challenge", "named"),
    [
        ('Digest realm="news", nonce="a,b c", qop="auth"', "Digest"),
        ("Negotiate", "Negotiate"),
        ("NTLM, Negotiate", "NTLM"),
        ('digest realm="Basic, or so"', "digest"),
        ('Basic realm="news"', ""),
        ('Digest realm="news", nonce="x", Basic realm="news"', ""),
        ('Bearer error="invalid_token"', ""),
        ("", ""),
        ("=,=,,", ""),
    ],
)
def test_a_login_that_cannot_be_given_is_said_to_be_one(challenge: str, named: str) -> None:
    """A 401 names the way of logging in that it wants where `auth` does not speak it, and `auth` where it does."""
    text = refusal(401, "https://a.example/feed", challenge)
    assert ("`auth`" in text) is not bool(named)
    assert f"a login by {named}" in text or not named
