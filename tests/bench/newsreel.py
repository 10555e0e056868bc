"""Self-made news of any amount: happenings, each told by some publishers in words of their own. The same every time."""

import itertools
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from digest.model import Item, item_id
from digest.stories.clustering import background

START = datetime(2026, 1, 1, tzinfo=UTC)
PUBLISHERS = 50
#: Share of reports that tell a happening again; on a real day about one in three does.
RETOLD = 0.35
#: Share of words that the background does not know: names.
NAMES = 0.25
#: Happenings that are still reported on.
CURRENT = 200


def newsreel(*, seed: int = 1, every: timedelta = timedelta(seconds=30)) -> Iterator[Item]:
    """Items without end, one every `every`: titles of ten words, summaries of twenty."""
    chance = random.Random(seed)
    words = [word for step in background.STEPS.values() for word in step.split(" ") if word.isascii()]
    common = list(
        itertools.accumulate(
            background.BASE**step for step, some in background.STEPS.items() for w in some.split(" ") if w.isascii()
        )
    )

    def some(count: int) -> list[str]:
        known = chance.choices(words, cum_weights=common, k=count)
        return [f"n{chance.randrange(30_000)}" if chance.random() < NAMES else word for word in known]

    current: list[list[str]] = []
    for number in itertools.count():
        if current and chance.random() < RETOLD:
            told = chance.choice(current)
        else:
            told = some(25)
            current = [*current[-CURRENT:], told]
        moment = START + number * every
        publisher = f"paper-{chance.randrange(PUBLISHERS)}"
        yield Item(
            id=item_id(publisher, str(number)),
            feed=publisher,
            key=str(number),
            title=" ".join(chance.sample(told, 7) + some(3)),
            link=f"https://{publisher}.example/{number}",
            summary=" ".join(chance.sample(told, 12) + some(8)),
            published=moment,
            first_seen=moment,
            publisher=publisher,
        )
