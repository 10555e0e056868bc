"""Which topics an item belongs to, and why. Pure."""

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum, auto
from operator import itemgetter
from typing import NamedTuple, assert_never

from digest.model import Item, Match, TopicScore
from digest.stories.finder import Finder, Span
from digest.stories.passage import Passage, passage
from digest.stories.text import BREAK
from digest.terms import Kind, Pattern, Term, Topic

#: What a strong term counts where it stands.
TITLE = 1.0
SUMMARY = 0.6
#: In a dateline, or in a body after its opening (a term repeated there counts more, up to a summary's), and as a publisher's label.
BODY = 0.3
BODY_AGAIN = 0.15
CATEGORY = 0.5
#: How much more a thing counts for each further time that a title or opening names it, and how many times that adds.
AGAIN = 0.1
MOST_AGAIN = 3
#: That the item's feed always belongs to the topic.
FEED = 0.6
#: Characters of a long word, with which distances in words are bounded before they are counted.
LONG_WORD = 30
#: Scores are compared after rounding, so that .4 + .2 reaches .6.
_DIGITS = 3


class _Role(IntEnum):
    """What a term does for its topic."""

    COUNTS = auto()
    GATE = auto()
    VETO = auto()
    MASK = auto()


@dataclass(frozen=True, slots=True)
class _Use:
    """A term of a topic, tied to the patterns that the finder looks for."""

    topic: int
    role: _Role
    term: Term
    near: tuple[int, ...]


class _Hit(NamedTuple):
    """A term found, in a place where it does what it is for."""

    start: int
    end: int
    term: Term


#: What was found for one topic, by what it does.
_Finds = dict[_Role, list[tuple[_Use, list[Span]]]]


class Matcher:
    """Topics, made ready to be found in items. Building it is the slow part: keep it while the topics stay the same."""

    def __init__(self, topics: Sequence[Topic], feed_topics: Mapping[str, Sequence[str]] | None = None) -> None:
        """`feed_topics`: by feed id, the topics that every item of the feed belongs to."""
        self.topics = tuple(topics)
        place = {topic.id: index for index, topic in enumerate(topics)}
        #: By feed, the indexes of the topics that it always belongs to.
        self._feeds = {
            feed: frozenset(place[topic] for topic in always if topic in place)
            for feed, always in (feed_topics or {}).items()
        }
        patterns: dict[Pattern, int] = {}
        #: By pattern, the terms that are it.
        self._uses: dict[int, list[_Use]] = {}
        for index, topic in enumerate(topics):
            for pattern, use in _uses(index, topic, patterns):
                self._uses.setdefault(pattern, []).append(use)
        self._gates = tuple(_gates(topic) for topic in topics)
        self._finder = Finder(tuple(patterns))

    def match(self, item: Item) -> tuple[TopicScore, ...]:
        """The topics that an item belongs to, strongest first, each with its reasons, weightiest first."""
        return self._match(passage(item), item.language, self._feeds.get(item.feed, frozenset()), item.feed)

    def match_text(self, text: str) -> tuple[TopicScore, ...]:
        """The same for bare text: its first line is the title, the others are the summary."""
        title, _, summary = text.strip().partition("\n")
        return self._match(Passage((("title", title), ("summary", summary.strip()))), "", frozenset(), "")

    def _match(self, text: Passage, language: str, always: frozenset[int], feed: str) -> tuple[TopicScore, ...]:
        found = self._finder.find(text)
        if not found and not always:
            return ()
        finds = self._by_topic(found, language)
        scores = []
        for index in sorted(finds.keys() | always) if always else sorted(finds):
            topic = self.topics[index]
            score = _score(topic, finds.get(index, {}), found, text, self._gates[index])
            if index in always:
                score = _with_feed(score, topic, feed)
            if score and score.score >= topic.threshold:
                scores.append(score)
        return tuple(sorted(scores, key=lambda score: -score.score))

    def _by_topic(self, found: Mapping[int, list[Span]], language: str) -> dict[int, _Finds]:
        """What was found, by topic and by what it does there."""
        finds: dict[int, _Finds] = {}
        for pattern, spans in found.items():
            for use in self._uses.get(pattern, ()):
                if not use.term.language or _speaks(use.term, language):
                    finds.setdefault(use.topic, {}).setdefault(use.role, []).append((use, spans))
        return finds


def fingerprint(topics: Sequence[Topic], feed_topics: Mapping[str, Sequence[str]] | None = None) -> str:
    """A name for what these topics match: another one means that stored matches are out of date.

    Titles, and the lines that terms are written on, make no difference.
    """
    says = hashlib.blake2b(digest_size=16)
    for topic in topics:
        says.update(repr((topic.id, topic.threshold)).encode())
        for term in topic.terms:
            parts = (term.shown, term.pattern, term.kind, term.weight, term.near, term.within, term.language)
            says.update(repr(parts).encode())
    says.update(repr(sorted((feed, sorted(ids)) for feed, ids in (feed_topics or {}).items())).encode())
    return says.hexdigest()


def _uses(index: int, topic: Topic, patterns: dict[Pattern, int]) -> Iterator[tuple[int, _Use]]:
    """A topic's terms, each with the number of its pattern; new patterns are added."""

    def number(pattern: Pattern) -> int:
        return patterns.setdefault(pattern, len(patterns))

    only_gates = not any(term.kind in {Kind.STRONG, Kind.WEAK} for term in topic.terms)
    for term in topic.terms:
        near = tuple(number(beside) for beside in term.near)
        for role in _roles(term.kind, only_gates=only_gates):
            yield number(term.pattern), _Use(index, role, term, near)


