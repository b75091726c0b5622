"""What becomes of a task when a run of it ended: a table, asked once, at the end of the run.

Rule: who decides is the record of the run; the same run gives the same answer when its result had to wait.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import takewhile
from typing import Final

from gitcp.core.causes import assignment
from gitcp.core.lifecycle import TaskEvent, advance
from gitcp.model.runs import Declared, FailureClass, Outcome, Run
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Blocked, Delivery, Task, TaskStatus


class Consequence(StrEnum):
    """What happens to the task."""

    DELIVER = "deliver"
    REJECT = "reject"
    BLOCK = "block"
    CONTINUE = "continue"
    ASK_ONCE = "ask once"
    RETRY = "retry"
    RETRY_COUNTED = "retry, counted"
    RELEASE = "release"
    STOP = "stop"


_C = Consequence

# Of a succeeded run, by what it declared.
DECLARED: Final[Mapping[Declared, Consequence]] = {
    Declared.FINISH: _C.DELIVER,
    Declared.BLOCK: _C.BLOCK,
    Declared.CONTINUE: _C.CONTINUE,
    Declared.NOTHING: _C.ASK_ONCE,
}
# Of a failed run, by whose fault it was.
FAILED: Final[Mapping[FailureClass, Consequence]] = {
    FailureClass.PLATFORM: _C.RETRY,
    FailureClass.TRANSIENT: _C.RETRY,
    FailureClass.AGENT: _C.RETRY_COUNTED,
}
OTHERWISE: Final[Mapping[Outcome, Consequence]] = {
    Outcome.TIMED_OUT: _C.RETRY_COUNTED,
    Outcome.SILENT: _C.RETRY_COUNTED,
    Outcome.ABANDONED: _C.RETRY_COUNTED,
    Outcome.OVER_BUDGET: _C.RELEASE,
    Outcome.CANCELLED: _C.STOP,
}


@dataclass(frozen=True, slots=True)
class Settled:
    """The task as it becomes, and what is said about it in a comment."""

    task: Task
    comment: str | None = None


def consequence(run: Run) -> Consequence:
    """Return the table's answer for an ended run."""
    if run.outcome is Outcome.SUCCEEDED:
        found = DECLARED[run.declared or Declared.NOTHING]
        red = run.verification is not None and not run.verification.passed
        return Consequence.REJECT if found is Consequence.DELIVER and (red or run.undelivered) else found
    if run.outcome is Outcome.FAILED:
        return FAILED[run.failure or FailureClass.AGENT]
    assert run.outcome is not None
    return OTHERWISE[run.outcome]


def _left_open(run: Run, unfinished: Collection[Consequence]) -> bool:
    # A block that was lifted in the meantime begins anew.
    return run.outcome is not None and run.blocked is None and consequence(run) in unfinished


def settle(snapshot: Snapshot, run: Run, at: datetime) -> Settled | None:
    """Return what becomes of the run's task, or none if the run is not its assignee's work or a person decided meanwhile."""
    task = snapshot.get(Task, run.task) if run.task else None
    if (
        task is None
        or task.assignee != run.agent
        or task.status not in {TaskStatus.TODO, TaskStatus.IN_PROGRESS}
    ):
        return None
    return _Settling(snapshot, run, _with_delivery(task, run), at).settled()


def _with_delivery(task: Task, run: Run) -> Task:
    if not run.commits or run.branch is None or run.undelivered is not None:
        return task
    verified = run.verification is not None and run.verification.passed
    return task.evolve(
        delivery=Delivery(commit=run.commits[-1], branch=run.branch, run=run.id, verified=verified)
    )


