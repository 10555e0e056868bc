"""How well the shipped topics judge labelled news, and how fast many topics are matched.

Data: one JSON object a line with `id, title, summary, labels`, and optionally `ambiguous` (topics for which the item
is not counted), `stratum` and `language`. Without `--data`: the labelled items where DIGEST_CORPUS points, else the
sentences in `tests/data/topics.jsonl`.
"""

import json
import os
import random
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

from digest.model import Item
from digest.topics.matcher import Matcher
from digest.topics.rules import Topic
from digest.topics.table import parse_topic
from tests.bench import Options, Result

ROOT = Path(__file__).parents[2]
#: How many topics the speed is measured with.
SIZES = (3, 100, 2_000)
#: Items that one run matches, at least: some hundredths of a second of work.
ITEMS = 4_000
ROUNDS = 5
#: Terms of a made-up topic. One topic in `FAMILIAR` has a rare word of the measured texts among them, so that with
#: 2,000 topics an item has one or two, as news would.
TERMS = 10
FAMILIAR = 5
_SYLLABLES = [
    "ba",
    "do",
    "fer",
    "gu",
    "hin",
    "jal",
    "ko",
    "lem",
    "mur",
    "nas",
    "or",
    "pel",
    "quin",
    "ras",
    "sul",
    "tev",
    "ur",
    "vol",
    "wes",
    "yar",
    "zem",
    "chi",
    "sta",
    "bre",
    "kla",
]


@dataclass(frozen=True, slots=True)
class Labelled:
    """An item, the topics that people gave it, and those that they could not agree on."""

    item: Item
    id: str
    labels: frozenset[str]
    ambiguous: frozenset[str]
    stratum: str


def run(options: Options) -> Result:
    """Judge the items, then time the matcher."""
    topics = shipped()
    labelled = tuple(read(options.data or default_data()))
    matcher = Matcher(topics)
    decided = [frozenset(score.topic for score in matcher.match(one.item)) for one in labelled]
    f1, lines = _judge(labelled, decided, [topic.id for topic in topics])
    hard = sum(1 for _ in _false_positives(labelled, decided, "hard"))
    speeds = {str(size): round(_speed(size, topics, labelled, quick=options.quick)) for size in SIZES}
    lines += [
        f"macro F1 {sum(f1.values()) / len(f1):.4f}    false positives among the hard cases: {hard}",
        *_strata(labelled, decided),
        *(f"{size:>6} topics {speed:>9,} items/s" for size, speed in speeds.items()),
    ]
    if options.errors:
        lines += _errors(labelled, decided, matcher)
    figures = {
        "macro_f1": round(sum(f1.values()) / len(f1), 4),
        "f1": {topic: round(value, 4) for topic, value in f1.items()},
        "hard_false_positives": hard,
        "items_per_s": speeds,
    }
    predictions = [{"id": one.id, "labels": sorted(ids)} for one, ids in zip(labelled, decided, strict=True)]
    return Result(table="\n".join(lines), figures=figures, predictions=predictions)


def shipped() -> tuple[Topic, ...]:
    """The topics of the shipped configuration."""
    tables: Mapping[str, Any] = tomllib.loads((ROOT / "config" / "topics.toml").read_text(encoding="utf-8"))["topics"]
    return tuple(parse_topic(name, table) for name, table in tables.items())


def default_data() -> Path:
    """The real labelled items, or our own."""
    corpus = os.environ.get("DIGEST_CORPUS")
    return Path(corpus) / "data" / "topics-dev.jsonl" if corpus else ROOT / "tests" / "data" / "topics.jsonl"


