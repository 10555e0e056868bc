"""Keys of `[mail]` that choose a transport in place of `server`: one for each module of `delivery.transports`. Pure."""

from digest.settings.core.keys import Key, list_of
from digest.settings.core.values import TEXT

TRANSPORTS: tuple[Key, ...] = (
    Key(
        name="sendmail",
        reader=list_of(TEXT, example='"/usr/sbin/sendmail", "-i"'),
        about="A local sendmail command instead of a server; recipients and sender are added to it.",
        example='["/usr/sbin/sendmail", "-i"]',
    ),
)
