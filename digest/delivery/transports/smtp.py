"""Sends through a mail server over lanes, each on a connection of its own.

`concurrency` finds out how many lanes the server bears. The first connection is made alone: a wrong password is tried
once, not once a lane.
"""

import asyncio
import random
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import cast

from digest.delivery.transports.concurrency import ConnectionLimit
from digest.delivery.transports.connecting import Opener
from digest.delivery.transports.connection import Connection, Timeouts
from digest.delivery.transports.lane import Ending, Extensions, Lane, Watcher
from digest.delivery.transports.replies import Reply
from digest.errors import DeliveryError, RelayAway
from digest.model import Secret
from digest.ports import ClaimedMessage, Outcome, Queue, Verdict
from digest.settings.core.shape import MailSettings

#: Lanes that broke one after the other without a message accepted in between: then the relay is away.
STRIKES = 5
#: Seconds before a broken lane is opened again: this, doubling with each strike.
STRIKE_PAUSE_S = 0.1

#: Lanes that are still at work are cancelled again after so many seconds.
CANCEL_AGAIN_S = 0.5


class SmtpTransport:
    """The transport of an installation with a mail server. Keeps what it learned about the server between calls."""

    name = "smtp"
    repeatable = False

    def __init__(
        self,
        mail: MailSettings,
        secrets: Callable[[Secret], str],
        *,
        tls: ssl.SSLContext | None = None,
        timeouts: Timeouts | None = None,
        pace: ConnectionLimit | None = None,
    ) -> None:
        """`tls`: whom to trust; None: the system's authorities."""
        self.mail = mail
        self.timeouts = timeouts or Timeouts()
        self.pace = pace or ConnectionLimit(limit=mail.lanes)
        self._opener = Opener(mail, secrets, tls=tls, timeouts=self.timeouts)

    async def carry(self, queue: Queue) -> None:
        """Send what is in the queue until it has no more.

        LoginRefused, DeliveryError: the relay will not work with us, or is away; every message taken is settled.
        """
        await _Carriage(self, queue, self._opener).run()


