"""Which topics an item belongs to, and why. Pure."""

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from digest.model import Item, Match, TopicScore
from digest.stories.finder import Finder, Span
from digest.stories.passage import OPENING, Passage, passage
from digest.terms import Kind, Pattern, Term, Topic

#: What a strong term counts where it stands.
TITLE = 1.0
SUMMARY = 0.6
#: In a body after its opening (a term repeated there counts more, up to a summary's), and as a publisher's label.
BODY = 0.3
BODY_AGAIN = 0.15
CATEGORY = 0.5
#: That the item's feed always belongs to the topic.
FEED = 0.6
#: Scores are compared after rounding, so that .4 + .2 reaches .6.
_DIGITS = 3


@dataclass(frozen=True, slots=True)
class _Use:
    """A term of one topic, tied to the patterns that the finder looks for."""

    term: Term
    pattern: int
    near: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Plan:
    """A topic's terms, by what they do."""

    topic: Topic
    counts: tuple[_Use, ...]
    gates: tuple[_Use, ...]
    vetoes: tuple[_Use, ...]
    masks: tuple[_Use, ...]


@dataclass(frozen=True, slots=True)
class _Hit:
    """A term found, in a place where it counts."""

    term: Term
    start: int
    end: int


class Matcher:
    """Topics, made ready to be found in items. Building it is the slow part: keep it while the topics stay the same."""

    def __init__(self, topics: Sequence[Topic], feed_topics: Mapping[str, Sequence[str]] | None = None) -> None:
        """`feed_topics`: by feed id, the topics that every item of the feed belongs to."""
        self.topics = tuple(topics)
        place = {topic.id: index for index, topic in enumerate(topics)}
        #: By feed, the indexes of the topics that it always belongs to.
        self._feed_topics = {
            feed: frozenset(place[id] for id in ids if id in place)  # noqa: A001
            for feed, ids in (feed_topics or {}).items()
        }
        patterns: dict[Pattern, int] = {}
        self._plans = tuple(_plan(topic, patterns) for topic in topics)
        self._finder = Finder(tuple(patterns))
        #: The topics that a pattern counts for, by pattern.
        self._wanted: dict[int, list[int]] = {}
        for index, plan in enumerate(self._plans):
            for use in plan.counts:
                wanted = self._wanted.setdefault(use.pattern, [])
                if index not in wanted[-1:]:
                    wanted.append(index)

    def match(self, item: Item) -> tuple[TopicScore, ...]:
        """The topics that an item belongs to, strongest first, each with its reasons, weightiest first."""
        always = self._feed_topics.get(item.feed, frozenset())
        return self._match(passage(item), item.language, always, item.feed)

    def match_text(self, text: str) -> tuple[TopicScore, ...]:
        """The same for bare text: its first line is the title, the others the summary."""
        title, _, summary = text.strip().partition("\n")
        return self._match(Passage((("title", title), ("summary", summary.strip()))), "", frozenset(), "")

    def _match(self, text: Passage, language: str, always: frozenset[int], feed: str) -> tuple[TopicScore, ...]:
        found = self._finder.find(text)
        if not found and not always:
            return ()
        candidates = {index for pattern in found for index in self._wanted.get(pattern, ())}
        candidates.update(always)
        scores = []
        for index in sorted(candidates):
            plan = self._plans[index]
            score = _score(plan, found, text, language)
            if index in always:
                score = _with_feed(score, plan.topic, feed)
            if score and score.score >= plan.topic.threshold:
                scores.append(score)
        return tuple(sorted(scores, key=lambda score: -score.score))


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


def _plan(topic: Topic, patterns: dict[Pattern, int]) -> _Plan:
    """A topic tied to the patterns, which grow by those that are new."""

    def number(pattern: Pattern) -> int:
        return patterns.setdefault(pattern, len(patterns))

    uses: dict[Kind, list[_Use]] = {kind: [] for kind in Kind}
    for term in topic.terms:
        uses[term.kind].append(_Use(term, number(term.pattern), tuple(number(beside) for beside in term.near)))
    counts = uses[Kind.STRONG] + uses[Kind.WEAK]
    return _Plan(
        topic,
        counts=tuple(counts or uses[Kind.ALL]),
        gates=tuple(uses[Kind.ALL]),
        vetoes=tuple(uses[Kind.NONE]),
        masks=tuple(uses[Kind.MASK]),
    )


