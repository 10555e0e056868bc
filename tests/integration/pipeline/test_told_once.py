"""What readers get over days: each new report once, whatever failed, was cut or was planned twice in between."""

import asyncio
import dataclasses
import random
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from digest.app import composing, readers, sending
from digest.delivery import ledger
from digest.errors import RenderError
from digest.model import Edition, Rendered, SlotKind
from digest.ports import Outcome, Renderer, Verdict
from digest.storage.core.schema import editions
from tests.desk import DAY, FEEDS, HOUR, SLOT, desk, item
from tests.installation import NOW, subscriber
from tests.servers import postgres


@pytest.fixture(scope="module")
def postgres_server() -> Iterator[str]:
    """One server for the module."""
    with postgres.server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh database, of each kind in turn."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'd.sqlite3'}"
        return
    with postgres.database(request.getfixturevalue("postgres_server")) as made:
        yield made


TALKS = "Syria ceasefire talks collapse in Geneva after shelling of Aleppo hospital"


async def test_a_story_that_moved_on_is_told_whatever_else_it_holds(tmp_path: Path, url: str) -> None:
    """Reports of the backlog in a story hide none that come later: the next day's report is told as an update."""
    ana = "ana@example.org"
    async with desk(tmp_path, url, subscriber(ana)) as made:
        made.clock.moment = NOW
        old = [item("wire", f"old-{n}", f"{TALKS} {who} says", at=NOW, age=30) for n, who in enumerate(("ministry",))]
        await made.sees(*old, item("mail", "fresh", f"{TALKS}, envoy says", at=NOW))
        made.clock.moment = SLOT
        await composing.compose_due(made.app)
        await sending.deliver(made.app)
        made.clock.moment = SLOT + DAY - HOUR
        later = "Syria ceasefire talks collapse in Geneva: Aleppo hospital shelling inquiry is vetoed"
        await made.sees(item("post", "later", later, at=made.clock.moment))
        made.clock.moment = SLOT + DAY
        await composing.compose_due(made.app)
        await sending.deliver(made.app)
        assert await made.told(ana) == [[f"{TALKS}, envoy says"], [later]]


@pytest.mark.parametrize("before", [timedelta(), timedelta(minutes=1)])
async def test_news_of_the_moment_that_the_last_edition_ends_with_is_told_days_later(
    tmp_path: Path, url: str, before: timedelta
) -> None:
    """What a poll stores while an edition is composed may bear that edition's last moment, or one a little before it;
    then nothing runs for longer than an edition looks back."""
    async with desk(tmp_path, url, subscriber("ana@example.org")) as made:
        await made.sees(item("wire", "a", "Syria talks resume", at=SLOT - HOUR))
        made.clock.moment = SLOT
        await composing.compose_due(made.app)
        await sending.deliver(made.app)
        made.clock.moment = SLOT - before
        await made.sees(item("post", "b", "Syria bridge reopens to traffic", at=SLOT - before))
        made.clock.moment = SLOT + 8 * DAY
        await composing.compose_due(made.app)
        await sending.deliver(made.app)
        assert await made.told("ana@example.org") == [["Syria talks resume"], ["Syria bridge reopens to traffic"]]


async def test_whoever_plans_at_the_same_moment_plans_once(tmp_path: Path, url: str) -> None:
    """A slot and a `send` beside it, each composing while the other does, give one reader one digest."""
    ana = subscriber("ana@example.org")
    async with desk(tmp_path, url, ana) as one, desk(tmp_path, url, ana) as two:
        one.clock.moment = two.clock.moment = SLOT
        await one.sees(item("wire", "k", "Syria talks resume", at=SLOT - HOUR))
        together = threading.Barrier(2)
        for app in (one.app, two.app):
            app.__dict__["renderer"] = Together(app.renderer, together)
        manual = readers.manual_request(two.app, to=(), topics=(), since=None, again=False)
        both = await asyncio.gather(
            composing.compose_due(one.app),
            composing.compose(two.app, manual, await readers.audience(two.app, keep=False)),
        )
        assert sum(result.planned for result in both) == 1
        await sending.deliver(one.app)
        assert len(one.relay.accepted) == 1


class Together:
    """Renders an app's first edition only when another's is being rendered too."""

    def __init__(self, renderer: Renderer, barrier: threading.Barrier) -> None:
        self._renderer, self._barrier, self._first = renderer, barrier, True

    def render(self, edition: Edition) -> Rendered:
        """The edition's two parts."""
        if self._first:
            self._first = False
            self._barrier.wait(10)
        return self._renderer.render(edition)


class Forgetful:
    """Renders Syria's digest by a template that forgot the way to unsubscribe."""

    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer

    def render(self, edition: Edition) -> Rendered:
        """The edition's two parts."""
        found = self._renderer.render(edition)
        if edition.topics != ("syria",):
            return found
        return dataclasses.replace(found, text="No way out.")


