"""Summary lines: one sentence of the item's own, whole, clean, at most 200 characters, and not its title again."""

import html
import json
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digest.stories.summaries.line import LIMIT, read_title
from digest.stories.summaries.summary import summarise

#: Stress cases of our own, with the line that a careful editor would write for each.
ROWS: Final[list[dict[str, Any]]] = [
    json.loads(line)
    for line in (Path(__file__).parents[3] / "data" / "summaries.jsonl").read_text(encoding="utf-8").splitlines()
]
#: Those whose line is a sentence as its author wrote it.
WHOLE: Final = [row for row in ROWS if row["line"] and not row["line"].endswith("…")]
#: Pieces that texts of feeds are made of, to be put together in any order.
PIECES: Final = st.sampled_from(
    [
        "The minister said on Friday that the bridge would open again in May. ",
        "Read more at Example.com. ",
        "The post A title appeared first on A Blog. ",
        "MOSCOW (Reuters) - ",
        "By Anna Smith KIRYAT SHMONA, Israel, June 4 (AP) — ",
        "• One thing• Another thing ",
        "https://example.org/a?b=c ",
        "&amp;#8217;s &lt;b&gt;bold&lt;/b&gt; ",
        "\N{SOFT HYPHEN}\N{ZERO WIDTH SPACE}",
        "He did not say who pays for it",
        " […]",
        "...",
        "“An open quotation ",
        "(an open bracket ",
        "هل تنهار الهدنة؟ قال الوزير إن المحافظة ستتحمل ثلثي التكلفة. ",
        "特使星期二抵达北京，将举行两天会谈。",
        " | World News",
        "\n",
        "a" * 250,
        "Follow our live blog for the latest. ",
        "\U0001f30a ",
    ]
)
TEXTS: Final = st.lists(PIECES, max_size=12).map("".join) | st.text(max_size=400)


@pytest.mark.parametrize("row", ROWS, ids=[f"{row['id']}-{row.get('pattern', 'body')}" for row in ROWS])
def test_each_kind_of_dirt_is_cleaned(row: dict[str, Any]) -> None:
    """For each kind of dirt that feeds have, the line is the sentence that an editor would take."""
    line = summarise(row["title"], row["description"], row["body"], language=row.get("language", ""))
    assert line == row["line"]
    assert len(line) <= LIMIT
    assert not [piece for piece in row.get("forbid", []) if piece in line]


@pytest.mark.parametrize("row", WHOLE, ids=lambda row: str(row["id"]))
def test_a_whole_line_is_its_own_line(row: dict[str, Any]) -> None:
    """Nothing is left in a whole line that a second cleaning would take out."""
    again = summarise("", row["line"], "", language=row.get("language", ""))
    assert again == row["line"]


@given(TEXTS, TEXTS, TEXTS)
@example("", "A sentence of only a few words.", "")
def test_a_line_fits(title: str, summary: str, body: str) -> None:
    """Whatever an item holds, its line has at most 200 characters, on one line, without blanks around it."""
    line = summarise(title, summary, body)
    assert len(line) <= LIMIT
    assert line == line.strip()
    assert "\n" not in line


@given(TEXTS, TEXTS)
def test_a_line_is_the_items_own_text(summary: str, body: str) -> None:
    """A line's letters stand in the item's text in the same order: nothing is invented."""
    line = summarise("", summary, body)
    sources = [html.unescape(html.unescape(text)) for text in (summary, body)]
    assert any(_in_order([c for c in line if c.isalnum()], source) for source in sources)


def _in_order(letters: list[str], source: str) -> bool:
    rest = iter(source)
    return all(letter in rest for letter in letters)


@given(TEXTS)
@example("Port reopens after storm")
@example("港口重开")
def test_a_line_is_never_the_title(title: str) -> None:
    """A description that repeats the title, with the publisher's name or without, gives no line."""
    for summary in (title, f"{title} Harbour Wire", f"{title}."):
        line = summarise(title, summary, title)
        assert not line or not read_title(title).repeated_in(line)


@pytest.mark.parametrize(
    "hostile",
    [
        *("(" * 50_000, "The post " * 9_000, "<script" * 9_000, "By A B, " * 9_000, "A. " * 30_000, "[Link " * 9_000),
        *("AA AA " * 15_000, "&" * 90_000, "… [" * 20_000, "“" * 90_000, "-" * 90_000, "\n- " * 30_000, "A" * 90_000),
    ],
    ids=lambda text: repr(text[:9]),
)
def test_hostile_texts_are_read_only_so_far(hostile: str) -> None:
    """A text that is built to make patterns slow is read no further than any other."""
    assert len(summarise("A title", hostile, hostile)) <= LIMIT


def test_a_whole_description_wins_over_the_body() -> None:
    """Where the publisher's description is a whole sentence, it is the line."""
    body = "The bridge over the river is closed. The bridge is closed because the river took a pillar of the bridge."
    line = summarise("River damages bridge", "The only bridge to the island is closed for a month.", body)
    assert line == "The only bridge to the island is closed for a month."


def test_a_body_helps_out() -> None:
    """Where the description only repeats the title or was cut off, the body's best whole sentence is the line."""
    body = "The river took a pillar of the bridge in the night. Ferries run every hour."
    for summary in ("River damages bridge", "The river that ...", ""):
        assert summarise("River damages bridge", summary, body) == "The river took a pillar of the bridge in the night."


@pytest.mark.corpus
def test_real_dirt_is_cleaned(corpus: Path) -> None:
    """Of the real descriptions that are kept as a stress set, at most two fail, and no line is too long."""
    from tests.bench import Options, summaries

    figures = summaries.run(Options(data=corpus / "data" / "summaries-dev.jsonl", quick=True)).figures
    assert isinstance(figures["clean_failures"], int)
    assert figures["clean_failures"] <= 2
    assert (figures["over_length"], figures["title_again"]) == (0, 0)
