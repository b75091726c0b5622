"""What a change brings to a halt: tasks, members, budgets, live runs, requests that wait for a decision."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gitcp.core.actions import Stalled, Waiting
from gitcp.core.approvals import pending
from gitcp.core.budgets import use
from gitcp.core.differences import Pair
from gitcp.core.differences.headlines import subject
from gitcp.core.differences.phrases import listed
from gitcp.core.holds import told
from gitcp.core.org import is_employed, manager_of
from gitcp.core.standing import obstacle
from gitcp.model.base import Record
from gitcp.model.company import Company
from gitcp.model.guards import Budget
from gitcp.model.members import Agent, AgentStatus, Person
from gitcp.model.planning import Goal, Project
from gitcp.model.problem import Severity
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import OPEN, Task, TaskStatus


class Halt(StrEnum):
    """What kind of halt it is."""

    STALLED = "stalled"
    WAITING = "waiting"
    INERT = "inert"
    NO_MANAGER = "no manager"
    BUDGET = "budget"
    LIVE_RUN = "live run"
    APPROVAL = "approval"


@dataclass(frozen=True, slots=True)
class Hindrance:
    """Something that does not go on as before, and why. `member`: in whose inbox it is then."""

    halt: Halt
    about: str
    reason: str
    member: str | None = None


def hindrances(
    before: Snapshot, after: Snapshot, pairs: Collection[Pair], now: datetime
) -> Iterator[Hindrance]:
    """Yield what goes on before a change and does not after it."""
    yield from _wholes(before, after, pairs)
    yield from _tasks(before, after, pairs)
    yield from _members(before, after)
    yield from _inert(before, after)
    yield from _budgets(before, after, now)
    yield from _live_runs(before, after)
    yield from _approvals(before, {pair.path for pair in pairs})


def _wholes(before: Snapshot, after: Snapshot, pairs: Iterable[Pair]) -> Iterator[Hindrance]:
    """Yield what brings all at once to a halt that hangs below it: the company, a project, a goal, an agent."""
    for pair in pairs:
        now, was = pair.after, pair.before
        if isinstance(now, Company | Goal | Project) and now.paused and not getattr(was, "paused", None):
            yield Hindrance(
                Halt.WAITING, subject(pair.kind, pair.id), f"{told(now)}: nothing starts below it"
            )
        if isinstance(was, Agent) and was.status is AgentStatus.ACTIVE and not _is_awake(after, pair.id):
            left = [task.id for task in after.tasks(statuses=OPEN, assignee=pair.id)]
            became = now.status.value if isinstance(now, Agent) else "gone"
            if left:
                reason = f"is {became}; open tasks that it leaves: {len(left)} ({listed(left)})"
                yield Hindrance(Halt.WAITING, pair.id, reason, manager_of(before, pair.id))


def _is_awake(snapshot: Snapshot, agent_id: str) -> bool:
    """Whether an agent may be woken."""
    agent = snapshot.get(Agent, agent_id)
    return (
        agent is not None and agent.status is AgentStatus.ACTIVE and not snapshot.is_inert("agent", agent_id)
    )


def _tasks(before: Snapshot, after: Snapshot, pairs: Iterable[Pair]) -> Iterator[Hindrance]:
    for task_id in _touched(before, after, pairs):
        was, now = before.get(Task, task_id), after.get(Task, task_id)
        if now is None or not _is_agents(after, now):
            continue
        found = obstacle(after, now)
        if found is not None and not (was is not None and _same(obstacle(before, was), found)):
            halt = Halt.STALLED if isinstance(found, Stalled) else Halt.WAITING
            yield Hindrance(halt, task_id, found.reason, found.member if isinstance(found, Stalled) else None)


def _same(was: Waiting | Stalled | None, now: Waiting | Stalled) -> bool:
    return was is not None and (type(was), was.reason) == (type(now), now.reason)


def _is_agents(after: Snapshot, task: Task) -> bool:
    is_due = task.is_open and task.status is not TaskStatus.BACKLOG
    return is_due and task.assignee is not None and after.get(Person, task.assignee) is None


def _touched(before: Snapshot, after: Snapshot, pairs: Iterable[Pair]) -> list[str]:
    """Return the tasks that a change may bring to a halt: those that differ, and those that hang on records that do."""
    found: dict[str, None] = {}
    for pair in pairs:
        if pair.kind == Task.kind:
            found[pair.id] = None
            if _is_open(pair.before) is not _is_open(pair.after) or pair.after is None:
                found |= dict.fromkeys(task.id for task in before.dependents(pair.id))
        elif pair.kind == Project.kind:
            found |= dict.fromkeys(task.id for task in after.tasks(statuses=OPEN, project=pair.id))
        elif _is_gone(after, pair):
            of_agent = (
                *after.tasks(statuses=OPEN, assignee=pair.id),
                *after.tasks(statuses=OPEN, reviewer=pair.id),
            )
            found |= dict.fromkeys(task.id for task in of_agent)
    return sorted(found)


def _is_open(record: Record | None) -> bool:
    return isinstance(record, Task) and record.is_open


def _is_gone(after: Snapshot, pair: Pair) -> bool:
    return pair.kind in {"agent", "person", "member"} and not is_employed(after, pair.id)


def _members(before: Snapshot, after: Snapshot) -> Iterator[Hindrance]:
    for member in after.members():
        if not isinstance(member, Agent) or not is_employed(after, member.id):
            continue
        if manager_of(after, member.id) is None and (
            before.member(member.id) is None or manager_of(before, member.id) is not None
        ):
            reason = "nobody is above it: what it cannot do is in no inbox of a manager"
            yield Hindrance(Halt.NO_MANAGER, member.id, reason)


def _inert(before: Snapshot, after: Snapshot) -> Iterator[Hindrance]:
    errors = (p for p in after.problems() if p.severity is Severity.ERROR and p.record)
    told: set[tuple[str, str]] = set()
    for problem in errors:
        assert problem.record is not None
        if problem.record not in told and not before.is_inert(*problem.record):
            told.add(problem.record)
            kind, name = problem.record
            yield Hindrance(Halt.INERT, f"{kind} {name}", str(problem))


def _budgets(before: Snapshot, after: Snapshot, now: datetime) -> Iterator[Hindrance]:
    for budget in after.all(Budget):
        old = before.get(Budget, budget.id)
        if old == budget:
            continue
        dry = _dry(before, old, now) if old else {}
        for metric, said in _dry(after, budget, now).items():
            if metric not in dry:
                yield Hindrance(Halt.BUDGET, f"budget {budget.id}", said)


def _dry(snapshot: Snapshot, budget: Budget, now: datetime) -> Mapping[str, str]:
    return {
        line.metric.value: f"{line.settled + line.reserved:f} of {line.limit:f} {line.metric} are used: nothing more starts"
        for line in use(snapshot, budget, now).lines
        if line.available <= 0 and line.limit
    }


def _live_runs(before: Snapshot, after: Snapshot) -> Iterator[Hindrance]:
    for run in before.runs(active=True):
        was, agent = before.get(Agent, run.agent), after.get(Agent, run.agent)
        if was is None or was == agent:
            continue
        if agent is None or (agent.status is not was.status and agent.status is not AgentStatus.ACTIVE):
            became = agent.status.value if agent else "gone"
            yield Hindrance(Halt.LIVE_RUN, f"run {run.id}", f"is live, and {run.agent} is {became} then")


def _approvals(before: Snapshot, paths: Collection[str]) -> Iterator[Hindrance]:
    for approval in pending(before):
        touched = sorted({file.path for file in approval.change if file.path in paths})
        if touched:
            reason = (
                f"asks for a change of {touched[0]} as well: unless it is this very one, it would be void"
            )
            yield Hindrance(Halt.APPROVAL, f"approval {approval.id}", reason)
