"""What becomes of a task when a run of it ended, asked once, at the end of the run. Which way is taken says `consequences`."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import Final

from gitcp.core.approvals import awaited
from gitcp.core.causes import assignment
from gitcp.core.consequences import Consequence, consequence
from gitcp.core.lifecycle import TaskEvent, advance
from gitcp.core.lookup import settings_of
from gitcp.core.task_gates import standing_at_end
from gitcp.core.workspaces import target_of
from gitcp.model.company import SchedulerSettings
from gitcp.model.runs import Run
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Blocked, Delivery, Task, TaskStatus

__all__ = ["Settled", "consequence", "settle"]

_C = Consequence
_LONGEST_REASON: Final = 2_000


@dataclass(frozen=True, slots=True)
class Settled:
    """The task as it becomes, and what is said about it in a comment."""

    task: Task
    comment: str | None = None


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
    return _Settling(snapshot, run, _with_delivery(snapshot, task, run), at).settled()


def _with_delivery(snapshot: Snapshot, task: Task, run: Run) -> Task:
    if not run.commits or run.branch is None or run.undelivered is not None:
        return task
    verified = run.verification is not None and run.verification.passed
    target = target_of(snapshot, run)
    into = target if target != run.branch else None
    return task.evolve(
        delivery=Delivery(commit=run.commits[-1], branch=run.branch, run=run.id, verified=verified, into=into)
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
        delivery = self.task.delivery
        if delivery is not None and delivery.is_held and delivery.obstacle is not None:
            return self._counted(
                f"Nothing else was delivered than what cannot be integrated: {delivery.obstacle}"
            )
        event = TaskEvent.SUBMIT if self.task.stages or self._waits_at_end() else TaskEvent.FINISH
        status = advance(self.task, event)
        if event is TaskEvent.SUBMIT:
            return Settled(
                self.task.evolve(status=status, submitted=self.at, reviewed=(), agreed=None, attempts=0)
            )
        return Settled(self.task.evolve(status=status, closed=self.at, attempts=0))

    def _waits_at_end(self) -> bool:
        is_held = self.task.delivery is not None and self.task.delivery.is_held
        return is_held or not standing_at_end(self.snapshot, self.task).is_agreed

    def reject(self) -> Settled:
        return self._counted(self._rejection())

    def block(self) -> Settled:
        return self._block(
            self.run.blocked or Blocked(by=self.run.agent, reason=self.run.reason or "blocked")
        )

    def retry(self) -> Settled:
        in_a_row = self._in_a_row({_C.RETRY}, self._settings.retries)
        if len(in_a_row) < self._settings.retries:
            return Settled(self.task)
        last = f": {self.run.reason}" if self.run.reason else ""
        reason = f"{len(in_a_row) + 1} runs in a row failed, which was not the agent's doing{last}"
        return self._block(Blocked(reason=reason[:_LONGEST_REASON]))

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

    def hold(self) -> Settled:
        return Settled(self.task.evolve(status=advance(self.task, TaskEvent.RELEASE)))

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
        return self._unless_stuck({_C.CONTINUE, _C.ASK_ONCE}, self._settings.continue_runs)

    def ask_once(self) -> Settled:
        return self._unless_stuck({_C.ASK_ONCE}, 1)

    def _unless_stuck(self, unfinished: Collection[Consequence], cap: int) -> Settled:
        in_a_row = self._in_a_row(unfinished, cap)
        if len(in_a_row) < cap or self._waits():
            return Settled(self.task)
        return self._block(Blocked(reason=f"{len(in_a_row) + 1} runs in a row ended without finishing it"))

    def _in_a_row(self, alike: Collection[Consequence], most: int) -> list[Run]:
        """Return the runs right before this one that ended alike, up to one more than `most`."""
        runs = self.snapshot.runs(agent=self.run.agent, task=self.run.task, limit=most + 2)
        earlier = [run for run in runs if run.id != self.run.id and not run.is_active]
        return list(takewhile(lambda run: _left_open(run, alike), earlier))

    @property
    def _settings(self) -> SchedulerSettings:
        return settings_of(self.snapshot)

    def _waits(self) -> bool:
        has_open_children = any(child.is_open for child in self.snapshot.tasks(parent=self.task.id))
        return has_open_children or bool(awaited(self.snapshot, self.run.agent, self.task.id))

    def _counted(self, comment: str) -> Settled:
        attempts = self.task.attempts + 1
        if attempts < self._settings.attempts:
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
    Consequence.HOLD: _Settling.hold,
    Consequence.STOP: _Settling.stop,
}
