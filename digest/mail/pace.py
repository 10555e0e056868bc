"""How many lanes a relay bears: found out by asking for more until it asks for less. Pure."""

from dataclasses import dataclass

#: Lanes to begin with.
LANES_AT_FIRST = 2
#: Seconds without new lanes after the first trouble; doubles with each further one.
PAUSE_S = 30.0
PAUSE_LIMIT_S = 3600.0


@dataclass(slots=True, kw_only=True)
class Pace:
    """What has been learned about one relay. Moments are on any clock that runs on."""

    #: Lanes at most.
    limit: int = 10
    #: Lanes that may be open now.
    lanes: int = LANES_AT_FIRST
    pause_s: float = PAUSE_S
    #: Messages that the server takes over one connection; None: no limit was met.
    per_connection: int | None = None
    #: No new lanes before this moment.
    hold_until: float = 0.0
    _clean: int = 0
    _pauses: int = 0

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

    def learn(self, messages: int) -> None:
        """The server ended a connection after that many messages with 421: it seems to be its limit."""
        self.per_connection = messages if self.per_connection is None else min(self.per_connection, messages)
