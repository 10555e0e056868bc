"""Text in columns never runs over."""

from hypothesis import example, given
from hypothesis import strategies as st

from digest.mail.message.placeholders import PLACEHOLDER, Placeholder, placeholder
from digest.mail.render.wrap import COLUMNS, wrap
from digest.text.width import width


@given(st.text(st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from(" aé中\u0301\u200c")), max_size=300))
@example("x" * 200)
@example("中" * 80)
@example("e\u0301" * 80)
def test_lines_fit_and_say_the_same(text: str) -> None:
    """Whatever the text, no line is wider than 72 columns, and every character but blanks comes out in order."""
    for indent in (0, 5):
        lines = wrap(text, indent).split("\n")
        assert all(width(line) <= COLUMNS for line in lines)
        assert "".join("".join(lines).split()) == "".join(text.split())


def test_a_number_hangs_in_the_indent() -> None:
    """The first line carries its number, the others stand beneath its text."""
    assert wrap("word " * 20, 5, "12.").split("\n")[0].startswith(" 12. word")
    assert wrap("word " * 20, 5, "12.").split("\n")[1].startswith("     word")


def test_wide_and_combining_characters_are_counted() -> None:
    """A Chinese character takes two columns, an accent that combines none."""
    assert width("中文") == 4
    assert width("e\u0301") == 1
    assert width("می\u200cخواهم") == 7


def test_a_mark_stands_alone() -> None:
    """What a reader's own value will replace gets a line of its own: its length is not known yet."""
    text = f"because {placeholder(Placeholder.ADDRESS)} reads Syria{placeholder(Placeholder.SINCE, 'en')}. Nothing more"
    assert PLACEHOLDER.sub("X", wrap(text)).split("\n") == ["because", "X", "reads", "SyriaX.", "Nothing more"]
    assert wrap(f"{placeholder(Placeholder.ADDRESS)} reads").count("\n") == 1
