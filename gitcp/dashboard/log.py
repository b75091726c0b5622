"""The history by record: which commits are about a task, a run or a member.

About a record are the commits that touch its file, or name it in a trailer; about a task also those of its comments, documents and runs.
The whole log is read once: asking it for each record would walk it as many times as there are records.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Final

from gitcp.model.history import Entry
from gitcp.model.ids import RUN_ID, TASK_ID
from gitcp.model.tasks import Comment

_TRAILERS: Final = ("Gitcp-Task", "Gitcp-Run")


def by_record(
    entries: Sequence[Entry], task_of_run: Mapping[str, str | None]
) -> Mapping[str, Sequence[Entry]]:
    """Return the commits about each record by its id, in the order of `entries`."""
    about: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        for name in set(_named(entry, task_of_run)):
            about[name].append(entry)
    return dict(about)


def _named(entry: Entry, task_of_run: Mapping[str, str | None]) -> Iterator[str]:
    yield from (entry.trailers[trailer] for trailer in _TRAILERS if trailer in entry.trailers)
    for path in entry.paths:
        folder, *below = PurePosixPath(path).parts or ("",)
        for name in (part.removesuffix(".yaml") for part in below):
            if TASK_ID.match(name) or RUN_ID.match(name) or folder == "org":
                yield name
            if task := task_of_run.get(name):
                yield task


def written_at(comment: Comment) -> datetime | None:
    """Return when a comment was written, as its name says."""
    try:
        return datetime.strptime(comment.stamp, "%Y%m%dT%H%M%S%fZ").replace(tzinfo=UTC)
    except ValueError:
        return None
