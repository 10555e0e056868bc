"""The table `[retention]`: for how long the store keeps what it has seen and sent. Pure."""

from datetime import timedelta

from digest.settings.core.keys import Key, table
from digest.settings.core.shape import RetentionSettings
from digest.settings.core.tables import Table
from digest.settings.core.values import duration

#: A story can still grow for a week.
_LEAST_ITEMS = timedelta(days=7)
_LEAST = timedelta(days=1)
_MOST = timedelta(days=36_500)

KEYS = (
    Key(
        name="items",
        reader=duration(_LEAST_ITEMS, _MOST),
        about="Items and stories, from when they were last news. What identifies an item outlives it.",
        example='"90d"',
    ),
    Key(
        name="editions",
        reader=duration(_LEAST, _MOST),
        about="Digests as they were sent. Who was sent which, and what they have had, is kept 90 days longer.",
        example='"400d"',
    ),
    Key(
        name="events",
        reader=duration(_LEAST, _MOST),
        about="What was reported, for `status` and `log`.",
        example='"400d"',
    ),
)

RETENTION = Table(
    name="retention",
    about="For how long the store keeps what it has seen and sent.",
    keys=KEYS,
    settings=RetentionSettings,
    reader=table(KEYS, RetentionSettings),
)
