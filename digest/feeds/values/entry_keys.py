"""Which entry is which, from poll to poll and within one document. Pure."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from digest.feeds.values.entry_links import canonical_link

#: Longer guids are known by a hash.
MAX_GUID = 1_000
#: Of the words of the shorter title: how many the other must share to be the same entry, revised. One document seldom
#: shows an entry and its revision; what is told apart wrongly is told twice, what is not is lost.
_SAME_TITLE = 0.8

#: Fewer numbered links prove nothing.
_FEWEST_NUMBERED = 5
#: How many numbers of a numbering may be missing.
_GAPS = 5

_LAST_NUMBER = re.compile(r"(.*?)(\d{1,4})(\D*)")
_BY_TITLE = re.compile(r"[0-9a-f]{32} ")
_ADDED = re.compile(r"(?<=.) [0-9a-f]{32}$")
_WORD = re.compile(r"\w+")


def item_key(guid: str, link: str, published: datetime | None, text: str) -> str:
    """An entry's identity within its feed: the guid; else link and published date; else link and a hash of its title.

    The guid is taken as written, unresolved, so that a feed which moves keeps its items; the date before any clamping.
    `text` is the title, or what stands for one.
    """
    if guid := " ".join(guid.split()):
        return guid if len(guid) <= MAX_GUID else text_hash(guid)
    page = canonical_link(link)
    if published is not None:
        return f"{page or text_hash(text)} {published.isoformat()}"
    return f"{page} {text_hash(text)}" if page else f"{text_hash(text)} undated"


def is_numbering(links: Sequence[str]) -> bool:
    """Whether the links of a document only count its entries (`news_1.html`, `news_2.html`, ...): such a link belongs
    to a place in the list, and tomorrow to another story."""
    found = [_LAST_NUMBER.fullmatch(link) for link in links]
    if len(links) < _FEWEST_NUMBERED or not all(found):
        return False
    numbers = {int(match[2]) for match in found if match}
    around = {(match[1], match[3]) for match in found if match}
    return len(around) == 1 and len(numbers) == len(links) and max(numbers) <= len(links) + _GAPS


def is_by_title(key: str) -> bool:
    """Whether a key was made without a link."""
    return bool(_BY_TITLE.match(key))


def told_apart(key: str, title: str) -> str:
    """The key of an entry whose guid stands on other entries too: with a hash of its title."""
    return f"{key} {text_hash(title)}"


def common_key(key: str) -> str:
    """The key without what `told_apart` added."""
    return _ADDED.sub("", key)


def is_shared(titles: Iterable[str]) -> bool:
    """Whether entries with one key and these titles are different entries: some feeds put a place's address, or the
    same word, into every guid. Titles that share most words are one entry, listed twice or revised."""
    found = iter(titles)
    first = _words(next(found, ""))
    return any(not _is_similar(first, _words(title)) for title in found)


def text_hash(text: str) -> str:
    """16 bytes of a hash, in hex."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _is_similar(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two titles share most words of the shorter one."""
    return one == other or len(one & other) >= _SAME_TITLE * max(1, min(len(one), len(other)))


def _words(title: str) -> frozenset[str]:
    """The words of a title, without case."""
    return frozenset(_WORD.findall(title.casefold()))
