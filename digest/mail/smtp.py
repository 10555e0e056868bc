"""Sends through a mail server: aiosmtplib opens and secures connections, lanes send over them.

How many lanes there are is what the server bears (`pace`). The first connection is made alone: a wrong password is
tried once, not once a lane.
"""

import asyncio
import random
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

import aiosmtplib

from digest.errors import DeliveryError, LoginRefused
from digest.mail.lane import Connection, Ending, Extensions, Lane, Timeouts, Watcher
from digest.mail.pace import Pace
from digest.mail.replies import Reply
from digest.model import Secret
from digest.ports import Outcome, Parcel, Post, Verdict
from digest.settings.shape import MailSettings, Security

#: Lanes that broke one after the other without a message accepted in between: then the relay is away.
STRIKES = 5
#: Seconds before a broken lane is opened again: this, doubling with each strike.
STRIKE_PAUSE_S = 0.1


class RelayAway(DeliveryError):
    """The relay cannot be reached now; later it may."""


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
        pace: Pace | None = None,
    ) -> None:
        """`tls`: whom to trust; None: the system's authorities."""
        self.mail = mail
        self.timeouts = timeouts or Timeouts()
        self.pace = pace or Pace(limit=mail.lanes)
        self._opener = Opener(mail, secrets, tls=tls, timeouts=self.timeouts)

    async def carry(self, post: Post) -> None:
        """Send what the post has until it has no more.

        LoginRefused, DeliveryError: the relay will not work with us, or is away; every parcel taken is settled.
        """
        await _Carriage(self, post, self._opener).run()


class Opener:
    """Opens connections and logs in."""

    def __init__(
        self,
        mail: MailSettings,
        secrets: Callable[[Secret], str],
        *,
        tls: ssl.SSLContext | None,
        timeouts: Timeouts,
    ) -> None:
        self._mail, self._secrets, self._tls, self._timeouts = mail, secrets, tls, timeouts
        self._token: str | None = None
        self.where = f"{mail.server}:{mail.port}"

    async def open(self) -> tuple[Connection, Extensions]:
        """A connection that is ready for MAIL. RelayAway, DeliveryError, LoginRefused."""
        try:
            return await self._open(fresh_token=False)
        except LoginRefused:
            if self._mail.oauth_token is None:
                raise
            # Access tokens live for an hour: fetch another, once.
            return await self._open(fresh_token=True)

    async def _open(self, *, fresh_token: bool) -> tuple[Connection, Extensions]:
        mail = self._mail
        client = aiosmtplib.SMTP(
            hostname=mail.server,
            port=mail.port,
            timeout=self._timeouts.connect,
            use_tls=mail.security is Security.TLS,
            start_tls=False,
            tls_context=await self._trust(),
            local_hostname=_own_name(),
        )
        try:
            async with _plainly(self.where):
                await client.connect()
                await _greet(client)
                under = await self._secure(client)
                await self._log_in(client, fresh_token=fresh_token)
        except BaseException:
            _abort(client)
            raise
        connection = Connection(cast("asyncio.Transport", client.transport), under=under)
        return connection, _extensions(client)

    async def _trust(self) -> ssl.SSLContext | None:
        """Whom to trust; reading the system's authorities takes a while, so it is done once, and only for TLS."""
        if self._tls is None and self._mail.security is not Security.NONE:
            self._tls = await asyncio.to_thread(ssl.create_default_context)
        return self._tls

    async def _secure(self, client: aiosmtplib.SMTP) -> asyncio.Transport | None:
        """STARTTLS where the settings ask for it; the transport under the new one."""
        if self._mail.security is not Security.STARTTLS:
            return None
        if not client.supports_extension("starttls"):
            raise DeliveryError(
                f"the mail server {self.where} does not offer STARTTLS, so nothing was sent and no password was shown: "
                'check server and port, or set security = "none" for a relay on this machine'
            )
        under = cast("asyncio.Transport", client.transport)
        await client.starttls()
        await _greet(client)
        return under

    async def _log_in(self, client: aiosmtplib.SMTP, *, fresh_token: bool) -> None:
        mail = self._mail
        if mail.user is None:
            return
        if mail.security is Security.NONE:
            raise DeliveryError('security = "none" does not log in: use "tls" or "starttls", or remove the user')
        try:
            if mail.oauth_token is not None:
                token = await self._oauth_token(mail.oauth_token, fresh=fresh_token)
                await client.auth_xoauth2(mail.user, token)
            elif mail.password is not None:
                password = await asyncio.to_thread(self._secrets, mail.password)
                await _authenticate(client, mail.user, password, self.where)
        except aiosmtplib.SMTPAuthenticationError as exc:
            if exc.code // 100 == 4:
                raise RelayAway(f"the mail server {self.where} cannot check the login now: {exc.message}") from exc
            raise LoginRefused(
                f"the mail server {self.where} refuses the login of {mail.user}: {exc.code} {exc.message}: "
                "check user and password; it was tried once",
                code=exc.code,
            ) from exc

    async def _oauth_token(self, secret: Secret, *, fresh: bool) -> str:
        if fresh or self._token is None:
            self._token = await asyncio.to_thread(self._secrets, secret)
        return self._token


