"""Everything that can go wrong on purpose, in one tree.

    DigestError
    ├── ConfigError            the configuration is wrong; carries every Problem found
    ├── TermError              one term of a topic cannot be read (settings turns it into a Problem)
    ├── ScheduleError          a schedule cannot be read (settings turns it into a Problem)
    ├── UsageError             the command was used wrongly: an unknown topic, a name nobody has
    ├── FetchError             a feed could not be fetched
    │   ├── AddressRefused     it points at a host that it may not reach
    │   ├── Unreached          no server was reached: no name, no network, nobody listens
    │   └── TooLarge           it is larger than the limit
    ├── ParseError             a document could not be read as a feed
    ├── StoreError             the store cannot be used: locked, full, newer than this program
    │   ├── StoreBusy          another one writes at this moment
    │   └── StoreOutdated      its tables are an older program's
    ├── Busy                   another process holds what this one needs
    ├── RenderError            a template is wrong
    ├── WriterError            the language model gave no line
    └── DeliveryError          the mail server refuses to work with us
        ├── RelayAway          it cannot be reached now
        └── LoginRefused       it refuses the login

Errors carry data; their text is a plain sentence that says what to do next.
The command line alone prints them and chooses exit codes.
"""

from dataclasses import dataclass


class DigestError(Exception):
    """The root: catch it to catch all that this program raises on purpose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One mistake in the configuration, with its place."""

    file: str
    #: 1-based; 0 where the mistake is a whole file's.
    line: int
    #: 1-based; 0 where unknown.
    column: int
    text: str
    #: The source line, for a caret under the column.
    source: str = ""

    def __str__(self) -> str:
        """`file:line:column: text`."""
        place = ":".join([self.file, *(str(n) for n in (self.line, self.column) if n)])
        return f"{place}: {self.text}"


class ConfigError(DigestError, ValueError):
    """The configuration is wrong: every problem of one reading, at once."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class TermError(DigestError, ValueError):
    """A term of a topic cannot be read; `path` leads to it inside the topic's table."""

    def __init__(self, text: str, *, path: tuple[str | int, ...] = ()) -> None:
        super().__init__(text)
        self.path = path


class ScheduleError(DigestError, ValueError):
    """A schedule cannot be read."""


class UsageError(DigestError, ValueError):
    """The command was used wrongly."""


class FetchError(DigestError, OSError):
    """A feed could not be fetched: the network, the server or our own limits said no."""

    def __init__(self, text: str, *, url: str, status: int | None = None, retry_after: float | None = None) -> None:
        super().__init__(text)
        self.url = url
        #: The HTTP status, where there was an answer.
        self.status = status
        #: Seconds that the server asked us to wait, where it did.
        self.retry_after = retry_after


class AddressRefused(FetchError):
    """The host is private, loopback or otherwise out of bounds for this feed."""


class Unreached(FetchError):
    """No server was reached: there is no such name, no network, or nobody listens."""


class TooLarge(FetchError):
    """The body is larger than the limit, before or after decompression."""


class ParseError(DigestError, ValueError):
    """A document could not be read as a feed."""


class StoreError(DigestError):
    """The store cannot be used."""


class StoreBusy(StoreError):
    """Another one writes at this moment; nothing was done."""


class StoreOutdated(StoreError):
    """Its tables are those of an older version, and whoever only looks leaves them so."""


class Busy(DigestError):
    """Another process holds what this one needs."""


class RenderError(DigestError):
    """A template is wrong: names the file and the line."""


class WriterError(DigestError):
    """The language model gave no line: the network, the service or our own limits said no. The rule's line stands."""


class DeliveryError(DigestError):
    """The mail server refuses to work with us: no delivery was tried, or none can be."""

    def __init__(self, text: str, *, code: int | None = None) -> None:
        super().__init__(text)
        #: The SMTP reply code, where there was a reply.
        self.code = code


class RelayAway(DeliveryError):
    """The mail server cannot be reached now; later it may."""


class LoginRefused(DeliveryError):
    """The mail server refuses the login; trying again would lock the account."""
