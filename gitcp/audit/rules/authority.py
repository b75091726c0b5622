"""Agents: whether each did what its place in the org chart, its task, its run and the policies of the time let it do; and what nobody does."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from gitcp.audit.act import Act
from gitcp.audit.finding import Finding
from gitcp.core.authority import (
    ASSIGNEE_MAY_EDIT,
    SCHEDULER_ONLY,
    Relation,
    authorise,
    authorise_over,
    authorise_question,
    authorise_withdrawal,
    relations,
)
from gitcp.core.implied import changed_fields
from gitcp.core.operations.registry import OPERATIONS
from gitcp.errors import NotAllowedError
from gitcp.model.actors import as_agent
from gitcp.model.guards import Approval
from gitcp.model.members import Agent
from gitcp.model.operation import SCHEDULER, Call
from gitcp.model.runs import Run, Wake
from gitcp.model.tasks import Comment, Task

# What follows from an edit, whoever makes it.
_FOLLOWS: Final = frozenset({"attempts", "given", "delivery"})


def authority(act: Act) -> Iterator[Finding]:
    """Say what an agent did that it may not do, and what the scheduler is said to have done that it never does for itself."""
    agent = act.world.member(act.actor) if act.is_by_scheduler else None
    if not isinstance(agent, Agent):
        yield from _of_others(act, is_member=agent is not None)
        return
    run = None if act.operation == "run.cancel" else act.passage.entry.trailers.get("Gitcp-Run")
    call = Call(as_agent(agent, run), act.passage.entry.at, "")
    try:
        _CHECKS.get(act.operation, _of_task)(act, call)
    except NotAllowedError as refused:
        yield act.broken("authority/not-allowed", "", "what its place allows", str(refused))
    yield from _as_assignee(act, agent)
    yield from _signed_by_another(act, agent)


def _of_others(act: Act, *, is_member: bool) -> Iterator[Finding]:
    if not act.is_by_scheduler or act.operation not in OPERATIONS:
        return
    if is_member and act.operation in SCHEDULER_ONLY:
        yield act.broken("authority/not-allowed", "", "the scheduler", f"{act.actor}: {act.operation}")
    elif act.actor == SCHEDULER and act.operation not in SCHEDULER_ONLY:
        expected = "a member who acts: the scheduler does this for nobody but them"
        yield act.broken("authority/not-allowed", "", expected, f"{act.actor}: {act.operation}")


def _of_task(act: Act, call: Call) -> None:
    authorise(act.world, call, act.operation, _task(act))


def _of_question(act: Act, call: Call) -> None:
    authorise_question(act.world, call, act.operation, _task(act))


def _of_proposal(act: Act, call: Call) -> None:
    # gitcp asks in the name of an agent that a gate has stopped, in its run.
    authorise_question(act.world, call, "approval.request", None)


def _of_withdrawal(act: Act, call: Call) -> None:
    for _, before, _ in act.of(Approval):
        if before is not None:
            authorise_withdrawal(act.world, call, act.operation, before)


def _of_wake(act: Act, call: Call) -> None:
    for _, _, after in act.of(Wake):
        if after is not None:
            authorise_over(act.world, call, act.operation, after.agent)


def _of_run(act: Act, call: Call) -> None:
    for _, before, _ in act.of(Run):
        if before is not None:
            authorise_over(act.world, call, act.operation, before.agent)


def _task(act: Act) -> Task | None:
    name = act.trailers.get("Gitcp-Task")
    if act.operation == "task.create" or name is None:
        return None
    return act.world.get(Task, name)


_CHECKS: Final[Mapping[str, Callable[[Act, Call], None]]] = {
    "approval.request": _of_question,
    "approval.propose": _of_proposal,
    "approval.withdraw": _of_withdrawal,
    "wake.request": _of_wake,
    "run.cancel": _of_run,
}


def _as_assignee(act: Act, agent: Agent) -> Iterator[Finding]:
    if act.operation != "task.edit":
        return
    for deed, before, after in act.of(Task):
        if before is None or after is None:
            continue
        held = relations(act.world, agent.id, before) - {Relation.ANYBODY}
        fields = changed_fields(before, after) - ASSIGNEE_MAY_EDIT - _FOLLOWS
        if held == {Relation.ASSIGNEE} and fields:
            expected = f"its assignee edits {', '.join(sorted(ASSIGNEE_MAY_EDIT))}"
            yield act.broken("authority/not-allowed", deed.path, expected, ", ".join(sorted(fields)))


def _signed_by_another(act: Act, agent: Agent) -> Iterator[Finding]:
    """What an agent writes names the agent: a comment under another's name would be believed to be that one's."""
    for deed, before, after in act.of(Comment):
        if before is None and after is not None and after.author not in {agent.id, None}:
            yield act.broken("identity/forged-actor", deed.path, f"a comment of {agent.id}", after.author)
    for deed, asked_before, asked in act.of(Approval):
        if asked_before is None and asked is not None and asked.requested_by != agent.id:
            yield act.broken("identity/forged-actor", deed.path, f"asked by {agent.id}", asked.requested_by)
