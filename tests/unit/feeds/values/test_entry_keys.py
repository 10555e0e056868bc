"""Which entry is which, within one document."""

import pytest

from digest.feeds.values.entry_keys import common_key, is_by_title, is_numbering, is_shared, item_key, told_apart


def links(*numbers: int, before: str = "https://a.example/news_", after: str = ".html") -> list[str]:
    """Links that count."""
    return [f"{before}{number}{after}" for number in numbers]


@pytest.mark.parametrize(
    ("found", "counts"),
    [
        (links(1, 2, 3, 4, 5), True),
        (links(5, 4, 3, 2, 1), True),
        (links(1, 2, 3, 9, 10), True),  # five are missing
        (links(1, 2, 3, 9, 11), False),  # six are
        (links(1, 2, 3, 4), False),
        (links(1, 2, 3, 4, 4), False),
        (links(1, 2, 3, 4) + links(5, before="https://b.example/news_"), False),
        (links(1, 2, 3, 4) + links(5, after=".htm"), False),
        ([*links(1, 2, 3, 4, 5), "https://a.example/about"], False),
        (links(20260301, 20260302, 20260303, 20260304, 20260305), False),
    ],
)
def test_links_that_only_count_belong_to_places_in_the_list(found: list[str], *, counts: bool) -> None:
    """Five or more, alike but for a number, that go through the list with few gaps."""
    assert is_numbering(found) is counts


def test_what_tells_two_entries_apart_can_be_taken_off_again() -> None:
    """And nothing else is: a guid that looks like a hash stays."""
    assert common_key(told_apart("news", "A title")) == "news"
    assert told_apart("news", "A title") != told_apart("news", "Another")
    for key in ("news", "0" * 32, f"news {'0' * 31}", f"news {'0' * 32}x"):
        assert common_key(key) == key


def test_a_key_made_of_a_title_says_so() -> None:
    """Without a link there is nothing else to know an entry by."""
    assert is_by_title(item_key("", "", None, "A title"))
    assert not is_by_title(item_key("", "https://a.example/1", None, "A title"))
    assert not is_by_title(item_key("guid", "", None, "A title"))


@pytest.mark.parametrize(
    ("titles", "shared"),
    [
        (["one two three four five", "one two three four six"], False),  # four of five
        (["one two three four five", "one two three six seven"], True),
        (["one two three four five six seven eight", "one two"], False),  # all of the shorter one
        (["one", ""], True),
        (["", ""], False),
        (["ONE two", "one Two"], False),
        (["one two", "one two", "three four"], True),
    ],
)
def test_a_guid_is_shared_by_entries_whose_titles_are_unlike(titles: list[str], *, shared: bool) -> None:
    """Titles that share four fifths of the words of the shorter one are one entry, revised."""
    assert is_shared(titles) is shared
