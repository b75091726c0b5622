"""What runs said, kept under refs of their own: `refs/gitcp/logs/<day of the claim>/<run>`. They are no part of the record, and never enter the branch.

Rule: neither the branch nor the cache is touched; a transcript that is gone costs nothing but itself.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Final

import pygit2

from gitcp.errors import GitcpError, RecordError
from gitcp.model.actors import SCHEDULER_EMAIL, SCHEDULER_NAME
from gitcp.model.ids import LOGS, RUN_ID, log_ref
from gitcp.store.objects import Objects, Signature
from gitcp.store.refs import Refs
from gitcp.store.remote import Move, Remote, remote_error
from gitcp.store.trees import PLAIN, Leaf

_AT_ONCE: Final = 100


class Transcripts:
    """The transcripts that a repository keeps, and those of its remote where it has one."""

    def __init__(self, objects: Objects, refs: Refs, remote: Remote | None) -> None:
        self._objects = objects
        self._refs = refs
        self._remote = remote

    def has(self, run: str) -> bool:
        """Whether this repository keeps one of a run."""
        return self._refs.read(_ref(run)) is not None

    def keep(self, run: str, files: Mapping[str, bytes], now: datetime) -> str:
        """Keep what a run said, by file name, in place of what was kept; return the ref.

        Raises:
            GitcpError: it cannot be written.
        """
        ref = _ref(run)
        who = Signature(SCHEDULER_NAME, SCHEDULER_EMAIL, now.astimezone(UTC))
        with _told(ref):
            leaves = {name: Leaf(self._objects.write(data)) for name, data in files.items()}
            tree = self._objects.edit(None, leaves)
            commit = self._objects.write_commit(tree, (), who, who, f"keep transcript {run}\n")
            self._refs.note(ref, self._refs.read(ref), commit)
        return ref

    def read(self, run: str, name: str) -> bytes | None:
        """Return a file of a run's transcript, or none if this repository does not keep it.

        Raises:
            GitcpError: it is damaged.
        """
        ref = _ref(run)
        with _told(ref):
            commit = self._refs.read(ref)
            leaf = self._objects.leaf(self._objects.commit(commit).tree, name) if commit else None
            return self._objects.data(leaf.oid) if leaf is not None and leaf.mode in PLAIN else None

    def push(self, run: str) -> None:
        """Bring a transcript to the remote, if there is one; one that is there already stays.

        Raises:
            RemoteError: the remote cannot be reached, or does not take it.
        """
        ref = _ref(run)
        commit = self._refs.read(ref)
        if self._remote is None or commit is None:
            return
        outcome = self._remote.push([Move(ref, None, commit)])
        if outcome.status != 0 and self._remote.read(ref) is None:
            raise remote_error(self._remote.name, "push", outcome)

    def bring(self, run: str) -> bool:
        """Fetch a transcript from the remote; return whether it has one.

        Raises:
            RemoteError: the remote cannot be reached.
        """
        ref = _ref(run)
        if self._remote is None or self._remote.read(ref) is None:
            return False
        self._remote.bring(ref)
        return True

    def forget_before(self, day: date) -> int:
        """Let go of the transcripts of runs that were claimed before a day; return how many there were."""
        gone = _older((name for name, _ in self._refs.under(LOGS)), day)
        for ref in gone:
            self._refs.note(ref, self._refs.read(ref), None)
        return len(gone)

    def forget_there_before(self, day: date) -> int:
        """Do the same in the remote, if there is one.

        Raises:
            RemoteError: the remote cannot be reached, or does not let them be deleted.
        """
        if self._remote is None:
            return 0
        there = self._remote.under(LOGS)
        gone = _older(there, day)
        for begin in range(0, len(gone), _AT_ONCE):
            moves = [Move(ref, there[ref], None) for ref in gone[begin : begin + _AT_ONCE]]
            outcome = self._remote.push(moves)
            if outcome.status != 0 and self._remote.under(LOGS).keys() & {move.ref for move in moves}:
                raise remote_error(self._remote.name, "push", outcome)
        return len(gone)


def _ref(run: str) -> str:
    if not RUN_ID.fullmatch(run):
        raise RecordError(f"run {run!r}: is not the id of a run", hint="an id such as 20261122T090000Z-riley")
    return log_ref(run)


def _older(refs: Iterable[str], day: date) -> list[str]:
    # What does not look like a transcript is somebody's own.
    return sorted(ref for ref in refs if (claimed := _day_of(ref)) is not None and claimed < day)


def _day_of(ref: str) -> date | None:
    text, _, run = ref.removeprefix(LOGS).partition("/")
    try:
        return date.fromisoformat(text) if RUN_ID.fullmatch(run) else None
    except ValueError:
        return None


@contextmanager
def _told(ref: str) -> Iterator[None]:
    try:
        yield
    except (OSError, pygit2.GitError, KeyError, ValueError) as error:
        raise GitcpError(
            f"{ref}: cannot be read or written: {error}", hint="make room, or give the right to write there"
        ) from error
