"""What an installation works with: its store, its clock, and the adapters behind the ports."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, AsyncExitStack, nullcontext
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self
from zoneinfo import ZoneInfo

from digest.app.upkeep import migrate, store_url
from digest.delivery.process_locks import WorkerLock, running_alone
from digest.delivery.transports.registry import transport_of
from digest.engine.local import LocalEngine
from digest.errors import StoreOutdated, UsageError
from digest.mail.message.message import Sending, prepare
from digest.model import Feed, Secret, Subscriber
from digest.pipeline.composing.lines import LineWriter
from digest.pipeline.gather import Gatherer
from digest.pipeline.polling.due import DueFeeds
from digest.ports import BounceMailbox, Clock, Fetcher, MessageTemplate, Parser, Renderer, SummaryWriter, Transport
from digest.settings.core.secrets import read_secret
from digest.settings.core.shape import Settings
from digest.storage.core import meta
from digest.storage.core.database import OWNERS, Store, beside, is_new, open_store
from digest.storage.epoch import Epoch, Notes, advance, recognise
from digest.storage.queries.editions import find
from digest.storage.queries.subscribers import normal_address
from digest.topics.matcher import Matcher

log = logging.getLogger("digest.app")


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The current moment in UTC."""
        return datetime.now(UTC)


class Installation:
    """One installation: its settings, its store and the adapters behind the ports. Use it as an async context manager.

    Each adapter is opened when first used, so that a verb pays only for what it needs.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        state: Path,
        outbox: Path,
        clock: Clock | None = None,
        environ: Mapping[str, str] | None = None,
        read_only: bool = False,
        migrating: bool = False,
    ) -> None:
        """`read_only`: nothing is to be kept; where there is no store yet, an empty one serves that is thrown away.

        `migrating`: an older version's store is brought up to date, after a backup; else it is refused.
        """
        self.settings = settings
        self.clock = clock or SystemClock()
        self.state = state
        self.outbox = settings.digest.outbox or outbox
        self.environ = environ or {}
        self.read_only, self.migrating = read_only, migrating
        self.secrets: Callable[[Secret], str] = lambda secret: read_secret(secret, self.environ)
        self.store: Store
        self._stack = AsyncExitStack()
        self._fetching: tuple[Fetcher, Parser] | None = None
        self._writer: SummaryWriter | None = None
        self._opening = asyncio.Lock()
        #: Set: take nothing new, finish what runs.
        self.stop = asyncio.Event()
        #: Held while items are joined into stories.
        self.gathering = asyncio.Lock()
        self.engine = LocalEngine()
        #: Whether everybody configured has a row in the store.
        self.enlisted = False
        #: What the clock said when it was last minded.
        self.clock_read: datetime | None = None
        self._notes = Notes(state)
        self._epoch: Epoch | None = None

    async def __aenter__(self) -> Self:
        """Open the store. StoreError: it cannot be used. Busy: it has to be migrated, and others work with it."""
        self.store = await asyncio.to_thread(self._open)
        self._stack.callback(self.store.close)
        if self.migrating:
            await self._know_the_configuration()
        return self

    async def _know_the_configuration(self) -> None:
        """Warn if the store has worked for another configuration: their feeds and readers would mix in it."""
        if self.store.dialect == "sqlite":
            ours = str(self.settings.path.resolve()) if self.settings.path else ""
        else:
            # Several machines share the store, each with a copy of the configuration.
            ours = Sending.of(self.settings, key=b"").list_id
        known = await self.store.read(lambda c: meta.value(c, "configuration"))
        if known == ours or not ours:
            return
        await self.store.write(lambda c: meta.keep(c, "configuration", ours))
        if known is not None:
            log.warning(
                "the store %s has worked for the configuration %s until now, and works for %s from now on; if both are "
                "in use, they mix in it: give each a store of its own, by `[digest] store` or $STATE_DIRECTORY",
                self.store.where,
                known,
                ours,
            )

    def _open(self) -> Store:
        url = store_url(self.settings, self.state)
        if self.read_only and is_new(url):
            folder = self._stack.enter_context(TemporaryDirectory(prefix="digest-looking-"))
            return open_store(store_url(Settings(), Path(folder)))
        try:
            return open_store(url)
        except StoreOutdated:
            if not self.migrating:
                raise
        done = migrate(self.settings, self.state, self.clock.now())
        copied = f"; as it was before, it is in {done.backup}" if done.backup else ""
        log.warning("the store was brought up to date, from %s to %s%s", done.before, done.after, copied)
        return open_store(url)

    async def __aexit__(self, *exc: object) -> None:
        """End what still runs, with the store open for its last marks; then let go of everything."""
        await self.engine.close()
        await self._stack.aclose()

    @cached_property
    def feeds(self) -> Mapping[str, Feed]:
        """Configured feeds by id."""
        return {feed.id: feed for feed in self.settings.feeds}

    @cached_property
    def due_feeds(self) -> DueFeeds:
        """Which of them may be asked now."""
        return DueFeeds({feed.id: feed.url for feed in self.settings.feeds})

    @cached_property
    def subscribers(self) -> Mapping[str, Subscriber]:
        """Configured subscribers by their addresses as compared."""
        return {normal_address(one.mailbox.address): one for one in self.settings.subscribers}

    async def fetching(self) -> tuple[Fetcher, Parser]:
        """The fetcher and the parser, with their connections and processes."""
        async with self._opening:
            if self._fetching is None:
                from digest.feeds.fetch.http import HttpFetcher  # aiohttp is slow to import
                from digest.feeds.sandbox.parent import ProcessParser

                fetcher = await self._stack.enter_async_context(HttpFetcher(self.settings.digest, secrets=self.secrets))
                parser = await self._stack.enter_async_context(ProcessParser())
                self._fetching = fetcher, parser
            return self._fetching

    async def line_writer(self) -> LineWriter | None:
        """Who writes the lines of one run, with that run's budget; None without `[llm]`, or without its key."""
        if self.settings.llm is None:
            return None
        async with self._opening:
            if self._writer is None:
                from digest.llm.openai import ChatWriter  # aiohttp is slow to import

                writer = ChatWriter(self.settings.llm, secrets=self.secrets)
                try:
                    self._writer = await self._stack.enter_async_context(writer)
                except UsageError as exc:
                    log.warning("no language model writes lines: %s", exc)
                    return None
        return LineWriter(self._writer, store=self.store, clock=self.clock, budget=self.settings.llm)

    @cached_property
    def renderer(self) -> Renderer:
        """Templates, the user's own first."""
        from digest.mail.render.jinja import renderer_of  # jinja is slow to import

        return renderer_of(self.settings)

    @cached_property
    def gatherer(self) -> Gatherer:
        """The matcher for the configured topics, and the stories being told."""
        return Gatherer(self.matcher)

    @cached_property
    def matcher(self) -> Matcher:
        """All topics in one automaton."""
        return Matcher(self.settings.topics, self.feed_topics)

    @property
    def feed_topics(self) -> Mapping[str, tuple[str, ...]]:
        """Topics that every item of a feed belongs to, by feed id."""
        return {feed.id: feed.topics for feed in self.settings.feeds if feed.topics}

    @cached_property
    def transport(self) -> Transport:
        """Where messages go: the relay, a local sendmail command, or the outbox."""
        return transport_of(self.settings.mail, self.secrets, outbox=self.outbox)

    @cached_property
    def sign(self) -> Callable[[bytes], bytes] | None:
        """Puts a DKIM signature in front of a message; None: the relay signs. DeliveryError: the key is none."""
        dkim = self.settings.mail.dkim if self.settings.mail else None
        if dkim is None:
            return None
        from digest.mail.message.dkim import sign, signer  # cryptography is slow to import

        domain = dkim.domain or self.settings.sender.address.rpartition("@")[2]
        pem = read_secret(dkim.key, self.environ, whole=True).encode()
        signers = [signer(domain=domain, selector=dkim.selector, pem=pem)]
        return lambda data: sign(data, signers, now=self.clock.now())

    def bounce_mailbox(self) -> BounceMailbox | None:
        """Where returned messages are read, for one round; close it. None: they are not. DeliveryError: no access."""
        found = self.settings.mail.bounce_mailbox if self.settings.mail else None
        if found is None:
            return None
        if found.maildir is not None:
            from digest.mail.incoming.maildir import MaildirBounces

            return MaildirBounces(found.maildir)
        from digest.mail.incoming.imap import ImapBounces

        password = self.secrets(found.password) if found.password else ""
        return ImapBounces(
            server=found.server or "", port=found.port, user=found.user or "", password=password, folder=found.folder
        )

    async def held_before(self) -> datetime | None:
        """When the store was last found to have come out of the past (a backup that was put back, a copy); None: never.

        Looks at that once. What may have been sent since is held until a person decides.
        """
        async with self._opening:
            if self._epoch is None:
                now = self.clock.now()
                noted = await asyncio.to_thread(self._notes.read)
                self._epoch = await self.store.write(lambda c: recognise(c, noted, now))
                if self._epoch.restored == now:
                    log.error(
                        "the store is not as it was left: mail that may have been sent since is held; `digest log` "
                        "shows it, `digest send --unsure resend` sends it, `digest send --unsure drop` does not"
                    )
                await self.note_epoch(self._epoch)
        return self._epoch.restored

    async def advance(self) -> None:
        """Count up the store's epoch, in it and beside it, before mail is planned or handed over."""
        await self.held_before()
        await self.note_epoch(await self.store.write(advance, durable=True))

    async def note_epoch(self, epoch: Epoch) -> None:
        """Note in the state folder how far the store has come."""
        await asyncio.to_thread(self._notes.keep, epoch)

    def alone(self) -> AbstractContextManager[None]:
        """Be the one `run` of this store, where there can be only one. Busy: another one lives."""
        return running_alone(self.store.file) if self.store.file is not None else nullcontext()

    @cached_property
    def owner(self) -> WorkerLock:
        """This process, as one that delivers: its lock tells others that it lives."""
        file = self.store.file
        owner = WorkerLock(beside(file, OWNERS) if file is not None else self.state / OWNERS)
        self._stack.callback(owner.close)
        return owner

    async def sending(self) -> Sending:
        """Who sends, for which list, with the key that signs."""
        named = Sending.of(self.settings, key=b"").list_id
        key, tag = await self.store.write(lambda c: (meta.secret_key(c, "message"), meta.once(c, "list_tag", named)))
        return Sending.of(self.settings, key=key, list_tag=tag)

    async def template(self, edition: str) -> MessageTemplate:
        """An edition as mail for any number of recipients, the same bytes at every call."""
        sending = await self.sending()
        stored = await self.store.read(lambda c: find(c, edition))
        if stored is None:
            raise UsageError(f"edition {edition} is not kept any more")
        # Dated by the readers' own clock.
        date = stored.created.astimezone(ZoneInfo(stored.content.get("timezone", "UTC")))
        return prepare(stored.rendered, edition_id=stored.id, date=date, sending=sending)
