"""Deliveries: what was held back is integrated by agreement alone, and what a run delivered is written by its end alone."""

from collections.abc import Iterator
from typing import Final

from gitcp.audit.act import Act, Deed
from gitcp.audit.finding import Finding, Weight
from gitcp.core.task_gates import in_words, is_held_back, standing_of, to_deliver
from gitcp.core.workspaces import branch_of
from gitcp.model.members import Agent
from gitcp.model.planning import Project
from gitcp.model.runs import Run
from gitcp.model.tasks import Delivery, Task

_INTEGRATES: Final = "delivery.integrate"
_DELIVER: Final = frozenset({"run.finish", "run.reap", "run.resolve"})
# It writes what was approved byte for byte, which `approvals` looks at.
_APPLIES: Final = "approval.apply"


def deliveries(act: Act) -> Iterator[Finding]:
    """Say what a commit of the scheduler claims of deliveries that nobody agreed to, or that no run made."""
    if not act.is_by_scheduler or act.operation == _APPLIES:
        return
    for deed, before, after in act.of(Task):
        was, is_now = (before.delivery if before else None), (after.delivery if after else None)
        if before is None or after is None or was == is_now:
            continue
        if act.operation == _INTEGRATES:
            yield from _integrated(act, deed, before, is_now)
        elif act.operation in _DELIVER:
            yield from _at_once(act, deed, before, is_now)
        elif _claims(was) != _claims(is_now):
            yield act.broken("delivery/forged", deed.path, _told(was), _told(is_now))


def _integrated(act: Act, deed: Deed, before: Task, after: Delivery | None) -> Iterator[Finding]:
    was = before.delivery
    if was is None or after is None or not was.is_held or _made(was) != _made(after):
        yield act.broken("delivery/forged", deed.path, _told(was), _told(after))
        return
    standing = standing_of(act.world, to_deliver(act.world, before))
    if after.integrated is not None and not standing.is_agreed:
        expected = f"agreement to commit {was.commit[:12]}"
        yield act.broken("delivery/unapproved", deed.path, expected, in_words(act.world, standing))


def _at_once(act: Act, deed: Deed, before: Task, after: Delivery | None) -> Iterator[Finding]:
    if after is None or after.integrated is not None:
        yield act.broken("delivery/forged", deed.path, "what a run delivered", _told(after))
        return
    run = act.world.get(Run, after.run)
    agent = act.world.get(Agent, run.agent) if run else None
    project = act.world.get(Project, before.project)
    is_own = project is None or run is None or after.branch == branch_of(project, run)
    if not is_own and agent is not None and is_held_back(act.world, agent, before):
        # A gate that came between the push and this commit could not hold it back any more.
        expected, found = "a commit that is held back on its branch", f"one on {after.branch}"
        yield act.broken("delivery/not-held", deed.path, expected, found, weight=Weight.NOTE)


def _made(delivery: Delivery) -> tuple[object, ...]:
    return delivery.commit, delivery.branch, delivery.run


def _claims(delivery: Delivery | None) -> tuple[object, ...]:
    # Whether its checks count may change with the checks.
    return () if delivery is None else (*_made(delivery), delivery.into, delivery.integrated)


def _told(delivery: Delivery | None) -> str:
    if delivery is None:
        return "nothing delivered"
    where = f", integrated into {delivery.into}" if delivery.integrated else ""
    return f"commit {delivery.commit[:12]} on {delivery.branch}{where}"
