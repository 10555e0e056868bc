"""The table `[mail]`: the relay, and what it is told. Pure."""

from collections.abc import Mapping
from datetime import timedelta

from digest.settings.core.addresses import ADDRESS, MAILBOX
from digest.settings.core.keys import Key, by_name, list_of, schema_of, table
from digest.settings.core.locations import WEB
from digest.settings.core.mistakes import Mistake, Wrong
from digest.settings.core.shape import BounceSettings, DkimSettings, MailSettings, Security, Via
from digest.settings.core.tables import Table
from digest.settings.core.values import FOLDER, RATE, SECRET, TEXT, Reader, choice, duration, pattern, whole
from digest.settings.tables.transports import TRANSPORTS

#: The ports that mail submission has (RFC 8314), and a relay on this machine.
PORTS = {Security.TLS: 465, Security.STARTTLS: 587, Security.NONE: 25}

_NAMED = pattern(
    r"\[[0-9a-fA-F:]+\]|[0-9a-fA-F:]+|[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,62})(?:\.[A-Za-z0-9_-]{1,63})*\.?",
    'the name of a mail server, such as "smtp.example.org"',
)
#: An IPv6 address without the brackets that it stands in elsewhere.
_HOST = Reader(lambda value: _NAMED.read(value).strip("[]"), _NAMED.schema)
_HELO = pattern(
    r"\[(IPv6:[0-9a-fA-F:]+|[0-9.]+)\]|[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})(?:\.[A-Za-z0-9-]{1,63})*",
    'the name of this machine, such as "news.example.org", or its address in brackets',
)
_DOMAIN = pattern(r"[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+", 'a domain such as "example.org"')
_LIST_ID = pattern(r"[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})+", 'a list id such as "digest.example.org"')

#: A web address that fits on one raw header line (998 bytes, RFC 5322 2.1.1), whatever stands beside it.
MAX_HELP = 900


def _help(value: object) -> str:
    if isinstance(value, str) and "@" in value and "://" not in value:
        return ADDRESS.read(value)
    page = WEB.read(value)
    if not page.isascii() or len(page) > MAX_HELP:
        raise Wrong(f"is a web address in ASCII of at most {MAX_HELP} characters, as browsers copy it")
    return page


_HELP = Reader(_help, {"type": "string"})

