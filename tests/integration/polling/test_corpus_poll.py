"""Every real document, served on loopback and polled as one installation's feeds."""

import csv
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from digest.app import polling, queries
from digest.settings.core.shape import Settings
from tests.installation import installed, settings, subscriber
from tests.servers.http import HttpServer

#: After the newest date in the documents.
LATER = datetime(2026, 12, 1, tzinfo=UTC)


def _documents(corpus: Path) -> dict[str, Path]:
    """Every document of the corpus, by its name in the index."""
    with (corpus / "feeds" / "index.tsv").open(encoding="utf-8") as lines:
        names = [row["file"] for row in csv.DictReader(lines, delimiter="\t")]
    return {name: corpus / "feeds" / name for name in names}


def _installation(server: HttpServer, documents: dict[str, Path]) -> Settings:
    for number, path in enumerate(documents.values()):
        server.document(f"/{number}", path.read_bytes())
    paths = {name: f"/{number}" for number, name in enumerate(documents)}
    return settings(server, paths, subscriber("ana@example.org"))


@pytest.mark.corpus
@pytest.mark.slow
async def test_every_real_document_is_read_or_named_with_its_reason(corpus: Path, tmp_path: Path) -> None:
    """All documents polled in one round: none stops the rest, what is not a feed is named, a second brings nothing."""
    documents = _documents(corpus)
    async with (
        HttpServer() as server,
        installed(_installation(server, documents), tmp_path, at=LATER) as (app, clock),
    ):
        polled, _ = await polling.poll(app, manual=True)
        assert polled.feeds == len(documents)
        assert polled.changed + polled.failed == polled.feeds
        failures = {failure.feed: failure.error for failure in polled.failures}
        kinds = Counter(name.split("/")[0] for name in failures)
        print(f"{polled.feeds} documents: {polled.changed} read, {polled.failed} named, {polled.items_new} items")
        print("\n".join(f"  {name}: {error}" for name, error in sorted(failures.items())))
        assert not {"news", "series", "langs", "web2011", "web2026"} & set(kinds), kinds
        assert all(len(error) > 20 for error in failures.values())
        health = {name: one for name, _, one in await queries.feeds_health(app)}
        assert all(health[name] is not None for name in documents)
        clock.moment += timedelta(hours=1)
        again, _ = await polling.poll(app, manual=True)
        assert (again.items_new, again.changed) == (0, 0)
