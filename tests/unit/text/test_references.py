"""Character references."""

import pytest

from digest.stories.summaries.clutter import declutter
from digest.text.references import unescaped


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("news&notes rules&regulations macro&microeconomics text&region &section", None),
        ("?a=1&copy=2&lt", None),
        ("&amp;amp;amp; &amp;quot;", '& "'),
        ("&amp;notes; he&#8217;s it&#39s &#x27;", "&notes; he’s it's '"),
        ("AT&T; &unknown;", None),
        ("&#99999999999;", None),
    ],
)
def test_only_what_is_a_reference_is_undone_and_that_to_the_end(written: str, text: str | None) -> None:
    """Names end in a semicolon, layers of escapes are taken off, everything else stays as written; in lines too."""
    assert unescaped(written) == (written if text is None else text)
    assert declutter(f"Talks on {written} end.") == f"Talks on {unescaped(written)} end."
