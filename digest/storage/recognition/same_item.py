"""When two entries are one item: the same text, the same entry corrected, or on a site that moved. Pure.

A guid is not to be relied on. Some change it (a site moves to https, a slug follows a corrected title, an update is
told by it), and the item would come twice; some give one to all entries, and the later ones would never come. So an
entry under a new guid is looked for among the items that the document no longer shows under theirs, and one under a
known guid may still be another item. Two entries that stand beside each other are never one.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from urllib.parse import urlsplit

from digest.model import Item
from digest.text.urls import page

#: Shared letter pairs (Dice coefficient) from which two titles are nearly the same.
SIMILAR = 0.7
#: How far the dates of an item and its correction may lie apart.
CORRECTED_WITHIN = timedelta(hours=48)
#: From so much later on, an unlike title at one address is not a correction: a live page changes its title all day.
ANOTHER_AFTER = timedelta(hours=18)
#: Entries of one document that must be found by title and date before a site is taken to have moved.
MOVED_TOGETHER = 2
#: Older entries that must remain below a missing one before it counts as taken back.
OLDER_REMAIN = 3
#: More entries than this missing at once were not taken back: the list was put together anew.
TAKEN_BACK_AT_ONCE = 2
#: Only news is taken back: older entries fall out of documents for many reasons.
TAKEN_BACK_WITHIN = timedelta(days=7)

_NUMBER = re.compile(r"\d+")
#: A moment within a guid, where it cannot be the date that stands for a missing guid: that follows a space.
_MOMENT = re.compile(
    r"(?<![\w ])(?:\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:?\d\d)?"
    r"|\d{8}T\d{6}Z?|1\d{9}(?:\d{3})?)(?!\w)"
)


def text_hash(item: Item) -> str:
    """A hash of what a reader reads of an item: another one under the same key is a revision. Links come and go."""
    text = f"{item.title}\0{item.summary}\0{item.body}"
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def published_at(item: Item, now: datetime) -> datetime:
    """When a new item was published, seen from `now`, the moment it is stored: a little after it was read.

    An undated item is published when it is first seen; none is published in the future.
    """
    return min(item.published, now) if item.dated else now


# Titles and addresses


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


def addresses(link: str) -> tuple[str, ...]:
    """The addresses under which the same page is most likely to be known."""
    rest = page(link)
    if not rest:
        return ()
    forms = (
        f"{scheme}://{www}{rest}{end}" for scheme in ("https", "http") for www in ("", "www.") for end in ("", "/")
    )
    return (*forms, link)


# An entry and an item


def _same_moment(new: Item, old: Item) -> bool:
    """Whether the publisher gives both the same date."""
    return new.dated and old.dated and new.published == old.published


def _same_text(new: Item, old: Item) -> bool:
    return (new.title, new.summary, new.body) == (old.title, old.summary, old.body)


def corrects(new: Item, old: Item) -> bool:
    """Whether a new entry under another key, with the same link, is the old item again."""
    if _same_text(new, old) or _tells_update(new.key, old.key):
        return True
    if _same_moment(new, old) and new.title == old.title:
        return True
    moment = published_at(new, new.first_seen)
    return abs(moment - old.published) <= CORRECTED_WITHIN and similar(new.title, old.title)


def another(new: Item, old: Item) -> bool:
    """Whether an entry under an item's own key is another item all the same.

    Some feeds give one guid to all their entries, or number the places of their list.
    """
    later = new.dated and new.published - old.published >= ANOTHER_AFTER
    if page(new.link) == page(old.link):
        return later and not similar(new.title, old.title)
    if similar(new.title, old.title):
        return later and not _same_text(new, old)
    return not (_same_moment(new, old) and (new.summary, new.body) == (old.summary, old.body))


def own_key(item: Item) -> str:
    """A key for an entry whose guid is another item's."""
    digest = hashlib.blake2b(f"{item.title}\0{page(item.link)}".encode("utf-8", "surrogatepass"), digest_size=16)
    return f"{item.key} {digest.hexdigest()}"


