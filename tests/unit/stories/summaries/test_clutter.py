"""What in a text is not the story."""

import pytest

from digest.stories.summaries.clutter import declutter


@pytest.mark.parametrize(
    ("text", "story"),
    [
        ("Ships left the port. submitted by /u/ana to r/news [link] [comments]", "Ships left the port."),
        ("submitted by /u/ana-2 [link] [comments]", ""),
        ("Article URL: https://x.example/a Comments URL: https://n.example/i?id=1 Points: 5 # Comments: 0", ""),
        ("A bill submitted by deputies passed.", "A bill submitted by deputies passed."),
    ],
)
def test_what_link_aggregators_add_is_no_story(text: str, story: str) -> None:
    """Who submitted a link, where it is discussed, and how many points it has."""
    assert declutter(text) == story
