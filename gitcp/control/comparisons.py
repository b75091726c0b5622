"""One record at some time, and what differs between two times: by the names of commits, dates, or the files on disk."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from gitcp.control.checking import files_on_disk
from gitcp.core.differences import Difference, differences
from gitcp.errors import GitcpError, UnknownRecordError
from gitcp.model.base import Record
from gitcp.model.problem import Problem
from gitcp.store.comparing import compare, find, is_of_kind
from gitcp.store.readings import FileReading
from gitcp.store.states import State, States


@dataclass(frozen=True, slots=True)
class Shown:
    """A record's file at a commit; the record is none where it cannot be read, and then the problems say why."""

    state: State
    path: str
    kind: str
    id: str
    data: bytes
    record: Record | None
    problems: tuple[Problem, ...]
    is_archived: bool


@dataclass(frozen=True, slots=True)
class Differing:
    """What differs between two states, and the paths that do and are no record's."""

    before: State
    after: State
    found: tuple[Difference, ...]
    others: tuple[str, ...]


def record_at(place: Path, names: Sequence[str], at: str | None, kind: str | None = None) -> Shown:
    """Return a record by its id or its path, as it was at a commit or a date; none: as the last commit has it.

    `names`: the ways to spell it; the first that names a record counts.

    Raises:
        UnknownRecordError: there was none then.
        GitcpError: there is no such commit; or records of several kinds have this id.
    """
    with States.open(place) as states:
        state = states.at(at or "HEAD")
        tried = (_found(states, state, name, kind) for name in dict.fromkeys(names))
        found = next(filter(None, tried), None)
        if found is None:
            raise UnknownRecordError(
                f"{names[0]} is the id of no record{f' of kind {kind}' if kind else ''} at {state.name}",
                hint=f"`gitcp diff {state.name}` says what was otherwise then",
            )
        reading = _only(names[0], found)
        return _shown(state, reading, states.data(reading))


def _found(states: States, state: State, name: str, kind: str | None) -> list[FileReading]:
    return [r for r in find(states, state, name) if kind is None or is_of_kind(r, kind)]


def _only(name: str, found: list[FileReading]) -> FileReading:
    kinds = sorted({reading.subject[0] for reading in found if reading.subject})
    if len(kinds) > 1:
        raise GitcpError(
            f"{name}: expected the id of one record, found one of each of {', '.join(kinds)}",
            hint=f"say which: --kind {kinds[0]}",
        )
    return found[0]


def _shown(state: State, reading: FileReading, data: bytes) -> Shown:
    assert reading.place is not None
    kind = reading.record.kind if reading.record else reading.place.kind
    place = reading.place
    return Shown(state, reading.path, kind, place.id, data, reading.record, reading.problems, place.archived)


def between(place: Path, before: str, after: str | None = None, paths: Collection[str] = ()) -> Differing:
    """Return what differs between two commits or dates; without `after` the files on disk, or HEAD where there are none.

    Raises:
        GitcpError: there is no such commit.
    """
    with States.open(place) as states:
        old, new = states.at(before), state_of(states, after)
        compared = compare(states, old, new, paths)
        return Differing(old, new, tuple(differences(compared.pairs)), compared.others)


def state_of(states: States, name: str | None) -> State:
    """Return a state by name; without one the files on disk, or HEAD where there are none.

    Raises:
        GitcpError: there is no such commit.
    """
    if name is not None or states.root is None:
        return states.at(name or "HEAD")
    return states.on_disk(files_on_disk(states.root)[0])
