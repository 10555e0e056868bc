"""How well items are gathered into stories, and how fast.

The labelled sets run through the very code that gathers: each by itself, in order of time; items of one moment (of
most only the day is known) come in one round.
"""

import json
import multiprocessing
import os
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby, islice
from pathlib import Path
from statistics import mean, median, pstdev
from time import perf_counter, process_time
from typing import Any

from digest.feeds.values.entry_links import clean_link
from digest.model import Item, item_id
from digest.storage.recognition.matching import MOST_NEW
from digest.stories.clustering.cluster import Clusterer
from tests.bench import Options, Result
from tests.bench.newsreel import newsreel
from tests.bench.tree import peak_mb

#: Items of one round of self-made news, as in `pipeline.gather`.
ROUND = 400
#: Items held while the speed is measured.
WINDOWS = (600, 20_000)
#: Items of one timed run, of which there are five.
TIMED = 1_000
#: Items in all, for the growth; they come at a rate that fills the window with 20,000.
GROWTH = (1_000, 10_000, 100_000)
#: Of how many words the headlines of a hostile feed are made, and how many it shows in all: rounds of what one poll
#: takes, all alike enough to be compared with each other.
HOSTILE, FLOOD = (12, 40, 1_000), 4_000
#: How often a part of each set is drawn, and the share of its items and of its clusters that is.
DRAWS, ITEMS_DRAWN, CLUSTERS_DRAWN = 8, 0.85, 0.8
ROOT = Path(__file__).parents[2]
#: Items without a date are taken to be of this day.
UNDATED = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """An item and the cluster that people put it in."""

    id: str
    item: Item
    cluster: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Precision, recall and F1, by item (B-cubed: Bagga and Baldwin 1998) and by pair of items."""

    bcubed: tuple[float, float, float]
    pairwise: tuple[float, float, float]


def run(options: Options) -> Result:
    """Score every labelled set that there is, then time self-made news."""
    sets = read(options.data or default_data())
    stories = {name: gather(rows) for name, rows in sets.items()}
    scores = {name: score(rows, stories[name]) for name, rows in sets.items()}
    speeds = {window: speed(window) for window in (WINDOWS[:1] if options.quick else WINDOWS)}
    grown = growth(GROWTH[:2] if options.quick else GROWTH)
    drawn = [] if options.quick else ["", *_drawn_lines(sets)]
    floods = {words: in_a_process_of_its_own(words) for words in (HOSTILE[:1] if options.quick else HOSTILE)}
    lines = [*_score_lines(sets, scores), *drawn, "", *_speed_lines(speeds, grown), *_flood_lines(floods)]
    if options.errors:
        for name, rows in sets.items():
            lines += ["", f"{name}:", *errors(rows, stories[name])]
    return Result(
        table="\n".join(lines),
        figures={
            "sets": {
                name: {
                    "bcubed_f1": round(s.bcubed[2], 4),
                    "pairwise_f1": round(s.pairwise[2], 4),
                    "pairwise_precision": round(s.pairwise[0], 4),
                }
                for name, s in scores.items()
            },
            "items_per_s": {str(window): round(rate) for window, rate in speeds.items()},
            "growth_s": {str(count): round(seconds, 2) for count, seconds in grown.items()},
            "hostile": {str(words): {"s": round(s, 2), "peak_mb": round(peak)} for words, (s, peak) in floods.items()},
        },
        predictions=[
            {"id": row.id, "set": name, "story": f"{stories[name][row.item.id]:x}"}
            for name, rows in sets.items()
            for row in rows
        ],
    )


def default_data() -> Path:
    """The labelled items where DIGEST_CORPUS points, else the few that are kept with the tests."""
    corpus = os.environ.get("DIGEST_CORPUS")
    return Path(corpus) / "data" / "clusters-dev.jsonl" if corpus else ROOT / "tests" / "data" / "stories.jsonl"


def read(path: Path) -> Mapping[str, Sequence[Labelled]]:
    """The labelled items by set: one JSON object a line with `id, set, cluster, title, summary, outlet, date, url`."""
    sets: defaultdict[str, list[Labelled]] = defaultdict(list)
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        moment = datetime.fromisoformat(row["date"]).replace(tzinfo=UTC) if row["date"] else UNDATED
        item = Item(
            id=item_id(row["set"], row["id"]),
            feed=row["outlet"] or row["set"],
            key=row["id"],
            title=row["title"],
            link=clean_link(row["url"]),
            summary=row["summary"],
            published=moment,
            first_seen=moment + timedelta(days=1),
            publisher=row["outlet"],
        )
        sets[row["set"]].append(Labelled(id=row["id"], item=item, cluster=row["cluster"]))
    return sets


def gather(rows: Sequence[Labelled]) -> Mapping[int, int]:
    """The story of each item, by item id."""
    clusterer, story_of = Clusterer(), dict[int, int]()
    items = sorted((row.item for row in rows), key=lambda item: (item.published, item.id))
    for _, some in groupby(items, key=lambda item: item.published):
        gathered = clusterer.add(list(some))
        gone = dict(gathered.merges)
        story_of = {item: gone.get(story, story) for item, story in story_of.items()} | dict(gathered.assignments)
    return story_of


def score(rows: Sequence[Labelled], story_of: Mapping[int, int]) -> Score:
    """Compare stories with clusters."""
    clusters = Counter(row.cluster for row in rows)
    stories = Counter(story_of[row.item.id] for row in rows)
    both = Counter((row.cluster, story_of[row.item.id]) for row in rows)
    shared = [both[row.cluster, story_of[row.item.id]] for row in rows]
    precision = sum(n / stories[story_of[row.item.id]] for n, row in zip(shared, rows, strict=True)) / len(rows)
    recall = sum(n / clusters[row.cluster] for n, row in zip(shared, rows, strict=True)) / len(rows)
    right = _pairs(both)
    return Score(
        bcubed=(precision, recall, _f1(precision, recall)),
        pairwise=(
            right / max(_pairs(stories), 1),
            right / max(_pairs(clusters), 1),
            _f1(right / max(_pairs(stories), 1), right / max(_pairs(clusters), 1)),
        ),
    )


def draws(rows: Sequence[Labelled]) -> Mapping[str, list[Score]]:
    """Scores of parts of a set, drawn at random, the same every time: how firm its figures are."""
    chance, clusters = random.Random(3), sorted({row.cluster for row in rows})
    scores: dict[str, list[Score]] = {"items": [], "clusters": []}
    for _ in range(DRAWS):
        some = [row for row in rows if chance.random() < ITEMS_DRAWN]
        scores["items"].append(score(some, gather(some)))
        kept = {cluster for cluster in clusters if chance.random() < CLUSTERS_DRAWN}
        some = [row for row in rows if row.cluster in kept]
        scores["clusters"].append(score(some, gather(some)))
    return scores


def _pairs(groups: Counter[Any]) -> int:
    return sum(size * (size - 1) // 2 for size in groups.values())


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def errors(rows: Sequence[Labelled], story_of: Mapping[int, int]) -> Iterator[str]:
    """Stories that hold several clusters, and clusters that are spread over several stories."""
    stories: defaultdict[int, list[Labelled]] = defaultdict(list)
    clusters: defaultdict[str, list[Labelled]] = defaultdict(list)
    for row in rows:
        stories[story_of[row.item.id]].append(row)
        clusters[row.cluster].append(row)
    for told in stories.values():
        if len({row.cluster for row in told}) > 1:
            yield f"  false merge of {len(told)}"
            yield from (f"    {row.cluster}: {_shown(row.item)}" for row in sorted(told, key=lambda row: row.cluster))
    for cluster, meant in clusters.items():
        pieces = Counter(story_of[row.item.id] for row in meant)
        if len(pieces) > 1:
            yield f"  split of {len(meant)} into {sorted(pieces.values(), reverse=True)}: {cluster}"
            order = {story: number for number, story in enumerate(pieces, 1)}
            yield from (f"    {order[story_of[row.item.id]]}: {_shown(row.item)}" for row in meant)


def _shown(item: Item) -> str:
    return f"{item.publisher or item.feed} | {item.title[:110]}"


def speed(window: int) -> float:
    """Items a second with so many items in the window: the median of five runs in rounds of a tenth."""
    news, clusterer = newsreel(), Clusterer()
    held: list[Item] = []
    for _ in range(0, window, ROUND):
        some = list(islice(news, min(ROUND, window)))
        clusterer.add(some)
        held += some
    seconds = []
    for _ in range(5):
        fresh = list(islice(news, TIMED))
        began = perf_counter()
        for start in range(0, TIMED, TIMED // 10):
            held += fresh[start : start + TIMED // 10]
            clusterer.add(held[-TIMED // 10 :])
            clusterer.forget(held[-window].published)
        seconds.append(perf_counter() - began)
    return TIMED / median(seconds)


def growth(counts: Sequence[int]) -> Mapping[int, float]:
    """Seconds to gather so many items, in rounds, with a window of seven days that holds some 20,000."""
    news, clusterer, grown = newsreel(), Clusterer(), dict[int, float]()
    done, spent = 0, 0.0
    for count in counts:
        while done < count:
            some = list(islice(news, min(ROUND, count - done)))
            began = perf_counter()
            clusterer.add(some)
            clusterer.forget(some[-1].published - timedelta(days=7))
            spent += perf_counter() - began
            done += len(some)
        grown[count] = spent
    return grown


def in_a_process_of_its_own(words: int) -> tuple[float, float]:
    """What `flood` gives, in a process whose memory is its own."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(flood, words).result()


