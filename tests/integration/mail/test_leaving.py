"""Readers who leave by mail: real mailboxes, a real store, and a kill in between."""

import asyncio
import random
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from digest.mail.incoming.imap import ImapBounces
from digest.mail.incoming.maildir import MaildirBounces
from digest.mail.message.token import Purpose, mint
from digest.pipeline.returns import ReturnCounts, take_returns
from digest.storage.queries import events, subscribers
from digest.storage.queries.subscribers import SubscriberRow
from tests.mailing import Mailing, mailing
from tests.servers.imap import imap_server

KEY = b"k" * 32
READERS = 100


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Mailing]:
    """A hundred readers."""
    many = mailing(tmp_path, READERS)
    yield many
    many.close()


def readers(made: Mailing) -> list[SubscriberRow]:
    """As the store knows them."""
    return list(made.store.read_now(lambda c: subscribers.every(c)))


def token(who: str, *, purpose: Purpose = Purpose.UNSUBSCRIBE, list_id: str = "list", key: bytes = KEY) -> str:
    """A token of the list."""
    return mint(purpose, subscriber=who, list_id=list_id, key=key)


async def take(made: Mailing, box: MaildirBounces | ImapBounces) -> ReturnCounts:
    """One round."""
    return await take_returns(box, store=made.store, clock=made.clock, bounces=None, keys={0: KEY}, list_tag="list")


def put(folder: Path, messages: list[bytes]) -> MaildirBounces:
    """A Maildir with these as new."""
    (folder / "new").mkdir(parents=True, exist_ok=True)
    for number, message in enumerate(messages):
        (folder / "new" / f"{number:04}.mx").write_bytes(message)
    return MaildirBounces(folder)


async def test_of_a_thousand_mails_exactly_the_valid_ones_act(made: Mailing, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever wrote them; forged, foreign and quoted tokens have no effect, and what does not act lies unread."""
    monkeypatch.setattr("digest.pipeline.returns.BATCH", 100)
    rows = readers(made)
    leaving, staying = [row.id for row in rows[::2]], [row.id for row in rows[1::2]]
    right = [f"From: x@y.example\nSubject: unsubscribe {token(who)}\n\n" for who in leaving[:25]]
    right += [f"Subject: please\n\n\n{token(who)}\n\n> quoted\n" for who in leaving[25:]]
    wrong = [
        text
        for who in staying
        for text in (
            f"Subject: unsubscribe {token(who, key=b'x' * 32)}\n\n",
            f"Subject: unsubscribe {token(who, purpose=Purpose.PREFERENCES)}\n\n",
            f"Subject: unsubscribe {token(who, list_id='other')}\n\n",
            f"Subject: unsubscribe {token(who)[:-1]}\n\n",
            f"Subject: Re: News\n\nThank you!\n\n> unsubscribe {token(who)}\n",
            f"Subject: Fwd: News\n\nFrom: Digest\n\nunsubscribe {token(who)}\n",
        )
    ]
    mails = right * 2 + wrong + ["Subject: a question\n\nHello?"] * (1_000 - 2 * len(right) - len(wrong))
    random.Random(1).shuffle(mails)
    box = put(made.folder / "box", [mail.encode() for mail in mails])
    counts = [await take(made, box)]
    while counts[-1] != ReturnCounts():
        counts.append(await take(made, box))
    assert sum(one.unsubscribed for one in counts) == 2 * len(right)
    assert sum(one.left for one in counts) == 1_000 - 2 * len(right)
    assert {row.id for row in readers(made) if row.suppressed == "unsubscribed"} == set(leaving)
    assert not [row for row in readers(made) if row.suppressed not in (None, "unsubscribed")]
    assert len(list((made.folder / "box" / "new").iterdir())) == 1_000 - 2 * len(right)


async def test_the_readers_own_no_outlasts_a_pause(made: Mailing) -> None:
    """Who was paused and leaves by mail has left; a complaint stays what it is."""
    one, two = readers(made)[:2]
    made.store.write_now(lambda c: subscribers.pause(c, one.id, "on leave", made.clock.now()))
    made.store.write_now(lambda c: subscribers.suppress(c, two.id, "complained", "spam", made.clock.now()))
    mails = [f"Subject: unsubscribe {token(row.id)}\n\n".encode() for row in (one, two)]
    assert await take(made, put(made.folder / "box", mails)) == ReturnCounts(unsubscribed=2)
    assert made.suppressed() == {one.address: "unsubscribed", two.address: "complained"}


KILLED = """
import os, signal, sys
from pathlib import Path
from digest.mail.incoming.maildir import MaildirBounces
from digest.pipeline import returns
from digest.storage.core.database import open_store
from tests.mailing import SetClock

class Killed(MaildirBounces):
    def done(self, key):
        os.kill(os.getpid(), signal.SIGKILL)

proofs = returns._Proofs(bounces=None, keys={0: b"k" * 32}, list_tag="list")
returns._take(Killed(Path(sys.argv[2])), open_store(sys.argv[1]), SetClock(), proofs)
"""


async def test_a_kill_before_the_mail_is_moved_loses_nothing_and_does_nothing_twice(made: Mailing) -> None:
    """The effect is there, the mail is moved by the next round, and who came back meanwhile is not put off again."""
    row = readers(made)[0]
    box = put(made.folder / "box", [f"Subject: unsubscribe {token(row.id)}\n\n".encode()])
    url = f"sqlite:///{made.folder / 'digest.sqlite3'}"
    command = [sys.executable, "-c", KILLED, url, str(made.folder / "box")]
    killed = await asyncio.to_thread(subprocess.run, command, cwd=Path(__file__).parents[3], check=False)
    assert killed.returncode == -9
    assert made.suppressed() == {row.address: "unsubscribed"}
    assert len(list((made.folder / "box" / "new").iterdir())) == 1
    made.store.write_now(lambda c: subscribers.resubscribe(c, row.id, "asked to", made.clock.now()))
    assert await take(made, box) == ReturnCounts()
    assert made.suppressed() == {}
    assert not list((made.folder / "box" / "new").iterdir())
    told = made.store.read_now(lambda c: events.recent(c, kinds=subscribers.WORDS))
    assert sorted(event.kind for event in told) == ["resubscribed", "suppressed"]


async def test_readers_leave_over_imap(made: Mailing) -> None:
    """What is obeyed is seen; what is for a person keeps no flag, and is not read again."""
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    row = readers(made)[0]
    messages = {3: f"Subject: unsubscribe {token(row.id)}\r\n\r\n".encode(), 7: b"Subject: hi\r\n\r\nhello"}
    async with imap_server(messages, context) as (port, flags):

        def opened() -> ImapBounces:
            return ImapBounces(server="127.0.0.1", port=port, user="digest", password="secret", tls=trusting)

        for expected in (ReturnCounts(unsubscribed=1, left=1), ReturnCounts()):
            box = await asyncio.to_thread(opened)
            assert await take(made, box) == expected
            await asyncio.to_thread(box.close)
    assert flags == {3: r"\Seen"}
    assert made.suppressed() == {row.address: "unsubscribed"}
