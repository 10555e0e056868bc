"""Addresses from outside."""

from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digest.feeds.values.entry_links import MAX_LINK, canonical_link, clean_link, shown_host
from digest.text.urls import web_address


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,<script>",
        "vbscript:x",
        "file:///etc/passwd",
        "ftp://h/x",
        "mailto:a@b.example",
        "http://",
        "http:///path",
        "https://[::1",
        "http://h:99999999/",
        "tag:h,2020:1",
        "",
        "   ",
        "http://h/" + "x" * MAX_LINK,
    ],
)
def test_what_is_no_web_address_is_no_link(link: str) -> None:
    """Only http and https addresses with a host become links."""
    assert clean_link(link) == ""


@pytest.mark.parametrize(
    ("link", "clean"),
    [
        ("http://user:secret@news.example/a", "http://news.example/a"),
        ("https://news.example@evil.example/", "https://evil.example/"),
        ("https://news.example/a?utm_source=x&id=1&fbclid=y", "https://news.example/a?id=1"),
        ("https://news.example/a?at_medium=RSS&at_campaign=KARANGA", "https://news.example/a"),
        ("https://news.example/a?partner=rss&emc=rss", "https://news.example/a"),
        ("https://forum.example/f.php?mod=viewthread&tid=1", "https://forum.example/f.php?mod=viewthread&tid=1"),
        ("https://news.example/a?q=%E2%82%AC&b=+x", "https://news.example/a?q=%E2%82%AC&b=+x"),
        ("https://news.example/a#utm_source=rss", "https://news.example/a"),
        ("https://news.example/a#part-2", "https://news.example/a#part-2"),
        (" https://news.example/\u202ea\x00b ", "https://news.example/ab"),
        ("https://news.example/a\r\nBcc: x", "https://news.example/aBcc:%20x"),
        ("https://news.example/press releases/no 5.html", "https://news.example/press%20releases/no%205.html"),
        ("https://news.example/s?q=iran talks&utm_medium=rss", "https://news.example/s?q=iran%20talks"),
        ("\u3000https://news.example/x\u3000\xa0", "https://news.example/x"),
        ("\n  https://news.example/\n  a/b\n", "https://news.example/a/b"),
        ("https://fa.example/می\u200cخواهم", "https://fa.example/%D9%85%DB%8C%E2%80%8C%D8%AE%D9%88%D8%A7%D9%87%D9%85"),
    ],
)
def test_a_link_loses_what_is_not_the_page(link: str, clean: str) -> None:
    """Names, passwords, trackers, control characters and blanks round it go; blanks in it and letters beyond ASCII are
    percent-encoded; every other byte stays."""
    assert clean_link(link) == clean


@pytest.mark.parametrize(
    ("link", "absolute"),
    [
        ("/a", "https://news.example/a"),
        ("b?x=1", "https://news.example/feeds/b?x=1"),
        ("//other.example/c", "https://other.example/c"),
        ("../d", "https://news.example/d"),
        ("javascript:alert(1)", ""),
        ("", ""),
    ],
)
def test_a_relative_link_starts_at_the_document(link: str, absolute: str) -> None:
    """RFC 3986 resolution against the address that answered; nothing resolves to nothing."""
    assert clean_link(link, "https://news.example/feeds/all.xml") == absolute


PAGE = "https://gulf.example/a?id=1&x=2"
ASKED = "rct=j&sa=t&url=https://gulf.example/a%3Fid%3D1%26x%3D2%26utm_source%3Dx&ct=ga&cd=CAEYACoT"


@pytest.mark.parametrize(
    ("link", "page"),
    [
        (f"https://www.google.com/url?{ASKED}", PAGE),
        (f"https://www.google.co.uk/url?{ASKED}", PAGE),
        ("http://news.google.com/news/url?sa=t&fd=R&usg=AFQ&url=https://gulf.example/a", "https://gulf.example/a"),
        ("https://www.google.com/url?q=https%3A%2F%2Fgulf.example%2Fno+5&sa=U", "https://gulf.example/no%205"),
        (
            "http://www.bing.com/news/apiclick.aspx?ref=FexRss&url=https%3a%2f%2fgulf.example%2fa&c=1",
            "https://gulf.example/a",
        ),
        ("https://news.google.com/rss/articles/CBMiFmh0dHBzOi8vZ3VsZi5leGFtcGxlL2HSAQA?oc=5", "https://gulf.example/a"),
        (
            "https://news.google.com/rss/articles/CBMiSkFVX3lxTE5x?oc=5",
            "https://news.google.com/rss/articles/CBMiSkFVX3lxTE5x?oc=5",
        ),
        ("https://www.google.com/url?url=javascript:alert(1)", "https://www.google.com/url?url=javascript:alert(1)"),
        ("https://www.google.com/url?url=%ff", "https://www.google.com/url?url=%ff"),
        (
            "https://www.google.com/search?q=https://gulf.example/a",
            "https://www.google.com/search?q=https://gulf.example/a",
        ),
        ("https://gulf.example/url?url=https://other.example/", "https://gulf.example/url?url=https://other.example/"),
    ],
)
def test_a_redirectors_link_is_the_page_that_it_leads_to(link: str, page: str) -> None:
    """Where the address stands in the link itself; a search, another site, and what is not an address stay."""
    assert clean_link(link) == page


