"""Folding: what counts as the same word, in any script, and how a place is traced back."""

import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digest.text.fold import BREAK, fold, is_word, starts_word, trace, whole_words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Téhéran", "TEHERAN"),
        ("Straße", "strasse"),
        ("travel-ban", "Travel ban"),
        ("ﬁnance", "finance"),
        ("Ｉｒａｎ", "Iran"),
        ("İstanbul", "istanbul"),
        ("ışık", "ISIK"),
        ("Łódź", "lodz"),
        ("Иранский", "ИРАНСКИЙ"),
        ("самолёт", "самолет"),
        ("إيران", "ايران"),
        ("ايران", "ایران"),
        ("صَدَّام", "صدام"),
        ("الرقــة", "الرقه"),
        ("كردستان", "کردستان"),
        ("خامنه‌ای", "خامنه ای"),
        ("מלך", "מלכ"),
        ("שָׁלוֹם", "שלום"),
        ("Qur’an", "Qur'an"),
        ("ʿAlī", "Ali"),
        ("so\xadlo", "solo"),
        ("a\u200fb", "ab"),
        ("١٢", "12"),
    ],
)
def test_the_same_word(one: str, other: str) -> None:
    """Case, accents, compatibility forms, marks and joiners make no difference."""
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("कुल", "कल"), ("イラン", "イラク"), ("이란", "이라"), ("Iran", "Irán2")])
def test_not_the_same_word(one: str, other: str) -> None:
    """Vowel signs of Indic scripts and whole syllables of Korean do make a difference."""
    assert fold(one) != fold(other)


def test_punctuation_is_spaces() -> None:
    """Each sign becomes a space of its own, so that a phrase does not run across a comma."""
    assert fold("Iran, Iraq; (Syria)") == "iran  iraq   syria "


def test_every_character_folds_once_and_for_all() -> None:
    """For each character of Unicode: folding what it became changes nothing, and leaves words, spaces and our mark."""
    for code in range(sys.maxunicode + 1):
        folded = fold(chr(code))
        assert fold(folded) == folded, hex(code)
        assert all(one in {" ", BREAK} or is_word(one) for one in folded), hex(code)


@given(st.text())
@example("’…ﬁ½")
@example("İ\u0307")
@example("A’ ʿ－")
def test_folding_is_traced(text: str) -> None:
    """Each folded character has its place in the text as written, in order, and folds from what stands there."""
    folded, places = fold(text), trace(text)
    assert len(folded) == len(places)
    assert list(places) == sorted(places)
    assert all(one in fold(text[place]) for one, place in zip(folded, places, strict=True))


@given(st.text(), st.text())
def test_folding_is_by_character(one: str, other: str) -> None:
    """What stands before or after makes no difference to how a text folds."""
    assert fold(one + other) == fold(one) + fold(other)


@pytest.mark.parametrize(
    ("text", "word", "begins"),
    [
        ("وايران", "ايران", True),
        ("بالسوريين", "سوري", True),
        ("وللسوريين", "سوري", True),
        ("فسوريا", "سوريا", True),
        ("نيسوريا", "سوريا", False),
        ("بقم", "قم", False),
        ("ובאיראן", "איראן", True),
        ("שבסוריה", "סוריה", True),
        ("גסוריה", "סוריה", False),
        ("miranda", "iran", False),
        ("在伊朗", "伊朗", True),
    ],
)
def test_particles_before_a_word(text: str, word: str, *, begins: bool) -> None:
    """Arabic and Hebrew write particles on to a word's beginning; other letters make it another word."""
    folded, part = f" {fold(text)} ", fold(word)
    start = folded.index(part)
    assert starts_word(folded, start, start + len(part)) is begins


def test_whole_words_around_a_match() -> None:
    """A match within words is widened to them; where words are not told apart it stays as it is."""
    assert whole_words(" the iranians left ", 5, 9) == (5, 13)
    assert whole_words(" 在伊朗的人 ", 2, 4) == (2, 4)
