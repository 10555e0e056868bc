"""Asks a service that speaks OpenAI's chat completions, over HTTP."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Self

import aiohttp

from digest.errors import UsageError, WriterError
from digest.llm.prompt import VERSION, answer, choice, chosen, question
from digest.model import Secret
from digest.ports import Chosen, Written
from digest.settings.core.shape import LlmSettings
from digest.text import printable

#: Seconds for one line: a service that takes longer would use up the run's time for one story.
CALL_S = 20
#: Bytes of an answer: a line, its wrapping, and room for services that say more.
MAX_ANSWER = 64 * 1024
#: Characters of a service's reason that are repeated.
_MAX_REASON = 200


class ChatWriter:
    """A SummaryWriter. Use it as a context manager; it keeps one connection pool."""

    def __init__(self, settings: LlmSettings, *, secrets: Callable[[Secret], str]) -> None:
        self._settings = settings
        self._secrets = secrets
        self._session: aiohttp.ClientSession

    async def __aenter__(self) -> Self:
        """Open the connections. UsageError: the key is not where the configuration says."""
        headers = {}
        if self._settings.key is not None:
            key = await asyncio.to_thread(self._secrets, self._settings.key)
            if not key.isprintable():
                raise UsageError("the key of [llm] holds characters that cannot be sent: check where it comes from")
            headers["Authorization"] = f"Bearer {key.strip()}"
        timeout = aiohttp.ClientTimeout(total=CALL_S)
        self._session = aiohttp.ClientSession(headers=headers, timeout=timeout, trust_env=True)
        return self

    async def __aexit__(self, *exc: object) -> None:
        """Close the connections."""
        await self._session.close()

    @property
    def name(self) -> str:
        """The service, the model and the question."""
        return f"{self._settings.base_url} {self._settings.model} {VERSION}"

    async def write(self, *, title: str, text: str, language: str) -> Written:
        """A line for a story. WriterError: the service cannot be reached, refuses, or answers with something else."""
        return answer(await self._ask(question(self._settings.model, title=title, text=text, language=language)))

    async def choose(self, *, title: str, lines: Sequence[str], language: str) -> Chosen:
        """The best of some lines. WriterError as for `write`."""
        asked = choice(self._settings.model, title=title, lines=lines, language=language)
        return chosen(await self._ask(asked), lines=len(lines))

    async def _ask(self, asked: Mapping[str, object]) -> bytes:
        """What the service answers, as it came. WriterError: it cannot be reached, or refuses."""
        url = self._settings.base_url.rstrip("/") + "/chat/completions"
        try:
            # A redirect would carry the key to another host.
            async with self._session.post(url, json=asked, allow_redirects=False) as response:
                if response.status != 200:
                    reason = printable.line(response.reason or "")[:_MAX_REASON]
                    raise WriterError(f"the language model at {url} answered {response.status} {reason}")
                return await _body(response)
        except (aiohttp.ClientError, OSError, ValueError) as exc:
            why = printable.line(str(exc) or type(exc).__name__)
            raise WriterError(f"the language model at {url} cannot be asked: {why}") from exc


async def _body(response: aiohttp.ClientResponse) -> bytes:
    """The whole body. WriterError: it is larger than any answer."""
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > MAX_ANSWER:
            raise WriterError(f"the language model's answer is larger than {MAX_ANSWER} bytes")
    return bytes(body)
