"""Where the bars of a waterfall stand: pure, in per cent of its width, so that it is drawn at any width without being stretched."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

WHOLE: Final = 100.0
LEAST: Final = 0.5
_HOUR: Final = timedelta(hours=1)
_LEAST_HOURS: Final = 4
_STEPS: Final = (1, 2, 3, 4, 6, 12, 24)
_TICKS: Final = 8


@dataclass(frozen=True, slots=True)
class Span:
    """What a bar stands for: asked for, begun, ended. One that has not begun or ended is drawn up to its `limit`."""

    name: str
    lane: str
    asked: datetime
    began: datetime | None
    ended: datetime | None
    limit: datetime


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar, with the wait that comes before it. `row` counts from the top of its lane; `goes_on`: the box ends before it does."""

    name: str
    row: int
    start: float
    wait: float
    width: float
    goes_on: bool

    @property
    def end(self) -> float:
        """Where it ends."""
        return self.start + self.wait + self.width


@dataclass(frozen=True, slots=True)
class Lane:
    """The bars of one name, in as few rows as let none overlap another."""

    name: str
    rows: int
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Axis:
    """The time that the box covers, and where its marks stand."""

    begin: datetime
    end: datetime
    ticks: tuple[datetime, ...]

    def place(self, at: datetime) -> float:
        """Return where a time stands; one outside of the box at its edge."""
        share = (at - self.begin) / (self.end - self.begin)
        return min(max(share, 0.0), 1.0) * WHOLE


def axis(spans: Iterable[Span], midnight: datetime, next_midnight: datetime) -> Axis:
    """Cover the hours of a day in which something happened, at least a few; what goes on after the day is cut at its end."""
    hours = [at for span in spans for at in (span.asked, _end(span))]
    length = round((next_midnight - midnight) / _HOUR)
    first = min(max(_hour(min(hours, default=midnight), midnight), 0), max(length - _LEAST_HOURS, 0))
    last = min(max(_hour(max(hours, default=midnight), midnight) + 1, first + _LEAST_HOURS), length)
    step = next((step for step in _STEPS if (last - first) / step <= _TICKS), _STEPS[-1])
    ticks = tuple(midnight + _HOUR * hour for hour in range(first, last + 1) if hour % step == 0)
    return Axis(midnight + _HOUR * first, midnight + _HOUR * last, ticks)


def _hour(at: datetime, midnight: datetime) -> int:
    return (at - midnight) // _HOUR


def _end(span: Span) -> datetime:
    return span.ended or span.limit


def lanes(spans: Iterable[Span], over: Axis) -> tuple[Lane, ...]:
    """Lay out bars: a lane for each name, the one that began first at the top."""
    found: dict[str, list[Span]] = {}
    for span in sorted(spans, key=lambda span: (span.asked, span.name)):
        found.setdefault(span.lane, []).append(span)
    return tuple(_lane(name, of, over) for name, of in found.items())


def _lane(name: str, spans: Sequence[Span], over: Axis) -> Lane:
    free: list[float] = []
    bars = []
    for span in spans:
        bar = _bar(span, over, free)
        bars.append(bar)
    return Lane(name, len(free), tuple(bars))


def _bar(span: Span, over: Axis, free: list[float]) -> Bar:
    """Place a bar in the first row that is free; `free` says from where on each row is."""
    began = over.place(span.began or span.asked)
    end = over.place(_end(span))
    start = min(over.place(span.asked), WHOLE - LEAST)
    wait = max(min(began, WHOLE - LEAST) - start, 0.0)
    width = min(max(end - start - wait, LEAST), WHOLE - start - wait)
    row = next((row for row, place in enumerate(free) if place <= start), len(free))
    if row == len(free):
        free.append(0.0)
    free[row] = start + wait + width
    return Bar(span.name, row, start, wait, width, _end(span) > over.end)