async def test_one_edition_that_makes_no_mail_stops_nobody_else(tmp_path: Path, url: str) -> None:
    """It is not stored, the others go on in the same call, and its reader gets everything once it can be made."""
    ana, bo = subscriber("ana@example.org", topics=("syria",)), subscriber("bo@example.org", topics=("iran",))
    async with desk(tmp_path, url, ana, bo) as made:
        made.clock.moment = SLOT - HOUR
        await made.sees(item("wire", "a", "Syria talks resume", at=SLOT - HOUR))
        await made.sees(item("mail", "b", "Iran opens a bridge", at=SLOT - HOUR))
        made.clock.moment = SLOT
        real = made.app.renderer
        made.app.__dict__["renderer"] = Forgetful(real)
        with pytest.raises(RenderError, match="unsubscribe"):
            await sending.send(made.app)
        assert [address for address, _ in made.relay.accepted] == ["bo@example.org"]
        made.app.__dict__["renderer"] = real
        made.clock.moment += timedelta(minutes=1)
        await sending.send(made.app)
        assert await made.told("ana@example.org") == [["Syria talks resume"]]


async def test_a_stored_edition_that_makes_no_mail_fails_alone(tmp_path: Path, url: str) -> None:
    """As an older version may have stored it: the others are delivered, and its stories come with the next `send`."""
    ana, bo = subscriber("ana@example.org", topics=("syria",)), subscriber("bo@example.org", topics=("iran",))
    async with desk(tmp_path, url, ana, bo) as made:
        made.clock.moment = SLOT - HOUR
        await made.sees(item("wire", "a", "Syria talks resume", at=SLOT - HOUR))
        await made.sees(item("mail", "b", "Iran opens a bridge", at=SLOT - HOUR))
        made.clock.moment = SLOT
        await composing.compose_due(made.app)
        spoilt = editions.update().where(editions.c.subject.contains("Syria")).values(text="No way out.")
        await made.app.store.write(lambda c: c.execute(spoilt))
        counts = await sending.deliver(made.app)
        assert (counts.accepted, counts.failed) == (1, 1)
        made.clock.moment += timedelta(minutes=1)
        await sending.send(made.app)
        assert await made.told("ana@example.org") == [["Syria talks resume"]]
        assert await made.told("bo@example.org") == [["Iran opens a bridge"]]


@pytest.mark.parametrize("between", ["now", "narrowed"])
async def test_stories_of_an_edition_that_failed_come_back(tmp_path: Path, url: str, between: str) -> None:
    """Though another edition was accepted meanwhile: what comes back are stories, not a duration."""
    ana = "ana@example.org"
    failed = Outcome(verdict=Verdict.REFUSED, code=552, text="too big for today")
    async with desk(tmp_path, url, subscriber(ana, send="now" if between == "now" else "daily 08:00")) as made:
        made.clock.moment = SLOT - 2 * HOUR
        await made.sees(item("wire", "a", "Syria talks resume", at=made.clock.moment))
        made.relay.answers[ana] = failed
        await sending.send(made.app)
        made.relay.answers.clear()
        made.clock.moment += HOUR
        await made.sees(item("mail", "b", "Iran opens a bridge", at=made.clock.moment))
        await sending.send(made.app, topics=["iran"] if between == "narrowed" else ())
        made.clock.moment = SLOT + DAY
        await sending.send(made.app)
        told = [title for edition in await made.told(ana) for title in edition]
        assert sorted(told) == ["Iran opens a bridge", "Syria talks resume"]


async def test_what_found_no_place_is_told_next_time_and_not_by_the_same_send_again(tmp_path: Path, url: str) -> None:
    """Three stories for two places: `send` at once after the first finds nothing, the next slot brings the third."""
    ana = "ana@example.org"
    async with desk(tmp_path, url, subscriber(ana, max_items=2)) as made:
        made.clock.moment = SLOT + 2 * HOUR
        titles = ["Syria opens a bakery", "Iran launches a ferry", "Damascus repairs its oldest clock"]
        await made.sees(
            *[item(f, f"k{n}", t, at=made.clock.moment) for n, (f, t) in enumerate(zip(FEEDS, titles, strict=False))]
        )
        await sending.send(made.app)
        made.clock.moment += timedelta(minutes=1)
        assert (await sending.send(made.app)).composed.planned == 0
        made.clock.moment = SLOT + DAY
        await composing.compose_due(made.app)
        await sending.deliver(made.app)
        told = await made.told(ana)
        assert [len(edition) for edition in told] == [2, 1]
        assert sorted(told[0] + told[1]) == sorted(titles)


