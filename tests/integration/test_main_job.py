"""The main job, end to end: feeds over HTTP, a store on disk, messages in the outbox."""

import dataclasses
import re
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from digest.app import Installation, composing, polling, queries, readers, sending
from digest.errors import UsageError
from digest.model import Format, Quiet
from digest.pipeline.polling.poll import poll
from digest.storage.queries import subscribers as stored_subscribers
from digest.topics.table import parse_topic
from tests.installation import NOW, Told, installed, mails, rss, settings, subscriber, text_of
from tests.servers.http import HttpServer

WIRE = Told(
    title="Aleppo talks collapse as Syrian envoys walk out of Geneva meeting",
    summary="Syrian government envoys walked out of the Geneva talks on Aleppo after two hours on Monday.",
    guid="wire-1",
)
LOCAL = Told(
    title="Syrian envoys walk out of Geneva talks on Aleppo",
    summary="The Geneva talks on Aleppo collapsed on Monday when Syrian envoys left the meeting after two hours.",
    guid="local-1",
)
BRIDGE = Told(
    title="Tehran opens a new bridge over the old river bed",
    summary="The mayor of Tehran opened a bridge that took nine years to build.",
    guid="bridge",
)


async def test_a_story_of_two_feeds_reaches_a_subscriber_once(tmp_path: Path) -> None:
    """Two reports of one happening become one story with both sources, in one message, and never come again."""
    async with HttpServer() as server:
        server.document("/a.xml", rss("Wire", [WIRE, BRIDGE]))
        server.document("/b.xml", rss("Local", [LOCAL]))
        chosen = settings(server, {"a": "/a.xml", "b": "/b.xml"}, subscriber("ana@example.org"))
        async with installed(chosen, tmp_path) as (app, _):
            polled, gathered = await polling.poll(app, manual=True)
            assert (polled.items_new, polled.failed) == (3, 0)
            assert gathered.stories == 2
            sent = await sending.send(app)
            assert (sent.delivered.accepted, len(sent.composed.editions)) == (1, 1)
            again = await sending.send(app)
            assert (again.composed.planned, again.delivered.accepted) == (0, 0)
    [mail] = mails(tmp_path)
    assert mail["To"] == "ana@example.org"
    text = text_of(mail)
    assert text.count("Geneva") >= 1
    assert "Wire" in text
    assert "Local" in text
    assert "2 stories from 3 reports" in " ".join(text.split())


async def test_subscribers_with_the_same_choice_share_an_edition(tmp_path: Path) -> None:
    """One edition for two subscribers of the same choice, another for one who reads text."""
    async with HttpServer() as server:
        server.document("/a.xml", rss("Wire", [WIRE, BRIDGE]))
        people = [
            subscriber("ana@example.org"),
            subscriber("ben@example.org"),
            subscriber("cleo@example.org", format=Format.TEXT),
        ]
        async with installed(settings(server, {"a": "/a.xml"}, *people), tmp_path) as (app, _):
            await polling.poll(app, manual=True)
            sent = await sending.send(app)
    assert len(sent.composed.editions) == 2
    assert [str(mail["To"]) for mail in mails(tmp_path)] == ["ana@example.org", "ben@example.org", "cleo@example.org"]
    assert mails(tmp_path)[2].get_content_type() == "text/plain"


async def test_a_scheduled_slot_is_served_once_and_the_next_covers_what_came_since(tmp_path: Path) -> None:
    """At eight in Berlin the edition goes out; a minute later nothing does; the next day only what is new."""
    async with HttpServer() as server:
        server.document("/a.xml", rss("Wire", [WIRE]))
        chosen = settings(server, {"a": "/a.xml"}, subscriber("ana@example.org"))
        async with installed(chosen, tmp_path) as (app, clock):
            await readers.audience(app)
            await polling.poll(app, manual=True)
            assert (await composing.compose_due(app)).planned == 0
            clock.moment = datetime(2026, 3, 2, 7, 0, 5, tzinfo=UTC)
            assert (await composing.compose_due(app)).planned == 1
            assert (await composing.compose_due(app)).planned == 0
            assert (await sending.deliver(app)).accepted == 1
            server.document("/a.xml", rss("Wire", [WIRE, BRIDGE]))
            clock.moment += timedelta(hours=23)
            await polling.poll(app, manual=True)
            clock.moment = datetime(2026, 3, 3, 7, 0, 1, tzinfo=UTC)
            assert (await composing.compose_due(app)).planned == 1
            await sending.deliver(app)
    first, second = sorted(mails(tmp_path), key=lambda mail: "bridge" in text_of(mail))
    assert "Geneva" in text_of(first)
    assert "Geneva" not in text_of(second)


