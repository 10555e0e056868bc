"""Whether the store is the one that worked here before: a backup that was put back, or a copy, would mail again what
it does not know to have been sent.

The store carries an epoch: a random id, and a count that goes up whenever mail is planned or handed over. Each state
folder notes both in a file. A store with another id, or with a lower count, has come out of the past.
"""

import json
import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from socket import gethostname
from typing import Any

from sqlalchemy import Connection, select, update

from digest.errors import StoreError
from digest.files import replace_file
from digest.storage.core import meta
from digest.storage.core.schema import deliveries
from digest.storage.core.schema import meta as meta_table
from digest.storage.queries.events import note

log = logging.getLogger("digest.store")

#: Why a delivery is held that was planned anew after a restore.
HELD = "the store was restored: it may have been sent before that"

_KEY, _FILE = "epoch", "epoch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Epoch:
    """Where a store's history stands."""

    #: Random, 16 hex digits; another one after every restore that was noticed.
    id: str
    count: int = 0
    #: Ids that the store had before: who still notes one of these has not heard of a restore, and need not notice it.
    before: tuple[str, ...] = ()
    #: When the store was last found to come out of the past; None: never.
    restored: datetime | None = None

    def has_gone_back(self, noted: "_Noted") -> bool:
        """Whether the store knows less than what was noted of it."""
        if noted.id == self.id:
            return noted.count > self.count
        return noted.id not in self.before


@dataclass(frozen=True, slots=True, kw_only=True)
class _Noted:
    """What a state folder knows of the store that worked with it."""

    id: str
    count: int = 0
    host: str = field(default_factory=gethostname)


def _load(c: Connection) -> Epoch | None:
    """The store's epoch, for changing it: other processes wait until this transaction has ended."""
    found = c.execute(select(meta_table.c.value).where(meta_table.c.key == _KEY).with_for_update()).scalar_one_or_none()
    if found is None:
        return None
    plain = json.loads(found)
    restored = plain["restored"]
    return Epoch(
        id=plain["id"],
        count=plain["count"],
        before=tuple(plain["before"]),
        restored=restored and datetime.fromisoformat(restored),
    )


def _keep(c: Connection, epoch: Epoch) -> Epoch:
    restored = epoch.restored and epoch.restored.isoformat()
    plain = {"id": epoch.id, "count": epoch.count, "before": epoch.before, "restored": restored}
    meta.keep(c, _KEY, json.dumps(plain))
    return epoch


def _fresh() -> str:
    return secrets.token_hex(8)


def advance(c: Connection) -> Epoch:
    """Count up: mail is about to be planned or handed over. Note it with `Notes.keep` once it is committed."""
    epoch = _load(c) or Epoch(id=_fresh())
    return _keep(c, replace(epoch, count=epoch.count + 1))


def begin_anew(c: Connection) -> None:
    """Give the store another epoch, so that whoever opens it next notices that it was put back."""
    meta.keep(c, _KEY, json.dumps({"id": _fresh(), "count": 0, "before": (), "restored": None}))


def recognise(c: Connection, noted: Mapping[str, Any] | None, now: datetime) -> Epoch:
    """The store's epoch, compared with what the state folder noted (`Notes.read`; None: it has not worked here yet).

    A store that has gone back gets a new one; what waits in it is held, since it may have been sent already.
    """
    epoch = _load(c)
    known = _Noted(**noted) if noted is not None else None
    if epoch is None and known is None:
        return _keep(c, Epoch(id=_fresh()))
    if known is None or (epoch is not None and not epoch.has_gone_back(known)):
        assert epoch is not None
        return epoch
    held = c.execute(
        update(deliveries)
        .where(deliveries.c.state.in_(("pending", "deferred")))
        .values(state="unsure", reply=HELD, changed=now, owner=None, leased_until=None)
    ).rowcount
    before = (*(epoch.before if epoch else ()), *((epoch.id,) if epoch else ()), known.id)
    note(c, kind="restored", subject="store", text=f"the store has come out of the past: {held} held", now=now)
    return _keep(c, Epoch(id=_fresh(), count=epoch.count if epoch else 0, before=before, restored=now))


class Notes:
    """What a state folder notes of the store that works with it."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / _FILE

    def read(self) -> dict[str, Any] | None:
        """What is noted; None: nothing is. StoreError: it cannot be read."""
        try:
            found: dict[str, Any] = json.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as exc:
            raise StoreError(f"{self._path} cannot be read: {exc}; if the store is whole, delete that file") from exc
        if found["host"] != gethostname():
            log.warning("this folder worked on %s before; a copy that works there too mails twice", found["host"])
        return found

    def keep(self, epoch: Epoch) -> None:
        """Note an epoch, whole or not at all. StoreError: it cannot be written."""
        text = json.dumps({"id": epoch.id, "count": epoch.count, "host": gethostname()})
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            replace_file(self._path, text.encode())
        except OSError as exc:
            raise StoreError(f"{self._path} cannot be written: {exc.strerror}") from exc
