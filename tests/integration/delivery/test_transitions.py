"""Claims and the marks that are made under them: each has an effect on its own rows alone."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from digest.delivery import claims, transitions
from digest.delivery.claims import Claimed
from digest.delivery.transitions import Offer, Offered, Settlement
from digest.model import DeliveryState
from digest.storage.core.schema import deliveries
from digest.storage.core.schema import subscribers as subscribers_table
from digest.storage.queries import subscribers
from tests.mailing import Mailing, mailing

MINUTE = timedelta(minutes=1)


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Mailing]:
    """Five deliveries that are due."""
    five = mailing(tmp_path, 5)
    yield five
    five.close()


def claim(made: Mailing, owner: str, limit: int) -> tuple[Claimed, ...]:
    """Claim rows."""
    return made.store.write_now(lambda c: claims.claim(c, owner, limit, made.clock.now())).taken


def offer(made: Mailing, owner: str, *rows: Claimed, fence: int = 0) -> Offered:
    """Offer them, a minute later; `fence` is added to the one that they were claimed under."""
    made.clock.advance(MINUTE)
    offers = [Offer(id=row.id, fence=row.fence + fence, message_id=f"<{row.id}@y.example>") for row in rows]
    return made.store.write_now(lambda c: transitions.offer(c, owner, offers, "smtp", made.clock.now()))


def settle(made: Mailing, row: Claimed, state: DeliveryState, text: str = "said") -> None:
    """Settle one."""
    one = Settlement(id=row.id, fence=row.fence, state=state, text=text)
    made.store.write_now(lambda c: transitions.settle(c, [one], made.clock.now()))


def suppress(made: Mailing, *rows: Claimed) -> None:
    """Say no to their subscribers."""
    for row in rows:
        made.store.write_now(
            lambda c, row=row: subscribers.suppress(c, row.subscriber, "operator", "asked", made.clock.now())  # type: ignore[misc]
        )


def stored(made: Mailing) -> dict[str, dict[str, object]]:
    """All rows, by id."""
    rows = made.store.read_now(lambda c: c.execute(select(deliveries)).mappings().all())
    return {row["id"]: dict(row) for row in rows}


def not_to_be_offered(made: Mailing) -> dict[str, tuple[Claimed, int]]:
    """Rows that owner `a` may not offer, with what is added to their fence."""
    old, offered, ended, given_back = claim(made, "a", 4)
    [others] = claim(made, "b", 1)
    offer(made, "a", offered)
    settle(made, ended, DeliveryState.ACCEPTED)
    made.store.write_now(lambda c: c.execute(update(deliveries).where(deliveries.c.id == ended.id).values(owner="a")))
    made.store.write_now(lambda c: claims.release(c, "a", [given_back.id]))
    return {
        "under an older claim": (old, -1),
        "offered already": (offered, 0),
        "at its end": (ended, 0),
        "given back": (given_back, 0),
        "another's": (others, 0),
    }


@pytest.mark.parametrize("which", ["under an older claim", "offered already", "at its end", "given back", "another's"])
@pytest.mark.parametrize("suppressed", [False, True])
def test_an_offer_that_may_not_be_made_changes_nothing(made: Mailing, which: str, *, suppressed: bool) -> None:
    """Under an older claim, twice, after the end, without a claim, of another's row: the row stays as it is, and a "no"
    to its subscriber makes no difference."""
    rows = not_to_be_offered(made)
    if suppressed:
        suppress(made, *(row for row, _ in rows.values()))
    before = stored(made)
    row, fence = rows[which]
    assert offer(made, "a", row, fence=fence).suppressed == frozenset()
    assert stored(made) == before


def test_an_offer_to_whom_the_store_says_no_ends_that_delivery_and_no_other(made: Mailing) -> None:
    """It is suppressed, free, and says since when; its neighbours are offered."""
    first, refused, last = claim(made, "a", 3)
    suppress(made, refused)
    before = stored(made)
    offered = offer(made, "a", first, refused, last)
    assert offered == Offered(allowed=frozenset({first.id, last.id}), suppressed=frozenset({refused.id}))
    after = stored(made)
    ended = {"state": "suppressed", "changed": made.clock.now(), "owner": None, "leased_until": None}
    assert after[refused.id] == before[refused.id] | ended
    for row in (first, last):
        now = made.clock.now()
        noted = {
            "state": "offered",
            "offered": now,
            "changed": now,
            "via": "smtp",
            "message_id": f"<{row.id}@y.example>",
        }
        assert after[row.id] == before[row.id] | noted | {"repeatable": after[row.id]["repeatable"]}
    others = before.keys() - {first.id, refused.id, last.id}
    assert {one: after[one] for one in others} == {one: before[one] for one in others}


def test_what_is_allowed_to_leave_is_ones_own(made: Mailing) -> None:
    """Asked for two rows of which one is another's, and one that nobody asked for was offered: the one is allowed."""
    mine, more = claim(made, "a", 2)
    [others] = claim(made, "b", 1)
    offer(made, "a", more)
    offer(made, "b", others)
    assert offer(made, "a", mine, others).allowed == {mine.id}


def test_a_settled_row_is_free(made: Mailing) -> None:
    """Nobody has it, and no lease is left that could run out."""
    [row] = claim(made, "a", 1)
    offer(made, "a", row)
    settle(made, row, DeliveryState.DEFERRED)
    after = stored(made)[row.id]
    assert (after["owner"], after["leased_until"]) == (None, None)


