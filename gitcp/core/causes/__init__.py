"""What would wake an agent, derived from the tree alone.

Rule: a cause wakes an agent if no run of that agent answers it. Nothing here knows whether there is room or money: `plan` does.
"""

from collections.abc import Iterable
from datetime import datetime

from gitcp.core.causes.brakes import braked
from gitcp.core.causes.candidate import Candidate, digest
from gitcp.core.causes.failures import LONGEST_RETRY, failures_in_a_row, last_run, retry_after
from gitcp.core.causes.heartbeats import heartbeat_of, heartbeats, next_slot_of, slot_of
from gitcp.core.causes.requests import approvals, decision, mention, mentions, wakes
from gitcp.core.causes.reviews import of_review, reviewable
from gitcp.core.causes.work import assignment, of_task
from gitcp.core.readiness import is_workable
from gitcp.model.members import Agent
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import CLOSED, TaskStatus

__all__ = [
    "LONGEST_RETRY",
    "Candidate",
    "assignment",
    "braked",
    "candidates",
    "decision",
    "digest",
    "failures_in_a_row",
    "heartbeat_of",
    "last_run",
    "mention",
    "next_slot_of",
    "retry_after",
    "slot_of",
    "unanswered",
]


def candidates(snapshot: Snapshot, agent: Agent, now: datetime) -> list[Candidate]:
    """Return all causes of an agent, answered or not, before `wake_on` is asked."""
    mine = [
        task
        for task in snapshot.tasks(statuses=set(TaskStatus) - CLOSED, assignee=agent.id)
        if not snapshot.is_inert("task", task.id)
    ]
    workable = [task for task in mine if is_workable(snapshot, task)]
    found: list[Candidate] = []
    for task in workable:
        found.extend(of_task(snapshot, agent, task))
    to_review = reviewable(snapshot, agent)
    for task in to_review:
        found.extend(of_review(snapshot, agent, task))
    inbox = [task.id for task in (*workable, *to_review)]
    found.extend(mentions(snapshot, agent, inbox))
    found.extend(wakes(snapshot, agent, inbox))
    found.extend(approvals(snapshot, agent, inbox))
    found.extend(heartbeats(snapshot, agent, inbox, now))
    return found


def unanswered(snapshot: Snapshot, agent: Agent, found: Iterable[Candidate]) -> list[Candidate]:
    """Keep the candidates that no run of the agent answers, each with what holds it back."""
    waiting = list(found)
    answered = snapshot.answered(agent.id, [candidate.cause for candidate in waiting])
    return list(braked(snapshot, agent, (c for c in waiting if c.cause not in answered)))