def read(path: Path) -> Iterator[Labelled]:
    """The labelled items of a file."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            row = json.loads(line)
            item = Item(
                id=number,
                feed="bench",
                key=str(row["id"]),
                title=row["title"],
                link="",
                summary=row.get("summary") or "",
                body=row.get("body") or "",
                published=now,
                first_seen=now,
                language=row.get("language", ""),
            )
            yield Labelled(
                item, row["id"], frozenset(row["labels"]), frozenset(row.get("ambiguous", ())), row.get("stratum", "-")
            )


def _judge(
    labelled: Sequence[Labelled], decided: Sequence[frozenset[str]], topics: Sequence[str]
) -> tuple[dict[str, float], list[str]]:
    """F1 by topic, and the lines of the table."""
    f1, lines = {}, [f"{'topic':<12}{'precision':>10}{'recall':>8}{'F1':>8}{'tp':>6}{'fp':>5}{'fn':>5}"]
    for topic in topics:
        counts = Counter(
            (topic in one.labels, topic in ids)
            for one, ids in zip(labelled, decided, strict=True)
            if topic not in one.ambiguous
        )
        right, wrong, missed = counts[True, True], counts[False, True], counts[True, False]
        precision, recall = right / max(1, right + wrong), right / max(1, right + missed)
        f1[topic] = 2 * right / max(1, 2 * right + wrong + missed)
        lines.append(f"{topic:<12}{precision:>10.4f}{recall:>8.4f}{f1[topic]:>8.4f}{right:>6}{wrong:>5}{missed:>5}")
    return f1, lines


def _false_positives(
    labelled: Sequence[Labelled], decided: Sequence[frozenset[str]], stratum: str
) -> Iterator[tuple[Labelled, str]]:
    """Items of a stratum with a topic that they should not have."""
    for one, ids in zip(labelled, decided, strict=True):
        if one.stratum == stratum:
            yield from ((one, topic) for topic in sorted(ids - one.labels - one.ambiguous))


def _strata(labelled: Sequence[Labelled], decided: Sequence[frozenset[str]]) -> Iterator[str]:
    """How each kind of item fared."""
    yield f"{'stratum':<16}{'items':>6}{'right':>7}{'fp':>5}{'fn':>5}"
    strata: dict[str, Counter[str]] = {}
    for one, ids in zip(labelled, decided, strict=True):
        wrong, missed = ids - one.labels - one.ambiguous, one.labels - ids - one.ambiguous
        counts = strata.setdefault(one.stratum, Counter())
        counts.update({"items": 1, "right": not (wrong or missed), "fp": len(wrong), "fn": len(missed)})
    for stratum, counts in strata.items():
        yield f"{stratum:<16}{counts['items']:>6}{counts['right']:>7}{counts['fp']:>5}{counts['fn']:>5}"


def _errors(labelled: Sequence[Labelled], decided: Sequence[frozenset[str]], matcher: Matcher) -> Iterator[str]:
    """Every wrong result, with what it rests on."""
    for one, ids in zip(labelled, decided, strict=True):
        wrong, missed = ids - one.labels - one.ambiguous, one.labels - ids - one.ambiguous
        if wrong or missed:
            yield f"\n{one.stratum} {one.id} +{','.join(sorted(wrong))} -{','.join(sorted(missed))}"
            yield f"  {one.item.title} | {one.item.summary[:300]}"
        for score in matcher.match(one.item) if wrong else ():
            if score.topic in wrong:
                reasons = ", ".join(f"{match.term} ({match.field}, {match.weight})" for match in score.matches)
                yield f"  {score.topic} {score.score}: {reasons}"


def _speed(size: int, topics: Sequence[Topic], labelled: Sequence[Labelled], *, quick: bool) -> float:
    """Items a second with so many topics, folding included: the median of some rounds."""
    many = (*topics, *_made_up(size - len(topics), labelled))[:size]
    matcher = Matcher(many)
    items = [one.item for one in labelled] * (1 + (ITEMS // 10 if quick else ITEMS) // len(labelled))
    return median(_round(matcher, items) for _ in range(ROUNDS))


def _round(matcher: Matcher, items: Sequence[Item]) -> float:
    """Items for each second of processor time, so that what else the machine does counts little."""
    start = process_time()
    for item in items:
        matcher.match(item)
    return len(items) / (process_time() - start)


def _made_up(count: int, labelled: Sequence[Labelled]) -> Iterator[Topic]:
    """Topics of made-up names, some with a rare word of the texts; the same at every run."""
    chance = random.Random(20160418)
    words = Counter(word for one in labelled for word in one.item.title.split() if word.isalpha() and len(word) > 4)
    rare = sorted(word for word, times in words.items() if times <= 3) or ["nothing"]
    for number in range(count):
        names = ["".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4))) for _ in range(TERMS)]
        names[0] += " " + chance.choice(_SYLLABLES) + chance.choice(_SYLLABLES)
        names[1] += "*"
        if number % FAMILIAR == 0:
            names[2] = chance.choice(rare)
        yield parse_topic(f"made-up-{number}", {"any": names})