async def test_a_story_that_moved_on_comes_again_as_updated(tmp_path: Path) -> None:
    """A new report of yesterday's story brings it back, marked as updated."""
    later = Told(
        title="Syrian envoys return to Geneva talks on Aleppo after walking out",
        summary="Syrian envoys who walked out of the Geneva talks on Aleppo agreed late on Monday to come back.",
        guid="later",
        age=-20,
    )
    async with HttpServer() as server:
        server.document("/a.xml", rss("Wire", [WIRE]))
        chosen = settings(server, {"a": "/a.xml"}, subscriber("ana@example.org"))
        async with installed(chosen, tmp_path) as (app, clock):
            await polling.poll(app, manual=True)
            await sending.send(app)
            clock.moment += timedelta(hours=21)
            server.document("/a.xml", rss("Wire", [later, WIRE]))
            _, gathered = await polling.poll(app, manual=True)
            assert gathered.stories == 1
            composition = await queries.preview(app, address="ana@example.org")
            assert composition is not None
            assert composition.edition is not None
            [entry] = composition.edition.entries
            assert entry.updated
            assert entry.lead.title == later.title
            assert (await sending.send(app)).delivered.accepted == 1
    assert len(mails(tmp_path)) == 2


async def test_a_missed_slot_is_sent_on_return_and_one_left_out_is_told(tmp_path: Path) -> None:
    """Back after fifteen hours the slot is served; back after two days the last one is, and the other is an event."""
    for hours, told in ((15, 0), (48, 1)):
        folder = tmp_path / str(hours)
        async with HttpServer() as server:
            server.document("/a.xml", rss("Wire", [WIRE]))
            chosen = settings(server, {"a": "/a.xml"}, subscriber("ana@example.org"))
            async with installed(chosen, folder) as (app, clock):
                await readers.audience(app)
                await polling.poll(app, manual=True)
                clock.moment = datetime(2026, 3, 2, 7, tzinfo=UTC) + timedelta(hours=hours)
                assert (await composing.compose_due(app)).planned == 1
                await sending.deliver(app)
                found = await queries.status(app)
                assert len([event for event in found.events if event.kind == "slot-left-out"]) == told
                clock.moment += timedelta(seconds=1)
                assert (await composing.compose_due(app)).planned == 0


async def test_since_looks_at_the_publishers_dates_and_moves_nothing(tmp_path: Path) -> None:
    """`send --since` counts the backlog, and the scheduled edition still covers everything afterwards."""
    old = Told(title="Damascus markets reopen after long winter", guid="old", age=40)
    async with HttpServer() as server:
        server.document("/a.xml", rss("Wire", [BRIDGE, old]))
        chosen = settings(server, {"a": "/a.xml"}, subscriber("ana@example.org"), subscriber("ben@example.org"))
        async with installed(chosen, tmp_path) as (app, clock):
            await polling.poll(app, manual=True)
            plain = await queries.foresee(app)
            assert [len(one.edition.entries) for one in plain if one.edition] == [1]
            sent = await sending.send(app, to=["ana@example.org"], since=timedelta(hours=48))
            assert sent.delivered.accepted == 1
            text = text_of(mails(tmp_path)[0])
            assert "Damascus" in text
            assert "bridge" in text
            repeated = await sending.send(app, to=["ana@example.org"], since=timedelta(hours=48))
            assert repeated.composed.planned == 0
            clock.moment += timedelta(minutes=1)
            again = await sending.send(app, to=["ana@example.org"], since=timedelta(hours=48), again=True)
            assert again.delivered.accepted == 1


async def test_a_dry_run_changes_nothing_anywhere(tmp_path: Path) -> None:
    """Looking ahead leaves every table as it was and writes no file."""
    async with HttpServer() as server:
        server.document("/a.xml", rss("Wire", [WIRE]))
        chosen = settings(server, {"a": "/a.xml"}, subscriber("ana@example.org"))
        async with installed(chosen, tmp_path) as (app, _):
            await polling.poll(app, manual=True)
            before = _dump(tmp_path)
            foreseen = await queries.foresee(app)
            assert foreseen[0].edition is not None
            assert await queries.preview(app) is not None
            assert _dump(tmp_path) == before
    assert not (tmp_path / "outbox").exists()


def _dump(folder: Path) -> list[str]:
    with sqlite3.connect(folder / "state" / "digest.sqlite3") as connection:
        lines = list(connection.iterdump())
    connection.close()
    return lines