async def _authenticate(client: aiosmtplib.SMTP, user: str, password: str, where: str) -> None:
    """One attempt, with one method: a second would count as a second wrong password."""
    offered = client.server_auth_methods
    if "plain" in offered:
        await client.auth_plain(user, password)
    elif "login" in offered:
        await client.auth_login(user, password)
    elif "cram-md5" in offered:
        await client.auth_crammd5(user, password)
    else:
        raise DeliveryError(f"the mail server {where} offers no login that we know ({', '.join(offered) or 'none'})")


async def _greet(client: aiosmtplib.SMTP) -> None:
    """EHLO; HELO for a server that does not know it."""
    try:
        await client.ehlo()
    except aiosmtplib.SMTPHeloError:
        if not client.is_connected:
            raise
        await client.helo()


def _own_name() -> str:
    """What we call ourselves in EHLO. Never a look-up: it may take a minute, and a relay does not care."""
    name = socket.gethostname()
    return name if name and name.isascii() and name.replace("-", "").replace(".", "").isalnum() else "localhost"


def _extensions(client: aiosmtplib.SMTP) -> Extensions:
    limit = client.esmtp_extensions.get("size", "").strip()
    return Extensions(
        pipelining=client.supports_extension("pipelining"),
        size=client.supports_extension("size"),
        # 0 means that there is no fixed limit (RFC 1870 3).
        size_limit=int(limit) if limit.isdigit() and int(limit) else None,
        eight_bit=client.supports_extension("8bitmime"),
        utf8=client.supports_extension("smtputf8"),
        dsn=client.supports_extension("dsn"),
    )


def _abort(client: aiosmtplib.SMTP) -> None:
    """Drop a connection that was not finished; closing would flush what is buffered."""
    transport = client.transport
    client.close()
    if transport is not None:
        cast("asyncio.Transport", transport).abort()


class _plainly:  # noqa: N801 - reads as a word
    """aiosmtplib's and ssl's errors as ours, in plain words."""

    def __init__(self, where: str) -> None:
        self._where = where

    async def __aenter__(self) -> None:
        """Nothing to prepare."""

    async def __aexit__(self, kind: object, exc: BaseException | None, trace: object) -> None:
        """Translate."""
        if isinstance(exc, aiosmtplib.SMTPException | OSError):
            raise self._translated(exc) from exc

    def _translated(self, exc: BaseException) -> DeliveryError:
        refused = exc if isinstance(exc, ssl.SSLCertVerificationError) else exc.__cause__
        if isinstance(refused, ssl.SSLCertVerificationError):
            return DeliveryError(
                f"the certificate of the mail server {self._where} is not to be trusted, so nothing was sent: "
                f"{refused.verify_message}"
            )
        if isinstance(exc, aiosmtplib.SMTPResponseException):
            text = f"the mail server {self._where} answers {exc.code} {exc.message}"
            return DeliveryError(text, code=exc.code) if exc.code // 100 == 5 else RelayAway(text, code=exc.code)
        detail = str(exc.__cause__ or exc) or type(exc).__name__
        return RelayAway(f"the mail server {self._where} cannot be reached: {detail}")


