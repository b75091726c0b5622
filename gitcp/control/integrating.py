"""What was held back is integrated once people have agreed to it: exactly that commit, by a tick.

Rule: what is pushed is in the record afterwards or is found there by the next attempt; to integrate twice is as once.
"""

from dataclasses import dataclass, replace

from gitcp.control.plane import Plane
from gitcp.control.repositories import integration_of, repository_of
from gitcp.core.actions import Integrate, Plan
from gitcp.core.operations.integrate_delivery import IntegrateDelivery
from gitcp.core.task_gates import standing_at_end
from gitcp.core.workspaces import INTEGRATING, project_of
from gitcp.errors import GitcpError
from gitcp.model.actors import as_agent
from gitcp.model.members import Agent
from gitcp.model.operation import Receipt
from gitcp.model.planning import Integration
from gitcp.model.runs import Run
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Delivery, Task, TaskStatus
from gitcp.workspaces import Delivered, HeldBack, Obstacle, RepositorySpec, Undelivered


@dataclass(frozen=True, slots=True)
class _Case:
    """One delivery that people have agreed to."""

    task: Task
    delivery: Delivery
    run: Run
    agent: Agent

    def held(self) -> HeldBack:
        """Return it as workspaces know it."""
        actor = as_agent(self.agent, self.run.id)
        author = (actor.name, actor.email)
        return HeldBack(
            self.run.id, self.agent.id, self.task.id, author, self.delivery.branch, self.delivery.commit
        )


def integrate(plane: Plane, planned: Plan, receipts: list[Receipt]) -> tuple[str, ...]:
    """Integrate what a plan says, and write what became of it; return what cannot be done now, which the next tick tries again."""
    told: list[str] = []
    for action in planned.actions:
        if not isinstance(action, Integrate):
            continue
        try:
            case = _case(plane.snapshot(), action)
            operation = _carried_out(plane, plane.snapshot(), case) if case else None
            if operation is not None:
                receipts.append(plane.apply_as_scheduler(operation))
        except GitcpError as error:
            told.append(f"{action.task}: what was agreed to is not integrated yet: {error.message}")
    return tuple(told)


def _case(snapshot: Snapshot, action: Integrate) -> _Case | None:
    # The branch may have moved since the plan.
    task = snapshot.get(Task, action.task)
    found = task.delivery if task else None
    if task is None or found is None or found.commit != action.commit or not found.is_held:
        return None
    if (
        task.status is not TaskStatus.IN_REVIEW
        or task.reviewer
        or not standing_at_end(snapshot, task).is_agreed
    ):
        return None
    run = snapshot.get(Run, found.run)
    agent = snapshot.get(Agent, task.assignee) if task.assignee else None
    if run is None or agent is None:
        raise GitcpError(f"run {found.run} or its agent cannot be read")
    return _Case(task, found, run, agent)


def _carried_out(plane: Plane, snapshot: Snapshot, case: _Case) -> IntegrateDelivery | None:
    way = integration_of(project_of(snapshot, case.run))
    if way not in INTEGRATING or case.run.repository is None or case.delivery.into is None:
        return IntegrateDelivery(task=case.task.id, commit=case.delivery.commit)
    spec = repository_of(plane, snapshot, case.run, case.run.repository)
    return _pushed(plane, replace(spec, branch=case.delivery.into), case, way)


def _pushed(plane: Plane, spec: RepositorySpec, case: _Case, way: Integration) -> IntegrateDelivery | None:
    about = {"task": case.task.id, "commit": case.delivery.commit}
    match plane.workspaces.integrate(spec, case.held(), way):
        case Delivered(commit=commit):
            return IntegrateDelivery(**about, integrated=commit)
        case Undelivered(obstacle=Obstacle.MOVED, reason=reason) if way is Integration.REBASE:
            raise GitcpError(reason)
        case Undelivered(obstacle=obstacle, reason=reason):
            is_refused = obstacle is Obstacle.REFUSED
            told = reason if is_refused else f"{reason}. {_next_step(case.delivery)}"
            return IntegrateDelivery(**about, obstacle=told, refused=is_refused)
        case _:
            return None


def _next_step(delivery: Delivery) -> str:
    return (
        f"Bring {delivery.branch} up to date with {delivery.into} (git rebase origin/{delivery.into}), "
        "and deliver it anew; people are then asked again."
    )
