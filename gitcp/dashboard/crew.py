"""Who reads the records of a site and makes its files: this process, or several."""

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from gitcp.dashboard.index.file import PageKey
from gitcp.dashboard.making import Done, Maker
from gitcp.dashboard.portions import Portion
from gitcp.model.snapshot import Snapshot

Work = Callable[[Maker, Sequence[PageKey]], Iterator[Done]]
"""Make files, in whatever order; what is done comes in parts."""

Reading = Callable[[int, int], None]
"""Told how many records and how many commits were read so far."""


class Crew(Protocol):
    """Whoever reads all records and makes all files; perhaps several processes, which go on while nobody asks."""

    def ready(self) -> Iterator[Portion]:
        """Yield what is read already, with the words of tasks by number."""

    def rest(self) -> Iterator[Portion]:
        """Yield all that is not read yet."""

    def learn(self) -> None:
        """Be told that the index keeps the rows, the words and the history."""

    def make(self, maker: Maker, keys: Sequence[PageKey]) -> Iterator[Done]:
        """Make files; see `Work`."""


class Alone:
    """A crew of this process, for few records. Implements `Crew`."""

    def __init__(self, snapshot: Snapshot, work: Work) -> None:
        self._snapshot = snapshot
        self.make = work

    def ready(self) -> Iterator[Portion]:
        """Nothing is read before it is asked for."""
        yield from ()

    def rest(self) -> Iterator[Portion]:
        """Yield all records."""
        yield Portion.whole(self._snapshot)

    def learn(self) -> None:
        """Whoever makes files here knows already."""
