"""The virtual clock: what happens when, in order of time."""

import heapq
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, order=True)
class Ends:
    """A run ends."""

    run: str


@dataclass(frozen=True, slots=True, order=True)
class Look:
    """What an agent waits for may be there, or a slot of its heartbeat opens."""

    agent: str


@dataclass(frozen=True, slots=True, order=True)
class Tidy:
    """What a tick puts in order may be due, such as a routine."""

    record: str = ""


Event = Ends | Look | Tidy


@dataclass(slots=True)
class Clock:
    """Events to come. The same event at the same time is one event."""

    now: datetime
    _heap: list[tuple[datetime, str, Event]] = field(default_factory=list)
    _known: set[tuple[datetime, Event]] = field(default_factory=set)

    def at(self, when: datetime, event: Event) -> None:
        """Let something happen at a time; what should have been before now happens now."""
        key = (max(when, self.now), event)
        if key not in self._known:
            self._known.add(key)
            heapq.heappush(self._heap, (key[0], type(event).__name__, event))

    def next(self, until: datetime) -> list[Event]:
        """Go on to the next moment at which something happens, before a time; return all that happens then, in a fixed order."""
        found: list[Event] = []
        while self._heap and self._heap[0][0] < until and (not found or self._heap[0][0] == self.now):
            self.now, _, event = heapq.heappop(self._heap)
            self._known.discard((self.now, event))
            found.append(event)
        return found
