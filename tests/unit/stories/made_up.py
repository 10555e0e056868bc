"""Items, reports and stories made by hand, for the tests of `stories`."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from digest.model import Format, Item, Report, Story, TopicScore, Window, item_id
from digest.stories.editions.edition import Choice, build_story

MORNING = datetime(2026, 3, 4, 7, 0, tzinfo=UTC)
DAY = Window(start=MORNING - timedelta(hours=24), end=MORNING)
TITLES = {"iran": "Iran", "sanctions": "Sanctions", "syria": "Syria"}


def item(
    title: str,
    *,
    publisher: str = "The Courier",
    summary: str = "",
    body: str = "",
    hours: float = 1.0,
    link: str | None = None,
    key: str | None = None,
    language: str = "en",
) -> Item:
    """An item that was published so many hours before the morning."""
    feed = publisher.lower().replace(" ", "-")
    key = key or title
    moment = MORNING - timedelta(hours=hours)
    return Item(
        id=item_id(feed, key),
        feed=feed,
        key=key,
        title=title,
        link=f"https://{feed}.example/{item_id(feed, key)}" if link is None else link,
        summary=summary,
        body=body,
        published=moment,
        first_seen=moment + timedelta(minutes=1),
        publisher=publisher,
        language=language,
    )


def report(of: Item, **scores: float) -> Report:
    """An item's report, with its topics."""
    topics = tuple(TopicScore(topic=topic, score=score) for topic, score in scores.items())
    return Report(item=of, story=of.id, topics=tuple(sorted(topics, key=lambda score: -score.score)))


def story(number: int, *reports: Report) -> Story:
    """A story of some reports."""
    mine = [Report(item=each.item, topics=each.topics, story=number) for each in reports]
    return build_story(mine)


def choice(*topics: str, max_items: int = 40) -> Choice:
    """What a subscriber of some topics chose."""
    return Choice(topics=topics, format=Format.HTML, language="en", timezone="UTC", max_items=max_items)


def first_words(lead: Report, others: Sequence[Report]) -> str:
    """A stand-in for the summary line."""
    return " ".join(lead.item.summary.split()[:12])


Had = Mapping[int, int]