def recognised(
    fresh: Sequence[Item], by_page: Mapping[str, Sequence[Item]], before: Sequence[Item], *, strange: bool
) -> dict[str, Item]:
    """Of entries under new keys: the items that they are, by key; each item once.

    `by_page`: items of the feed that the document shows under no key of theirs, by the page they lead to; `before`:
    those among them that it showed last. `strange`: it shows none of its entries under a key that was known, as when a
    site has moved: then they are looked for by title and date too.
    """
    same: dict[str, Item] = {}
    taken: set[int] = set()
    for item in fresh:
        for old in by_page.get(page(item.link), ()) if item.link else ():
            if old.id not in taken and corrects(item, old):
                same[item.key] = old
                taken.add(old.id)
                break
    if strange:
        same |= _moved([item for item in fresh if item.key not in same], [o for o in before if o.id not in taken])
    return same


def _moved(fresh: Sequence[Item], before: Sequence[Item]) -> dict[str, Item]:
    """The entries of a document whose keys all are new that are those it showed before, by key.

    By title and date, if several are found so; by title and what is left of the address, each for itself. A title that
    stands twice tells nothing.
    """
    ours, theirs = _by_title(fresh), _by_title(before)
    pairs = [(item, theirs[title]) for title, item in ours.items() if title in theirs]
    found = {new.key: old for new, old in pairs if _by_address(new, old)}
    dated = {new.key: old for new, old in pairs if _at_one_time(new, old)}
    return found | dated if len(found | dated) >= MOVED_TOGETHER else found


def _by_address(new: Item, old: Item) -> bool:
    """Whether what is left of an address tells an item of the same title: on another host, in another session."""
    ours, theirs = urlsplit(f"//{page(new.link)}"), urlsplit(f"//{page(old.link)}")
    if not ours.path.strip("/") or ours.path != theirs.path:
        return False
    if ours.query != theirs.query:
        # It may name the page as well as the visitor.
        return ours.netloc == theirs.netloc and _at_one_time(new, old)
    return _same_moment(new, old) or not (new.dated or old.dated)


def _at_one_time(new: Item, old: Item) -> bool:
    """Whether both have one date that says more than the day, which several notices share; in whatever zone."""
    return _same_moment(new, old) and bool(new.published.minute or new.published.second)


def _by_title(items: Iterable[Item]) -> dict[str, Item]:
    """Items by title, without those that share theirs."""
    found: dict[str, list[Item]] = {}
    for item in items:
        found.setdefault(item.title.casefold(), []).append(item)
    return {title: group[0] for title, group in found.items() if len(group) == 1}


# Updates


def updated_at(new: Item, old: Item, *, updates: bool) -> datetime | None:
    """When an item was updated, if its entry says so and readers are to hear of it; a corrected text is not an update.

    It is one if the moment in its guid is a later one, or, of a feed that tells of `updates` by the dates of its
    entries, if it was updated later. A guid that only counts on ("#0", "#3") comes with a correction.
    """
    ours, theirs = _moment_in(new.key), _moment_in(old.key)
    if ours and theirs and _tells_update(new.key, old.key):
        return ours if ours > max(theirs, old.updated or theirs) else None
    known = old.updated or old.published
    return new.updated if updates and new.updated and new.updated > known else None


def _tells_update(new: str, old: str) -> bool:
    """Whether two guids are one, but for the moment in them."""
    return bool(_MOMENT.search(new)) and _MOMENT.sub("", new) == _MOMENT.sub("", old)


def _moment_in(key: str) -> datetime | None:
    """The moment that a guid holds."""
    found = _MOMENT.search(key)
    if found is None:
        return None
    if found[0].isdecimal():
        return datetime.fromtimestamp(int(found[0][:10]), UTC)
    try:
        moment = datetime.fromisoformat(found[0])
    except ValueError:
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)


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
