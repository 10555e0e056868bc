"""HTML and text from outside as plain text."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digest.feeds.values.clean import MAX_HTML, from_html, from_text, is_only_links, shortened, tidy


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>Talks end</p><p>Iran said</p>", "Talks end Iran said"),
        ("one<br>two<li>three", "one two three"),
        ("<b>T</b>alks", "Talks"),
        ("a &amp; b &#8217; &nbsp;c", "a & b ’ c"),
        ("<script>alert(1)</script>Talks<style>p{}</style>", "Talks"),
        ("<img src=x onerror=alert(1)>Talks", "Talks"),
        ("<iframe src=x><a href=y>player</a></iframe>Talks", "Talks"),
        ("{{7*7}} {% raw %} ${x}", "{{7*7}} {% raw %} ${x}"),
        ("&lt;p&gt;escaped twice&lt;/p&gt;", "escaped twice"),
        ("5 &lt; 6 &amp;&amp; 7", "5 < 6 && 7"),
        ("<p>how to close a &lt;p&gt;</p>", "how to close a <p>"),
        ("cut <a href='http://x", "cut"),
        ("<p>news&notes</p>", "news&notes"),
        ("<p>macro&microeconomics &copy; ?a=1&copy=2 &#8217;s &#39s</p>", "macro&microeconomics © ?a=1&copy=2 ’s 's"),
        ("<b>rights</b> &amp;amp;amp; a &amp;amp;quot;guide&amp;amp;quot;", 'rights & a "guide"'),
        ("&amp;lt;p&amp;gt;escaped thrice&amp;lt;/p&amp;gt;", "escaped thrice"),
        ("<![CDATA[<p>Talks <b>end</b></p>]]>", "Talks end"),
        ("&lt;![CDATA[&lt;p&gt;Talks end&lt;/p&gt;]]&gt;", "Talks end"),
        ("<script>//<![CDATA[\nvar a = 1 < 2;//]]></script>After", "After"),
        ("a[b[0]]>c", "a[b[0]]>c"),
        ("", ""),
    ],
)
def test_html_becomes_plain_text(markup: str, text: str) -> None:
    """Tags go, blocks leave a space, entities and escaped CDATA are undone to the end, what is not HTML stays."""
    assert from_html(markup) == text


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("I <3 you", "I <3 you"),
        ("a <b and c> d", "a <b and c> d"),
        ("Use the <b> tag", "Use the <b> tag"),
        ("<b>Bold</b> move", "Bold move"),
        ("<script>alert(1)</script>Talks", "Talks"),
        ("AT&amp;T &#8212; a deal", "AT&T — a deal"),
        (
            "news&notes, rules&regulations, text&region, ?a=1&copy=2",
            "news&notes, rules&regulations, text&region, ?a=1&copy=2",
        ),
        (
            "Author rights &amp;amp; repositories, a &amp;quot;guide&amp;quot;",
            'Author rights & repositories, a "guide"',
        ),
        ("<![CDATA[Hello World]]>", "Hello World"),
        ("&lt;![CDATA[Hello World]]&gt;", "Hello World"),
        ("&unknown; &#0; &", "&unknown; \ufffd &"),
    ],
)
def test_a_plain_field_keeps_what_is_no_markup(written: str, text: str) -> None:
    """A title declared plain loses real markup and entities, and keeps its less-than signs."""
    assert from_text(written) == text


@pytest.mark.parametrize(
    ("broken", "text"),
    [
        ("L&#8217;Ã©tÃ© Ã  Paris".replace("&#8217;", "'"), "L'été à Paris"),
        ("donâ€™t", "don’t"),
        ("Ã˜Â§Ã™â€žÃ˜Â³Ã™â€žÃ˜Â§Ã™â€¦", "السلام"),
        ("Café »Übung« – größer", "Café »Übung« – größer"),
        ("Ça, c’est l’Âge d’or…", "Ça, c’est l’Âge d’or…"),
    ],
)
def test_wrong_encoding_is_mended_only_where_it_is_sure(broken: str, text: str) -> None:
    """UTF-8 that was read as something else is put right; real accents are left alone."""
    assert tidy(broken) == text


def test_invisible_characters_are_taken_out_and_joiners_stay() -> None:
    """Overrides, isolates, controls and tags go; the joiners and marks that Persian and Hebrew need stay."""
    assert tidy("a\u202eb\u2066c\u2069\x00\x9f\u00ad\u200bd\ufeff\U000e0041") == "abcd"
    assert tidy("می\u200cخواهم \u200f") == "می\u200cخواهم \u200f"


def test_a_title_cannot_bring_a_line_break() -> None:
    """Every kind of line break and space becomes one space."""
    assert tidy("a\r\nb\u2028c\u2029d\x0be\x85f\u00a0 g") == "a b c d e f g"


def test_nothing_longer_than_the_limit_reaches_the_cleaner() -> None:
    """A text is cut before it is cleaned, even within an entity, a tag or a run of tags that takes quadratic time."""
    assert len(from_html("<p>x" * MAX_HTML)) <= MAX_HTML
    assert from_html("<p>" + "x" * (MAX_HTML - 6) + "&amp;") == "x" * (MAX_HTML - 6)


def test_shortened_cuts_between_words() -> None:
    """A text over the limit ends after a whole word with an ellipsis, and never exceeds the limit."""
    assert shortened("one two three", 10) == "one two…"
    assert shortened("x" * 20, 10) == "x" * 9 + "…"
    assert shortened("short", 10) == "short"


HEADLINE = "<a href='x'>Oil port <b>reopens</b></a>&nbsp;&nbsp;<font color='#6f6f6f'>Gulf Post</font>"


@pytest.mark.parametrize(
    ("markup", "nothing"),
    [
        (f"<ol><li>{HEADLINE}</li><li>{HEADLINE.replace('Oil', 'Next')}</li></ol>", True),
        ("<a href='x'>Oil port reopens</a>&nbsp;&nbsp;<font color='#6f6f6f'>Gulf Post</font>", True),
        ("<a href='x'>Comments</a>", True),
        ("<p><a href='x'>Read the rest</a> | <A HREF='y'>Share</A></p>", True),
        ("<a href='x'>The port at the gulf opened on Monday after three weeks.</a>", False),
        ("Ships leave. <a href='x'>Comments</a>", False),
        ("<font size='-1'>Ships left the port on Monday.</font> <a>More</a>", False),
        ("Ships leave.", False),
        ("", False),
    ],
)  # fmt: skip
def test_links_alone_are_no_summary(markup: str, nothing: bool) -> None:
    """Lists of headlines with their sources, the title again, and a word or two to click say nothing of their own."""
    assert is_only_links(markup, "Oil port reopens - Gulf Post") == nothing


@given(st.text(max_size=300))
@example("<")
@example("&#x110000;")
@example("<plaintext>&lt;b")
@example("\ud800 x")
def test_whatever_comes_the_result_is_clean(text: str) -> None:
    """No input makes the cleaning fail or leaves a control character, an override or a double space."""
    is_only_links(f"<a>{text}</a>", text)
    for clean in (from_html(text), from_text(text)):
        assert not any(unicodedata.category(letter) in {"Cc", "Cs"} for letter in clean)
        assert not set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068") & set(clean)
        assert clean == clean.strip()
        assert "  " not in clean