def test_one_page_has_one_canonical_address() -> None:
    """Scheme, www, case of the host, default port, trackers, order of parameters, fragment and slash do not matter."""
    variants = (
        "http://www.News.example/a/b/?y=2&x=1",
        "https://news.example:443/a/b?x=1&y=2&utm_medium=rss#top",
        "https://news.example/a/./b?y=2&x=1",
    )
    assert {canonical_link(link) for link in variants} == {"https://news.example/a/b?x=1&y=2"}
    assert canonical_link("https://news.example/a/b?x=2") != canonical_link("https://news.example/a/b?x=1")
    assert canonical_link("javascript:x") == ""


@pytest.mark.parametrize(
    ("link", "host"),
    [
        ("https://www.news.example/a", "news.example"),
        ("https://p\u0430ypal.com/", "xn--pypal-4ve.com"),
        ("https://xn--pypal-4ve.com/", "xn--pypal-4ve.com"),
        ("https://bücher.example/", "bücher.example"),
        ("https://xn--bcher-kva.example/", "bücher.example"),
        ("https://правда.example/", "правда.example"),
        ("https://\u0430\u0440\u0440\u04cf\u0435.com/", "xn--80ak6aa92e.com"),
        ("https://日本のニュース.example/", "日本のニュース.example"),
        ("https://xn--\u0430.com/", ""),
        ("not a link", ""),
    ],
)
def test_a_host_that_deceives_is_shown_as_punycode(link: str, host: str) -> None:
    """Labels of mixed scripts, and those whose letters all look Latin, are shown in ASCII; honest ones as written."""
    assert shown_host(link) == host


@given(st.text(max_size=200), st.sampled_from(["", "https://news.example/x"]))
@example("http://[", "")
@example("http://\u2100.example/", "")
@example("https://h\\@evil.example/", "")
@example("a.example/x\u3000", "")
@example("a.example/a\u2003b", "")
@example("a.example/\u1680", "https://news.example/x")
def test_whatever_comes_a_link_is_safe_or_empty(text: str, base: str) -> None:
    """No input makes link cleaning fail, or leaves a userinfo, a control character or another scheme: what comes out is
    mailed as it stands."""
    for link in (clean_link(text, base), clean_link("https://" + text, base), canonical_link("http://" + text)):
        if link:
            parts = urlsplit(link)
            assert parts.scheme in {"http", "https"}
            assert parts.hostname
            assert "@" not in parts.netloc
            assert link.isascii()
            assert not any(letter.isspace() or not letter.isprintable() for letter in link)
            assert web_address(link) == link
    shown_host("https://" + text)


@given(st.from_regex(r"https?://[a-z]{1,8}\.example/[a-z/.]{0,20}(\?[a-z]=[a-z%]{0,5})?", fullmatch=True))
def test_a_canonical_address_is_its_own_canonical_address(link: str) -> None:
    """Making an address canonical twice changes nothing more."""
    assert canonical_link(canonical_link(link)) == canonical_link(link)


@given(
    st.from_regex(r"(https?|HTTPS|ftp)://[a-z0-9._%-]{0,12}(:[0-9]{1,2})?(/[A-Za-z0-9/_.~:@!$*+,;=()%?#&-]{0,30})?")
    | st.text("htps:/.a?#@%=&", max_size=12).map("https://{}".format),
    st.sampled_from(["", "https://news.example/x"]),
)
@example("https://" + "a" * 255 + "/", "")
@example("https://h.example/" + "a" * 3_000, "")
def test_an_address_that_is_safe_at_first_sight_is_what_it_is_at_second(link: str, base: str) -> None:
    """A space, which is taken away, makes every address be looked at closely: the result is the same."""
    assert clean_link(link, base) == clean_link(f" {link}", base)
