"""Worlds in which something may wake an agent, and what a plan makes of them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from gitcp.core.actions import Observed, Plan
from gitcp.core.causes import candidates
from gitcp.core.plan import plan
from gitcp.model.base import Record
from gitcp.model.memory import Records
from gitcp.model.problem import Problem
from gitcp.model.runs import Run
from gitcp.model.tasks import Task
from tests.helpers import (
    NOW,
    a_task,
    an_ended_run,
    later,
    snapshot_of,
)


def claims_of(snapshot: Records, now: datetime = NOW) -> list[tuple[str, str | None, list[str]]]:
    """Return what a plan starts: agent, task, and the reasons that the run answers."""
    claims = plan(snapshot, Observed(), now).claims
    return [
        (c.run.agent, c.run.task, sorted({cause.reason.value for cause in c.run.answers})) for c in claims
    ]


def answered(snapshot: Records, run: Run, now: datetime = NOW) -> Records:
    """Return the snapshot with a run that answered all that there was."""
    me = next(member for member in snapshot.members() if member.id == run.agent)
    causes = [c.cause for c in candidates(snapshot, me, now) if c.task == run.task]  # type: ignore[arg-type]
    return Records.of([*snapshot.by_key.values(), run.evolve(answers=(*run.answers, *causes))])


def at_rest(task: Task | None = None, **ended: Any) -> Records:
    """Return a world in which riley has worked on a task, ended an hour ago, and answered what there was."""
    task = task or a_task(status="in_progress")
    run = an_ended_run(claimed_at=later(-70), **({"declared": "continue"} | ended))
    return answered(snapshot_of(task), run)


def planned(*records: Record, observed: Observed | None = None, problems: Iterable[Problem] = ()) -> Plan:
    return plan(snapshot_of(*records, problems=problems), observed or Observed(), NOW, claimed_by="machine")


def why_not(*records: Record, **circumstances: Any) -> list[str]:
    """Return why what is wanted does not start."""
    told = planned(*records, **circumstances)
    assert told.claims == ()
    return [waiting.reason for waiting in told.waiting]
