"""Which transport an installation has.

A transport is a module of this folder with a `build` and a `probe`. `smtp` serves `[mail] server`, `outbox` an
installation without `[mail]`; every other one has the name of the key of `[mail]` that chooses it, which
`settings.tables.transports` declares.
"""

from collections.abc import Awaitable, Callable
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from digest.delivery.transports.outbox import OutboxTransport
from digest.model import Secret
from digest.ports import Transport
from digest.settings.core.shape import MailSettings

Secrets = Callable[[Secret], str]


class Way(Protocol):
    """What the module of a transport gives."""

    def build(self, mail: MailSettings, secrets: Secrets, /) -> Transport:
        """The transport that these settings describe."""
        ...

    def probe(self, mail: MailSettings, secrets: Secrets, /) -> Awaitable[str]:
        """Try it without sending anything; what was reached, in words. DeliveryError, LoginRefused: why not."""
        ...


def way(mail: MailSettings) -> Way:
    """The module that serves these settings, imported now: some are slow to import."""
    return cast("Way", import_module(f"{__package__}.{mail.via.name if mail.via else 'smtp'}"))


def transport_of(mail: MailSettings | None, secrets: Secrets, *, outbox: Path) -> Transport:
    """The transport of an installation; `outbox`: the folder that takes its messages where there is no `[mail]`."""
    return way(mail).build(mail, secrets) if mail else OutboxTransport(outbox)
