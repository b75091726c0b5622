"""The plain model that a control repository is held against: one order of operations, carried out on records in memory."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pygit2

from gitcp.errors import GitcpError
from gitcp.model.base import Record
from gitcp.model.operation import Change, Put, Receipt, Refusal, Result, Step, Write
from gitcp.model.snapshot import Snapshot
from gitcp.store import messages
from gitcp.store.memory import MemoryStore
from gitcp.store.objects import Signature
from tests.store.repositories import MAIN
from tests.store.steps import NOW, asking

PETRA = Signature("Petra Person", "petra@example.org", NOW)

Told = tuple[str, str]
"""What an answer says: how it went, and in which words."""


@dataclass
class Sent:
    """A request: what it asks, how long the branch was when it was sent first, and the commit that its sender was told of."""

    step: Step
    since: int
    revision: str | None = None


class SingleOrder:
    """Reads a record branch along, one commit after another, and holds that answers fit to it."""

    def __init__(self, repository: Path, founding: Sequence[Record]) -> None:
        self._repository = pygit2.Repository(str(repository))
        self._founding = founding
        self._memory = MemoryStore()
        self._commits: list[str] = []
        self._states: list[Snapshot] = [self._memory.snapshot()]
        self._positions: dict[str, int] = {}
        self.sent: dict[str, Sent] = {}
        self.advance()

    @property
    def length(self) -> int:
        """How many commits the branch has."""
        return len(self._commits)

    @property
    def snapshot(self) -> Snapshot:
        """The records after the last commit."""
        return self._states[-1]

    def states(self, since: int) -> list[Snapshot]:
        """Return the records as they were when the branch had a length, and after each commit from then on."""
        return self._states[since:]

    def send(self, steps: Sequence[Step]) -> None:
        """Note what is about to be asked."""
        for step in steps:
            self.sent.setdefault(step[1].request, Sent(step, self.length))

    def advance(self) -> None:
        """Take in what the branch got since: it only ever grew, and each request is in it once, as it is when carried out alone."""
        for commit in self._later():
            request = messages.trailers(commit.message).get(messages.REQUEST)
            if request is None:
                self._memory.put([] if self._commits else [*map(Put, self._founding)], PETRA, "by hand")
            else:
                self._take(request, commit.message)
            self._commits.append(str(commit.id))
            self._states.append(self._memory.snapshot())

    def settle(self, step: Step, result: Result, since: int) -> None:
        """Hold that the answer to a call that began at a length of the branch is one that the single order gives."""
        request = step[1].request
        position = self._positions.get(request)
        if position is None:
            assert _told(result) in list(self._possible(step, since)), f"{result}: no state explains it"
            return
        assert isinstance(result, Receipt), f"{result}: yet it was carried out"
        sent = self.sent[request]
        assert result.revision == self._commits[position]
        assert sent.revision in {None, result.revision}
        # Asked for again, it may have been carried out between the calls.
        assert position >= sent.since
        sent.revision = result.revision

    def _later(self) -> list[pygit2.Commit]:
        known = self._commits[-1] if self._commits else None
        found: list[pygit2.Commit] = []
        oid = str(self._repository.references[MAIN].target)
        while oid and oid != known:
            commit = self._repository[oid].peel(pygit2.Commit)
            found.append(commit)
            oid = str(commit.parent_ids[0]) if commit.parent_ids else ""
        assert known is None or oid, f"{known}: fell out of the branch"
        return found[::-1]

    def _take(self, request: str, message: str) -> None:
        assert request in self.sent, f"{request}: nobody sent it"
        assert request not in self._positions, f"{request}: was carried out twice"
        step = self.sent[request].step
        (result,) = self._memory.apply(asking(step)).results
        assert isinstance(result, Receipt), f"{result}: but it is in the branch"
        assert message.splitlines()[0] == messages.one_line(result.edit.subject, 72)
        self._positions[request] = self.length

    def _possible(self, step: Step, since: int) -> Iterator[Told]:
        return (_decided(step, state) for state in self.states(since))


def _decided(step: Step, state: Snapshot) -> Told:
    operation, call = step
    try:
        edit = operation.decide(state, call)
    except GitcpError as error:
        return type(error).__name__, str(error)
    return "changes" if any(_differs(state, change) for change in edit.changes) else "nothing", edit.subject


def _told(result: Result) -> Told:
    if isinstance(result, Refusal):
        return type(result.error).__name__, str(result.error)
    return "nothing", result.edit.subject


def _differs(state: Snapshot, change: Change) -> bool:
    if isinstance(change, Put):
        return state.get(type(change.record), change.record.id) != change.record
    assert not isinstance(change, Write)
    return state.get(change.kind, change.id) is not None