def flood(words: int) -> tuple[float, float]:
    """CPU seconds to gather a hostile feed's headlines of five out of so many words, and the peak of memory in MB."""
    chance, clusterer = random.Random(7), Clusterer()
    vocabulary = [f"word{n}" for n in range(words)]
    began = process_time()
    for start in range(0, FLOOD, MOST_NEW):
        clusterer.add([_hostile(n, chance.sample(vocabulary, 5)) for n in range(start, start + MOST_NEW)])
    return process_time() - began, peak_mb()


def _hostile(number: int, words: Sequence[str]) -> Item:
    title = f"Almira {' '.join(words)}"
    return Item(
        id=number + 1,
        feed="hostile",
        key=str(number),
        title=title,
        link=f"https://hostile.example/{number}",
        summary=title,
        published=UNDATED,
        first_seen=UNDATED + timedelta(hours=1),
        publisher="Hostile",
    )


def _flood_lines(floods: Mapping[int, tuple[float, float]]) -> Iterator[str]:
    yield from (
        f"{FLOOD:7,} hostile items of {words:5,} words: {seconds:5.1f} s of CPU, "
        f"{seconds / FLOOD * 1000:.1f} ms an item, {peak:.0f} MB"
        for words, (seconds, peak) in floods.items()
    )


def _score_lines(sets: Mapping[str, Sequence[Labelled]], scores: Mapping[str, Score]) -> Iterator[str]:
    yield f"{'set':12} {'items':>6}   {'B-cubed P':>9} {'R':>5} {'F1':>5}   {'pairwise P':>10} {'R':>5} {'F1':>5}"
    for name, found in scores.items():
        cubed, pairs = (" ".join(f"{value:.3f}" for value in part) for part in (found.bcubed, found.pairwise))
        yield f"{name:12} {len(sets[name]):6}       {cubed}        {pairs}"


def _drawn_lines(sets: Mapping[str, Sequence[Labelled]]) -> Iterator[str]:
    for name, rows in sets.items():
        for what, scores in draws(rows).items():
            cubed, pairs = [found.bcubed[2] for found in scores], [found.pairwise[2] for found in scores]
            yield (
                f"{name:12} some {what:8}   B-cubed F1 {mean(cubed):.3f}   pairwise F1 {mean(pairs):.3f}"
                f"  (spread {pstdev(pairs):.3f})"
            )


def _speed_lines(speeds: Mapping[int, float], grown: Mapping[int, float]) -> Iterator[str]:
    yield from (f"{window:7,} items in the window: {rate:7,.0f} items/s" for window, rate in speeds.items())
    yield from (
        f"{count:7,} items gathered in {seconds:6.1f} s, {count / seconds:7,.0f} items/s"
        for count, seconds in grown.items()
    )
