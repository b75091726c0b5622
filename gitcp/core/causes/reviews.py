"""What wakes an agent for a task that waits for its review."""

from collections.abc import Iterator

from gitcp.core.approvals import awaited
from gitcp.core.causes.candidate import Candidate
from gitcp.core.causes.failures import RETRIED, failed_in_a_row, is_given_up, last_run, retry, went_on
from gitcp.core.consequences import Consequence, consequence
from gitcp.core.readiness import project_over
from gitcp.model.digests import asked_of_reviewer
from gitcp.model.members import Agent, WakeReason
from gitcp.model.runs import Cause, Outcome, Run
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Task, TaskStatus


def reviewable(snapshot: Snapshot, agent: Agent) -> list[Task]:
    """Return the tasks whose next review is the agent's."""
    return [
        task
        for task in snapshot.tasks(statuses={TaskStatus.IN_REVIEW}, reviewer=agent.id)
        if not snapshot.is_inert("task", task.id) and project_over(snapshot, task) is None
    ]


def of_review(snapshot: Snapshot, agent: Agent, task: Task) -> Iterator[Candidate]:
    """Yield what a task in review is for its reviewer."""
    asked = Cause(reason=WakeReason.REVIEW, record=task.id, digest=asked_of_reviewer(task))
    yield Candidate(asked, task.id)
    last = last_run(snapshot, agent.id, task.id)
    if last is None or last.pending or last.ended_at is None or not snapshot.answered(agent.id, [asked]):
        return
    if last.outcome in RETRIED and not is_given_up(snapshot, failed_in_a_row(snapshot, last)):
        yield retry(snapshot, last, last.ended_at, task)
    elif consequence(last) is Consequence.HOLD:
        yield went_on(last, task)
    elif _is_asked_again(snapshot, last, task):
        # It ended without a verdict: asked once more, then somebody must act.
        yield went_on(last, task)


def _is_asked_again(snapshot: Snapshot, last: Run, task: Task) -> bool:
    ended_well = last.outcome is Outcome.SUCCEEDED and not _continues(last)
    return ended_well and not awaited(snapshot, last.agent, task.id)


def _continues(run: Run) -> bool:
    return any(cause.reason is WakeReason.CONTINUE for cause in run.answers)