async def test_what_the_size_limit_cuts_is_not_had(tmp_path: Path) -> None:
    """Forty long Persian stories: those that one message cannot hold stand in the next, and the counts are true."""
    ana = "ana@example.org"
    url = f"sqlite:///{tmp_path / 'd.sqlite3'}"
    async with desk(tmp_path, url, subscriber(ana, language="fa")) as made:
        made.clock.moment = SLOT - HOUR
        chance = random.Random(7)
        found = [
            item(FEEDS[n % 4], f"k{n}", f"Iran {_words(chance, 12)}", summary=f"{_words(chance, 25)}.", at=SLOT - HOUR)
            for n in range(40)
        ]
        await made.sees(*[dataclasses.replace(one, language="fa") for one in found])
        for day in range(3):
            made.clock.moment = SLOT + day * DAY
            await composing.compose_due(made.app)
            await sending.deliver(made.app)
        told = await made.told(ana)
        shown = [title for edition in told for title in edition]
        assert sorted(shown) == sorted(one.title for one in found)
        assert len(told) > 1


def _words(chance: random.Random, count: int) -> str:
    """Words in Persian letters, hardly ever the same ones."""
    return " ".join("".join(chance.choices("ابپتجچخدرزسشفقکگلمنوهی", k=7)) for _ in range(count))


@pytest.mark.parametrize("wrong", [-400, -3, 3, 400])
async def test_a_clock_that_was_wrong_repeats_nothing(tmp_path: Path, wrong: int) -> None:
    """Whether news was seen under it or told under it: once the clock is right again, nothing is told a second time."""
    ana = "ana@example.org"
    url = f"sqlite:///{tmp_path / 'd.sqlite3'}"
    titles = ["Syria talks resume", "Iran opens a bridge"]
    async with desk(tmp_path, url, subscriber(ana), at=SLOT - 900 * DAY) as made:
        made.clock.moment = SLOT - 2 * HOUR + wrong * DAY
        await made.sees(item("wire", "a", titles[0], at=made.clock.moment))
        made.clock.moment = SLOT - HOUR
        await made.sees(item("mail", "b", titles[1], at=made.clock.moment))
        await sending.send(made.app)
        made.clock.moment = SLOT - HOUR + wrong * DAY
        await sending.send(made.app)
        for day in range(10):
            made.clock.moment = SLOT + day * DAY
            await composing.compose_due(made.app)
            await sending.deliver(made.app)
        told = [title for edition in await made.told(ana) for title in edition]
        assert sorted(told) == sorted(titles)


async def test_a_scheduled_message_keeps_its_id_when_it_is_planned_anew(tmp_path: Path) -> None:
    """Two stores that agree on subscriber, slot and key plan the same Message-ID, whatever the edition holds."""
    ana = subscriber("ana@example.org")
    url = f"sqlite:///{tmp_path / 'd.sqlite3'}"
    async with desk(tmp_path, url, ana) as made:
        made.clock.moment = SLOT - HOUR
        await made.sees(item("wire", "a", "Syria talks resume", at=SLOT - HOUR))
        made.clock.moment = SLOT
        await composing.compose_due(made.app)
        rows = await made.app.store.read(lambda c: ledger.log(c))
        sender = await made.app.sending()
        [row] = rows
        assert row.message_id == sender.message_id(row.subscriber, SlotKind.SCHEDULED, SLOT)
        other = dataclasses.replace(sender, list_id="another.example")
        ids = {row.message_id, other.message_id(row.subscriber, SlotKind.SCHEDULED, SLOT)}
        await sending.deliver(made.app)
        assert made.relay.accepted == [("ana@example.org", row.message_id)]
    assert len(ids) == 1


async def test_who_has_a_message_on_its_way_gets_no_second_one_by_the_same_send(tmp_path: Path, url: str) -> None:
    """`send` finishes what was interrupted; what came meanwhile goes to that reader with the next one."""
    ana, later = "ana@example.org", "Iran opens a bridge"
    async with desk(tmp_path, url, subscriber(ana), subscriber("bo@example.org")) as made:
        made.clock.moment = SLOT - 2 * HOUR
        await made.sees(item("wire", "a", "Syria talks resume", at=made.clock.moment))
        request = readers.manual_request(made.app, to=[ana], topics=(), since=None, again=False)
        await composing.compose(made.app, request, await readers.audience(made.app, to=[ana]))
        made.clock.moment += HOUR
        await made.sees(item("mail", "b", later, at=made.clock.moment))
        await sending.send(made.app)
        assert await made.told(ana) == [["Syria talks resume"]]
        assert [len(edition) for edition in await made.told("bo@example.org")] == [2]
        made.clock.moment += timedelta(minutes=1)
        await sending.send(made.app)
        assert await made.told(ana) == [["Syria talks resume"], [later]]
