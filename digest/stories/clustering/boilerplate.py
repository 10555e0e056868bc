"""What a publisher says again and again: its name, its phrases, the columns that its titles name. Pure.

None of it tells of the event, so none of it may join two reports into one story.
"""

import itertools
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from digest.stories.clustering.rarity import Rarity, take_away
from digest.text.tokens import STOP

#: A term in more than this share of a publisher's items is a habit of it.
HABIT = 0.4
#: Items that a publisher is taken to have besides its own, without the term: a few items are not a habit.
BESIDES = 8
#: It is not a habit but the news if others say it at least a third as often.
OTHERS = 1 / 3


class Boilerplate:
    """The terms of each publisher's items in the window."""

    def __init__(self) -> None:
        self._terms: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._items: Counter[str] = Counter()

    def count(self, publisher: str, terms: frozenset[str]) -> None:
        """Add an item, as the set of its terms."""
        self._items[publisher] += 1
        self._terms[publisher].update(terms)

    def discount(self, publisher: str, terms: frozenset[str]) -> None:
        """Take an item out."""
        take_away(self._items, (publisher,))
        take_away(self._terms[publisher], terms)
        if publisher not in self._items:
            del self._terms[publisher]

    def of(self, publisher: str, terms: frozenset[str], window: Rarity) -> set[str]:
        """Those of the terms that tell nothing, coming from this publisher; `window` knows all publishers' terms."""
        mine = self._items[publisher]
        enough = HABIT * (mine + BESIDES)
        if mine < enough:
            return set()
        counts, others = self._terms[publisher], max(window.size - mine, 1)
        habits = {term for term in terms if counts[term] > enough}
        return {
            term for term in habits if (window.count_of(term) - counts[term]) / others < OTHERS * counts[term] / mine
        }


#: A part of so many different titles of one publisher is a column's name.
COLUMN = 2
#: The last part must stand in so many: often it is who said it, and one person speaks twice on a day.
CREDIT = 3
#: A word of so many titles of one column belongs to the column.
EPISODES = 3
#: Titles are different if, beyond what may be the column's name, they have at most this share of their words in common
#: (Jaccard 1901): a publisher that words its headline anew, or follows it up, has no column of that name.
SHARED = 0.2
#: Words that must be left of each title where both begin alike, to be compared without what they begin with.
REST = 3
#: Titles of a column that are looked at: enough to know what it repeats.
LOOKED_AT = 20
#: A publisher that uses one title again after this time, for another page, has a column of that name.
AGAIN = timedelta(hours=18)
#: A title of so many words or more has a beginning and an end that may be a column's, of so many words: "Stocks making
#: the ...", "... Reviews & Recommendations". The first that fits counts.
LABELS = ((7, 3), (3, 2))


_DAYS = "monday tuesday wednesday thursday friday saturday sunday today day week"
_MONTHS = "january february march april may june july august september october november december"
#: Words that a column changes from one episode to the next: "Your Thursday Briefing".
_DATES = frozenset(f"{_DAYS} {_MONTHS}".split())


@dataclass(frozen=True, slots=True)
class _Use:
    """Where and when a publisher used a title first, and what of it may be a column's name."""

    link: str
    published: datetime
    labels: tuple[str, ...]


class RecurringTitles:
    """The titles of the window, publisher by publisher."""

    def __init__(self) -> None:
        self._uses: dict[tuple[str, str], _Use] = {}
        #: A publisher's titles by what may be a column's name in them.
        self._titles: defaultdict[tuple[str, str], list[str]] = defaultdict(list)

    def learn(self, publisher: str, segments: Sequence[Sequence[str]], link: str, published: datetime) -> bool:
        """Note a title, given as the words of its parts; whether the whole title is a column's name."""
        title = " ".join(" ".join(segment) for segment in segments)
        use = self._uses.get((publisher, title))
        if use is not None:
            return link != use.link and abs(published - use.published) >= AGAIN
        labels = tuple(" ".join(label) for label in _labels(segments))
        self._uses[publisher, title] = _Use(link, published, labels)
        for label in labels:
            self._titles[publisher, label].append(title)
        return False

    def names(self, publisher: str, segments: Sequence[Sequence[str]]) -> set[str]:
        """The words of a title that belong to the name of one of the publisher's columns, or to all its episodes."""
        found: set[str] = set()
        credit = _lasting(segments[-1]) if len(segments) > 1 else ()
        for label in _labels(segments):
            used = self._titles.get((publisher, " ".join(label)), ())
            if len(used) < COLUMN:
                continue
            titles = [title.split(" ") for title in used[-LOOKED_AT:]]
            episodes = _episodes(titles, label)
            if episodes >= (CREDIT if label == credit else COLUMN):
                found.update(label)
            if episodes >= EPISODES:
                words = Counter(word for title in titles for word in set(title))
                found.update(word for word, count in words.items() if count >= EPISODES)
        return found

    def forget(self, before: datetime) -> None:
        """Forget titles used before a moment: from the oldest to the first that is not old."""
        old = list(itertools.takewhile(lambda key: self._uses[key].published < before, self._uses))
        for publisher, title in old:
            for label in self._uses.pop((publisher, title)).labels:
                titles = self._titles[publisher, label]
                titles.remove(title)
                if not titles:
                    del self._titles[publisher, label]


def _episodes(titles: Sequence[Sequence[str]], label: Sequence[str]) -> int:
    """How many of the titles are about different things, beyond a label; counted no further than `EPISODES`."""
    told: list[Sequence[str]] = []
    for title in titles:
        if all(_differ(title, other, label) for other in told):
            told.append(title)
            if len(told) == EPISODES:
                break
    return len(told)


def _differ(one: Sequence[str], other: Sequence[str], label: Sequence[str]) -> bool:
    """Whether two titles are about different things beyond a label and all else that both begin with."""
    same = sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
    rests = [set(title[same:]).difference(label, STOP) for title in (one, other)]
    if min(map(len, rests)) < REST:
        rests = [set(title).difference(label, STOP) for title in (one, other)]
    return len(rests[0] & rests[1]) <= SHARED * len(rests[0] | rests[1])


def _labels(segments: Sequence[Sequence[str]]) -> set[tuple[str, ...]]:
    """What of a title may be a column's name: each of its parts, its first and its last words."""
    labels = list(segments) if len(segments) > 1 else []
    wording = [word for segment in segments for word in segment]
    long = next((long for at_least, long in LABELS if len(wording) >= at_least), 0)
    if long:
        labels += [wording[:long], wording[-long:]]
    return {lasting for lasting in map(_lasting, labels) if lasting}


def _lasting(label: Sequence[str]) -> tuple[str, ...]:
    """A label without what changes from one episode to the next."""
    return tuple(word for word in label if word not in _DATES and not word.isdigit())
