"""How a drawn run ends in the records: by the operations that a real one is ended with."""

import hashlib
from collections.abc import Iterator
from datetime import datetime

from gitcp.control.simulation.history import Sample, Work, work_of
from gitcp.core.operations.finish_run import FinishRun
from gitcp.core.operations.review_task import ReviewTask, ReviewVerdict
from gitcp.model.actors import as_agent, the_scheduler
from gitcp.model.amounts import Usage
from gitcp.model.members import Agent
from gitcp.model.operation import Call, Step
from gitcp.model.runs import Outcome, Run, Settlement, Verification
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Task


def ending(snapshot: Snapshot, run: Run, sample: Sample, now: datetime) -> Iterator[Step]:
    """Yield what the agent says at the end of a run, and what its runner settles."""
    agent = snapshot.get(Agent, run.agent)
    task = snapshot.get(Task, run.task) if run.task else None
    is_done = sample.outcome is Outcome.SUCCEEDED
    if is_done and work_of(run) is Work.REVIEW and agent and task and task.reviewer == agent.id:
        verdict = ReviewVerdict.APPROVE if sample.passed else ReviewVerdict.REQUEST_CHANGES
        review = ReviewTask(task=task.id, verdict=verdict, comment="simulated")
        yield review, Call(as_agent(agent, run.id), now, _request("review", run))
    yield _finish(run, task, sample), Call(the_scheduler(), now, _request("finish", run))


def _finish(run: Run, task: Task | None, sample: Sample) -> FinishRun:
    checked = Verification(passed=sample.passed) if task is not None and task.verify else None
    return FinishRun(
        run=run.id,
        outcome=sample.outcome,
        started_at=run.claimed_at,
        failure=sample.failure,
        declared=sample.declared,
        reason="simulated",
        usage=Usage(**sample.amounts.model_dump()),
        settled_by=Settlement.METERED,
        verification=checked,
    )


def _request(about: str, run: Run) -> str:
    return hashlib.sha256(f"{about} {run.id}".encode()).hexdigest()[:16]