@dataclass(frozen=True, slots=True)
class _Settling:
    snapshot: Snapshot
    run: Run
    task: Task
    at: datetime

    def settled(self) -> Settled:
        return _STEPS[consequence(self.run)](self)

    def deliver(self) -> Settled:
        if self.task.verify and self.run.verification is None:
            return self._counted("The task declares checks, and none of them ran on what was delivered.")
        current = assignment(self.snapshot, self.task)
        if not self.snapshot.answered(self.run.agent, [current]) and current not in self.run.answers:
            return Settled(
                self.task,
                "The task was changed while its run was finishing; it is not done as it stands now.",
            )
        event = TaskEvent.SUBMIT if self.task.stages else TaskEvent.FINISH
        status = advance(self.task, event)
        if event is TaskEvent.SUBMIT:
            return Settled(self.task.evolve(status=status, submitted=self.at, reviewed=(), attempts=0))
        return Settled(self.task.evolve(status=status, closed=self.at, attempts=0))

    def reject(self) -> Settled:
        return self._counted(self._rejection())

    def block(self) -> Settled:
        return self._block(
            self.run.blocked or Blocked(by=self.run.agent, reason=self.run.reason or "blocked")
        )

    def retry(self) -> Settled:
        return Settled(self.task)

    def retry_counted(self) -> Settled:
        return self._counted(f"Run {self.run.id} {self.run.outcome}: {self.run.reason or 'no reason given'}.")

    def release(self) -> Settled:
        # Its own limit stopped it, and would again: counted, so that it does not spend a limit's worth for ever.
        counted = self._counted(
            f"Run {self.run.id} was stopped: {self.run.reason or 'it used up its limits'}."
        )
        if counted.task.status is TaskStatus.BLOCKED:
            return counted
        return Settled(counted.task.evolve(status=advance(self.task, TaskEvent.RELEASE)), counted.comment)

    def stop(self) -> Settled:
        cancel = self.run.cancel
        reason = (cancel.reason if cancel else None) or f"run {self.run.id} was cancelled"
        by = cancel.by if cancel else None
        return self._block(Blocked(by=by, reason=reason, waits_for=by))

    def _rejection(self) -> str:
        if self.run.undelivered is not None:
            return f"The work of run {self.run.id} could not be delivered: {self.run.undelivered}"
        checked = self.run.verification
        assert checked is not None
        tail = f"\n\n```\n{checked.tail.strip()}\n```" if checked.tail and checked.tail.strip() else ""
        return f"The check `{' '.join(checked.command)}` ended with {checked.exit_code} on what was delivered.{tail}"

    def again(self) -> Settled:
        return self._unless_stuck({_C.CONTINUE, _C.ASK_ONCE}, self._company_cap())

    def ask_once(self) -> Settled:
        return self._unless_stuck({_C.ASK_ONCE}, 1)

    def _unless_stuck(self, unfinished: Collection[Consequence], cap: int) -> Settled:
        runs = self.snapshot.runs(agent=self.run.agent, task=self.run.task, limit=cap + 2)
        earlier = [run for run in runs if run.id != self.run.id and not run.is_active]
        in_a_row = list(takewhile(lambda run: _left_open(run, unfinished), earlier))
        if len(in_a_row) < cap or self._has_open_children():
            return Settled(self.task)
        return self._block(Blocked(reason=f"{len(in_a_row) + 1} runs in a row ended without finishing it"))

    def _company_cap(self) -> int:
        return self.snapshot.company.scheduler.continue_runs if self.snapshot.company else 5

    def _has_open_children(self) -> bool:
        return any(child.is_open for child in self.snapshot.tasks(parent=self.task.id))

    def _counted(self, comment: str) -> Settled:
        attempts = self.task.attempts + 1
        limit = self.snapshot.company.scheduler.attempts if self.snapshot.company else 3
        if attempts < limit:
            return Settled(self.task.evolve(attempts=attempts), comment)
        blocked = self._block(Blocked(reason=f"{attempts} attempts failed")).task
        return Settled(blocked.evolve(attempts=attempts), comment)

    def _block(self, blocked: Blocked) -> Settled:
        return Settled(self.task.evolve(status=advance(self.task, TaskEvent.BLOCK), blocked=blocked))


_STEPS: Final[Mapping[Consequence, Callable[[_Settling], Settled]]] = {
    Consequence.DELIVER: _Settling.deliver,
    Consequence.REJECT: _Settling.reject,
    Consequence.BLOCK: _Settling.block,
    Consequence.CONTINUE: _Settling.again,
    Consequence.ASK_ONCE: _Settling.ask_once,
    Consequence.RETRY: _Settling.retry,
    Consequence.RETRY_COUNTED: _Settling.retry_counted,
    Consequence.RELEASE: _Settling.release,
    Consequence.STOP: _Settling.stop,
}