async def test_whoever_the_store_says_no_to_gets_nothing(tmp_path: Path) -> None:
    """A suppressed subscriber is left out, by schedule and by hand, however listed."""
    async with HttpServer() as server:
        server.document("/a.xml", rss("Wire", [WIRE]))
        chosen = settings(server, {"a": "/a.xml"}, subscriber("ana@example.org"), subscriber("ben@example.org"))
        async with installed(chosen, tmp_path) as (app, clock):
            rows = {subscriber.mailbox.address: row for row, subscriber in await readers.audience(app)}
            await polling.poll(app, manual=True)
            who = rows["ana@example.org"].id
            await app.store.write(lambda c: stored_subscribers.suppress(c, who, "unsubscribed", "asked", clock.now()))
            assert (await sending.send(app)).delivered.accepted == 1
    assert [str(mail["To"]) for mail in mails(tmp_path)] == ["ben@example.org"]


async def test_one_bad_feed_never_stops_the_rest(tmp_path: Path) -> None:
    """Failures are named with what to do; the good feeds' news arrives."""
    async with HttpServer() as server:
        server.document("/a.xml", rss("Wire", [WIRE]))
        server.answer("/page", 200, body=b"<!doctype html><html><body>hello</body></html>")
        server.answer("/empty", 200, body=b"")
        server.answer("/error", 500)
        feeds = {"bad-page": "/page", "bad-empty": "/empty", "bad-500": "/error", "good": "/a.xml", "gone": "/404"}
        server.answer("/404", 404)
        async with installed(settings(server, feeds, subscriber("ana@example.org")), tmp_path) as (app, _):
            polled, _ = await polling.poll(app, manual=True)
            assert {failure.feed for failure in polled.failures} == {"bad-page", "bad-empty", "bad-500", "gone"}
            assert all(len(failure.error) > 20 for failure in polled.failures)
            assert polled.items_new == 1
            shown = {name: health for name, _, health in await queries.feeds_health(app)}
            health = shown["bad-500"]
            assert health is not None
            assert health.failing_since == NOW
            assert health.error


async def test_hostile_words_arrive_as_words(tmp_path: Path) -> None:
    """From the feed to the message: an expression stays literal, markup goes, and no title makes a header or a tag."""
    hostile = Told(
        title="Aleppo {{7*7}} =?utf-8?q?a=0D=0ABcc:_eve@example.net?= <script>alert(1)</script>talks",
        summary='<img src=x onerror=alert(1)>Envoys met in Aleppo on Monday & left. <a href="javascript:x()">{% %}</a>',
    )
    async with HttpServer() as server:
        server.document("/a.xml", rss("<b>Wire</b> {{7*7}}", [hostile]))
        async with installed(settings(server, {"a": "/a.xml"}, subscriber("ana@example.org")), tmp_path) as (app, _):
            await polling.poll(app, manual=True)
            await sending.send(app)
    [mail] = mails(tmp_path)
    assert mail["Bcc"] is None
    assert "{{7*7}}" in mail["Subject"]
    page = mail.get_body(("html",))
    assert page is not None
    for text in (text_of(mail), str(page.get_content())):
        assert "{{7*7}}" in text
        assert not re.search(r"<script|<img|onerror|javascript:", text)


async def test_changed_topics_are_matched_anew(tmp_path: Path) -> None:
    """An item that no topic wanted yesterday is found when the topics change."""
    async with HttpServer() as server:
        server.document("/a.xml", rss("Wire", [Told(title="Harbour strike halts grain ships", guid="strike")]))
        chosen = settings(server, {"a": "/a.xml"}, subscriber("ana@example.org", topics=("harbours",)))
        async with installed(chosen, tmp_path) as (app, _):
            await polling.poll(app, manual=True)
            assert all(one.edition is None for one in await queries.foresee(app))
        ports = parse_topic("harbours", {"title": "Harbours", "any": ["harbour*"]})
        async with installed(dataclasses.replace(chosen, topics=(*chosen.topics, ports)), tmp_path) as (app, _):
            await polling.gather(app)
            assert (await sending.send(app)).delivered.accepted == 1


async def test_a_quiet_day_is_skipped_or_noted_as_wished(tmp_path: Path) -> None:
    """`quiet = "note"` gets a short note, `skip` gets no mail."""
    async with HttpServer() as server:
        server.document("/a.xml", rss("Wire", []))
        people = [subscriber("skip@example.org"), subscriber("note@example.org", quiet=Quiet.NOTE)]
        async with installed(settings(server, {"a": "/a.xml"}, *people), tmp_path) as (app, clock):
            await readers.audience(app)
            clock.moment = datetime(2026, 3, 2, 7, 0, 1, tzinfo=UTC)
            await composing.compose_due(app)
            await sending.deliver(app)
    assert [str(mail["To"]) for mail in mails(tmp_path)] == ["note@example.org"]


