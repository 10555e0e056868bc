"""How many lanes a relay bears: found out by asking for more until it asks for less. Pure."""

from dataclasses import dataclass

#: Lanes to begin with.
LANES_AT_FIRST = 2
#: Seconds without new lanes after the first trouble; doubles with each further one.
PAUSE_S = 30.0
PAUSE_LIMIT_S = 3600.0
#: Connections that took as many messages as the limit allows before twice as many are tried; twice as many connections
#: each time that the limit turns out to be the same.
FULL_ENOUGH = 3
#: Seconds after which a limit of messages per connection that was not met again is forgotten.
REMEMBERED_S = 3600.0


@dataclass(slots=True, kw_only=True)
class ConnectionLimit:
    """What has been learned about one relay. Moments are on any clock that runs on."""

    #: Lanes at most.
    limit: int = 10
    #: Lanes that may be open now.
    lanes: int = LANES_AT_FIRST
    pause_s: float = PAUSE_S
    #: Messages that the server takes over one connection; None: no limit was met lately.
    per_connection: int | None = None
    #: No new lanes before this moment.
    hold_until: float = 0.0
    _clean: int = 0
    _pauses: int = 0
    #: When the limit was last met, and how many connections took as many since.
    _met: float = 0.0
    _full: int = 0
    _enough: int = FULL_ENOUGH
    #: The limit before twice as many were tried.
    _before: int | None = None

    def __post_init__(self) -> None:
        """A limit below the first lanes is one."""
        self.lanes = min(self.lanes, self.limit)

    def accepted(self, now: float) -> bool:
        """A message was accepted; whether there may be one more lane: after each lane has had one through."""
        self._clean += 1
        if self._clean < self.lanes or self.lanes >= self.limit or now < self.hold_until:
            return False
        self._clean, self._pauses = 0, 0
        self.lanes += 1
        return True

    def trouble(self, now: float, chance: float) -> float:
        """The server asked for less, or was not there: half the lanes, and none new for a while.

        Returns the seconds of that while: doubling with each trouble in a row, varied by `chance` (0 to 1).
        """
        if now >= self.hold_until or self._pauses == 0:
            # Lanes that stumble over the same stone at once count once.
            self.lanes = max(1, self.lanes // 2)
            self._pauses += 1
            pause = min(PAUSE_LIMIT_S, self.pause_s * 2 ** (self._pauses - 1)) * (1 + 0.2 * chance)
            self.hold_until = now + pause
        self._clean = 0
        return self.hold_until - now

    def learn(self, messages: int, now: float) -> None:
        """The server ended a connection after that many messages with 421: it may be its limit, or may have passed."""
        if messages == self._before:
            self._enough *= 2
        self.per_connection = messages if self.per_connection is None else min(self.per_connection, messages)
        self._met, self._full = now, 0

    def filled(self) -> None:
        """A connection took as many messages as the limit allows, without a word."""
        self._full += 1
        if self.per_connection is not None and self._full >= self._enough:
            self._before, self._full = self.per_connection, 0
            self.per_connection *= 2

    def room(self, now: float) -> int | None:
        """Messages that may go over a new connection; None: any number."""
        if self.per_connection is not None and now - self._met > REMEMBERED_S:
            self.per_connection, self._before, self._full, self._enough = None, None, 0, FULL_ENOUGH
        return self.per_connection
