"""Arguments as people write them."""

from datetime import timedelta

import click
import pytest

from digest.cli.parameters import DURATION


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("90m", timedelta(minutes=90)),
        ("1h30m", timedelta(minutes=90)),
        ("45s", timedelta(seconds=45)),
        ("2W", timedelta(weeks=2)),
    ],
)
def test_a_stretch_of_time_is_written_as_in_the_configuration(text: str, length: timedelta) -> None:
    """Any unit, and several of them."""
    assert DURATION.convert(text, None, None) == length


@pytest.mark.parametrize("text", ["", "0m", "90", "1 year", "-5m", "999999999w"])
def test_anything_else_is_answered_with_examples(text: str) -> None:
    """The sentence shows how it is written."""
    with pytest.raises(click.BadParameter, match="1h30m"):
        DURATION.convert(text, None, None)
