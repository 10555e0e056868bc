"""Publishers' names out of feed titles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.feeds.values.names import publisher_name


@pytest.mark.parametrize(
    ("title", "host", "name"),
    [
        ("World news | The Guardian", "www.theguardian.com", "The Guardian"),
        ("BBC News - Middle East", "feeds.bbci.co.uk", "BBC News - Middle East"),
        ("BBC News - Middle East", "www.bbc.co.uk", "BBC News"),
        ("NYT > World > Middle East", "www.nytimes.com", "NYT"),
        ("Khaleej Times : Middle East News", "www.khaleejtimes.com", "Khaleej Times"),
        ("Al Jazeera – Breaking News, World News", "www.aljazeera.com", "Al Jazeera"),
        ("Syria | Middle East Eye", "www.middleeasteye.net", "Middle East Eye"),
        ("Iran | Iran International", "www.iranintl.com", "Iran | Iran International"),
        ("Al-Monitor: The Pulse of The Middle East", "www.al-monitor.com", "Al-Monitor"),
        ("Just In", "www.abc.net.au", "Just In"),
        ("Harbour Wire", "harbourwire.example", "Harbour Wire"),
        ("تازه‌ها | سپیدار", "sepidar.example", "تازه‌ها | سپیدار"),
        ("", "", ""),
    ],
)
def test_the_piece_that_the_host_is_named_after_is_the_publisher(title: str, host: str, name: str) -> None:
    """Section names fall away where the host tells which piece is the publisher; else the title stays whole."""
    assert publisher_name(title, f"https://{host}/feed") == name


@given(st.text(), st.text())
def test_a_name_is_always_a_piece_of_the_title(title: str, host: str) -> None:
    """Nothing is made up, whatever a feed calls itself."""
    assert publisher_name(title, f"https://{host}/feed") in title