DKIM_KEYS = (
    Key(
        name="selector",
        reader=pattern(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?", "a DKIM selector"),
        about="The name under which the public key stands in the DNS.",
        example='"s1"',
        required=True,
    ),
    Key(
        name="key",
        reader=SECRET,
        about="Where the private key is, as PEM: RSA of 2048 bits or more, or Ed25519.",
        example='{ file = "/run/secrets/dkim.pem" }',
        required=True,
    ),
    Key(
        name="domain",
        reader=_DOMAIN,
        about="The domain that signs.",
        example='"example.org"',
        default="the domain of from",
    ),
)

BOUNCE_KEYS = (
    Key(
        name="maildir",
        reader=FOLDER,
        about="A Maildir on this machine that returned messages are delivered to.",
        example='"/var/mail/bounces"',
    ),
    Key(
        name="server",
        reader=_HOST,
        about="An IMAP server instead; TLS always.",
        example='"imap.example.org"',
    ),
    Key(
        name="port",
        reader=whole(1, 65535),
        about="The IMAP server's port.",
        example="993",
    ),
    Key(
        name="user",
        reader=TEXT,
        about="Whom to log in as.",
        example='"bounces"',
    ),
    Key(
        name="password",
        reader=SECRET,
        about="Where the password is.",
        example='{ env = "IMAP_PASSWORD" }',
    ),
    Key(
        name="folder",
        reader=TEXT,
        about="The IMAP folder.",
        example='"INBOX"',
    ),
)


def _bounce_check(seen: Mapping[str, object]) -> list[Mistake]:
    """One mailbox, with a login where it needs one."""
    if ("maildir" in seen) == ("server" in seen):
        return [Mistake(text='give either "maildir" or "server"')]
    missing = [name for name in ("user", "password") if "server" in seen and name not in seen]
    return [Mistake(text=f'"{name}" is missing: an IMAP server wants a login') for name in missing]


MAIL_KEYS = (
    Key(
        name="from",
        attribute="sender",
        reader=MAILBOX,
        about="Who messages are from.",
        example='"Watch desk <digest@news.example.org>"',
        required=True,
    ),
    Key(
        name="reply_to",
        reader=MAILBOX,
        about="Where answers go.",
        example='"desk@news.example.org"',
        default="from",
    ),
    Key(
        name="server",
        reader=_HOST,
        about="The mail server that takes messages for everyone: your provider's submission server.",
        example='"smtp.example.org"',
        default=f"required, unless {' or '.join(key.name for key in TRANSPORTS)} is set",
    ),
    Key(
        name="port",
        reader=whole(1, 65535),
        about="Its port.",
        example="587",
        default="by security: 465 for tls, 587 for starttls, 25 for none",
    ),
    Key(
        name="security",
        reader=choice(Security, {"ssl": "tls", "smtps": "tls", "plain": "none", "no": "none"}),
        about=(
            "How the connection is protected: tls from the first byte (465), starttls (587), or none, "
            "which refuses to log in and serves a relay on this machine."
        ),
        example='"starttls"',
        default='by port: "tls" for 465, else "starttls"',
    ),
    Key(
        name="helo",
        reader=_HELO,
        about="What this machine calls itself to the server (EHLO), where the server insists on a name.",
        example='"news.example.org"',
        default="the machine's name, or its address where that name has no dot",
    ),
    Key(name="user", reader=TEXT, about="The login's name.", example='"digest"', default="no login"),
    Key(
        name="password",
        reader=SECRET,
        about="Where the password is; it never stands here itself.",
        example='{ env = "SMTP_PASSWORD" }',
    ),
    Key(
        name="oauth_token",
        reader=SECRET,
        about="Where an OAuth access token is (XOAUTH2), instead of a password; fetched anew when it is refused.",
        example='{ command = ["oauth-token", "smtp"] }',
    ),
    Key(
        name="unsubscribe",
        reader=ADDRESS,
        about="Where mail to unsubscribe goes (List-Unsubscribe).",
        example='"unsubscribe@news.example.org"',
        default="reply_to, else from",
    ),
    Key(
        name="bounces",
        reader=ADDRESS,
        about="Where bounces go, marked for each message (VERP). Most providers refuse any other sender than from.",
        example='"bounces@news.example.org"',
        default="the envelope sender is from",
    ),
    Key(
        name="bounce_mailbox",
        reader=table(BOUNCE_KEYS, BounceSettings, _bounce_check),
        about="Where returned messages and wishes to unsubscribe are read: no more mail to whom they are about.",
        example='{ maildir = "/var/mail/bounces" }',
        default="a person reads them",
    ),
    Key(
        name="list_id",
        reader=_LIST_ID,
        about="The list's lasting name (RFC 2919), by which mail programs sort.",
        example='"digest.news.example.org"',
        default="digest. and the domain of from",
    ),
    Key(
        name="help",
        reader=_HELP,
        about="Where a subscriber finds help: a web page or an address (List-Help).",
        example='"https://news.example.org/help"',
        default="not said",
    ),
    Key(
        name="owner",
        reader=ADDRESS,
        about="The address of whoever runs the list (List-Owner).",
        example='"editor@news.example.org"',
        default="not said",
    ),
    Key(
        name="rate",
        reader=RATE,
        about="The most messages that the server is given in a time.",
        example='"10/s"',
        default="no limit",
    ),
    Key(
        name="domain_rates",
        reader=by_name(RATE, name=_DOMAIN),
        about="The same for one domain of recipients.",
        example='{ "gmail.com" = "2/s" }',
        default="no limit",
    ),
    Key(
        name="dkim",
        reader=table(DKIM_KEYS, DkimSettings),
        about="Sign messages here; leave it to your mail server where that signs.",
        example='{ selector = "s1", key = { file = "/run/secrets/dkim.pem" } }',
        default="not signed here",
    ),
    *TRANSPORTS,
    Key(
        name="retry",
        reader=list_of(duration(timedelta(minutes=1), timedelta(days=1)), example='"5m", "30m", "1h"'),
        about="How long to wait after each refusal that may pass (4yz); the last one again and again.",
        example='["5m", "30m", "1h", "2h", "4h"]',
    ),
    Key(
        name="give_up",
        reader=duration(timedelta(minutes=5), timedelta(days=14)),
        about="When to stop trying, counted from the slot; sooner if the digest is stale by then.",
        example='"4d"',
    ),
    Key(
        name="lanes",
        reader=whole(1, 100),
        about="The most connections to the server at one time.",
        example="10",
    ),
)


def _mail(*, port: int | None = None, security: Security | None = None, **fields: object) -> MailSettings:
    protection = security or (Security.TLS if port == PORTS[Security.TLS] else Security.STARTTLS)
    chosen = {key.name: fields.pop(key.name) for key in TRANSPORTS if key.name in fields}
    fields = {"server": "", "via": next((Via(*pair) for pair in chosen.items()), None), **fields}
    return MailSettings(port=port or PORTS[protection], security=protection, **fields)  # type: ignore[arg-type]


def _mail_check(seen: Mapping[str, object]) -> list[Mistake]:
    """Somebody takes the messages; a login is whole, and never goes over an open line."""
    mistakes = []
    chosen = [name for name in ("server", *(key.name for key in TRANSPORTS)) if name in seen]
    if not chosen:
        mistakes.append(Mistake(text='"server" is missing: write server = "smtp.example.org"'))
    if len(chosen) > 1:
        mistakes.append(Mistake(text=f'"{chosen[0]}" and "{chosen[1]}" exclude each other', path=(chosen[1],)))
    if "user" in seen and seen.get("security") is Security.NONE:
        text = (
            '"user" cannot log in with security = "none", which would show the password to everyone on the way: '
            'write security = "starttls" or "tls", or leave user out'
        )
        mistakes.append(Mistake(text=text, path=("user",)))
    return mistakes + _login_mistakes(seen)


def _login_mistakes(seen: Mapping[str, object]) -> list[Mistake]:
    secrets = [name for name in ("password", "oauth_token") if name in seen]
    if "user" in seen and not secrets:
        return [Mistake(text='"user" needs its password = { env = "SMTP_PASSWORD" }', path=("user",))]
    if secrets and "user" not in seen:
        return [Mistake(text=f'"{secrets[0]}" needs its user = "..."', path=(secrets[0],), secret=True)]
    if len(secrets) > 1:
        return [Mistake(text='"password" and "oauth_token" exclude each other', path=(secrets[1],), secret=True)]
    return []


MAIL = Table(
    name="mail",
    about=(
        "The mail server. Without this table messages are written to a folder, as `.eml` and `.html`, "
        "on the same way and with the same bookkeeping."
    ),
    keys=MAIL_KEYS,
    settings=MailSettings,
    reader=table(MAIL_KEYS, _mail, _mail_check),
    optional=True,
    described=schema_of(MAIL_KEYS) | {"required": ["from"]},
    inner=(
        Table(name="dkim", about="Signing messages (RFC 6376).", keys=DKIM_KEYS, settings=DkimSettings),
        Table(
            name="bounce_mailbox",
            about="Reading returned messages and wishes to unsubscribe: a Maildir, or an IMAP folder.",
            keys=BOUNCE_KEYS,
            settings=BounceSettings,
        ),
    ),
)
