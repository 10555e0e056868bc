"""Counts in how many of many real texts each term stands, and writes `digest/stories/clustering/background.py`.

    .venv/bin/python scripts/background.py TEXTS.jsonl...

Each line: an object with `title` and `summary`. Only counts leave this script, in steps of a logarithm,
so that nothing of the texts themselves can be read in the result. Leave out whatever stories are judged by.
"""

import collections
import json
import math
import sys
from pathlib import Path

from digest.stories.clustering.item_terms import SUMMARY_LENGTH
from digest.text.tokens import Lexicon

#: Rarer terms are as good as unknown ones: see `RAREST` in `digest.stories.clustering.rarity`.
FEWEST = 25
TARGET = Path(__file__).resolve().parent.parent / "digest" / "stories" / "background.py"
HEAD = '''"""How common a term is in news: in how many of {documents:,} texts it stood.

Written by `scripts/background.py`. `STEPS[n]` holds the terms that stood in about `BASE ** n` texts;
what is not here is rare.
"""

# ruff: noqa
DOCUMENTS = {documents}
BASE = {base}
STEPS: dict[int, str] = {{
'''
BASE = 1.25


def main() -> None:
    """Read, count, write."""
    lexicon = Lexicon()
    counts: collections.Counter[str] = collections.Counter()
    documents = 0
    seen: set[str] = set()
    for name in sys.argv[1:]:
        for line in Path(name).read_text(encoding="utf-8").splitlines():
            text = json.loads(line)
            if text["title"] in seen:
                continue
            seen.add(text["title"])
            documents += 1
            counts.update({*lexicon.terms(text["title"]), *lexicon.terms(text["summary"][:SUMMARY_LENGTH])})
    steps: dict[int, list[str]] = collections.defaultdict(list)
    for term, count in counts.items():
        if count >= FEWEST:
            steps[round(math.log(count, BASE))].append(term)
    rows = "".join(f'    {step}: "{" ".join(sorted(steps[step]))}",\n' for step in sorted(steps))
    TARGET.write_text(HEAD.format(documents=documents, base=BASE) + rows + "}\n", encoding="utf-8")
    print(f"{documents} texts, {sum(map(len, steps.values()))} terms, {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main()