def _score(plan: _Plan, found: Mapping[int, list[Span]], text: Passage, language: str) -> TopicScore | None:
    """A topic's score in a text, whatever its threshold; None where it is vetoed, or nothing counts."""
    if any(True for _ in _hits(plan.vetoes, found, [], text, language)):
        return None
    masks = [(hit.start, hit.end) for hit in _hits(plan.masks, found, [], text, language)]
    hits = list(_hits(plan.counts, found, masks, text, language))
    if not hits:
        return None
    if plan.gates:
        open_gates = {hit.term for hit in _hits(plan.gates, found, masks, text, language)}
        if any(use.term not in open_gates for use in plan.gates if _speaks(use.term, language)):
            return None
    matches = sorted(_matches(_outermost(hits), text), key=lambda match: -match.weight)
    score = round(sum(match.weight for match in matches), _DIGITS)
    return TopicScore(topic=plan.topic.id, score=score, matches=tuple(matches))


def _speaks(term: Term, language: str) -> bool:
    """Whether a term is meant for an item's language.

    A term in another script than Latin always is: many feeds in Arabic or Russian say that they are in English.
    """
    if not term.language or not language:
        return True
    return language == term.language or language.startswith(f"{term.language}-") or not term.pattern.text.isascii()


def _hits(
    uses: Iterable[_Use], found: Mapping[int, list[Span]], masks: list[Span], text: Passage, language: str
) -> Iterator[_Hit]:
    """Where terms stand unmasked, and beside the words that they need."""
    for use in uses:
        spans = found.get(use.pattern)
        if not spans or not _speaks(use.term, language):
            continue
        beside = sorted(span for near in use.near for span in found.get(near, ()) if not _masked(span, masks))
        for span in spans:
            if _masked(span, masks) or (use.near and not _stands_beside(span, beside, text.folded, use.term.within)):
                continue
            yield _Hit(use.term, *span)


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
    """How many words stand between two places; counted no further than any `most` words reach."""
    if end - start > most * 50:
        return most
    return folded.count(" ", start, end) + folded.count("\n", start, end) - 1 if end > start else 0


def _outermost(hits: list[_Hit]) -> Iterator[_Hit]:
    """Hits that do not stand within a longer one: of "Syrian Democratic Forces", not "Syrian" as well."""
    reach = -1
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end)):
        if hit.end > reach or hit.end - hit.start == 0:
            reach = hit.end
            yield hit


def _matches(hits: Iterable[_Hit], text: Passage) -> Iterator[Match]:
    """One match for each thing found: where it counts most, for as much as it counts in all."""
    things: dict[str, list[_Hit]] = {}
    for hit in hits:
        things.setdefault(hit.term.shown, []).append(hit)
    opening = text.names.index("summary") if "summary" in text.names else None
    if opening is None and "body" in text.names:
        opening = text.names.index("body")
    for same in things.values():
        weighed = [(_place_weight(text, hit.start, opening) * hit.term.weight, hit) for hit in same]
        weight, best = max(weighed, key=lambda pair: pair[0])
        if weight <= BODY * best.term.weight:
            weight = min(SUMMARY, BODY + BODY_AGAIN * (len(same) - 1)) * best.term.weight
        yield Match(
            term=best.term.shown,
            text=text.words(best.start, best.end),
            field=text.names[text.index(best.start)],
            weight=round(weight, _DIGITS),
            where=best.term.where,
        )


def _place_weight(text: Passage, place: int, opening: int | None) -> float:
    """What a strong term counts in a place."""
    index = text.index(place)
    match text.names[index]:
        case "title":
            return TITLE
        case "category":
            return CATEGORY
        case _:
            return SUMMARY if index == opening and place < text.bounds[index] + OPENING else BODY


def _with_feed(score: TopicScore | None, topic: Topic, feed: str) -> TopicScore:
    """A topic's score with the feed's word added; never below the threshold."""
    match = Match(term=feed, text=feed, field="feed", weight=FEED)
    said, matches = (score.score, score.matches) if score else (0.0, ())
    return TopicScore(
        topic=topic.id, score=max(topic.threshold, round(said + FEED, _DIGITS)), matches=(*matches, match)
    )
