"""What a reader can do about what a page shows: in the forge's editor, by pull request, or with a command.

A page finds its act by the kind of page that it is; a page of a kind that is not in the tables has none.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from gitcp.core.approvals import content_hash
from gitcp.dashboard import drafts, links
from gitcp.dashboard.drafts import Draft
from gitcp.dashboard.register import Register
from gitcp.dashboard.views.adding import ADDING
from gitcp.dashboard.views.offers import Act, Offer, Step, Way, offer
from gitcp.model.amounts import Metric
from gitcp.model.base import Record
from gitcp.model.company import Company
from gitcp.model.guards import Approval, ApprovalStatus, Budget, Period, Policy
from gitcp.model.members import Agent, AgentStatus, Person
from gitcp.model.planning import Goal, Project, Routine, RoutineStatus
from gitcp.model.runs import Run
from gitcp.model.tasks import Task, TaskStatus

_ARCHIVE: Final = "archive/"


def act_of(register: Register, kind: str, name: str) -> Act | None:
    """Return what can be done about a page, by its kind and name."""
    make = _ACTS.get(kind)
    return make(register, name) if make else None


def _about(
    register: Register,
    kind: type[Record],
    record_id: str,
    steps: Iterator[Step],
    begun: tuple[Draft, ...] = (),
    *,
    by_hand: bool = True,
) -> Act:
    """Return what can be done about a record; `by_hand`: people edit its file."""
    path = register.path_of(kind, record_id)
    forge = register.site.forge
    return Act(
        "Act on it",
        forge.name if forge else None,
        path,
        tuple(_ways(register, path, by_hand=by_hand)) if path else (),
        tuple(offer(register, draft) for draft in begun),
        tuple(steps),
    )


def _ways(register: Register, path: str, *, by_hand: bool) -> Iterator[Way]:
    forge, branch = register.site.forge, register.site.branch
    if forge is None:
        return
    if by_hand and not path.startswith(_ARCHIVE) and (url := forge.edit(path, branch)):
        yield Way(f"Edit on {forge.name}", url)
    elif url := forge.view(path, branch):
        yield Way(f"See on {forge.name}", url)
    if url := forge.history(path, branch):
        yield Way("History", url)


def _task(register: Register, name: str) -> Act | None:
    task = register.task(name)
    if task is None:
        return None
    part = (drafts.new_task(task.project, label="New subtask", parent=task.id),) if task.is_open else ()
    return _about(register, Task, name, _task_steps(task), part)


def _task_steps(task: Task) -> Iterator[Step]:
    yield Step("Say something about it", f'gitcp comment new {task.id} "TEXT"')
    if not task.is_open:
        yield Step("Open it again", f'gitcp task reopen {task.id} -m "WHY"')
        return
    if task.status is TaskStatus.IN_REVIEW:
        yield Step("Agree to it", f'gitcp task review {task.id} --approve -m "WHY"')
        yield Step("Ask for changes", f'gitcp task review {task.id} --request-changes -m "WHAT"')
    if task.status is TaskStatus.BLOCKED:
        yield Step("Say that it can go on", f"gitcp task unblock {task.id}")
    yield Step("Change what it says", f"gitcp task edit {task.id} --priority high")
    yield Step("Give it to somebody", f"gitcp task assign {task.id} MEMBER")
    yield Step("Split a part off", f'gitcp task new --parent {task.id} --title "TITLE"')


def _member(register: Register, name: str) -> Act | None:
    member = register.member(name)
    if member is None:
        return None
    if isinstance(member, Person):
        steps = iter([Step("Change it", f"gitcp person edit {name} --role ROLE")])
        return _about(register, Person, name, steps)
    return _about(register, Agent, name, _agent_steps(member))


def _agent_steps(agent: Agent) -> Iterator[Step]:
    if agent.status is AgentStatus.ACTIVE:
        yield Step("Wake it", f'gitcp agent wake {agent.id} --prompt "TEXT"')
        yield Step("Pause it", f'gitcp agent pause {agent.id} -m "WHY"')
    if agent.status is AgentStatus.PAUSED:
        yield Step("Let it go on", f"gitcp agent resume {agent.id}")
    yield Step("Change it", f"gitcp agent edit {agent.id} --usd 3")


def _goal(register: Register, name: str) -> Act | None:
    if register.goal(name) is None:
        return None
    steps = [
        Step("Change it", f"gitcp goal edit {name} --status achieved"),
        Step("Let no run start for it", f'gitcp goal pause {name} -m "WHY"'),
    ]
    return _about(register, Goal, name, iter(steps))


def _project(register: Register, name: str) -> Act | None:
    if register.project(name) is None:
        return None
    steps = [
        Step("Ask for a task", f'gitcp task new --project {name} --title "TITLE"'),
        Step("Change it", f"gitcp project edit {name} --status paused"),
        Step("Let no run start in it", f'gitcp project pause {name} -m "WHY"'),
    ]
    return _about(register, Project, name, iter(steps), (drafts.new_task(name),))


def _routine(register: Register, name: str) -> Act | None:
    routine = register.snapshot.get(Routine, name)
    if routine is None:
        return None
    is_paused = routine.status is RoutineStatus.PAUSED
    steps = [
        Step("Change it", f'gitcp routine edit {name} --cron "0 8 * * MON"'),
        Step("Let it go on", f"gitcp routine resume {name}")
        if is_paused
        else Step("Pause it", f'gitcp routine pause {name} -m "WHY"'),
    ]
    return _about(register, Routine, name, iter(steps))


def _budget(register: Register, name: str) -> Act | None:
    budget = register.snapshot.get(Budget, name)
    return _about(register, Budget, name, _budget_steps(budget)) if budget else None


def _budget_steps(budget: Budget) -> Iterator[Step]:
    metric = next((metric for metric, _ in budget.limits.capped()), Metric.USD)
    option = f"--{metric.value.replace('_', '-')}"
    yield Step("Raise it", f"gitcp budget raise {budget.id} {option} 20")
    if budget.period is not Period.RUN:
        yield Step(
            "Raise it for this period alone", f"gitcp budget raise {budget.id} {option} 20 --this-period"
        )
    yield Step("Change it", f"gitcp budget edit {budget.id} {option} 60")


def _policy(register: Register, name: str) -> Act | None:
    if register.snapshot.get(Policy, name) is None:
        return None
    steps = [
        Step("Change it", f'gitcp policy edit {name} --title "TITLE"'),
        Step("Ask what it says of an operation", "gitcp policy test agent.hire --as MEMBER"),
    ]
    return _about(register, Policy, name, iter(steps))


def _approval(register: Register, name: str) -> Act | None:
    approval = register.approval(name)
    if approval is None:
        return None
    if approval.status is not ApprovalStatus.PENDING:
        return _about(register, Approval, name, iter(()), by_hand=False)
    path = register.path_of(Approval, name)
    lines = (
        (drafts.decision(name, path, content_hash(approval), options=bool(approval.options)),) if path else ()
    )
    chosen = ' --option "OPTION"' if approval.options else ""
    steps = [
        Step("Approve it", f"gitcp approval decide {name} --approve{chosen}"),
        Step("Reject it", f'gitcp approval decide {name} --reject -m "WHY"'),
        Step("Take it back, if you asked", f'gitcp approval withdraw {name} -m "WHY"'),
    ]
    found = _about(register, Approval, name, iter(steps))
    offers = tuple(Offer(draft, None, is_filled=False) for draft in lines)
    return Act(found.title, found.forge, found.path, found.ways, offers, found.steps)


def _run(register: Register, name: str) -> Act | None:
    run = register.run(name)
    if run is None:
        return None
    steps = [Step("Read what it said", f"gitcp run log {name}")]
    if run.is_active:
        steps.append(Step("End it", f'gitcp run cancel {name} -m "WHY"'))
    return _about(register, Run, name, iter(steps), by_hand=False)


def _company(register: Register, _: str) -> Act | None:
    if register.snapshot.company is None:
        return None
    steps = [Step("Let no run start in the company", 'gitcp company pause -m "WHY"')]
    return _about(register, Company, "gitcp", iter(steps))


_ACTS: Final[Mapping[str, Callable[[Register, str], Act | None]]] = {
    "task": _task,
    "member": _member,
    "goal": _goal,
    "project": _project,
    "routine": _routine,
    "budget": _budget,
    "policy": _policy,
    "approval": _approval,
    "run": _run,
    links.EDITION: _company,
    **ADDING,
}
