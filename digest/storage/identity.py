"""When two entries are one item: the same text, or the same entry corrected. Pure.

An item whose guid changes (a site moves to https, a slug follows a corrected title) would come twice. It is taken
for a revision of an item of the same feed with the same link when the title is nearly the same and nothing speaks
against it: a title that counts on ("Episode 12", "Episode 13") or a date days away is another item.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from digest.model import Item

#: Shared letter pairs (Dice coefficient) from which two titles are nearly the same.
SIMILAR = 0.7
#: How far the dates of an item and its correction may lie apart.
CORRECTED_WITHIN = timedelta(hours=48)
#: Older entries that must remain below a missing one before it counts as taken back.
OLDER_REMAIN = 3
#: More entries than this missing at once were not taken back: the list was put together anew.
TAKEN_BACK_AT_ONCE = 2
#: Only news is taken back: older entries fall out of documents for many reasons.
TAKEN_BACK_WITHIN = timedelta(days=7)

_NUMBER = re.compile(r"\d+")


def text_hash(item: Item) -> str:
    """A hash of what a reader reads of an item: another one under the same key is a revision. Links come and go."""
    text = f"{item.title}\0{item.summary}\0{item.body}"
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def published_at(item: Item, now: datetime) -> datetime:
    """When a new item was published, seen from `now`, the moment it is stored: a little after it was read.

    An undated item is published when it is first seen; none is published in the future.
    """
    return now if item.published == item.first_seen else min(item.published, now)


def _pairs(title: str) -> Counter[str]:
    """A title's pairs of neighbouring letters: works alike in languages with and without spaces."""
    letters = "".join(c for c in title.casefold() if c.isalnum())
    return Counter(letters[i : i + 2] for i in range(len(letters) - 1)) or Counter([letters])


def similar(one: str, other: str) -> bool:
    """Whether two titles are nearly the same, numbers exactly so."""
    if _NUMBER.findall(one) != _NUMBER.findall(other):
        return False
    ours, theirs = _pairs(one), _pairs(other)
    return 2 * (ours & theirs).total() >= SIMILAR * (ours.total() + theirs.total())


def corrects(new: Item, old: Item) -> bool:
    """Whether a new entry under another key, with the same link, is the old item again."""
    if new.title == old.title and (new.summary, new.body) == (old.summary, old.body):
        return True
    return abs(new.published - old.published) <= CORRECTED_WITHIN and similar(new.title, old.title)


def withdrawn(standing: Sequence[datetime], missing: Mapping[int, datetime], now: datetime) -> tuple[int, ...]:
    """Which missing items were taken out of the head of a document, by id.

    `standing`: publication dates of the entries that it showed before and still shows, in its order. A document that
    is not sorted newest first (top stories, most read) says nothing by leaving an entry out, and one that only lost
    its tail has lost its tail: at least three older ones must remain, and no more than two be missing.
    """
    if len(standing) < OLDER_REMAIN or any(older > newer for newer, older in pairwise(standing)):
        return ()
    limit = standing[-OLDER_REMAIN]
    gone = [item for item, moment in missing.items() if moment > limit and now - moment <= TAKEN_BACK_WITHIN]
    return tuple(gone) if len(gone) <= TAKEN_BACK_AT_ONCE else ()
