"""Take back what commits did, as a new operation."""

from typing import Any, ClassVar, Final

from gitcp.core.authority import authorise
from gitcp.core.operations.edit_task import consequences
from gitcp.core.reversal import reversal
from gitcp.model.operation import Call, Change, Edit, Operation, Put
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Task

MOST: Final = 17
_NAMED: Final = 16
REVERTS: Final = "Gitcp-Reverts"


class RevertCommits(Operation):
    """Undo commits on the records as they are now, the newest first, all or nothing.

    `commits` and `since` are values of `gitcp.model.past.PastCommit`: only who has the history can ask for this, so it is in no table of operations.
    """

    name: ClassVar[str] = "record.revert"

    commits: tuple[Any, ...]
    since: tuple[Any, ...] = ()
    reason: str | None = None

    def decide(self, snapshot: Snapshot, call: Call) -> Edit:
        """Put back what still is as the commits left it; what follows from it follows anew."""
        authorise(snapshot, call, self.name)
        found = reversal(snapshot, self.commits, self.since, call.now)
        changes = [done for change in found.changes for done in _followed(snapshot, call, change)]
        names = " ".join(commit.revision[:_NAMED] for commit in self.commits)
        return Edit(
            tuple(changes),
            self._subject(),
            task=_task(found.changes),
            reason=self.reason,
            trailers=((REVERTS, names),),
        )

    def _subject(self) -> str:
        first = self.commits[0]
        if len(self.commits) == 1:
            return f"revert {first.revision[:12]}: {first.subject}"
        return f"revert {len(self.commits)} commits: {', '.join(commit.revision[:12] for commit in self.commits)}"


def _followed(snapshot: Snapshot, call: Call, change: Change) -> tuple[Change, ...]:
    present = snapshot.get(Task, change.record.id) if isinstance(change, Put) else None
    if isinstance(change, Put) and isinstance(change.record, Task) and present is not None:
        after = change.record
        return (Put(after.evolve(**consequences(present, after, call))),)
    return (change,)


def _task(changes: tuple[Change, ...]) -> str | None:
    tasks = {
        change.record.id for change in changes if isinstance(change, Put) and isinstance(change.record, Task)
    }
    return tasks.pop() if len(tasks) == 1 else None