def _roles(kind: Kind, *, only_gates: bool) -> tuple[_Role, ...]:
    """What a kind of term does. Gates count only where nothing else could."""
    match kind:
        case Kind.STRONG | Kind.WEAK:
            return (_Role.COUNTS,)
        case Kind.ALL:
            return (_Role.GATE, _Role.COUNTS) if only_gates else (_Role.GATE,)
        case Kind.NONE:
            return (_Role.VETO,)
        case Kind.MASK:
            return (_Role.MASK,)
    assert_never(kind)


def _gates(topic: Topic) -> frozenset[Term]:
    """The terms of which each must be found."""
    return frozenset(term for term in topic.terms if term.kind is Kind.ALL)


def _score(
    topic: Topic, finds: _Finds, found: Mapping[int, list[Span]], text: Passage, gates: frozenset[Term]
) -> TopicScore | None:
    """A topic's score in a text, whatever its threshold; None where it is vetoed, or nothing counts."""
    if _Role.COUNTS not in finds or (_Role.VETO in finds and any(_hits(finds[_Role.VETO], found, [], text))):
        return None
    masks = [hit[:2] for hit in _hits(finds[_Role.MASK], found, [], text)] if _Role.MASK in finds else []
    hits = list(_hits(finds[_Role.COUNTS], found, masks, text))
    if not hits or (gates and gates - {hit.term for hit in _hits(finds.get(_Role.GATE, []), found, masks, text)}):
        return None
    things: dict[str, list[_Hit]] = {}
    for hit in _outermost(hits) if len(hits) > 1 else hits:
        things.setdefault(hit.term.shown, []).append(hit)
    weighed = sorted((_weigh(same, text) for same in things.values()), key=itemgetter(0), reverse=True)
    score = round(sum(weight for weight, _ in weighed), _DIGITS)
    matches = tuple(_match(weight, hit, text) for weight, hit in weighed) if score >= topic.threshold else ()
    return TopicScore(topic=topic.id, score=score, matches=matches)


def _speaks(term: Term, language: str) -> bool:
    """Whether a term is meant for an item's language.

    A term in another script than Latin always is: many feeds in Arabic or Russian say that they are in English.
    """
    if not term.language or not language:
        return True
    return language == term.language or language.startswith(f"{term.language}-") or not term.pattern.text.isascii()


def _hits(
    finds: Iterable[tuple[_Use, list[Span]]], found: Mapping[int, list[Span]], masks: Sequence[Span], text: Passage
) -> Iterator[_Hit]:
    """Where terms stand unmasked, and beside the words that they need."""
    for use, spans in finds:
        clear = [span for span in spans if not _masked(span, masks)] if masks else spans
        if clear and use.near:
            beside = sorted(span for near in use.near for span in found.get(near, ()) if not _masked(span, masks))
            clear = [span for span in clear if _stands_beside(span, beside, text.folded, use.term.within)]
        for start, end in clear:
            yield _Hit(start, end, use.term)


def _masked(span: Span, masks: Iterable[Span]) -> bool:
    """Whether a span touches a masked one."""
    return any(span[0] < end and start < span[1] for start, end in masks)


def _stands_beside(span: Span, others: Sequence[Span], folded: str, within: int) -> bool:
    """Whether one of the other spans (sorted) is at most so many words away, and is not the span itself."""
    at = bisect_left(others, span)
    for other in others[at : at + 3]:
        if other[0] >= span[1] and _words_between(folded, span[1], other[0], within) < within:
            return True
    for other in reversed(others[max(0, at - 3) : at]):
        if other[1] <= span[0] and _words_between(folded, other[1], span[0], within) < within:
            return True
    return False


def _words_between(folded: str, start: int, end: int, most: int) -> int:
    """How many words stand between two places; `most` where they are too far apart for it to be fewer."""
    return len(folded[start:end].replace(BREAK, " ").split()) if end - start < most * LONG_WORD else most


def _outermost(hits: Iterable[_Hit]) -> Iterator[_Hit]:
    """Hits that do not stand within another: of "Syrian Democratic Forces", not "Syrian" as well."""
    reach = -1
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end)):
        if hit.end > reach:
            reach = hit.end
            yield hit


def _weigh(same: Sequence[_Hit], text: Passage) -> tuple[float, _Hit]:
    """What one thing counts that was found in these places, and the place where it counts most."""
    weighed = [(_place_weight(text, hit.start) * hit.term.weight, hit) for hit in same]
    if len(weighed) > 1:
        weighed.sort(key=itemgetter(0))
    weight, best = weighed[-1]
    if weight <= BODY * best.term.weight:
        return min(SUMMARY, BODY + BODY_AGAIN * (len(same) - 1)) * best.term.weight, best
    return weight + AGAIN * sum(more for more, _ in weighed[-1 - MOST_AGAIN : -1]), best


def _place_weight(text: Passage, place: int) -> float:
    """What a strong term counts in a place."""
    index = text.index(place)
    match text.names[index]:
        case "title":
            return TITLE
        case "category":
            return CATEGORY
        case "body" if "summary" in text.names:
            return BODY
        case _:
            return SUMMARY if text.opens(place) and not text.dates(place) else BODY


def _match(weight: float, hit: _Hit, text: Passage) -> Match:
    """One reason, told."""
    return Match(
        term=hit.term.shown,
        text=text.words(hit.start, hit.end),
        field=text.names[text.index(hit.start)],
        weight=round(weight, _DIGITS),
        where=hit.term.where,
    )


def _with_feed(score: TopicScore | None, topic: Topic, feed: str) -> TopicScore:
    """A topic's score with the feed's word added; never below the threshold."""
    match = Match(term=feed, text=feed, field="feed", weight=FEED)
    said, matches = (score.score, score.matches) if score else (0.0, ())
    return TopicScore(
        topic=topic.id, score=max(topic.threshold, round(said + FEED, _DIGITS)), matches=(*matches, match)
    )
