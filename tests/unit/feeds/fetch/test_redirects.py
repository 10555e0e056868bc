"""What may go along on a fetch, and where it may lead."""

import asyncio
from http.cookies import SimpleCookie

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from yarl import URL

from digest.errors import AddressRefused
from digest.feeds.fetch.host_queue import TimeBudget
from digest.feeds.fetch.redirects import Redirect, Transfer, target, web_address
from digest.model import Feed
from digest.ports import Validators

HOME = "https://a.example/feed"
ELSEWHERE = [
    "http://a.example/feed",
    "https://a.example:8443/feed",
    "https://b.example/feed",
    "https://sub.a.example/feed",
    "https://a.example./feed",
    "https://a.example.b.example/feed",
    "http://a.example:443/feed",
]


def transfer(url: str = HOME, *, cookie: str = "") -> Transfer:
    """A fetch of a private feed with a login; call it where a loop runs."""
    credentials = {"Cookie": cookie} if cookie else {"Authorization": "geheim"}
    origin = web_address(url).origin()
    feed = Feed(id="f", url=url, private=True)
    return Transfer(feed=feed, origin=origin, validators=Validators(), credentials=credentials, patience=TimeBudget(1))


@pytest.mark.parametrize("url", [HOME, "https://a.example/", "https://A.Example:443/other?x=1", "https://x@a.example/"])
async def test_at_home(url: str) -> None:
    """At its own scheme, host and port a feed may be private, and its login goes along."""
    one = transfer()
    assert one.is_private(web_address(url))
    assert one.headers(web_address(url)) == {"Authorization": "geheim"}


@pytest.mark.parametrize("url", ELSEWHERE)
async def test_elsewhere(url: str) -> None:
    """At any other scheme, host or port it is not private, no login is shown, and a refusal there says so."""
    one, there = transfer(), web_address(url)
    assert not one.is_private(there)
    assert one.headers(there) == {}
    assert "write this address into `url`" in one.kept_secret(there, 401)
    assert one.kept_secret(there, 500) == one.kept_secret(web_address(HOME), 401) == ""


async def test_a_login_does_not_climb_to_tls_either() -> None:
    """From http to https is another origin too: any port of the host could be meant."""
    one = transfer("http://a.example/feed")
    assert one.headers(web_address(HOME)) == {}
    assert not one.is_private(web_address(HOME))


@pytest.mark.parametrize("url", ELSEWHERE)
async def test_cookies_go_back_to_their_host(url: str) -> None:
    """What one host set no other one is told."""
    one = transfer()
    one.cookies.update_cookies(SimpleCookie("sid=1; Secure"), web_address(HOME))
    assert one.headers(web_address(HOME))["Cookie"] == "sid=1"
    assert "Cookie" not in one.headers(web_address(url)) or url == ELSEWHERE[1]


async def test_the_operators_cookies_and_the_servers() -> None:
    """Both are sent; of one name, what the server set last."""
    one = transfer(cookie="sid=old; theme=dark;")
    assert one.headers(web_address(HOME))["Cookie"] == "sid=old; theme=dark"
    one.cookies.update_cookies(SimpleCookie("sid=new"), web_address(HOME))
    assert one.headers(web_address(HOME))["Cookie"] == "theme=dark; sid=new"
    assert one.headers(web_address("https://b.example/")) == {}


@pytest.mark.parametrize(
    ("asked", "to", "permanent", "good"),
    [
        ("https://a.example/", "https://b.example/", True, True),
        ("http://a.example/", "https://a.example/", True, True),
        ("http://a.example/", "http://b.example/", True, True),
        ("https://a.example/", "http://a.example/", True, False),
        ("https://a.example/", "https://b.example/", False, False),
    ],
)
def test_what_is_for_good(asked: str, to: str, permanent: bool, good: bool) -> None:
    """A permanent redirect is remembered, but from https to http never."""
    assert Redirect(url=URL(to), permanent=permanent).is_for_good(URL(asked)) is good


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("https://a.example", "https://a.example/"),
        ("https://a.example?x", "https://a.example/?x"),
        ("HTTPS://A.Example:443/X", "https://a.example/X"),
        ("https://u:p@a.example/x#y", "https://a.example/x"),
        (" https://m\u00fcnchen.example/\u00fc ", "https://xn--mnchen-3ya.example/%C3%BC"),
        ("http://[2606:4700::1111]:8080/x", "http://[2606:4700::1111]:8080/x"),
        ("https://a.example/a%2fb/../c", "https://a.example/a%2fb/../c"),
    ],
)
def test_web_addresses(written: str, kept: str) -> None:
    """Login and fragment go, the host is made plain, path and query stay."""
    assert str(web_address(written)) == kept


@given(st.text(max_size=40), st.sampled_from(["", "http://", "//", "https://a.example/", "http://[", "?", "/"]))
@example("\udce9", "/")
@example("[", "//")
@example("a:99999/", "//")
def test_any_location_is_an_address_or_refused(text: str, before: str) -> None:
    """Whatever a redirect says leads to a http or https address in plain ASCII, or is refused with its place."""
    try:
        found = target(URL(HOME), before + text)
    except AddressRefused as exc:
        assert HOME in str(exc)  # noqa: PT017 - either outcome is right
        return
    assert found.scheme in ("http", "https")
    assert found.raw_host
    assert str(found).isascii()
    assert str(web_address(str(found))) == str(found)


def test_a_jar_needs_no_running_loop_of_its_own() -> None:
    """Each fetch has cookies of its own."""

    async def jars() -> bool:
        return transfer().cookies is not transfer().cookies

    assert asyncio.run(jars())
