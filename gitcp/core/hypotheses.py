"""An operation that nobody has asked for yet: by whom and about what, and what tables and rules say of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, Final

from gitcp.core.authority import AGENT_MAY, SCHEDULER_ONLY, Relation, relations
from gitcp.core.costs import COSTLY, cost_of_agent
from gitcp.core.identity import Who, as_who
from gitcp.core.lookup import existing, existing_member
from gitcp.core.policies import STRANGERS, Asked
from gitcp.errors import UnknownRecordError
from gitcp.model.members import Agent, Person
from gitcp.model.operation import SCHEDULER, ActorKind
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Task

_STARTS: Final = "task.start"


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What is asked for: an operation, and what of it is known. `task`: the one that it is about; what it says holds where nothing else is given."""

    operation: str
    by: str
    task: str | None = None
    paths: tuple[str, ...] = ()
    project: str | None = None
    priority: str | None = None
    labels: tuple[str, ...] = ()
    usd: Decimal | None = None

    @classmethod
    def of(cls, operation: str, given: Mapping[str, Any]) -> "Hypothesis":
        """Make one of what was given by name: by, task, paths, project, priority, labels, usd as text; what is not given is none or missing."""
        return cls(
            operation,
            str(given["by"]),
            task=given.get("task"),
            paths=tuple(given.get("paths") or ()),
            project=given.get("project"),
            priority=given.get("priority"),
            labels=tuple(given.get("labels") or ()),
            usd=Decimal(str(given["usd"])) if given.get("usd") else None,
        )


@dataclass(frozen=True, slots=True)
class ByTable:
    """What the table of who acts says. `may`: none where that depends on the task."""

    may: bool | None
    because: str


def asked_by(known: Snapshot, hypothesis: Hypothesis) -> Asked:
    """Return a hypothetical operation as rules see it.

    Raises:
        UnknownRecordError: there is no such operation, member or task.
    """
    _expect_operation(hypothesis.operation)
    task = existing(known, Task, hypothesis.task) if hypothesis.task else None
    usd = hypothesis.usd
    if usd is None and task is not None and hypothesis.operation == _STARTS:
        agent = known.get(Agent, task.assignee) if task.assignee else None
        usd = cost_of_agent(known, agent) if agent else None
    return Asked(
        operation=hypothesis.operation,
        who=who_named(known, hypothesis.by),
        paths=hypothesis.paths,
        project=hypothesis.project or (task.project if task else None),
        priority=hypothesis.priority or (task.priority.value if task else None),
        labels=hypothesis.labels or (task.labels if task else ()),
        usd=usd,
    )


def who_named(known: Snapshot, name: str) -> Who:
    """Return a member as who acts; `scheduler` and `strangers` are no members.

    Raises:
        UnknownRecordError: there is no such member.
    """
    if name == SCHEDULER:
        return Who(ActorKind.SCHEDULER, SCHEDULER)
    if name == STRANGERS:
        return Who(None, "a stranger")
    member = existing_member(known, name)
    return as_who(member) if isinstance(member, Person) else Who(ActorKind.AGENT, member.id)


def by_table(known: Snapshot, who: Who, operation: str, task: Task | None) -> ByTable | None:
    """Say what the table of agents, or that of the scheduler, says; none for persons, whom rules alone hold back."""
    if operation in SCHEDULER_ONLY and who.kind is not ActorKind.SCHEDULER:
        return ByTable(False, "the scheduler alone does that")
    if who.kind is not ActorKind.AGENT:
        return None
    if operation not in AGENT_MAY:
        return ByTable(False, f"no agent may {operation}")
    wanted = AGENT_MAY[operation]
    if Relation.ANYBODY in wanted:
        return ByTable(True, f"any agent may {operation}")
    expected = " or ".join(sorted(wanted))
    if task is None:
        return ByTable(None, f"an agent may if it is {expected}")
    held = sorted(relations(known, who.id, task) & wanted)
    if not held:
        return ByTable(False, f"{who.id} is not {expected} of {task.id}")
    return ByTable(True, f"{who.id} is {' and '.join(held)} of {task.id}")


def may_cost(operation: str) -> bool:
    """Whether an operation may cost something, so that its amount matters."""
    return operation in COSTLY


def _expect_operation(operation: str) -> None:
    from gitcp.core.checks.policies import ASKED_AS, NAMES  # noqa: PLC0415 — it knows every operation, and few ask

    if operation in ASKED_AS and operation not in SCHEDULER_ONLY:
        instead = ASKED_AS[operation]
        raise UnknownRecordError(
            f"no rule is ever asked about {operation}: it comes to {instead}",
            hint=f"gitcp policy test {instead}",
        )
    if operation not in NAMES:
        near = get_close_matches(operation, sorted(NAMES), n=1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(sorted(NAMES))}"
        raise UnknownRecordError(f"there is no operation {operation}", hint=hint)
