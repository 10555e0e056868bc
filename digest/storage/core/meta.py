"""Small facts of the installation: one value a key. Keys for tokens and Message-IDs are made on first use."""

import base64
import secrets

from sqlalchemy import Connection, select

from digest.storage.core.schema import meta
from digest.storage.core.sql import upsert

#: Bytes of a key: as long as the hash that uses it (SHA-256).
KEY_BYTES = 32


def value(c: Connection, key: str) -> str | None:
    """What is kept under a key."""
    return c.execute(select(meta.c.value).where(meta.c.key == key)).scalar_one_or_none()


def keep(c: Connection, key: str, text: str) -> None:
    """Keep a value under a key, in place of what stood there."""
    statement = upsert(c, meta).values(key=key, value=text)
    c.execute(statement.on_conflict_do_update(index_elements=["key"], set_={"value": statement.excluded.value}))


def once(c: Connection, key: str, text: str) -> str:
    """What is kept under a key; `text` is kept there first if nothing is. Call it in a write."""
    found = value(c, key)
    if found is not None:
        return found
    # Two processes may be first at once: one of them wins, and both read what it wrote.
    c.execute(upsert(c, meta).values(key=key, value=text).on_conflict_do_nothing())
    return value(c, key) or text


def secret_key(c: Connection, name: str) -> bytes:
    """The installation's key of that name, made at the first call. Call it in a write: the first call inserts."""
    return base64.b64decode(once(c, f"key:{name}", base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()))


def fix_key(c: Connection, name: str, secret: bytes) -> None:
    """Set a key instead of having it made: for runs whose output must be the same every time."""
    keep(c, f"key:{name}", base64.b64encode(secret).decode())
