"""Reads what arrives in an IMAP folder: what is obeyed is marked seen, bounces that prove nothing are flagged too."""

import imaplib
import ssl
from collections.abc import Collection, Iterator

from digest.errors import DeliveryError, LoginRefused
from digest.mail.incoming.bounce import READ_LIMIT

#: Messages of one round: the rest is read in the next.
ROUND_LIMIT = 1_000
TIMEOUT_S = 60.0


class ImapBounces:
    """The mailbox of `[mail] bounce_mailbox = { server = "...", user = "...", password = ... }`. TLS always."""

    def __init__(
        self,
        *,
        server: str,
        port: int,
        user: str,
        password: str,
        folder: str = "INBOX",
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """Connect and log in. DeliveryError, LoginRefused."""
        self._where = f"{server}:{port}"
        try:
            context = tls or ssl.create_default_context()
            self._imap = imaplib.IMAP4_SSL(server, port, ssl_context=context, timeout=TIMEOUT_S)
        except (OSError, imaplib.IMAP4.error) as exc:
            raise DeliveryError(f"the bounce mailbox {self._where} cannot be reached: {exc}") from exc
        try:
            self._imap.login(user, password)
        except imaplib.IMAP4.error as exc:
            self.close()
            raise LoginRefused(f"the bounce mailbox {self._where} refuses the login of {user}: {exc}") from exc
        self._call("select", f'"{folder}"')
        validity = self._imap.response("UIDVALIDITY")[1][0]
        #: The folder, and what its UIDs hold for (RFC 9051 2.3.1.1).
        self._folder = f"{self._where}/{folder}/{validity.decode() if isinstance(validity, bytes) else ''}"

    def messages(self, passed: Collection[str]) -> Iterator[tuple[str, bytes]]:
        """(key, bytes) of what nobody has seen, but for these keys. DeliveryError: the server does not answer as it
        should."""
        found = self._call("uid", "SEARCH", "UNSEEN")[0]
        uids = found.decode("ascii", "replace").split() if isinstance(found, bytes) else []
        unread = [(key, uid) for uid in uids if (key := f"{self._folder}/{uid}") not in passed]
        for key, uid in unread[:ROUND_LIMIT]:
            for answer in self._call("uid", "FETCH", uid, f"(BODY.PEEK[]<0.{READ_LIMIT}>)"):
                if isinstance(answer, tuple):
                    yield key, answer[1]

    def done(self, key: str) -> None:
        """It was read: seen."""
        self._call("uid", "STORE", key.rpartition("/")[2], "+FLAGS", r"(\Seen)")

    def quarantine(self, key: str) -> None:
        """It proved nothing: seen and flagged, so that a person may look."""
        self._call("uid", "STORE", key.rpartition("/")[2], "+FLAGS", r"(\Seen \Flagged)")

    def close(self) -> None:
        """Log out."""
        try:
            self._imap.logout()
        except (OSError, imaplib.IMAP4.error):
            pass

    def _call(self, method: str, *arguments: str) -> list[bytes | tuple[bytes, bytes] | None]:
        try:
            status, data = getattr(self._imap, method)(*arguments)
        except (OSError, imaplib.IMAP4.error) as exc:
            raise DeliveryError(f"the bounce mailbox {self._where} failed at {arguments[0]}: {exc}") from exc
        if status != "OK":
            raise DeliveryError(f"the bounce mailbox {self._where} answers {status} to {arguments[0]}")
        return list(data)
