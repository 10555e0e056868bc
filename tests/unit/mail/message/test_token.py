"""Tokens: 42 characters that prove who wrote them, for one purpose and one list."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.mail.message.token import Purpose, Token, bounce_address, bounced_subscriber, mint, read

KEY, OTHER = b"k" * 32, b"o" * 32
LIST = "digest.news.example.org"
SUBSCRIBER = "0123456789abcdef"
TOKEN = mint(Purpose.UNSUBSCRIBE, subscriber=SUBSCRIBER, list_id=LIST, key=KEY)


@given(st.binary(min_size=8, max_size=8), st.sampled_from(Purpose), st.integers(0, 255), st.binary(max_size=32))
def test_a_token_says_what_was_put_in(who: bytes, purpose: Purpose, key_id: int, extra: bytes) -> None:
    """Any subscriber, purpose and extra come back, with any key id."""
    token = mint(purpose, subscriber=who.hex(), list_id=LIST, key=KEY, key_id=key_id, extra=extra)
    expected = Token(purpose=purpose, subscriber=who.hex(), extra=extra)
    assert read(token, purpose=purpose, list_id=LIST, keys={key_id: KEY}) == expected


def test_a_token_is_short_and_fits_a_url() -> None:
    """The common token is 42 characters, each of which may stand in a URL as it is."""
    assert len(TOKEN) == 42
    assert all(character.isalnum() or character in "-_" for character in TOKEN)


def test_every_flipped_bit_fails() -> None:
    """Changing any character to any other opens nothing: the spare bits of the last one are checked too."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for at in range(len(TOKEN)):
        for character in alphabet.replace(TOKEN[at], ""):
            changed = TOKEN[:at] + character + TOKEN[at + 1 :]
            assert read(changed, purpose=Purpose.UNSUBSCRIBE, list_id=LIST, keys={0: KEY}) is None


def test_purposes_lists_and_keys_are_apart() -> None:
    """A token for one purpose, list or key opens nothing else."""
    for purpose in Purpose:
        opened = read(TOKEN, purpose=purpose, list_id=LIST, keys={0: KEY})
        assert (opened is not None) == (purpose is Purpose.UNSUBSCRIBE)
    assert read(TOKEN, purpose=Purpose.UNSUBSCRIBE, list_id="other.example.org", keys={0: KEY}) is None
    assert read(TOKEN, purpose=Purpose.UNSUBSCRIBE, list_id=LIST, keys={0: OTHER}) is None
    assert read(TOKEN, purpose=Purpose.UNSUBSCRIBE, list_id=LIST, keys={1: KEY}) is None


def test_an_old_key_still_opens_old_mail() -> None:
    """After a new key has come, a token of the old one is read by its key id."""
    assert read(TOKEN, purpose=Purpose.UNSUBSCRIBE, list_id=LIST, keys={1: OTHER, 0: KEY}) is not None


@given(st.one_of(st.text(max_size=60), st.from_regex(r"[A-Za-z0-9_-]{0,60}", fullmatch=True)))
def test_rubbish_opens_nothing(text: str) -> None:
    """Any text that we did not write is not a token, and raises nothing."""
    assert read(text, purpose=Purpose.UNSUBSCRIBE, list_id=LIST, keys={0: KEY}) is None


@pytest.mark.parametrize(("who", "extra"), [("0123", b""), (SUBSCRIBER, b"x" * 33)])
def test_only_what_fits_is_minted(who: str, extra: bytes) -> None:
    """A subscriber id of another length, or too much extra, is a mistake of the caller."""
    with pytest.raises(ValueError, match="a token's subscriber"):
        mint(Purpose.SHARE, subscriber=who, list_id=LIST, key=KEY, extra=extra)


@given(st.binary(min_size=8, max_size=8))
def test_a_bounce_names_its_subscriber(who: bytes) -> None:
    """The envelope sender leads back to the subscriber, in whatever case the bounce writes it."""
    address = bounce_address("bounces@news.example.org", subscriber=who.hex(), key=KEY)
    assert len(address.partition("@")[0]) <= 64
    for written in (address, address.upper()):
        assert bounced_subscriber(written, bounces="Bounces@news.example.org", keys={0: OTHER, 1: KEY}) == who.hex()


@given(st.text(max_size=80))
def test_a_forged_bounce_names_nobody(text: str) -> None:
    """An address that we did not sign is nobody's bounce."""
    for address in (text, f"bounces+{text}@news.example.org", f"bounces+{SUBSCRIBER}{'0' * 16}@news.example.org"):
        assert bounced_subscriber(address, bounces="bounces@news.example.org", keys={0: KEY}) is None
