"""Sends through a local sendmail command, for machines that have an MTA and no submission server to log in to."""

import asyncio
import shutil
from collections.abc import Callable, Sequence
from typing import cast

from digest.delivery.transports.one_at_a_time import OneAtATime
from digest.errors import DeliveryError, LoginRefused
from digest.model import Secret
from digest.ports import Message, Outcome, Verdict
from digest.settings.core.shape import MailSettings

#: Seconds for one message: an MTA that does not take it by then has hung.
TIMEOUT_S = 120
#: Exit codes of sysexits.h that are about this message for good: EX_USAGE, EX_DATAERR.
_NEVER = {64, 65}
#: EX_NOUSER.
_NO_USER = 67
#: EX_NOPERM, as msmtp says of a login that is refused, and EX_CONFIG: no message can leave.
_LOGIN, _CONFIG = 77, 78
#: What is kept of what a command says.
_SAID = 500


class SendmailTransport(OneAtATime):
    """The transport of `[mail] sendmail = ["/usr/sbin/sendmail", ...]`: each message is a process."""

    name = "sendmail"

    def __init__(self, command: Sequence[str]) -> None:
        """`command` with its own options; `-i -f SENDER -- RECIPIENT` are added."""
        self.command = tuple(command)

    async def send(self, message: Message) -> Outcome:
        """One message through the command. DeliveryError: the command cannot be run, or can send nothing."""
        try:
            return await self._run(message)
        except OSError as exc:
            raise DeliveryError(f"the command {self.command[0]} cannot be run: {exc.strerror}") from exc

    async def _run(self, message: Message) -> Outcome:
        """One message through the command: sendmail wants plain line ends, and no stuffed dots with -i."""
        process = await asyncio.create_subprocess_exec(
            *self.command,
            "-i",
            "-f",
            message.envelope.sender,
            "--",
            message.envelope.recipient,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        try:
            async with asyncio.timeout(TIMEOUT_S):
                said, _ = await process.communicate(message.data.replace(b"\r\n", b"\n"))
        except TimeoutError:
            return Outcome(verdict=Verdict.UNSURE, text=f"{self.command[0]} did not end within {TIMEOUT_S} s")
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        return self._outcome(process.returncode or 0, said.decode("utf-8", "replace")[:_SAID])

    def _outcome(self, code: int, said: str) -> Outcome:
        """What an exit code means. What is not known to be for good may pass: no network, a busy server, a bug.

        DeliveryError, LoginRefused: no message can leave.
        """
        text = " ".join(said.split()) or f"exit code {code}"
        if code == _LOGIN:
            raise LoginRefused(f"the command {self.command[0]} may not send: {text}: check the login that it uses")
        if code == _CONFIG:
            raise DeliveryError(f"the command {self.command[0]} is not set up: {text}")
        if code == 0:
            return Outcome(verdict=Verdict.ACCEPTED, text=text)
        if code == _NO_USER:
            return Outcome(verdict=Verdict.NO_SUCH_ADDRESS, text=text)
        if code < 0:
            return Outcome(verdict=Verdict.UNSURE, text=f"killed by signal {-code}")
        return Outcome(verdict=Verdict.REFUSED if code in _NEVER else Verdict.DEFERRED, text=text)


def build(mail: MailSettings, _secrets: Callable[[Secret], str]) -> SendmailTransport:
    """The transport of these settings."""
    return SendmailTransport(_command(mail))


async def probe(mail: MailSettings, _secrets: Callable[[Secret], str]) -> str:
    """Where the command is. DeliveryError: it is not there."""
    command = _command(mail)[0]
    found = shutil.which(command)
    if found is None:
        raise DeliveryError(f"the sendmail command {command} is not there: check [mail] sendmail")
    return found


def _command(mail: MailSettings) -> tuple[str, ...]:
    assert mail.via is not None
    return cast("tuple[str, ...]", mail.via.value)
