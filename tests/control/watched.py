"""A scheduler in this process, led by what it shows: whoever listens does the next step of the story."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

import pytest

from gitcp.control import scheduler as module
from gitcp.control.events import Event, words_of
from gitcp.control.health import Health
from gitcp.control.plane import Plane
from gitcp.control.scheduler import Orders, schedule
from gitcp.control.tick import LastLook, Terms, Ticked, tick
from gitcp.control.watching import LOOKED_EVERY
from gitcp.core.operations.create_task import CreateTask
from gitcp.errors import GitcpError
from gitcp.model.actors import the_scheduler
from gitcp.model.operation import Refusal
from gitcp.model.runs import Run
from tests.stories.company import Company

# A step of a story: it yields what has to be so before it goes on, and is asked again each time that the scheduler shows itself.
Story = Iterator[Callable[[], bool]]
# A story that does not come to its end, by a clock that passes only at rest.
LONGEST_STORY = 600.0
MOST_TICKS = 50


class Follower:
    """Goes through a story, and stops the scheduler at its end."""

    def __init__(self, story: Callable[["Follower"], Story]) -> None:
        self.events: list[Event] = []
        self.healths: list[Health] = []
        self.running: Sequence[Run] = ()
        self.is_stopped = False
        self.is_over = False
        self._story = story(self)
        self._awaited: Callable[[], bool] = lambda: True

    @property
    def words(self) -> list[str]:
        return [words_of(event) for event in self.events]

    @property
    def health(self) -> Health:
        return self.healths[-1]

    def tell(self, event: Event) -> None:
        self.events.append(event)

    def show(self, health: Health, running: Sequence[Run]) -> None:
        self.healths.append(health)
        self.running = running
        while self._awaited():
            try:
                self._awaited = next(self._story)
            except StopIteration:
                self.is_stopped = True
                return


def follow(
    company: Company, story: Callable[[Follower], Story], *, drains: bool = False, every: float = 60.0
) -> Follower:
    """Run a scheduler until the story has ended."""
    follower = Follower(story)
    with company.plane() as plane:
        scheduled(plane, follower, drains=drains, every=every)
    return follower


def scheduled(plane: Plane, follower: Follower, *, drains: bool = False, every: float = 60.0) -> None:
    orders = Orders(lambda: follower.is_stopped, lambda: follower.is_over, every, drains)
    schedule(plane, orders, follower)


class RestingTime:
    """The scheduler's clock and its watch in one: time passes only while it rests."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def monotonic(self) -> float:
        return self.seconds

    def wait(self, seconds: float) -> bool:
        self.seconds += min(seconds, LOOKED_EVERY)
        assert self.seconds < LONGEST_STORY
        return False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass


@dataclass
class Ticks:
    """Ticks as the scheduler asks for them: when, on what terms. `led` may let one fail, or say what it had to note or was refused."""

    time: RestingTime
    led: Callable[[int, Terms], "Saying"]
    at: list[float] = field(default_factory=list)
    terms: list[Terms] = field(default_factory=list)

    def __call__(self, plane: Plane, last: LastLook, terms: Terms) -> Ticked:
        self.at.append(self.time.seconds)
        assert len(self.at) < MOST_TICKS
        self.terms.append(terms)
        saying = self.led(len(self.at), terms)
        step = CreateTask(project="CI", title="Write it"), plane.call(the_scheduler())
        refusals = tuple(Refusal(step, GitcpError(text)) for text in saying.refused)
        return replace(tick(plane, last, terms), notes=saying.notes, refusals=refusals)


@dataclass(frozen=True)
class Saying:
    """What a tick has to say."""

    notes: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


def led_ticks(
    monkeypatch: pytest.MonkeyPatch, led: Callable[[int, Terms], Saying] = lambda *_: Saying()
) -> Ticks:
    """Let time pass only at rest, and ticks be as they are told; `led` is given the number of the tick, from one on."""
    time = RestingTime()
    ticks = Ticks(time, led)
    monkeypatch.setattr(module, "time", time)
    monkeypatch.setattr(module, "Watch", lambda _: time)
    monkeypatch.setattr(module, "tick", ticks)
    return ticks
