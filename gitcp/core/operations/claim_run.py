"""Claim a run: take its task, its place and its money before anything starts."""

from typing import ClassVar, Final

from gitcp.core.authority import authorise
from gitcp.core.budgets import company_zone, covering, reservation
from gitcp.core.causes.failures import RETRIED, wake_again
from gitcp.core.documents import followed
from gitcp.core.eligibility import Wanted, hold
from gitcp.core.hops import hops_of_all
from gitcp.core.lifecycle import TaskEvent, advance
from gitcp.core.lookup import changed, existing
from gitcp.errors import ConflictError
from gitcp.model.members import Agent, WakeReason
from gitcp.model.operation import Call, Change, Edit, Operation, Put, Remove
from gitcp.model.runs import Cause, Run, Wake
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Task, TaskStatus

LONGEST_PROMPT: Final = 200_000


class ClaimRun(Operation):
    """Write the run that a plan wants, if it may still start."""

    name: ClassVar[str] = "run.claim"

    run: Run
    wakes: tuple[str, ...] = ()
    because: str = ""

    def decide(self, snapshot: Snapshot, call: Call) -> Edit:
        """Check again what the plan checked, on what is now in the branch."""
        authorise(snapshot, call, self.name)
        if snapshot.get(Run, self.run.id) is not None:
            raise ConflictError(f"run {self.run.id} exists already")
        existing(snapshot, Agent, self.run.agent)
        task = snapshot.get(Task, self.run.task) if self.run.task else None
        started = self._started(task)
        run = self._claimed(snapshot, started or task)
        held = hold(Wanted(snapshot, run, call.now))
        if held is not None:
            raise ConflictError(f"run {run.id} may not start: {held.reason}")
        about = f" for {run.task}" if run.task else ""
        return Edit(
            changes=(Put(run), *([Put(started)] if started else []), *self._answered(snapshot)),
            subject=f"claim run {run.id}{about}",
            task=run.task,
            run=run.id,
            reason=self.because,
        )

    def _claimed(self, snapshot: Snapshot, task: Task | None) -> Run:
        """Return the run with what follows from the branch as it is, whatever the plan saw."""
        retried = _retried(snapshot, self.run)
        return changed(
            self.run,
            answers=(*self.run.answers, *_carried(self.run, retried)),
            prompt=_prompt(self.run, retried),
            attempt=max([self.run.attempt, *map(_next_attempt, retried)]),
            hops=hops_of_all(snapshot, self.run.agent, self.run.answers),
            found=task.status if task else None,
            follows=followed(snapshot, task),
            zone=_zone(snapshot),
            charges=tuple(budget.id for budget in covering(snapshot, self.run.agent, task)),
            reserved=reservation(self.run.limits),
        )

    def _started(self, task: Task | None) -> Task | None:
        if task is None or task.assignee != self.run.agent or task.status is not TaskStatus.TODO:
            return None
        # A person who unblocked it by hand may have left why it was blocked.
        return changed(task, status=advance(task, TaskEvent.START), blocked=None)

    def _answered(self, snapshot: Snapshot) -> tuple[Change, ...]:
        again = (wake_again(self.run.agent, cause.record) for cause in self.run.answers if _is_again(cause))
        wakes = dict.fromkeys([*self.wakes, *again])
        return tuple(Remove(Wake, wake) for wake in wakes if snapshot.get(Wake, wake) is not None)


def _zone(snapshot: Snapshot) -> str | None:
    place = company_zone(snapshot.company)
    return None if place.key == "UTC" else place.key


def _is_again(cause: Cause) -> bool:
    """Whether it tries a run again that had no task."""
    return cause.reason is WakeReason.RETRY and cause.record == cause.digest


def _retried(snapshot: Snapshot, run: Run) -> list[Run]:
    names = [cause.record for cause in run.answers if _is_again(cause)]
    return [found for name in names if (found := snapshot.get(Run, name)) is not None]


def _next_attempt(last: Run) -> int:
    # One that was stopped for a pause did not fail.
    return last.attempt + (last.outcome in RETRIED)


def _carried(run: Run, retried: list[Run]) -> tuple[Cause, ...]:
    # Its brief holds again what theirs held; of a heartbeat's slots one is enough.
    known = {(cause.reason, cause.record) for cause in run.answers}
    carried = {
        (cause.reason, cause.record): cause
        for last in retried
        for cause in last.answers
        if not _is_again(cause)
    }
    return tuple(cause for name, cause in carried.items() if name not in known)


def _prompt(run: Run, retried: list[Run]) -> str | None:
    asked = [last.prompt for last in retried if last.prompt and last.prompt not in (run.prompt or "")]
    return (
        "\n\n".join(dict.fromkeys([*asked, *([run.prompt] if run.prompt else [])]))[:LONGEST_PROMPT] or None
    )
