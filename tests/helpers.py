"""Builders of values with defaults, for all tests. Pure: nothing here reads a file or a clock.

The world that they describe: Monday 2026-11-23, the company of clara (a person), her agent riley, and the project CI.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final

from gitcp.core.actions import (
    Action,
    Adopt,
    Apply,
    Ask,
    AskForBudget,
    Claim,
    Conclude,
    Consenting,
    Expire,
    Fire,
    Follow,
    Integrate,
    Number,
    Observed,
    Reap,
    Resolve,
    Scheduling,
    Void,
)
from gitcp.core.numbering import next_approval
from gitcp.core.operations.registry import (
    AdoptHeartbeat,
    AdoptRoutine,
    ApplyApproval,
    AskApproval,
    ClaimRun,
    ConcludeApproval,
    ExpireApproval,
    FireRoutine,
    FollowApproval,
    IntegrateDelivery,
    NumberTask,
    ReapRun,
    RequestTopUp,
    ResolveRun,
    VoidApproval,
)
from gitcp.core.plan import plan
from gitcp.model.actors import as_agent, as_person, the_scheduler
from gitcp.model.amounts import Amounts, BudgetLimits, RunLimits, Usage
from gitcp.model.base import Record
from gitcp.model.company import Company, Repository, SchedulerSettings
from gitcp.model.guards import Approval, Budget, Period, ProposedFile
from gitcp.model.ids import approval_id, comment_name, run_id
from gitcp.model.members import Agent, Heartbeat, Person, WakeReason
from gitcp.model.memory import Records
from gitcp.model.operation import Actor, Call, Edit, Operation
from gitcp.model.planning import Goal, GoalLevel, Project, Routine, TaskTemplate
from gitcp.model.problem import Problem
from gitcp.model.runs import Cause, Outcome, Run, RunStatus, Wake
from gitcp.model.runtimes import ProcessRuntime
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Blocked, Comment, Counter, NewTask, Paused, Task

NOW: Final = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SHA: Final = "1f3a" * 10
SCHEDULER: Final = the_scheduler()


def at(text: str) -> datetime:
    """Return a time as records write it, such as 2026-11-23T09:00:00Z."""
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def later(minutes: float, since: datetime = NOW) -> datetime:
    """Return the time so many minutes after another; before it, if negative."""
    return since + timedelta(minutes=minutes)


def a_company(**fields: Any) -> Company:
    """Build the company; `scheduler` may be a dict of settings."""
    scheduler = SchedulerSettings(**dict(fields.pop("scheduler", {})))
    repositories = {"factory": Repository(url="../factory")}
    return Company(
        **({"id": "gitcp", "name": "Acme", "scheduler": scheduler, "repositories": repositories} | fields)
    )


def an_agent(agent: str = "riley", **fields: Any) -> Agent:
    """Build an agent whose runtime is a program that does nothing; it reports to clara."""
    runtime = ProcessRuntime(type="process", command=("true",))
    return Agent(**({"id": agent, "name": agent.title(), "runtime": runtime, "reports_to": "clara"} | fields))


def a_heartbeat(cron: str = "0 9 * * *", **fields: Any) -> Heartbeat:
    """Build a heartbeat that counts since a week ago."""
    since = fields.get("since", NOW - timedelta(days=7))
    dated = f"{cron} {fields.get('timezone', 'UTC')}" if since else None
    return Heartbeat(**({"cron": cron, "since": since, "dated": dated} | fields))


def a_person(person: str = "clara", **fields: Any) -> Person:
    """Build a person with an e-mail address."""
    emails = (f"{person}@example.org",)
    return Person(**({"id": person, "name": person.title(), "emails": emails} | fields))


def a_project(key: str = "CI", **fields: Any) -> Project:
    """Build a project in the company's execution repository, led by clara."""
    return Project(
        **({"id": key, "name": f"Project {key}", "repository": "factory", "lead": "clara"} | fields)
    )


def a_goal(goal: str = "quality", **fields: Any) -> Goal:
    """Build a goal of the company."""
    return Goal(**({"id": goal, "title": f"Reach {goal}", "level": GoalLevel.COMPANY} | fields))


def a_routine(routine: str = "weekly-scan", **fields: Any) -> Routine:
    """Build a routine that makes a task of CI every Monday and counts since yesterday."""
    task = TaskTemplate(**({"project": "CI", "title": "Scan"} | dict(fields.pop("task", {}))))
    values = {"id": routine, "title": "Scan weekly", "cron": "0 9 * * MON", "task": task} | fields
    since = values.setdefault("since", None if fields.get("status") == "paused" else NOW - timedelta(days=1))
    values.setdefault("dated", f"{values['cron']} {fields.get('timezone', 'UTC')}" if since else None)
    return Routine(**values)


