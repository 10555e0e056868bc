"""How much a topic's terms count where they were found. Pure."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import NamedTuple

from digest.model import Match, TopicScore
from digest.text.fold import BREAK, fold
from digest.topics.finder import Span
from digest.topics.passage import Passage
from digest.topics.rules import Role, Term, Topic

#: What a strong term counts where it stands.
TITLE = 1.0
SUMMARY = 0.6
#: In a dateline, or in a body after its opening; how much more for each time again there, up to a summary's.
BODY = 0.3
BODY_AGAIN = 0.15
#: As a publisher's label.
CATEGORY = 0.5
#: How much more a thing counts for each further time that a title or opening names it, and how many times that adds.
AGAIN = 0.1
MOST_AGAIN = 3
#: That the item's feed always belongs to the topic.
FEED = 0.6
#: Characters of a long word, with which distances in words are bounded before they are counted.
LONG_WORD = 30
#: What stored matches were made by, beside the rules: another one matches them anew.
WEIGHTS = (TITLE, SUMMARY, BODY, BODY_AGAIN, CATEGORY, AGAIN, MOST_AGAIN, FEED)
#: Scores are compared after rounding, so that .4 + .2 reaches .6.
_DIGITS = 3


@dataclass(frozen=True, slots=True)
class Use:
    """A term of a topic, tied to the patterns that the finder looks for."""

    topic: int
    role: Role
    term: Term
    near: tuple[int, ...]


class _Hit(NamedTuple):
    """A term found, in a place where it does what it is for."""

    start: int
    end: int
    term: Term


#: What was found for one topic, by what it does.
Finds = dict[Role, list[tuple[Use, list[Span]]]]


def score_topic(
    topic: Topic, finds: Finds, found: Mapping[int, list[Span]], text: Passage, gates: Sequence[Term]
) -> TopicScore | None:
    """A topic's score in a text, whatever its threshold; None where it is vetoed, or nothing counts.

    `finds` are the topic's terms that were found; `found` is where every pattern stands, words of context among them;
    `gates` are the terms of which each must be found.
    """
    if Role.COUNTS not in finds or (Role.VETO in finds and any(_hits(finds[Role.VETO], found, [], text))):
        return None
    masks = [hit[:2] for hit in _hits(finds[Role.MASK], found, [], text)] if Role.MASK in finds else []
    hits = list(_hits(finds[Role.COUNTS], found, masks, text))
    if not hits or (gates and not _are_open(gates, _hits(finds.get(Role.GATE, []), found, masks, text))):
        return None
    things: dict[str, list[_Hit]] = {}
    for hit in _outermost(hits) if len(hits) > 1 else hits:
        things.setdefault(hit.term.shown, []).append(hit)
    weighed = sorted((_weigh(same, text) for same in things.values()), key=itemgetter(0), reverse=True)
    score = round(sum(weight for weight, _ in weighed), _DIGITS)
    matches = tuple(_match(weight, hit, text) for weight, hit in weighed) if score >= topic.threshold else ()
    return TopicScore(topic=topic.id, score=score, matches=matches)


def speaks(term: Term, language: str) -> bool:
    """Whether a term is meant for an item's language.

    A term in another script than Latin always is: many feeds in Arabic or Russian say that they are in English.
    """
    if not term.language or not language:
        return True
    return (
        language == term.language or language.startswith(f"{term.language}-") or not fold(term.pattern.text).isascii()
    )


def _hits(
    finds: Iterable[tuple[Use, list[Span]]], found: Mapping[int, list[Span]], masks: Sequence[Span], text: Passage
) -> Iterator[_Hit]:
    """Where terms stand unmasked, and beside the words that they need."""
    for use, spans in finds:
        clear = [span for span in spans if not _masked(span, masks)] if masks else spans
        if clear and use.near:
            beside = sorted(span for near in use.near for span in found.get(near, ()) if not _masked(span, masks))
            clear = [span for span in clear if _stands_beside(span, beside, text.folded, use.term.within)]
        for start, end in clear:
            yield _Hit(start, end, use.term)


def _are_open(gates: Sequence[Term], hits: Iterable[_Hit]) -> bool:
    """Whether each of the terms was found, in one of its spellings."""
    return {gate.shown for gate in gates} <= {hit.term.shown for hit in hits}


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
    """Hits that do not stand within another that counts as much: of "Tal Abyad camp", not "camp" as well."""
    reach, weight = -1, 0.0
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end, -hit.term.weight)):
        if hit.end > reach or hit.term.weight > weight:
            reach, weight = max(reach, hit.end), hit.term.weight
            yield hit


def _weigh(same: Sequence[_Hit], text: Passage) -> tuple[float, _Hit]:
    """What one thing counts that was found in these places, and the place where it counts most."""
    weighed = [(_place_weight(text, hit.start) * hit.term.weight, hit) for hit in same]
    if len(weighed) > 1:
        weighed.sort(key=itemgetter(0), reverse=True)
    weight, best = weighed[0]
    if weight <= BODY * best.term.weight:
        return min(SUMMARY, BODY + BODY_AGAIN * (len(same) - 1)) * best.term.weight, best
    return weight + AGAIN * sum(more for more, _ in weighed[1 : 1 + MOST_AGAIN]), best


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
            return SUMMARY if text.opens(place) else BODY


def _match(weight: float, hit: _Hit, text: Passage) -> Match:
    """One reason, told."""
    return Match(
        term=hit.term.shown,
        text=text.words(hit.start, hit.end),
        field=text.names[text.index(hit.start)],
        weight=round(weight, _DIGITS),
        where=hit.term.where,
    )


def with_feed(score: TopicScore | None, topic: Topic, feed: str) -> TopicScore:
    """A topic's score with the feed's word added; never below the threshold."""
    match = Match(term=feed, text=feed, field="feed", weight=FEED)
    said, matches = (score.score, score.matches) if score else (0.0, ())
    return TopicScore(
        topic=topic.id, score=max(topic.threshold, round(said + FEED, _DIGITS)), matches=(*matches, match)
    )