@dataclass(slots=True, eq=False)
class _Carriage(Watcher):
    """One `carry`: opens lanes, as many as the pace allows, until the post is empty."""

    transport: SmtpTransport
    post: Post
    opener: Opener
    lanes: set["asyncio.Task[None]"] = field(default_factory=set)
    #: Those of them that have a connection.
    connected: set["asyncio.Task[None]"] = field(default_factory=set)
    #: Lanes that were told to end, and will.
    leaving: set["asyncio.Task[None]"] = field(default_factory=set)
    strikes: int = 0
    #: Why no more lanes are opened, and none takes more.
    failure: Exception | None = None
    _emptied: bool = False
    _wake: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        first = await self.post.take()
        if first is None:
            return
        # Alone: if this one cannot be opened, no other is tried.
        connection = await self._opened(first)
        self._spawn(connection, first)
        try:
            await self._tend()
        finally:
            for task in self.lanes:
                task.cancel()
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
        return wanted and len(self.lanes) < pace.lanes and _now() >= pace.hold_until

    def _spawn(self, connection: tuple[Connection, Extensions] | None, parcel: Parcel | None) -> None:
        task = asyncio.create_task(self._lane(connection, parcel), name="smtp lane")
        self.lanes.add(task)

    async def _opened(self, parcel: Parcel) -> tuple[Connection, Extensions]:
        """A connection for a parcel; the parcel is settled as untried if there is none."""
        try:
            return await self.opener.open()
        except BaseException as exc:
            self.post.settle(parcel, Outcome(verdict=Verdict.UNTRIED, text=str(exc)))
            if isinstance(exc, RelayAway):
                self._trouble()
            raise

    async def _lane(self, opened: tuple[Connection, Extensions] | None, parcel: Parcel | None) -> None:
        """Work over one connection after the other, until there is nothing to send or this lane is one too many."""
        while not self.failure and (parcel is not None or not self.surplus()):
            parcel = parcel or await self.post.take()
            if parcel is None:
                self._emptied = True
                return
            try:
                connection, extensions = opened or await self._opened(parcel)
            except DeliveryError as exc:
                self._open_failed(exc)
                return
            opened, mine, parcel = None, parcel, None
            lane = Lane(connection, extensions, self.transport.timeouts, self, self.transport.pace.per_connection)
            self.connected.add(_this_lane())
            ending = await lane.run(self.post, mine)
            self.connected.discard(_this_lane())
            if ending is Ending.FINISHED:
                self._emptied = True
            if ending in (Ending.FINISHED, Ending.SURPLUS):
                return
            if ending is Ending.FULL and lane.sent:
                self.transport.pace.learn(lane.sent)
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
        if self.transport.pace.accepted(_now()):
            self._wake.set()

    def busy(self, reply: Reply) -> None:
        """The server asked us to slow down."""
        self._trouble()

    def _trouble(self) -> None:
        self.transport.pace.trouble(_now(), random.random())

    def surplus(self) -> bool:
        """Whether the lane that asks is one too many, or no more is to be sent; a lane that was told so ends."""
        mine = _this_lane()
        # One that is still being opened may yet be refused: it is no reason for one that works to end.
        rivals = self.connected if mine in self.connected else self.lanes
        if len(rivals - self.leaving) > self.transport.pace.lanes:
            self.leaving.add(mine)
        return self.failure is not None or mine in self.leaving


def _this_lane() -> "asyncio.Task[None]":
    return cast("asyncio.Task[None]", asyncio.current_task())


def _now() -> float:
    return asyncio.get_running_loop().time()
