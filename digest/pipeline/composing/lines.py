"""Asks a language model for the lines of stories, where there is one: within a budget, each text once, lies refused.

Whatever goes wrong, the rule's line stands: a digest never waits for a model longer than its budget says.
"""

import asyncio
import hashlib
import logging
from collections.abc import Mapping, Sequence

from digest.errors import WriterError
from digest.model import Item
from digest.ports import Clock, SummaryWriter
from digest.settings.core.shape import LlmMode, LlmSettings
from digest.storage.core.database import Store
from digest.storage.queries import lines as stored_lines
from digest.stories.summaries.honesty import objection
from digest.stories.summaries.summary import candidates

log = logging.getLogger("digest.lines")

#: Calls at one time: polite to a service, and enough to use the run's time.
AT_ONCE = 4
#: Failures in a row after which a service is asked no more in this run.
GIVE_UP_AFTER = 3
#: Characters of an item's text that a writer is given, and by which its line is judged.
MAX_TEXT = 4_000


class LineWriter:
    """The lines of one run. Its budget is the run's: make a new one for the next."""

    def __init__(self, writer: SummaryWriter, *, store: Store, clock: Clock, budget: LlmSettings) -> None:
        self._writer = writer
        self._store = store
        self._clock = clock
        self._mode = budget.mode
        self._calls = budget.calls
        self._tokens = budget.tokens
        self._seconds = budget.time.total_seconds()
        self._failures = 0

    async def lines(self, items: Sequence[Item]) -> Mapping[int, str]:
        """Lines that may stand, by the item's id; none for an item that the rule's line is left to."""
        keys = {item.id: self._key(item) for item in items}
        found = dict(await self._store.read(lambda c: stored_lines.find(c, list(keys.values()))))
        missing = {keys[item.id]: item for item in items if keys[item.id] not in found}
        if missing:
            written = await self._ask(missing)
            await self._store.write(lambda c: stored_lines.keep(c, written, self._clock.now()))
            found |= written
        return {item.id: line for item in items if (line := found.get(keys[item.id]))}

    def _key(self, item: Item) -> str:
        parts = (self._writer.name, self._mode, item.title, _text(item), item.language)
        return hashlib.blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()

    async def _ask(self, missing: Mapping[str, Item]) -> dict[str, str]:
        """What the writer says to texts it was not asked for, by their keys; "" for what may not stand."""
        written: dict[str, str] = {}
        lanes = asyncio.Semaphore(AT_ONCE)

        async def one(key: str, item: Item) -> None:
            async with lanes:
                line = await self._line(item)
            if line is not None:
                written[key] = line

        tasks = [asyncio.create_task(one(key, item)) for key, item in missing.items()]
        began = asyncio.get_running_loop().time()
        try:
            await asyncio.wait(tasks, timeout=self._seconds)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        self._seconds = max(0.0, self._seconds - (asyncio.get_running_loop().time() - began))
        return written

    async def _line(self, item: Item) -> str | None:
        """The writer's line; "" if the rule's stands instead, None if there is none for now."""
        lines = candidates(item.title, *_texts(item), language=item.language)
        if self._mode is LlmMode.CHOOSE and len(lines) < 2:
            return ""
        if self._calls < 1 or self._tokens < 1 or self._failures >= GIVE_UP_AFTER:
            return None
        self._calls -= 1
        try:
            line, tokens = await (self._chosen(item, lines) if self._mode is LlmMode.CHOOSE else self._written(item))
        except WriterError as exc:
            self._failures += 1
            log.warning("no line for %s: %s", item.link, exc)
            return None
        self._failures = 0
        self._tokens -= tokens
        return line

    async def _chosen(self, item: Item, lines: Sequence[str]) -> tuple[str, int]:
        """The line that the writer chose, and what that cost."""
        answer = await self._writer.choose(title=item.title, lines=lines, language=item.language)
        return "" if answer.place is None else lines[answer.place], answer.tokens

    async def _written(self, item: Item) -> tuple[str, int]:
        """What the writer wrote, if it may stand, and what that cost."""
        answer = await self._writer.write(title=item.title, text=_text(item), language=item.language)
        refused = objection(answer.line, title=item.title, source=_text(item))
        if refused:
            log.info("a line for %s was refused: %s", item.link, refused)
        return "" if refused else answer.line, answer.tokens


def _texts(item: Item) -> tuple[str, str]:
    """Summary and body, as far as a writer gets them."""
    return item.summary[:MAX_TEXT], item.body[: max(0, MAX_TEXT - len(item.summary))]


def _text(item: Item) -> str:
    """All that a writer gets of an item besides its title."""
    return "\n".join(_texts(item)).strip()
