"""How records come and go, in the company's words: a table with a row for every kind."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from gitcp.core.differences.phrases import lines, listed, number
from gitcp.core.quoting import one_line
from gitcp.model.base import Record
from gitcp.model.company import Company
from gitcp.model.guards import Approval, Budget, Ledger, Policy
from gitcp.model.members import Agent, AgentStatus, Person
from gitcp.model.planning import Goal, Project, Routine
from gitcp.model.runs import Run, Wake
from gitcp.model.runtimes import HttpRuntime, ProcessRuntime
from gitcp.model.tasks import Comment, Counter, Document, NewTask, Task, TaskFields

_TITLE: Final = 120
_KNOWN_BY_ID: Final = frozenset({"agent", "person", "member", "task", "new-task", "approval"})
BECAME: Final[Mapping[AgentStatus, str]] = {
    AgentStatus.ACTIVE: "was resumed",
    AgentStatus.PAUSED: "was paused",
    AgentStatus.TERMINATED: "was terminated",
}


def subject(kind: str, record_id: str) -> str:
    """Return how a record is called within a sentence."""
    if kind == Company.kind:
        return "the company"
    return record_id if kind in _KNOWN_BY_ID else f"{kind} {record_id}"


def title_of(record: Record) -> str:
    """Return what a record is called by people, empty where it has no name."""
    return one_line(str(getattr(record, "title", None) or getattr(record, "name", None) or ""), _TITLE)


def came(record: Record) -> str:
    """Say that a record is there now."""
    return _CAME[record.kind](record)


def went(kind: str, record_id: str) -> str:
    """Say that a record is there no more."""
    return f"{subject(kind, record_id)} {_WENT.get(kind, 'was removed')}"


_WENT: Final[Mapping[str, str]] = {
    Agent.kind: "was removed from the org chart",
    Person.kind: "was removed from the org chart",
    Approval.kind: "is gone",
    Wake.kind: "was answered or withdrawn",
}


def terms(agent: Agent) -> str:
    """Return on what terms an agent works: manager, runtime, what a run may cost, heartbeat."""
    return _joined(
        f"reports to {agent.reports_to}" if agent.reports_to else "reports to nobody",
        _runtime(agent),
        _at_most(agent.limits.usd),
        f"heartbeat {agent.heartbeat.cron}" if agent.heartbeat else None,
        None if agent.status is AgentStatus.ACTIVE else agent.status.value,
    )


def _runtime(agent: Agent) -> str:
    runtime = agent.runtime
    if isinstance(runtime, ProcessRuntime):
        return f"{runtime.type} {runtime.command[0]}"
    if isinstance(runtime, HttpRuntime):
        return f"{runtime.type} {runtime.url}"
    return f"{runtime.type} {runtime.model}" if runtime.model else runtime.type


def _at_most(usd: Decimal | None) -> str | None:
    return f"at most {number(usd)} USD a run" if usd is not None else None


def _joined(*parts: str | None) -> str:
    return ", ".join(one_line(part, _TITLE) for part in parts if part)


def _in_brackets(*parts: str | None) -> str:
    text = _joined(*parts)
    return f" ({text})" if text else ""


def _listed(name: str, values: Iterable[str]) -> str | None:
    found = list(values)
    return f"{name} {listed(found)}" if found else None


def _company(company: Company) -> str:
    return f"the company {title_of(company)} was founded"


def _agent(agent: Agent) -> str:
    return f"{agent.id} was hired ({terms(agent)})"


def _person(person: Person) -> str:
    reports = f"reports to {person.reports_to}" if person.reports_to else None
    return f"{person.id} joined{_in_brackets(reports, _listed('roles', person.roles))}"


def _titled(record: Goal | Project) -> str:
    return f"{subject(record.kind, record.id)} was created: {title_of(record)}"


def _task(task: Task | NewTask) -> str:
    verb = "was filed" if isinstance(task, NewTask) else "was created"
    return f"{task.id} {verb}: {title_of(task)}{_in_brackets(_assigned(task), f'priority {task.priority}')}"


def _assigned(task: TaskFields) -> str | None:
    return f"for {task.assignee}" if task.assignee else None


def _counter(counter: Counter) -> str:
    return f"the next number of {counter.id} is {counter.next}"


def _comment(comment: Comment) -> str:
    return f"{comment.author or 'somebody'} commented on {comment.task}: {one_line(comment.body, _TITLE)}"


def _document(document: Document) -> str:
    return f"document {document.id} was written ({lines(document.text)})"


def _routine(routine: Routine) -> str:
    made = f"for {routine.task.assignee}" if routine.task.assignee else None
    more = _in_brackets(routine.cron, f"tasks of {routine.task.project}", made)
    return f"routine {routine.id} was created: {title_of(routine)}{more}"


def _budget(budget: Budget) -> str:
    caps = ", ".join(f"{metric} {number(limit)}" for metric, limit in budget.limits.capped())
    return f"budget {budget.id} was set ({caps or 'no limit'} {_per(budget)})"


def _per(budget: Budget) -> str:
    return "in total" if budget.period.value == "total" else f"a {budget.period}"


def _policy(policy: Policy) -> str:
    rules = f"gates {len(policy.gates)}", f"access rules {len(policy.access)}"
    return f"policy {policy.id} was created: {title_of(policy)} ({', '.join(rules)})"


def _approval(approval: Approval) -> str:
    return f"{approval.requested_by} asked {approval.id}: {title_of(approval)}"


def _wake(wake: Wake) -> str:
    about = f" for {wake.task}" if wake.task else ""
    return f"{wake.by} asked to wake {wake.agent}{about}"


def _run(run: Run) -> str:
    ended = f", {run.outcome}" if run.outcome else ""
    return f"run {run.id} was claimed ({run.agent}, {run.task or 'no task'}{ended})"


def _ledger(ledger: Ledger) -> str:
    return f"ledger {ledger.id} was begun ({len(ledger.entries)} entries)"


_CAME: Final[Mapping[str, Callable[[Any], str]]] = {
    Company.kind: _company,
    Agent.kind: _agent,
    Person.kind: _person,
    Goal.kind: _titled,
    Project.kind: _titled,
    Task.kind: _task,
    NewTask.kind: _task,
    Counter.kind: _counter,
    Comment.kind: _comment,
    Document.kind: _document,
    Routine.kind: _routine,
    Budget.kind: _budget,
    Policy.kind: _policy,
    Approval.kind: _approval,
    Wake.kind: _wake,
    Run.kind: _run,
    Ledger.kind: _ledger,
}
