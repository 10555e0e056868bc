"""`check`: what a configuration that can be read may still not do. Changes nothing; `online` asks the world too."""

from collections.abc import Iterator, Mapping

from digest.app.upkeep import store_url
from digest.errors import DigestError, RenderError
from digest.mail.render.jinja import renderer_of
from digest.mail.render.proof import prove_templates
from digest.model import Secret
from digest.settings.core.secrets import read_secret
from digest.settings.core.shape import Settings
from digest.settings.files.folders import state_folder
from digest.settings.help.advice import advice
from digest.storage.core.database import Store, is_new, open_store
from digest.storage.queries import subscribers as stored_subscribers
from digest.storage.queries.subscribers import normal_address


def warnings(settings: Settings, environ: Mapping[str, str]) -> tuple[str, ...]:
    """Sentences, each naming what it is about and what to do; none: there is nothing to say.

    Reads secrets from environment and files (a command may ask its owner for a touch: only `online` runs those).
    """
    return (*advice(settings), *_unreadable_secrets(settings, environ))


def unmailable(settings: Settings) -> RenderError | None:
    """Why the templates make no mail; None: they do."""
    try:
        prove_templates(renderer_of(settings), settings)
    except RenderError as exc:
        return exc
    return None


def _unreadable_secrets(settings: Settings, environ: Mapping[str, str]) -> Iterator[str]:
    for name, secret in secrets_of(settings):
        if secret.command is None:
            try:
                read_secret(secret, environ)
            except DigestError as exc:
                yield f"{name}: {exc}"


def secrets_of(settings: Settings) -> Iterator[tuple[str, Secret]]:
    """Every secret of a configuration, with the name of the key that asks for it."""
    mail = settings.mail
    if mail is not None:
        named = {"password": mail.password, "oauth_token": mail.oauth_token, "dkim": mail.dkim and mail.dkim.key}
        yield from ((f"[mail] {name}", secret) for name, secret in named.items() if secret)
    if settings.llm is not None and settings.llm.key is not None:
        yield "[llm] key", settings.llm.key
    for feed in settings.feeds:
        if feed.auth is not None:
            found = (feed.auth.password, feed.auth.bearer, feed.auth.cookie)
            yield from ((f"feed {feed.id}", secret) for secret in found if secret)


def suppressed(settings: Settings, environ: Mapping[str, str]) -> Iterator[str]:
    """Listed people to whom the store says no, where there is one, as such sentences. StoreError: it cannot be read."""
    store = _existing_store(settings, environ)
    if store is None:
        return
    try:
        rows = store.read_now(lambda c: stored_subscribers.every(c))
    finally:
        store.close()
    no = {row.address: row for row in rows if row.suppressed}
    for subscriber in settings.subscribers:
        row = no.get(normal_address(subscriber.mailbox.address))
        if row is not None:
            address = subscriber.mailbox.address
            yield (
                f"{address} is listed and gets no mail: {row.suppressed} ({row.suppressed_why}); take the address out, "
                f'or, if they want it, `digest subscribers resubscribe {address} --because "..."`'
            )


def _existing_store(settings: Settings, environ: Mapping[str, str]) -> Store | None:
    """The store, unless nothing has run yet: a check makes none."""
    state = state_folder(environ)
    url = store_url(settings, state)
    return None if is_new(url) else open_store(url)