def test_an_address_that_does_not_exist_gets_no_more_mail_and_says_why(made: Mailing) -> None:
    """The server's words are the reason; nobody else is touched."""
    bad, good = claim(made, "a", 2)
    settle(made, bad, DeliveryState.FAILED, "5.1.1 no such user")
    settle(made, good, DeliveryState.ACCEPTED)
    made.store.write_now(lambda c: transitions.suppress_addresses(c, [bad.id], made.clock.now()))
    rows = made.store.read_now(subscribers.every)
    found = {row.address: (row.suppressed, row.suppressed_why) for row in rows if row.suppressed}
    assert found == {bad.address: ("bounced", "5.1.1 no such user")}


# Claims


def at(made: Mailing, row: Claimed, **values: object) -> None:
    """Change a row by hand."""
    made.store.write_now(lambda c: c.execute(update(deliveries).where(deliveries.c.id == row.id).values(**values)))


def test_a_lease_is_renewed_for_its_owner_alone(made: Mailing) -> None:
    """What another has, and what is at its end, keeps the lease that it had."""
    mine, ended = claim(made, "a", 2)
    [others] = claim(made, "b", 1)
    for row in (mine, others, ended):
        at(made, row, leased_until=1.0)
    at(made, ended, state="accepted")
    assert made.store.write_now(lambda c: claims.renew(c, "a")) == 1
    leases = {one: row["leased_until"] for one, row in stored(made).items()}
    assert (leases[others.id], leases[ended.id]) == (1.0, 1.0)
    assert leases[mine.id] != 1.0


def test_only_what_was_not_tried_is_given_back_and_only_by_its_owner(made: Mailing) -> None:
    """An offer stays its owner's, and so does what is another's or was not named."""
    free, offered, unnamed = claim(made, "a", 3)
    [others] = claim(made, "b", 1)
    offer(made, "a", offered)
    before = stored(made)
    made.store.write_now(lambda c: claims.release(c, "a", [free.id, offered.id, others.id]))
    after = stored(made)
    assert after[free.id] == before[free.id] | {"owner": None, "leased_until": None}
    assert {one for one in before if after[one] != before[one]} == {free.id}
    assert after[unnamed.id]["owner"] == "a"


def test_what_a_dead_owner_left_is_free_again_and_in_doubt_only_where_its_body_may_have_left(made: Mailing) -> None:
    """Claimed, offered to what may repeat, offered and not begun: again. Begun: unsure. Another's, and what is at its
    end: as they were."""
    claimed, repeatable, not_begun, begun = claim(made, "a", 4)
    [others] = claim(made, "b", 1)
    offer(made, "a", repeatable, not_begun, begun)
    offer(made, "b", others)
    at(made, repeatable, repeatable=True)
    before = stored(made)
    made.clock.advance(MINUTE)
    now = made.clock.now()
    known = {"a": {(begun.id, begun.fence), (not_begun.id, not_begun.fence - 1)}}
    found = made.store.write_now(lambda c: claims.recover(c, ["a"], known, now))
    assert found == claims.Recovered(released=3, unsure=1)
    after = stored(made)
    free = {"owner": None, "leased_until": None}
    doubt = {"state": "unsure", "changed": now, "reply": "the program ended before the server's reply"}
    assert after[claimed.id] == before[claimed.id] | free
    assert after[repeatable.id] == before[repeatable.id] | free | {"state": "pending", "changed": now}
    assert after[not_begun.id] == before[not_begun.id] | free | {"state": "pending", "changed": now}
    assert after[begun.id] == before[begun.id] | free | doubt
    assert after[others.id] == before[others.id]


def test_only_what_failed_is_opened_again(made: Mailing) -> None:
    """At the moment named; what was accepted stays accepted, what was not named failed."""
    failed, accepted, unnamed = claim(made, "a", 3)
    settle(made, accepted, DeliveryState.ACCEPTED)
    for row in (failed, unnamed):
        settle(made, row, DeliveryState.FAILED)
    before = stored(made)
    now, later = made.clock.now() + MINUTE, made.clock.now() + 5 * MINUTE
    made.store.write_now(lambda c: claims.reopen(c, [failed.id, accepted.id], later, now))
    after = stored(made)
    assert after[failed.id] == before[failed.id] | {"state": "pending", "next_try": later, "changed": now}
    assert {one for one in before if after[one] != before[one]} == {failed.id}


def test_what_is_not_to_be_sent_is_ended_when_it_is_claimed(made: Mailing) -> None:
    """Stale, to whom the store says no, no longer listed: closed with the reason, and nobody's."""
    stale, refused, unlisted, good, _ = rows = claim(made, "a", 5)
    made.store.write_now(lambda c: claims.release(c, "a", [row.id for row in rows]))
    at(made, stale, stale_after=made.clock.now())
    at(made, good, stale_after=made.clock.now() + MINUTE)
    suppress(made, refused)
    where = subscribers_table.c.id == unlisted.subscriber
    made.store.write_now(lambda c: c.execute(update(subscribers_table).where(where).values(listed=False)))
    found = made.store.write_now(lambda c: claims.claim(c, "b", 10, made.clock.now()))
    assert (len(found.taken), found.stale, found.suppressed, found.empty) == (2, 1, 2, False)
    assert {row.fence for row in found.taken} == {2}
    after = stored(made)
    ends = {row.id: (after[row.id]["state"], after[row.id]["reply"], after[row.id]["owner"]) for row in rows[:3]}
    assert ends == {
        stale.id: ("failed", "the edition is older than its slot allows", None),
        refused.id: ("suppressed", "operator", None),
        unlisted.id: ("suppressed", "no longer listed", None),
    }
    assert made.store.write_now(lambda c: claims.claim(c, "c", 10, made.clock.now())).empty
