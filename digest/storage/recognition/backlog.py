"""What is old when it first shows, and so no news: the backlog of a feed. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from digest.model import Item

#: Items of a feed's first poll that are older than this are its backlog (rules: a new subscription is not news).
BACKLOG_AFTER = timedelta(hours=24)
#: So long before the feed was last read an entry may be dated and still be news: a day without a time of day, a zone
#: that is wrong by up to 14 hours, an editor who takes some hours.
LATE = timedelta(hours=48)
#: So long, if it is dated later than all that the feed had: some give the date of a paper, and publish it days after.
LATE_BUT_NEWEST = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What was known of a feed before a document came."""

    #: None: all that it shows is of its first poll. Else when it last answered, be it that nothing had changed: what it
    #: published since, it may not have shown before, however long that is ago.
    read: datetime | None = None
    #: The latest date of what it showed then.
    newest: datetime | None = None

    def holds(self, item: Item, now: datetime) -> bool:
        """Whether an item that shows for the first time belongs to the past: it is backlog."""
        if self.read is None:
            # A date that is still to come is wrong, but not that of something old.
            return item.published == item.first_seen or item.published < now - BACKLOG_AFTER
        read = min(self.read, now)
        newest = self.newest is not None and item.published > self.newest
        return item.dated and item.published < read - (LATE_BUT_NEWEST if newest else LATE)
