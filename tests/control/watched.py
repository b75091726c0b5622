"""A scheduler in this process, led by what it shows: whoever listens does the next step of the story."""

from collections.abc import Callable, Iterator, Sequence

from gitcp.control.events import Event, words_of
from gitcp.control.health import Health
from gitcp.control.plane import Plane
from gitcp.control.scheduler import Orders, schedule
from gitcp.model.runs import Run
from tests.stories.company import Company

# A step of a story: it yields what has to be so before it goes on, and is asked again each time that the scheduler shows itself.
Story = Iterator[Callable[[], bool]]


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