@dataclass(slots=True, eq=False)
class _Carriage(Watcher):
    """One `carry`: opens lanes, as many as the pace allows, until the queue is empty."""

    transport: SmtpTransport
    queue: Queue
    opener: Opener
    lanes: set["asyncio.Task[None]"] = field(default_factory=set)
    #: Those of them that have a connection.
    connected: set["asyncio.Task[None]"] = field(default_factory=set)
    #: Lanes that were told to end, and will.
    leaving: set["asyncio.Task[None]"] = field(default_factory=set)
    strikes: int = 0
    #: Why no more lanes are opened, and none takes more.
    failure: Exception | None = None
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.get_running_loop)
    _emptied: bool = False
    _wake: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Send until the queue is empty. What `SmtpTransport.carry` raises."""
        first = await self.queue.take()
        if first is None:
            return
        # Alone: if this one cannot be opened, no other is tried.
        connection = await self._opened(first)
        self._spawn(connection, first)
        try:
            await self._tend()
        finally:
            # Again and again: in Python 3.11 `wait_for` loses a cancellation that comes as its future is done.
            while at_work := {task for task in self.lanes if not task.done()}:
                for task in at_work:
                    task.cancel()
                await asyncio.wait(at_work, timeout=CANCEL_AGAIN_S)
            await asyncio.gather(*self.lanes, return_exceptions=True)
        if self.failure is not None:
            raise self.failure

    async def _tend(self) -> None:
        """Open lanes when there is room for more; see to those that ended."""
        while self.lanes:
            while self._room_for_another:
                self._spawn(None, None)
            woken = asyncio.create_task(self._wake.wait())
            done, _ = await asyncio.wait({*self.lanes, woken}, return_when=asyncio.FIRST_COMPLETED)
            woken.cancel()
            self._wake.clear()
            for task in done - {woken}:
                for group in (self.lanes, self.connected, self.leaving):
                    group.discard(cast("asyncio.Task[None]", task))
                if (failure := task.exception()) is not None:
                    # Of the store or a template: the other lanes finish what they have begun.
                    self.failure = self.failure or cast("Exception", failure)

    @property
    def _room_for_another(self) -> bool:
        pace = self.transport.pace
        wanted = not (self._emptied or self.failure)
        return wanted and len(self.lanes) < pace.lanes and self.loop.time() >= pace.hold_until

    def _spawn(self, connection: tuple[Connection, Extensions] | None, claimed: ClaimedMessage | None) -> None:
        task = asyncio.create_task(self._lane(connection, claimed), name="smtp lane")
        self.lanes.add(task)

    async def _opened(self, claimed: ClaimedMessage) -> tuple[Connection, Extensions]:
        """A connection for a message; the message is settled as untried if there is none."""
        try:
            return await self.opener.open()
        except BaseException as exc:
            self.queue.settle(claimed, Outcome(verdict=Verdict.UNTRIED, text=str(exc)))
            if isinstance(exc, RelayAway):
                self._trouble()
            raise

    async def _lane(self, opened: tuple[Connection, Extensions] | None, claimed: ClaimedMessage | None) -> None:
        """Work over one connection after the other, until there is nothing to send or this lane is one too many."""
        while not self.failure and (claimed is not None or not self.surplus()):
            claimed = claimed or await self.queue.take()
            if claimed is None:
                self._emptied = True
                return
            try:
                connection, extensions = opened or await self._opened(claimed)
            except DeliveryError as exc:
                self._open_failed(exc)
                return
            opened, mine, claimed = None, claimed, None
            pace = self.transport.pace
            lane = Lane(connection, extensions, self.transport.timeouts, self, pace.room(self.loop.time()))
            self.connected.add(_this_lane())
            ending = await lane.run(self.queue, mine)
            self.connected.discard(_this_lane())
            if ending is Ending.FINISHED:
                self._emptied = True
            if ending in (Ending.FINISHED, Ending.SURPLUS):
                return
            if ending is Ending.FULL and lane.ended_by_server:
                pace.learn(lane.sent, self.loop.time())
            elif ending is Ending.FULL:
                pace.filled()
            elif ending is Ending.BROKEN:
                await self._struck(lane.why)

    def _open_failed(self, exc: DeliveryError) -> None:
        """A lane that could not be opened: one fewer if others work; else, and if it is refused, the end."""
        others = len(self.lanes) > 1
        if not isinstance(exc, RelayAway) or not others:
            self.failure = self.failure or exc

    async def _struck(self, why: str) -> None:
        self.strikes += 1
        if self.strikes >= STRIKES:
            self.failure = self.failure or RelayAway(
                f"the mail server {self.opener.where} broke off {self.strikes} connections in a row: {why}"
            )
        elif self.strikes > 1:
            await asyncio.sleep(STRIKE_PAUSE_S * 2**self.strikes)

    # What lanes tell

    def accepted(self) -> None:
        """A message was accepted."""
        self.strikes = 0
        if self.transport.pace.accepted(self.loop.time()):
            self._wake.set()

    def busy(self, reply: Reply) -> None:
        """The server asked us to slow down."""
        self._trouble()

    def _trouble(self) -> None:
        self.transport.pace.trouble(self.loop.time(), random.random())

    def surplus(self) -> bool:
        """Whether the lane that asks is one too many, or no more is to be sent; a lane that was told so ends."""
        if not self.leaving and len(self.lanes) <= self.transport.pace.lanes:
            # As always when all is well: asked before each message.
            return self.failure is not None
        mine = _this_lane()
        # One that is still being opened may yet be refused: it is no reason for one that works to end.
        rivals = self.connected if mine in self.connected else self.lanes
        if len(rivals - self.leaving) > self.transport.pace.lanes:
            self.leaving.add(mine)
        return self.failure is not None or mine in self.leaving


def _this_lane() -> "asyncio.Task[None]":
    return cast("asyncio.Task[None]", asyncio.current_task())


def build(mail: MailSettings, secrets: Callable[[Secret], str]) -> SmtpTransport:
    """The transport of these settings."""
    return SmtpTransport(mail, secrets)


async def probe(mail: MailSettings, secrets: Callable[[Secret], str]) -> str:
    """Connect, secure the connection and log in, then say goodbye. DeliveryError, LoginRefused: why that failed."""
    timeouts = Timeouts()
    connection, _ = await Opener(mail, secrets, tls=None, timeouts=timeouts).open()
    with suppress(OSError):
        await connection.quit(timeouts.quit)
    login = f"logged in as {mail.user}" if mail.user else "no login"
    return f"{mail.server}:{mail.port} ({mail.security}): {login}"
