"""Leases: refs that say that a runner is alive. They are no part of the record, and never enter the branch."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from gitcp.errors import RecordError
from gitcp.model.actors import SCHEDULER_EMAIL, SCHEDULER_NAME
from gitcp.model.ids import RUN_ID
from gitcp.store import messages
from gitcp.store.objects import Objects, Signature
from gitcp.store.refs import Refs
from gitcp.store.remote import LEASES, Move, Remote, remote_error

_HOLDER: Final = "Gitcp-Holder"
_NONCE: Final = "Gitcp-Nonce"


@dataclass(frozen=True, slots=True)
class Lease:
    """What a lease's ref holds: an object that is new with each renewal, who made it, and when by their clock."""

    run: str
    oid: str
    holder: str
    at: datetime


class Leases:
    """The leases of a repository; with a remote, those of the remote."""

    def __init__(self, objects: Objects, refs: Refs, remote: Remote | None) -> None:
        self._objects = objects
        self._refs = refs
        self._remote = remote

    def create(self, run: str, holder: str, now: datetime) -> Lease | None:
        """Take a run's lease, which must not exist; none if somebody has it.

        Raises:
            RemoteError: the remote cannot be reached; whether the lease was taken is then not known.
        """
        if not RUN_ID.fullmatch(run):
            raise RecordError(
                f"run {run!r}: is not the id of a run", hint="an id such as 20261122T090000Z-riley"
            )
        return self._moved(run, None, holder, now)

    def renew(self, lease: Lease, now: datetime) -> Lease | None:
        """Move a lease on from what its holder wrote last; none if it is the holder's no more.

        Raises:
            RemoteError: the remote cannot be reached.
        """
        return self._moved(lease.run, lease.oid, lease.holder, now)

    def delete(self, lease: Lease) -> bool:
        """Remove a lease if it was not renewed since; return whether it is gone.

        Raises:
            RemoteError: the remote cannot be reached.
        """
        return self._swap(lease.run, lease.oid, None)

    def all(self) -> Mapping[str, Lease]:
        """Return the leases by run, as the last fetch saw them."""
        found = (self._read(name.removeprefix(LEASES), oid) for name, oid in self._refs.under(LEASES))
        return {lease.run: lease for lease in found}

    def _moved(self, run: str, expected: str | None, holder: str, now: datetime) -> Lease | None:
        oid = self._written(run, holder, now)
        return self._read(run, oid) if self._swap(run, expected, oid) else None

    def _written(self, run: str, holder: str, now: datetime) -> str:
        who = Signature(SCHEDULER_NAME, SCHEDULER_EMAIL, now.astimezone(UTC))
        # Two holders never write the same object, or both would find their own in the ref.
        said = f"{_HOLDER}: {messages.one_line(holder, 200)}\n{_NONCE}: {os.urandom(8).hex()}\n"
        return self._objects.write_commit(
            self._objects.edit(None, {}), (), who, who, f"lease {run}\n\n{said}"
        )

    def _read(self, run: str, oid: str) -> Lease:
        commit = self._objects.commit(oid)
        return Lease(run, oid, messages.trailers(commit.message).get(_HOLDER, ""), commit.committer.at)

    def _swap(self, run: str, expected: str | None, new: str | None) -> bool:
        ref = LEASES + run
        if self._remote is None:
            return self._refs.swap(ref, expected, new) or self._refs.read(ref) == new
        outcome = self._remote.push([Move(ref, expected, new)])
        there = new if outcome.status == 0 else self._remote.read(ref)
        if there == new:
            self._refs.swap(ref, self._refs.read(ref), new)
            return True
        if there == expected:  # refused, and not because somebody else was first
            raise remote_error(self._remote.name, "push", outcome)
        return False