def a_task(task: str = "CI-0001", **fields: Any) -> Task:
    """Build a task of riley's, in `todo`, created a day ago."""
    created = NOW - timedelta(days=1)
    return Task(**({"id": task, "title": f"Do {task}", "assignee": "riley", "created": created} | fields))


def a_new_task(task: str = "CI/scan", **fields: Any) -> NewTask:
    """Build a filed task that has no number yet."""
    return NewTask(**({"id": task, "title": f"Do {task}", "assignee": "riley"} | fields))


def a_counter(key: str = "CI", following: int = 100) -> Counter:
    """Build a project's counter."""
    return Counter(id=key, next=following)


def a_comment(
    body: str, *, task: str = "CI-0001", by: str = "clara", when: datetime = NOW, request: str = "1f3a"
) -> Comment:
    """Build a comment."""
    return Comment(id=f"{task}/{comment_name(by, when, request)}", body=body)


def a_wake(agent: str = "riley", request: str = "1f3a", **fields: Any) -> Wake:
    """Build a wake that clara asked for."""
    return Wake(**({"id": f"{agent}/{request}", "by": "clara", "at": NOW} | fields))


def an_approval(approval: str = "AP-1", **fields: Any) -> Approval:
    """Build a request of riley's that nobody has decided."""
    values = {"id": approval, "title": "May I?", "requested_by": "riley", "requested_at": NOW}
    return Approval(**(values | fields))


def a_budget(budget: str = "company", period: Period | str = Period.MONTH, **limits: Any) -> Budget:
    """Build a budget; what is not the name of a field is a limit."""
    fields = {name: limits.pop(name) for name in tuple(limits) if name in Budget.model_fields}
    return Budget(**({"id": budget, "period": Period(period), "limits": BudgetLimits(**limits)} | fields))


def a_cause(
    reason: WakeReason | str = WakeReason.ASSIGNMENT, record: str = "CI-0001", digest: str = "0"
) -> Cause:
    """Build a cause."""
    return Cause(reason=WakeReason(reason), record=record, digest=digest)


def a_run(agent: str = "riley", task: str | None = "CI-0001", **fields: Any) -> Run:
    """Build a live run, claimed now, that reserves a dollar, 1000 tokens and 30 minutes."""
    claimed_at = fields.get("claimed_at", NOW)
    values = {
        "id": run_id(agent, claimed_at),
        "agent": agent,
        "task": task,
        "runtime": "process",
        "repository": "factory",
        "limits": RunLimits(usd=Decimal(1), tokens=1000, minutes=Decimal(30)),
        "reserved": Amounts(usd=Decimal(1), tokens=1000, runs=1, minutes=Decimal(30)),
        "claimed_at": claimed_at,
        "claimed_by": "machine",
        "deadline": claimed_at + timedelta(minutes=35),
    }
    return Run(**(values | fields))


def an_ended_run(
    agent: str = "riley",
    task: str | None = "CI-0001",
    outcome: Outcome | str = Outcome.SUCCEEDED,
    **fields: Any,
) -> Run:
    """Build a run that ended after ten minutes and cost half a dollar."""
    claimed_at = fields.get("claimed_at", NOW)
    ended_at = claimed_at + timedelta(minutes=10)
    usage = Usage(usd=Decimal("0.5"), tokens=500, runs=1, minutes=Decimal(10))
    values = {"status": RunStatus.ENDED, "outcome": Outcome(outcome), "ended_at": ended_at, "usage": usage}
    return a_run(agent, task, **(values | fields))


def a_block(reason: str = "which of the two?", **fields: Any) -> Blocked:
    """Build why a task is blocked."""
    return Blocked(**({"reason": reason} | fields))


def a_hold(reason: str | None = None, **fields: Any) -> Paused:
    """Build why something is paused: clara did it, now."""
    return Paused(**({"by": "clara", "at": NOW, "reason": reason} | fields))


def a_problem(kind: str, record_id: str, **fields: Any) -> Problem:
    """Build an error that makes a record inert."""
    values: dict[str, Any] = {"path": f"{kind}/{record_id}.yaml", "message": "cannot be read"}
    return Problem(**(values | {"record": (kind, record_id)} | fields))


def person(name: str = "clara") -> Actor:
    """Return a person as an actor."""
    return as_person(a_person(name), f"{name}@example.org")


def agent(name: str = "riley", run: str | None = None) -> Actor:
    """Return an agent as an actor, within a run if one is named."""
    return as_agent(an_agent(name), run)


def a_call(actor: Actor = SCHEDULER, now: datetime = NOW, request: str = "1f3a09c2" * 4) -> Call:
    """Build the circumstances of an operation."""
    return Call(actor, now, request)


