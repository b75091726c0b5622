"""Whether a run may start now, and if not, why: one list of checks, used by the plan and again by the claim."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from gitcp.core.actions import Ask
from gitcp.core.budgets import Shortage, asking, shortages, unknown_scope, unreadable
from gitcp.core.daily import tomorrow, used_up
from gitcp.core.holds import paused_by
from gitcp.core.lookup import settings_of
from gitcp.core.policies import unreadable_policy
from gitcp.core.readiness import is_workable, project_is_active
from gitcp.core.task_gates import in_words, is_stuck, standing_of, to_start
from gitcp.core.workspaces import is_in_checkout
from gitcp.model.guards import Policy
from gitcp.model.members import Agent, AgentStatus
from gitcp.model.planning import Project
from gitcp.model.runs import Run
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Task


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a run does not start, and when that may change by itself.

    `short`: the caps that it does not fit, where that is why. `asks`: what people have to be asked. `is_stuck`: it does not start before somebody acts.
    """

    reason: str
    until: datetime | None = None
    asks: tuple[Ask, ...] = ()
    is_stuck: bool = False
    short: tuple[Shortage, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """A run that is wanted, among those planned before it."""

    snapshot: Snapshot
    run: Run
    now: datetime
    planned: Sequence[Run] = ()

    @property
    def task(self) -> Task | None:
        """The run's task."""
        return self.snapshot.get(Task, self.run.task) if self.run.task else None

    def active(self, *, agent: str | None = None) -> list[Run]:
        """The live and the planned runs."""
        planned = [run for run in self.planned if agent is None or run.agent == agent]
        return [*self.snapshot.runs(active=True, agent=agent), *planned]


def hold(wanted: Wanted) -> Hold | None:
    """Return the first reason why the run may not start, or none."""
    return next((found for check in _CHECKS if (found := check(wanted)) is not None), None)


def lacks_only_money(wanted: Wanted, held: Hold) -> bool:
    """Whether money is all that a run lacks that is held."""
    # Who must agree to its start is asked at the same time.
    others = (check for check in _CHECKS if check not in {_budget, _consent})
    return bool(held.short) and all(check(wanted) is None for check in others)


def _company(wanted: Wanted) -> Hold | None:
    company = wanted.snapshot.company
    if company is None or wanted.snapshot.is_inert(company.kind, company.id):
        return Hold("gitcp.yaml cannot be read: no new run starts")
    if wanted.run.repository is not None and wanted.run.repository not in company.repositories:
        return Hold(f"repository {wanted.run.repository} is not in gitcp.yaml")
    return None


def _policies(wanted: Wanted) -> Hold | None:
    broken = unreadable_policy(wanted.snapshot)
    return Hold(f"policy {broken} cannot be read: no new run starts") if broken else None


def _agent(wanted: Wanted) -> Hold | None:
    agent = wanted.snapshot.get(Agent, wanted.run.agent)
    if agent is None or wanted.snapshot.is_inert("agent", wanted.run.agent):
        return Hold(f"agent {wanted.run.agent} cannot be read")
    if agent.status is not AgentStatus.ACTIVE:
        return Hold(f"agent {agent.id} is {agent.status}")
    return None


def _held(wanted: Wanted) -> Hold | None:
    reason = paused_by(wanted.snapshot, wanted.task)
    return Hold(reason) if reason else None


def _task(wanted: Wanted) -> Hold | None:
    if wanted.run.task is None:
        return None
    task = wanted.task
    if task is None or wanted.snapshot.is_inert("task", wanted.run.task):
        return Hold(f"task {wanted.run.task} cannot be read")
    if wanted.snapshot.is_inert("project", task.project):
        return Hold(f"project {task.project} cannot be read")
    if not project_is_active(wanted.snapshot, task):
        return Hold(f"project {task.project} is not active")
    worker = task.assignee == wanted.run.agent and is_workable(wanted.snapshot, task)
    if not worker and task.reviewer != wanted.run.agent:
        return Hold(f"task {task.id} is {task.status} and not for {wanted.run.agent} to work on")
    return None


def _pending_result(wanted: Wanted) -> Hold | None:
    if wanted.run.task is None:
        return None
    waiting = wanted.snapshot.runs(pending=True, task=wanted.run.task, limit=1)
    return (
        Hold(f"the result of run {waiting[0].id} has not reached {wanted.run.task} yet") if waiting else None
    )


def _live_run(wanted: Wanted) -> Hold | None:
    holder = next(
        (run for run in wanted.active() if run.task is not None and run.task == wanted.run.task), None
    )
    return Hold(f"run {holder.id} works on {holder.task}", holder.deadline) if holder else None


def _agent_concurrency(wanted: Wanted) -> Hold | None:
    agent = wanted.snapshot.get(Agent, wanted.run.agent)
    limit = agent.concurrency if agent else 0
    active = wanted.active(agent=wanted.run.agent)
    return Hold(f"{wanted.run.agent} has {len(active)} of {limit} runs") if len(active) >= limit else None


def _company_concurrency(wanted: Wanted) -> Hold | None:
    company = wanted.snapshot.company
    limit = company.scheduler.concurrency if company else 0
    active = len(wanted.active())
    return Hold(f"the company has {active} of {limit} runs") if active >= limit else None


def _project_concurrency(wanted: Wanted) -> Hold | None:
    task = wanted.task
    project = wanted.snapshot.get(Project, task.project) if task else None
    if task is None or project is None or project.concurrency is None:
        return None
    active = sum(
        1 for run in wanted.active() if run.task is not None and run.task.startswith(f"{project.id}-")
    )
    return (
        Hold(f"project {project.id} has {active} of {project.concurrency} runs")
        if active >= project.concurrency
        else None
    )


def _one_checkout(wanted: Wanted) -> Hold | None:
    if not is_in_checkout(wanted.snapshot, wanted.run):
        return None
    repository = wanted.run.repository
    holder = next(
        (
            run
            for run in wanted.active()
            if run.repository == repository and is_in_checkout(wanted.snapshot, run)
        ),
        None,
    )
    return Hold(f"run {holder.id} has the checkout of {repository}", holder.deadline) if holder else None


def _runtime_concurrency(wanted: Wanted) -> Hold | None:
    runtime = wanted.run.runtime
    limit = settings_of(wanted.snapshot).runtimes.get(runtime)
    if limit is None:
        return None
    active = sum(1 for run in wanted.active() if run.runtime == runtime)
    return Hold(f"runtime {runtime} has {active} of {limit} runs") if active >= limit else None


def _daily(wanted: Wanted) -> Hold | None:
    reason = used_up(wanted.snapshot, wanted.run, wanted.now, wanted.planned)
    return Hold(reason, tomorrow(wanted.snapshot, wanted.now)) if reason else None


def _budget(wanted: Wanted) -> Hold | None:
    broken = unreadable(wanted.snapshot, wanted.run.agent, wanted.task)
    if broken is not None:
        return Hold(f"{broken} cannot be read: nothing starts in its scope")
    unknown = unknown_scope(wanted.snapshot, wanted.run.agent, wanted.task)
    if unknown is not None:
        return Hold(f"{unknown} cannot be read: the budgets above it are unknown")
    short = tuple(shortages(wanted.snapshot, wanted.run, wanted.now, wanted.planned))
    if not short:
        return None
    reason = asking.told(wanted.snapshot, short[0], wanted.now)
    return Hold(reason, short[0].until, is_stuck=asking.is_stuck(wanted.snapshot, short[0]), short=short)


def _consent(wanted: Wanted) -> Hold | None:
    task = wanted.task
    if task is None or task.assignee != wanted.run.agent or not wanted.snapshot.all(Policy):
        return None
    standing = standing_of(wanted.snapshot, to_start(wanted.snapshot, task))
    if standing.is_agreed:
        return None
    until = min((each.expires for each in standing.waiting if each.expires), default=None)
    return Hold(
        in_words(wanted.snapshot, standing),
        until,
        asks=standing.asks,
        is_stuck=is_stuck(wanted.snapshot, standing),
    )


_CHECKS: tuple[Callable[[Wanted], Hold | None], ...] = (
    _company,
    _policies,
    _agent,
    _held,
    _task,
    _live_run,
    _pending_result,
    _daily,
    _budget,
    _agent_concurrency,
    _project_concurrency,
    _one_checkout,
    _runtime_concurrency,
    _company_concurrency,
    _consent,
)
