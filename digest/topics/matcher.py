"""Which topics an item belongs to, and why. Pure."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence

from digest.model import Item, TopicScore
from digest.topics.finder import Finder, Span
from digest.topics.passage import Passage, passage
from digest.topics.rules import RULES, Pattern, Role, Term, Topic
from digest.topics.scoring import WEIGHTS, Finds, Use, score_topic, speaks, with_feed

#: Part of every fingerprint: what rules there are, and what terms count.
_RULES = repr((RULES, WEIGHTS)).encode()


class Matcher:
    """Topics, made ready to be found in items. Building it is the slow part: keep it while the topics stay the same."""

    def __init__(self, topics: Sequence[Topic], feed_topics: Mapping[str, Sequence[str]] | None = None) -> None:
        """`feed_topics`: by feed id, the topics that every item of the feed belongs to."""
        self.topics = tuple(topics)
        place = {topic.id: index for index, topic in enumerate(topics)}
        #: By feed, the indexes of the topics that it always belongs to.
        self._always = {
            feed: frozenset(place[topic] for topic in always if topic in place)
            for feed, always in (feed_topics or {}).items()
        }
        patterns: dict[Pattern, int] = {}
        #: By pattern, the terms that are it.
        self._uses: dict[int, list[Use]] = {}
        for index, topic in enumerate(topics):
            for pattern, use in _uses(index, topic, patterns):
                self._uses.setdefault(pattern, []).append(use)
        self._gates = tuple(_gates(topic) for topic in topics)
        self._finder = Finder(tuple(patterns))

    def match(self, item: Item) -> tuple[TopicScore, ...]:
        """The topics that an item belongs to, strongest first, each with its reasons, weightiest first."""
        return self._match(passage(item), item.language, self._always.get(item.feed, frozenset()), item.feed)

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
            gates = [gate for gate in self._gates[index] if speaks(gate, language)]
            score = score_topic(topic, finds.get(index, {}), found, text, gates)
            if index in always:
                score = with_feed(score, topic, feed)
            if score and score.score >= topic.threshold:
                scores.append(score)
        return tuple(sorted(scores, key=lambda score: -score.score))

    def _by_topic(self, found: Mapping[int, list[Span]], language: str) -> dict[int, Finds]:
        """What was found, by topic and by what it does there."""
        finds: dict[int, Finds] = {}
        for pattern, spans in found.items():
            for use in self._uses.get(pattern, ()):
                if not use.term.language or speaks(use.term, language):
                    finds.setdefault(use.topic, {}).setdefault(use.role, []).append((use, spans))
        return finds


def fingerprint(topics: Sequence[Topic], feed_topics: Mapping[str, Sequence[str]] | None = None) -> str:
    """A name for what these topics match; under another name, stored matches are out of date.

    Titles, and the lines that terms are written on, make no difference.
    """
    says = hashlib.blake2b(_RULES, digest_size=16)
    for topic in topics:
        says.update(repr((topic.id, topic.threshold)).encode())
        for term in topic.terms:
            parts = (term.shown, term.pattern, term.kind, term.weight, term.near, term.within, term.language)
            says.update(repr(parts).encode("utf-8", "surrogatepass"))
    says.update(repr(sorted((feed, sorted(ids)) for feed, ids in (feed_topics or {}).items())).encode())
    return says.hexdigest()


def _uses(index: int, topic: Topic, patterns: dict[Pattern, int]) -> Iterator[tuple[int, Use]]:
    """A topic's terms, each with the number of its pattern; new patterns are added."""

    def number(pattern: Pattern) -> int:
        return patterns.setdefault(pattern, len(patterns))

    # Gates count only where nothing else could.
    only_gates = not any(term.role is Role.COUNTS for term in topic.terms)
    for term in topic.terms:
        near = tuple(number(beside) for beside in term.near)
        yield number(term.pattern), Use(index, term.role, term, near)
        if only_gates and term.role is Role.GATE:
            yield number(term.pattern), Use(index, Role.COUNTS, term, near)


def _gates(topic: Topic) -> tuple[Term, ...]:
    """The terms of which each must be found."""
    return tuple(term for term in topic.terms if term.role is Role.GATE)
