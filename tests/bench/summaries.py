"""Summary lines: ROUGE against reference lines, whole sentences, failures of cleaning, and speed.

Rows are objects with `id`, `kind`, `title`, `description`, `body`, and either `reference` (a line that a person or a
publisher wrote) or `forbid` (pieces that must not stand in the line) with `empty_ok`. Without --data, the rows that
DIGEST_CORPUS has, else those of `tests/data/summaries.jsonl`, which we wrote ourselves.
"""

import json
import os
import re
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from digest.stories.summaries.line import LIMIT
from digest.stories.summaries.summary import summarise
from tests.bench import Options, Result
from tests.bench.rouge import rouge

Row = Mapping[str, object]

OWN_ROWS: Final = Path(__file__).parent.parent / "data" / "summaries.jsonl"
#: Speeds are medians of this many runs.
RUNS: Final = 5
#: Lines that a timed run makes at least.
TIMED: Final = 1_000
_WHOLE: Final = re.compile(r"[.!?。！？؟۔।][\"'”’»)\]」』）]*$")
_ENDED: Final = re.compile(r"[.!?…。！？؟۔।][\"'”’»)\]」』）]*$")
_FIRST: Final = re.compile(r"(?<=[.!?。！？؟۔।])[\"”’)]*\s+")


def run(options: Options) -> Result:
    """Make every line, score it, time it."""
    rows = _rows(options.data)
    lines = {_text(row, "id"): _line(row) for row in rows}
    kinds = sorted({_text(row, "kind") for row in rows if row.get("reference")})
    scores = {kind: _score([row for row in rows if row["kind"] == kind], _line) for kind in kinds}
    first = {kind: _score([row for row in rows if row["kind"] == kind], _first_sentence) for kind in kinds}
    failures = [(row, why) for row in rows if "forbid" in row and (why := _failure(row, lines[_text(row, "id")]))]
    told = [line for line in lines.values() if line]
    figures: dict[str, object] = {
        "kinds": scores,
        "first_sentence": first,
        "clean_failures": len(failures),
        "clean_rows": sum("forbid" in row for row in rows),
        "over_length": sum(len(line) > LIMIT for line in told),
        "title_again": sum(_same(_text(row, "title"), lines[_text(row, "id")]) for row in rows),
        "whole": round(sum(bool(_WHOLE.search(line)) for line in told) / max(1, len(told)), 3),
        "items_per_s": _speed([row for row in rows if row.get("description")], quick=options.quick),
        "items_per_s_bodies": _speed([row for row in rows if not row.get("description")], quick=options.quick),
    }
    table = _table(figures, scores, first)
    if options.errors:
        table += _errors(failures, lines) + _worst(rows, lines)
    return Result(
        table=table, figures=figures, predictions=({"id": id_, "summary": line} for id_, line in lines.items())
    )


def _rows(path: Path | None) -> list[Row]:
    corpus = os.environ.get("DIGEST_CORPUS")
    source = path or (Path(corpus) / "data" / "summaries-dev.jsonl" if corpus else OWN_ROWS)
    return [json.loads(line) for line in source.read_text(encoding="utf-8").splitlines() if line.strip()]


def _text(row: Row, key: str) -> str:
    return str(row.get(key) or "")


def _line(row: Row) -> str:
    return summarise(
        _text(row, "title"), _text(row, "description"), _text(row, "body"), language=_text(row, "language")
    )


def _first_sentence(row: Row) -> str:
    """What the program is compared with."""
    return _FIRST.split(_text(row, "description") or _text(row, "body"))[0]


def _score(rows: Sequence[Row], write: Callable[[Row], str]) -> dict[str, float]:
    found = [rouge(write(row), _text(row, "reference")) for row in rows]
    means = [statistics.fmean(score[at] for score in found) for at in range(3)]
    return dict(zip(("rouge1", "rouge2", "rougeL"), (round(mean, 2) for mean in means), strict=True))


def _failure(row: Row, line: str) -> str:
    """What is wrong with a line that was to be clean; "" if nothing is."""
    forbidden = row.get("forbid")
    pieces = [str(piece) for piece in forbidden if str(piece) in line] if isinstance(forbidden, list) else []
    if pieces:
        return f"holds {pieces[0]!r}"
    if not line:
        return "" if row.get("empty_ok") else "is empty"
    if len(line) > LIMIT:
        return f"has {len(line)} characters"
    if _same(_text(row, "title"), line):
        return "is the title again"
    return "" if _ENDED.search(line) else "does not end"


def _same(title: str, line: str) -> bool:
    """Whether a line is the title, or a part of it."""
    plain, told = (" ".join(re.findall(r"\w+", text.casefold())) for text in (title, line))
    return bool(told) and told in plain


def _speed(rows: Sequence[Row], *, quick: bool) -> float:
    """Lines a second of one core's time, so that what else runs does not count: the median of RUNS runs."""
    if not rows:
        return 0.0
    many = [*rows] * (1 if quick else -(-TIMED // len(rows)))
    seconds = []
    for _ in range(1 if quick else RUNS):
        began = time.process_time()
        for row in many:
            _line(row)
        seconds.append(time.process_time() - began)
    return round(len(many) / statistics.median(seconds), 1)


def _table(
    figures: Mapping[str, object], scores: Mapping[str, Mapping[str, float]], first: Mapping[str, Mapping[str, float]]
) -> str:
    out = [f"{'kind':<24}{'ROUGE-1':>9}{'ROUGE-2':>9}{'ROUGE-L':>9}   first sentence"]
    for kind, score in scores.items():
        ours = "".join(f"{value:9.2f}" for value in score.values())
        out.append(f"{kind:<24}{ours}   {' / '.join(f'{value:.2f}' for value in first[kind].values())}")
    out.append(f"cleaning fails {figures['clean_failures']} of {figures['clean_rows']}")
    out.append(f"over {LIMIT} characters: {figures['over_length']}; the title again: {figures['title_again']}")
    out.append(f"whole sentences: {figures['whole']}")
    out.append(f"lines/s: {figures['items_per_s']} from descriptions, {figures['items_per_s_bodies']} from bodies")
    return "\n".join(out)


def _errors(failures: Sequence[tuple[Row, str]], lines: Mapping[str, str]) -> str:
    out = ["", "", "Cleaning failed:"]
    for row, why in failures:
        out.append(f"  {row['id']}: {why}: {lines[_text(row, 'id')]!r} from {_text(row, 'description')[:200]!r}")
    return "\n".join(out)


def _worst(rows: Sequence[Row], lines: Mapping[str, str]) -> str:
    """The twenty lines that are least like their references."""
    scored = [(rouge(lines[_text(row, "id")], _text(row, "reference"))[0], row) for row in rows if row.get("reference")]
    out = ["", "", "Least like their references:"]
    for score, row in sorted(scored, key=lambda found: found[0])[:20]:
        out.append(f"  {row['id']} {score:.0f}: {lines[_text(row, 'id')]!r}, not {_text(row, 'reference')!r}")
    return "\n".join(out)
