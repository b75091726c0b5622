"""The history by record: which commits are about a task, a run or a member.

About a record are the commits that touch its file, or name it in a trailer; about a task also those of its comments, documents and runs.
"""

from abc import abstractmethod
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Final, overload

from gitcp.model.history import Entry
from gitcp.model.ids import RUN_ID, TASK_ID
from gitcp.model.tasks import Comment

_TRAILERS: Final = ("Gitcp-Task", "Gitcp-Run")


class SiteLog(Sequence[Entry]):
    """All commits, newest first."""

    @abstractmethod
    def about(self, names: Iterable[str]) -> Sequence[Entry]:
        """Return the commits that name one of these records, newest first; see `named`."""


class ReadLog(SiteLog):
    """A log that was read into memory."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries = tuple(entries)

    def __len__(self) -> int:
        return len(self._entries)

    @overload
    def __getitem__(self, place: int) -> Entry: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Entry]: ...
    def __getitem__(self, place: int | slice) -> Entry | Sequence[Entry]:
        return self._entries[place]

    def about(self, names: Iterable[str]) -> Sequence[Entry]:
        """Return the commits that name one of these records, newest first."""
        places = {place for name in names for place in self._about.get(name, ())}
        return [self._entries[place] for place in sorted(places)]

    @cached_property
    def _about(self) -> Mapping[str, Sequence[int]]:
        about: dict[str, list[int]] = defaultdict(list)
        for place, entry in enumerate(self._entries):
            for name in named(entry):
                about[name].append(place)
        return about


def named(entry: Entry) -> set[str]:
    """Return the tasks, runs and members that a commit itself names, by its trailers and paths; a run's file as `file_of` it."""
    names = {entry.trailers[trailer] for trailer in _TRAILERS if trailer in entry.trailers}
    for path in entry.paths:
        folder, *below = path.split("/")
        for part in below:
            name = part.removesuffix(".yaml")
            if RUN_ID.match(name):
                names.add(file_of(name))
                names.add(name)
            elif folder == "org" or TASK_ID.match(name):
                names.add(name)
    return names


def file_of(run: str) -> str:
    """Return the name of a run's file, which is about the run's task too; a commit within the run is not."""
    return f"{run}/"


def written_at(comment: Comment) -> datetime | None:
    """Return when a comment was written, as its name says."""
    try:
        # A format took a quarter of the time of a task's data.
        return datetime.fromisoformat(f"{comment.stamp[:15]}.{comment.stamp[15:]}").replace(tzinfo=UTC)
    except ValueError:
        return None
