"""Which feeds may be asked now, found at a cost that does not grow with those that wait."""

from sqlalchemy import Connection

from digest.ports import Clock
from digest.storage.core.database import Store
from digest.storage.queries import feeds as stored_feeds


class DueFeeds:
    """The feeds of one configuration. A feed that the store knows at its present address is found by its moment; only
    the others (never asked, or their address was changed) are looked at one by one."""

    def __init__(self, urls: dict[str, str]) -> None:
        """`urls`: addresses by feed id, as configured."""
        self._strangers = dict(urls)

    async def now(self, store: Store, clock: Clock) -> frozenset[str]:
        """Ids of the feeds that may be asked now, perhaps with some that are not configured."""
        moment, strangers = clock.now(), self._strangers

        def read(c: Connection) -> tuple[dict[str, str], frozenset[str]]:
            met = stored_feeds.met(c, strangers)
            new = {name: url for name, url in strangers.items() if name not in met}
            return new, stored_feeds.ripe(c, moment).union(stored_feeds.due(c, list(new), moment, urls=new))

        self._strangers, due = await store.read(read)
        return due
