"""Opens connections to a mail server, secures them and logs in; aiosmtplib does the talking, its errors become ours."""

import asyncio
import errno
import os
import socket
import ssl
from collections.abc import Callable
from typing import cast

import aiosmtplib

from digest.delivery.transports.connection import Connection, Timeouts
from digest.delivery.transports.lane import Extensions
from digest.errors import DeliveryError, LoginRefused, RelayAway
from digest.model import Secret
from digest.settings.core.shape import MailSettings, Security

#: "Unrecognized authentication type": no password was looked at.
_UNKNOWN_METHOD = 504


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
            local_hostname=mail.helo or _own_name(),
        )
        try:
            async with _plainly(self.where):
                await client.connect()
                if not mail.helo:
                    client.local_hostname = _introduced(client)
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
    """One attempt: a second would count as a second wrong password. A method that the server offers and does not know
    after all (504, RFC 4954 4) is none."""
    known = {"plain": client.auth_plain, "login": client.auth_login, "cram-md5": client.auth_crammd5}
    offered = client.server_auth_methods
    methods = [attempt for name, attempt in known.items() if name in offered]
    if not methods:
        raise DeliveryError(f"the mail server {where} offers no login that we know ({', '.join(offered) or 'none'})")
    for attempt in methods[:-1]:
        try:
            await attempt(user, password)
        except aiosmtplib.SMTPAuthenticationError as exc:
            if exc.code != _UNKNOWN_METHOD:
                raise
        else:
            return
    await methods[-1](user, password)


async def _greet(client: aiosmtplib.SMTP) -> None:
    """EHLO; HELO for a server that does not know it."""
    try:
        await client.ehlo()
    except aiosmtplib.SMTPHeloError:
        if not client.is_connected:
            raise
        await client.helo()


def _own_name() -> str:
    """What this machine is called. Never a look-up: it may take a minute, and a relay does not care."""
    name = socket.gethostname()
    return name if name and name.isascii() and name.replace("-", "").replace(".", "").isalnum() else "localhost"


def _introduced(client: aiosmtplib.SMTP) -> str:
    """What we call ourselves in EHLO: our name where it is a full one, else our address (RFC 5321 4.1.4): some servers
    refuse a name without a dot."""
    name = _own_name()
    if "." in name.strip("."):
        return name
    address = str(client.transport.get_extra_info("sockname")[0]) if client.transport is not None else "127.0.0.1"
    address = address.partition("%")[0]
    return f"[IPv6:{address}]" if ":" in address else f"[{address}]"


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


#: How aiosmtplib says that the other side closed the connection.
_HUNG_UP = (aiosmtplib.SMTPServerDisconnected, aiosmtplib.SMTPConnectError, ConnectionError, EOFError)


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
        return RelayAway(f"the mail server {self._where} cannot be reached: {_why(exc)}")


def _why(exc: BaseException) -> str:
    """Why a connection was not made, in words, with the next step where there is one."""
    causes = [one for one in (exc, exc.__cause__, exc.__context__) if one is not None]
    for cause in causes:
        if isinstance(cause, ssl.SSLError) and cause.reason == "WRONG_VERSION_NUMBER":
            return 'it does not speak TLS from the first byte there; try [mail] security = "starttls"'
        if isinstance(cause, socket.gaierror):
            return "its host name cannot be found; check [mail] server, or try again when the network is up"
        if isinstance(cause, ConnectionRefusedError):
            return "nothing listens there (connection refused); check [mail] server and port"
        if isinstance(cause, TimeoutError | aiosmtplib.SMTPTimeoutError):
            return "it took too long to answer; check [mail] server and port, and whether a firewall stands between"
        if isinstance(cause, OSError) and not isinstance(cause, ConnectionError) and cause.errno in errno.errorcode:
            return os.strerror(cause.errno or 0).lower()
    if any(isinstance(cause, _HUNG_UP) for cause in causes):
        return "it hung up without an answer; check [mail] port and security"
    return str(causes[-1]) or type(causes[-1]).__name__
