"""Sends through a local sendmail command, for machines that have an MTA and no submission server to log in to."""

import asyncio
from collections.abc import Sequence

from digest.errors import DeliveryError, LoginRefused
from digest.ports import ClaimedMessage, Message, Outcome, Queue, Verdict

#: Commands at once: each is a process, and the MTA queues anyway.
COMMANDS = 4
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


class SendmailTransport:
    """The transport of `[mail] sendmail = ["/usr/sbin/sendmail", ...]`."""

    name = "sendmail"
    repeatable = False

    def __init__(self, command: Sequence[str]) -> None:
        """`command` with its own options; `-i -f SENDER -- RECIPIENT` are added."""
        self.command = tuple(command)

    async def carry(self, queue: Queue) -> None:
        """Hand over what is in the queue. DeliveryError: the command cannot be run, or can send nothing."""
        # Alone: a wrong password is tried once.
        if not await self._one(queue):
            return
        tasks = [asyncio.create_task(self._drain(queue)) for _ in range(COMMANDS)]
        try:
            failures = await asyncio.gather(*tasks, return_exceptions=True)
        finally:
            for task in tasks:
                task.cancel()
        for failure in failures:
            if isinstance(failure, BaseException):
                raise failure

    async def _drain(self, queue: Queue) -> None:
        while await self._one(queue):
            pass

    async def _one(self, queue: Queue) -> bool:
        """Hand over one message; False: there is none."""
        claimed = await queue.take()
        if claimed is None:
            return False
        try:
            allowed = await queue.offer(claimed)
        except BaseException:
            queue.settle(claimed, Outcome(verdict=Verdict.UNTRIED, text="the ledger could not be written"))
            raise
        if allowed:
            await self._hand_over(claimed, queue)
        return True

    async def _hand_over(self, claimed: ClaimedMessage, queue: Queue) -> None:
        # Until the process is known to have ended, nobody knows.
        outcome = Outcome(verdict=Verdict.UNSURE, text="interrupted")
        try:
            outcome = await self._run(claimed.mail)
        except DeliveryError as exc:
            outcome = Outcome(verdict=Verdict.UNTRIED, text=str(exc))
            raise
        except OSError as exc:
            outcome = Outcome(verdict=Verdict.UNTRIED, text=f"{self.command[0]}: {exc.strerror}")
            raise DeliveryError(f"the command {self.command[0]} cannot be run: {exc.strerror}") from exc
        finally:
            queue.settle(claimed, outcome)

    async def _run(self, mail: Message) -> Outcome:
        """One message through the command: sendmail wants plain line ends, and no stuffed dots with -i."""
        process = await asyncio.create_subprocess_exec(
            *self.command,
            "-i",
            "-f",
            mail.envelope.sender,
            "--",
            mail.envelope.recipient,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        try:
            async with asyncio.timeout(TIMEOUT_S):
                said, _ = await process.communicate(mail.data.replace(b"\r\n", b"\n"))
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
