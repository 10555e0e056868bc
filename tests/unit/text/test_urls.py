"""Web addresses."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digest.text.urls import web_address


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "//x.example/",
        "/path",
        "https://",
        "https://x example/",
        "https://x.example:port/",
        "https://x<b>.example/",
        "https://x.example/" + "a" * 20_000,
    ],
)
def test_what_is_no_web_address_is_none(text: str) -> None:
    """Only http and https with a plain host are web addresses."""
    assert web_address(text) == ""


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("https://x.example/a?b=c&d=%20#e", "https://x.example/a?b=c&d=%20#e"),
        ("http://x.example:8080/a b", "http://x.example:8080/a%20b"),
        ("https://x.example/a\u3000b\xa0", "https://x.example/a%E3%80%80b"),
        ("https://bücher.example/ä", "https://xn--bcher-kva.example/%C3%A4"),
        ("HTTPS://X.Example/A", "https://x.example/A"),
        ("https://[2001:db8::1]/", "https://[2001:db8::1]/"),
        ("https://аpple.example/", "https://xn--pple-43d.example/"),
        ("https://user:pw@x.example/", "https://x.example/"),
        ("https://x.example\n.other.example/", "https://x.example.other.example/"),
        ("https://x.example/\0", "https://x.example/"),
        (
            "https://x.example/f?utm_source=x&nm=2015|2016 -rip",
            "https://x.example/f?utm_source=x&nm=2015%7C2016%20-rip",
        ),
    ],
)
def test_a_web_address_is_ascii_without_a_login(text: str, address: str) -> None:
    """It comes out as plain ASCII with all its parameters; letters that pass for Latin ones show as punycode."""
    assert web_address(text) == address


@given(
    st.text(max_size=60) | st.text("htps:/.a?#@%=& \t\n", max_size=20), st.sampled_from(["", "https://news.example/x"])
)
@example("h.example/a?", "")
@example("h.example/x\u202f", "")
def test_a_web_address_is_its_own_web_address(text: str, base: str) -> None:
    """What came out once passes unchanged, whatever it came from; a blank round it makes no difference."""
    for written in (text, f"https://{text}"):
        address = web_address(written, base)
        assert web_address(address) == address
        assert address.isascii()
        assert address.isprintable()
        assert " " not in address
        assert web_address(f" {written}\n", base) == address