@pytest.mark.parametrize(
    ("arguments", "word"),
    [({"to": ["nobody@example.org"]}, "nobody@example.org"), ({"topics": ["siria"]}, "siria")],
)
async def test_an_unknown_name_is_an_error_and_nothing_is_sent(
    tmp_path: Path, arguments: dict[str, list[str]], word: str
) -> None:
    """A stranger's address or a topic that is not there is named, with where to look."""
    async with HttpServer() as server:
        server.document("/a.xml", rss("Wire", [WIRE]))
        async with installed(settings(server, {"a": "/a.xml"}, subscriber("ana@example.org")), tmp_path) as (app, _):
            await polling.poll(app, manual=True)
            with pytest.raises(UsageError, match=word):
                await _send(app, arguments)
    assert not (tmp_path / "outbox").exists()


async def _send(app: Installation, arguments: dict[str, list[str]]) -> None:
    await sending.send(app, to=arguments.get("to", ()), topics=arguments.get("topics", ()))


async def test_an_edition_that_was_never_accepted_gives_its_stories_back(tmp_path: Path) -> None:
    """After a delivery failed for good, the next slot tells its stories again, together with what is new."""
    async with HttpServer() as server:
        server.document("/a.xml", rss("Wire", [WIRE]))
        chosen = settings(server, {"a": "/a.xml"}, subscriber("ana@example.org"))
        async with installed(chosen, tmp_path) as (app, clock):
            await readers.audience(app)
            await polling.poll(app, manual=True)
            clock.moment = datetime(2026, 3, 2, 7, 0, 1, tzinfo=UTC)
            assert (await composing.compose_due(app)).planned == 1
            # Nobody delivers for two days: the edition goes stale and is given up.
            clock.moment += timedelta(days=2, hours=-1)
            assert (await sending.deliver(app)).failed == 1
            server.document("/a.xml", rss("Wire", [WIRE, BRIDGE]))
            await polling.poll(app, manual=True)
            clock.moment = datetime(2026, 3, 4, 7, 0, 1, tzinfo=UTC)
            assert (await composing.compose_due(app)).planned == 1
            assert (await sending.deliver(app)).accepted == 1
    [mail] = mails(tmp_path)
    assert "Geneva" in text_of(mail)
    assert "bridge" in text_of(mail)


async def test_news_that_is_stored_but_not_gathered_yet_is_in_the_edition(tmp_path: Path) -> None:
    """A slot that falls between a poll's storing and its gathering misses nothing."""
    async with HttpServer() as server:
        server.document("/a.xml", rss("Wire", [WIRE]))
        chosen = settings(server, {"a": "/a.xml"}, subscriber("ana@example.org"))
        async with installed(chosen, tmp_path) as (app, clock):
            await readers.audience(app)
            fetcher, parser = await app.fetching()
            await poll(
                chosen.feeds, store=app.store, fetcher=fetcher, parser=parser, clock=clock, settings=chosen.digest
            )
            clock.moment = datetime(2026, 3, 2, 7, 0, 1, tzinfo=UTC)
            assert (await composing.compose_due(app)).planned == 1


async def test_news_whose_transaction_ended_after_the_slot_is_in_the_next_edition(tmp_path: Path) -> None:
    """An item first seen seconds before a slot, but stored after its edition was composed, is not lost."""
    async with HttpServer() as server:
        server.document("/a.xml", rss("Wire", [WIRE]))
        chosen = settings(server, {"a": "/a.xml"}, subscriber("ana@example.org", quiet=Quiet.NOTE))
        async with installed(chosen, tmp_path) as (app, clock):
            await readers.audience(app)
            slot = datetime(2026, 3, 2, 7, tzinfo=UTC)
            clock.moment = slot + timedelta(seconds=1)
            assert (await composing.compose_due(app)).planned == 1
            clock.moment = slot - timedelta(seconds=5)
            await polling.poll(app, manual=True)
            clock.moment = slot + timedelta(days=1, seconds=1)
            await composing.compose_due(app)
            clock.moment = slot + timedelta(days=1, seconds=2)
            await sending.deliver(app)
    assert sum("Geneva" in text_of(mail) for mail in mails(tmp_path)) == 1
