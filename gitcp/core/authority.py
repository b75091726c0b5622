"""Who may do what, as a table.

Persons may do all that the state tables allow (roles come with policies). An agent may do what its relation to the task allows. Runs belong to
the scheduler alone.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from gitcp.core.org import is_above, is_employed, names_of, person_above
from gitcp.errors import NotAllowedError
from gitcp.model.guards import Approval
from gitcp.model.operation import ActorKind, Call
from gitcp.model.runs import Run
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Task, TaskFields


class Relation(StrEnum):
    """What an agent is to a task."""

    ANYBODY = "anybody"
    ASSIGNEE = "its assignee"
    REVIEWER = "its reviewer"
    CREATOR = "its creator"
    ABOVE = "above its assignee"


_R = Relation

AGENT_MAY: Final[Mapping[str, frozenset[Relation]]] = {
    "task.create": frozenset({_R.ANYBODY}),
    "comment.create": frozenset({_R.ANYBODY}),
    "document.write": frozenset({_R.ASSIGNEE, _R.CREATOR, _R.ABOVE}),
    "task.edit": frozenset({_R.ASSIGNEE, _R.CREATOR, _R.ABOVE}),
    "task.assign": frozenset({_R.CREATOR, _R.ABOVE}),
    "task.queue": frozenset({_R.CREATOR, _R.ABOVE}),
    "task.shelve": frozenset({_R.CREATOR, _R.ABOVE}),
    "task.start": frozenset({_R.ASSIGNEE}),
    "task.block": frozenset({_R.ASSIGNEE, _R.ABOVE}),
    "task.unblock": frozenset({_R.ABOVE}),
    "task.review": frozenset({_R.REVIEWER}),
    "task.pause": frozenset({_R.ABOVE}),
    "task.resume": frozenset({_R.ABOVE}),
    "task.cancel": frozenset({_R.CREATOR, _R.ABOVE}),
    "task.reopen": frozenset({_R.CREATOR, _R.ABOVE}),
    "approval.request": frozenset({_R.ASSIGNEE, _R.REVIEWER}),
    "approval.withdraw": frozenset({_R.CREATOR}),
    "wake.request": frozenset({_R.ABOVE}),
    "run.cancel": frozenset({_R.ABOVE}),
}

SCHEDULER_ONLY: Final = frozenset(
    {
        "run.claim",
        "run.finish",
        "run.reap",
        "run.resolve",
        "task.number",
        "agent.adopt",
        "routine.adopt",
        "routine.fire",
        "record.archive",
        "approval.expire",
        "approval.conclude",
        "approval.apply",
        "approval.void",
        "approval.ask",
        "approval.follow",
        "delivery.integrate",
        "budget.ask",
    },
)

# What an assignee may change of its own task: never who checks it, what checks it, or what it is worth.
ASSIGNEE_MAY_EDIT: Final = frozenset({"title", "description", "labels", "blocked_by"})


def authorise(
    snapshot: Snapshot, call: Call, operation: str, task: TaskFields | None = None
) -> frozenset[Relation]:
    """Return the relations by which the actor may do this; empty for persons and the scheduler.

    Raises:
        NotAllowedError: the actor may not.
    """
    actor = call.actor
    if operation in SCHEDULER_ONLY:
        if actor.kind is not ActorKind.SCHEDULER:
            raise NotAllowedError(f"{actor.id} may not {operation}: the scheduler alone does")
        return frozenset()
    if actor.kind is not ActorKind.AGENT:
        return frozenset()
    allowed = _offered(snapshot, call, operation)
    held = relations(snapshot, actor.id, task) & allowed
    if not held:
        about = f" {task.id}" if task is not None else ""
        expected = ", ".join(sorted(allowed))
        raise NotAllowedError(
            f"agent {actor.id} may not {operation}{about}: expected {expected}",
            hint="comment on the task instead",
        )
    return held


def authorise_over(snapshot: Snapshot, call: Call, operation: str, member: str) -> None:
    """Let an agent act on a member only from above it.

    Raises:
        NotAllowedError: the actor may not.
    """
    if call.actor.kind is ActorKind.AGENT:
        _offered(snapshot, call, operation)
        if not is_above(snapshot, call.actor.id, member):
            raise NotAllowedError(
                f"agent {call.actor.id} may not {operation} for {member}: it is not above it in the org chart"
            )


def authorise_question(snapshot: Snapshot, call: Call, operation: str, task: TaskFields | None) -> None:
    """Let an agent ask about the task of its run, a task of its own, or none.

    Raises:
        NotAllowedError: the actor may not.
    """
    if call.actor.kind is not ActorKind.AGENT or (task is not None and not _is_of_run(snapshot, call, task)):
        authorise(snapshot, call, operation, task)
    else:
        _offered(snapshot, call, operation)


def authorise_withdrawal(snapshot: Snapshot, call: Call, operation: str, approval: Approval) -> None:
    """Let an agent take back what it asked itself, and a person what somebody below asked, or somebody below no person.

    Raises:
        NotAllowedError: the actor may not.
    """
    actor, requester = call.actor, approval.requested_by
    if actor.kind is ActorKind.AGENT:
        _offered(snapshot, call, operation)
        if actor.id != requester:
            raise NotAllowedError(
                f"agent {actor.id} may not {operation} {approval.id}: {requester} asked for it"
            )
        return
    is_free = person_above(snapshot, requester) is None
    if actor.id != requester and not is_free and not is_above(snapshot, actor.id, requester):
        raise NotAllowedError(
            f"{actor.id} may not {operation} {approval.id}: {requester}, who asked for it, is not below {actor.id}",
            hint=f"reject it if you may decide it: gitcp approval decide {approval.id} --reject -m TEXT",
        )


def _is_of_run(snapshot: Snapshot, call: Call, task: TaskFields) -> bool:
    run = snapshot.get(Run, call.actor.run) if call.actor.run else None
    return run is not None and run.task == task.id


def may_wake(snapshot: Snapshot, author: str, agent: str) -> bool:
    """Whether a comment of this author wakes an agent that it names: any other member's who is not terminated."""
    return author != agent and is_employed(snapshot, author)


def _offered(snapshot: Snapshot, call: Call, operation: str) -> frozenset[Relation]:
    actor = call.actor
    run = snapshot.get(Run, actor.run) if actor.run else None
    if run is not None and (run.agent != actor.id or not run.is_active):
        raise NotAllowedError(
            f"agent {actor.id} may not {operation}: run {run.id} has ended or is not its own", hint="exit"
        )
    if operation not in AGENT_MAY:
        raise NotAllowedError(
            f"agent {actor.id} may not {operation}", hint="ask a person, or comment on your task"
        )
    return AGENT_MAY[operation]


def relations(snapshot: Snapshot, agent: str, task: TaskFields | None) -> frozenset[Relation]:
    """Return what an agent is to a task."""
    found = {Relation.ANYBODY}
    if task is None:
        return frozenset(found)
    if task.assignee == agent:
        found.add(Relation.ASSIGNEE)
    elif isinstance(task, Task) and task.created_by in names_of(snapshot, agent):
        found.add(Relation.CREATOR)
    if isinstance(task, Task) and task.reviewer == agent:
        found.add(Relation.REVIEWER)
    if task.assignee is not None and is_above(snapshot, agent, task.assignee):
        found.add(Relation.ABOVE)
    return frozenset(found)