def snapshot_of(*records: Record, problems: Iterable[Problem] = ()) -> Records:
    """Build a snapshot: these records beside the company, clara, riley and CI, where none of them is given."""
    defaults = (a_company(), a_person(), an_agent(), a_project())
    return Records.of([*defaults, *records], problems=problems)


def edit_of(snapshot: Snapshot, operation: Operation, actor: Actor = SCHEDULER, now: datetime = NOW) -> Edit:
    """Decide an operation, twice, and hold that both answers are the same; its request follows from what it asks and when."""
    asked = f"{operation.name} {operation!r} {actor.id} {now.isoformat()}"
    call = a_call(actor, now, sha256(asked.encode()).hexdigest()[:32])
    edit = operation.decide(snapshot, call)
    assert operation.decide(snapshot, call) == edit
    return edit


def carry_out(
    snapshot: Records, operation: Operation, actor: Actor = SCHEDULER, now: datetime = NOW
) -> Records:
    """Return the snapshot with an operation carried out."""
    return snapshot.edited(edit_of(snapshot, operation, actor, now).changes)


def operation_of(action: Action) -> Operation | None:
    """Return the operation that a tick carries an action out with; none for what only says why not."""
    match action:
        case Number() | Adopt() | Fire():
            return _scheduling(action)
        case Expire() | Conclude() | Apply() | Void() | Follow():
            return _consenting(action)
        case Ask() | AskForBudget() | Integrate():
            return _asking(action)
        case Reap(run=run, outcome=outcome, reason=reason, started=started):
            return ReapRun(run=run, outcome=outcome, reason=reason, started=started)
        case Resolve(run=run):
            return ResolveRun(run=run)
        case Claim(run=run, wakes=wakes, reason=reason):
            return ClaimRun(run=run, wakes=wakes, because=reason)
        case _:
            return None


def _asking(action: Ask | AskForBudget | Integrate) -> Operation:
    match action:
        case Ask(operation=name, task=task, content=content, gate=gate):
            return AskApproval(for_operation=name, task=task, content=content, gate=gate)
        case AskForBudget():
            return a_request(action)
        case Integrate(task=task, commit=commit):
            return IntegrateDelivery(task=task, commit=commit, integrated=commit)


def a_request(action: AskForBudget, approval: str = "AP-1", text: str = "period: month\n") -> RequestTopUp:
    """Build the request that a tick makes of a plan's action; `text` is the budget's file as it is to become."""
    about = {name: getattr(action, name) for name in ("budget", "limits", "agent", "task")}
    file = ProposedFile(path=f"budgets/{action.budget}.yaml", base=SHA, text=text)
    return RequestTopUp(**about, approval=approval, file=file)


def _scheduling(action: Scheduling) -> Operation:
    match action:
        case Number(new_task=name):
            return NumberTask(new_task=name)
        case Adopt(kind=kind, id=name):
            return AdoptRoutine(routine=name) if kind == Routine.kind else AdoptHeartbeat(agent=name)
        case Fire(routine=name, slot=slot):
            return FireRoutine(routine=name, slot=slot)


def _consenting(action: Expire | Consenting) -> Operation:
    match action:
        case Expire(approval=name):
            return ExpireApproval(approval=name)
        case Conclude(approval=name):
            return ConcludeApproval(approval=name)
        case Apply(approval=name):
            return ApplyApproval(approval=name)
        case Void(approval=name, reason=reason):
            return VoidApproval(approval=name, reason=reason)
        case Follow(approval=name):
            return FollowApproval(approval=name)


def operation_in(snapshot: Snapshot, action: Action) -> Operation | None:
    """Return the operation that a tick carries an action out with, with the number that is next in a snapshot."""
    if isinstance(action, AskForBudget):
        return a_request(action, approval_id(next_approval(snapshot)))
    return operation_of(action)


def ticked(snapshot: Records, now: datetime = NOW, observed: Observed | None = None) -> Records:
    """Return the snapshot after a tick: with every action of the plan carried out."""
    for action in plan(snapshot, observed or Observed(), now).actions:
        operation = operation_in(snapshot, action)
        snapshot = carry_out(snapshot, operation, SCHEDULER, now) if operation else snapshot
    return snapshot


def task_in(snapshot: Snapshot, task: str = "CI-0001") -> Task:
    """Return a task that must be there."""
    found = snapshot.get(Task, task)
    assert found is not None, f"there is no task {task}"
    return found


def run_in(snapshot: Snapshot, run: str) -> Run:
    """Return a run that must be there."""
    found = snapshot.get(Run, run)
    assert found is not None, f"there is no run {run}"
    return found


def edited(record: Record, changes: Mapping[str, Any]) -> Record:
    """Return a record as a person's hand edit leaves it."""
    return record.evolve(**dict(changes))
