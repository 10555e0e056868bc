"""Who really reported: a wire story carried by ten publishers is one source with ten carriers. Pure.

Near-duplicates by the resemblance of word shingles (Broder 1997), on the few reports of one story.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from digest.model import Item, Report
from digest.text.tokens import fold

#: Words in a shingle: shorter ones meet by chance, longer ones break at every edit.
SHINGLE = 4
#: Share of the shorter text's shingles that the other text must hold too, to be the same text.
SAME_TEXT = 0.7
#: Characters of a text that are compared: carriers cut a wire story at different places.
COMPARED = 1_500
#: A text of fewer words says too little to be called a copy, unless it is equal.
FEWEST_WORDS = 12
#: Reports of one story that are compared with each other; more would cost the square of it.
MOST_COMPARED = 60

_WORD = re.compile(r"[^\W_]+")


def source_name(item: Item) -> str:
    """Who published an item, as shown."""
    return item.publisher or item.feed


def distinct(reports: Sequence[Report]) -> tuple[Report, ...]:
    """The reports without those that came by two feeds: the same link, or the same title from the same publisher.

    Copies are judged across feeds: two entries of one feed with links of their own are two reports, whatever their
    headlines. The second of one feed is the second of another.
    """
    links: set[str] = set()
    counts: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    kept: list[Report] = []
    for report in reports:
        item = report.item
        title = "".join(_WORD.findall(fold(item.title)))
        # Without a link it is another entry of its feed, unless it has none of its own.
        link = f"{item.link} {title}" if item.link else f"{item.feed} {item.key} {title}"
        if link in links:
            continue
        links.add(link)
        count = counts[title, fold(source_name(item))]
        count[item.feed] += 1
        if all(count[item.feed] > count[feed] for feed in count if feed != item.feed):
            kept.append(report)
    return tuple(kept)


def sources(reports: Sequence[Report]) -> tuple[tuple[Report, ...], ...]:
    """The reports grouped by who really reported, groups and reports in the order given.

    One group: one publisher, or several with the same text. Limits: of the first `MOST_COMPARED` reports the texts
    are compared, of later ones the publisher alone.
    """
    if len(reports) == 1:
        return (tuple(reports),)
    groups: list[list[Report]] = []
    group_of: dict[str, list[Report]] = {}
    prints: list[tuple[frozenset[str], list[Report]]] = []
    for number, report in enumerate(reports):
        name = fold(source_name(report.item))
        group = group_of.get(name)
        print_ = shingles(report.item) if number < MOST_COMPARED else frozenset()
        if group is None:
            group = next((other for theirs, other in prints if same_text(print_, theirs)), None)
        if group is None:
            group = []
            groups.append(group)
        group.append(report)
        group_of[name] = group
        if print_:
            prints.append((print_, group))
    return tuple(tuple(group) for group in groups)


def shingles(item: Item) -> frozenset[str]:
    """What an item's text is recognised by: its runs of `SHINGLE` words; its title where there is no other text."""
    text = item.body if len(item.body) > len(item.summary) else item.summary
    words = _WORD.findall(fold(text[:COMPARED]))
    if len(words) < FEWEST_WORDS:
        words = _WORD.findall(fold(item.title)) + words
    if len(words) <= FEWEST_WORDS:
        return frozenset([" ".join(words)]) if words else frozenset()
    return frozenset(" ".join(words[at : at + SHINGLE]) for at in range(len(words) - SHINGLE + 1))


def same_text(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two texts are copies of each other, one perhaps cut short."""
    if not one or not other:
        return False
    return len(one & other) >= SAME_TEXT * min(len(one), len(other))
