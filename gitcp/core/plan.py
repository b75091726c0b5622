"""The plan: what to do now, and why not the rest. Pure and total; asking twice gives the same answer."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from gitcp.core.actions import Action, Claim, Observed, Plan, Stalled, Waiting
from gitcp.core.budgets import covering, limits_of, reservation
from gitcp.core.causes import (
    Candidate,
    candidates,
    failures_in_a_row,
    heartbeat_of,
    last_run,
    slot_of,
    unanswered,
)
from gitcp.core.eligibility import Hold, Wanted, hold
from gitcp.core.housekeeping import housekeeping
from gitcp.core.inbox import responsible_for, urgency
from gitcp.core.schedule import next_slot
from gitcp.core.standing import standings
from gitcp.model.ids import run_id
from gitcp.model.members import Agent, AgentStatus, WakeReason
from gitcp.model.planning import Project
from gitcp.model.runs import Run, Wake
from gitcp.model.snapshot import Snapshot, agents
from gitcp.model.tasks import Task

# The reason that a run is known by, when it answers several causes.
PRECEDENCE = (
    WakeReason.MANUAL,
    WakeReason.MENTION,
    WakeReason.REVIEW,
    WakeReason.APPROVAL,
    WakeReason.HEARTBEAT,
    WakeReason.UNBLOCKED,
    WakeReason.CHILDREN_DONE,
    WakeReason.RETRY,
    WakeReason.CONTINUE,
    WakeReason.ROUTINE,
    WakeReason.ASSIGNMENT,
)

_LONGEST_PROMPT = 200_000


@dataclass(frozen=True, slots=True)
class Group:
    """The causes of one agent for one task (or for none): one run."""

    agent: Agent
    task: Task | None
    found: tuple[Candidate, ...]

    @property
    def reason(self) -> WakeReason:
        """The reason that the run is known by."""
        return min((candidate.cause.reason for candidate in self.found), key=PRECEDENCE.index)

    @property
    def reasons(self) -> tuple[str, ...]:
        """All its reasons, each once."""
        return tuple(dict.fromkeys(candidate.cause.reason.value for candidate in self.found))

    @property
    def is_prompt(self) -> bool:
        """Whether it is a heartbeat's prompt and nothing else."""
        return self.task is None and self.reasons == (WakeReason.HEARTBEAT,)

    @property
    def is_own_work(self) -> bool:
        """Whether it is work on a task of the agent's own."""
        return self.task is not None and self.task.assignee == self.agent.id

    @property
    def order(self) -> tuple[object, ...]:
        """Where the group stands among those that want to start: asked by hand first, then by urgency of the task."""
        by_hand = self.reason is not WakeReason.MANUAL
        return (by_hand, self.task is not None, urgency(self.task) if self.task else (), self.agent.id)


@dataclass(slots=True)
class _Draft:
    snapshot: Snapshot
    observed: Observed
    now: datetime
    claimed_by: str
    actions: list[Action] = field(default_factory=list)
    planned: list[Run] = field(default_factory=list)


def plan(snapshot: Snapshot, observed: Observed, now: datetime, *, claimed_by: str = "scheduler") -> Plan:
    """Decide what a tick does.

    Reaping comes first, so that what it frees is seen by the next look and not before: a claim rests on what is in the tree.
    """
    draft = _Draft(snapshot, observed, now, claimed_by)
    draft.actions.extend(housekeeping(snapshot, observed, now))
    _start(draft, sorted(_groups(draft), key=lambda group: group.order))
    draft.actions.extend(standings(snapshot, draft.actions))
    return Plan(tuple(draft.actions), _next_look(draft))


def _groups(draft: _Draft) -> list[Group]:
    found: list[Group] = []
    for agent in agents(draft.snapshot):
        if agent.status is not AgentStatus.TERMINATED:
            found.extend(_due(draft, agent))
    return found


def _due(draft: _Draft, agent: Agent) -> list[Group]:
    # A run holds all that its task asks for, so one reason that may wake at once brings the others along.
    by_task: dict[str | None, list[Candidate]] = {}
    for candidate in unanswered(draft.snapshot, agent, candidates(draft.snapshot, agent, draft.now)):
        by_task.setdefault(candidate.task, []).append(candidate)
    due: list[Group] = []
    for task_id, found in by_task.items():
        task = draft.snapshot.get(Task, task_id) if task_id else None
        group = Group(agent, task, (*found, *_beat_for(draft, agent, found, task_id)))
        if agent.status is not AgentStatus.ACTIVE or any(_wakes_now(agent, c) for c in group.found):
            due.append(group)
        else:
            draft.actions.append(_waits_for_heartbeat(draft, group))
    return due


def _wakes_now(agent: Agent, candidate: Candidate) -> bool:
    by_itself = agent.wakes_at_once(candidate.cause.reason) and candidate.suppressed is None
    return by_itself or candidate.cause.reason is WakeReason.HEARTBEAT


def _beat_for(draft: _Draft, agent: Agent, found: list[Candidate], task_id: str | None) -> list[Candidate]:
    # What has no task waits for a slot as well where `wake_on` says so.
    slot = slot_of(draft.snapshot, agent, draft.now)
    if slot is None or task_id is not None or any(_wakes_now(agent, candidate) for candidate in found):
        return []
    return unanswered(draft.snapshot, agent, [heartbeat_of(agent, slot)])


def _waits_for_heartbeat(draft: _Draft, group: Group) -> Waiting | Stalled:
    agent, task = group.agent, group.task
    zone = draft.snapshot.company.timezone if draft.snapshot.company else "UTC"
    until = next_slot(agent.heartbeat, zone, draft.now) if agent.heartbeat else None
    suppressed = next((c.suppressed for c in group.found if c.suppressed), None)
    if suppressed is not None:
        return Waiting(agent.id, task.id if task else None, suppressed, until, group.reasons)
    if until is None and task is not None:
        reason = f"wake_on of {agent.id} names none of {', '.join(group.reasons)}, and it has no heartbeat"
        return Stalled(task.id, reason, responsible_for(draft.snapshot, task))
    reason = (
        "waits for its heartbeat (wake_on)"
        if until
        else "wake_on does not name this reason, and there is no heartbeat"
    )
    return Waiting(agent.id, task.id if task else None, reason, until, group.reasons)


def _start(draft: _Draft, groups: list[Group]) -> None:
    # A heartbeat's prompt joins the brief of the first task that starts; it is a run of its own only when none does.
    prompts = {group.agent.id: group for group in groups if group.is_prompt}
    for group in groups:
        if group.is_prompt:
            continue
        prompt = prompts.get(group.agent.id) if group.is_own_work else None
        joined = Group(group.agent, group.task, (*group.found, *prompt.found)) if prompt else group
        action = _decide(draft, joined)
        if prompt and isinstance(action, Claim):
            del prompts[group.agent.id]
        draft.actions.append(action if isinstance(action, Claim) else _decide(draft, group))
    draft.actions.extend([_decide(draft, group) for group in prompts.values()])


def _decide(draft: _Draft, group: Group) -> Action:
    run = _run(draft, group)
    found = _too_early(draft, group) or _edited(draft, run) or _runtime(draft, group)
    found = found or hold(Wanted(draft.snapshot, run, draft.now, draft.planned))
    if found is not None:
        return Waiting(group.agent.id, run.task, found.reason, found.until, group.reasons)
    draft.planned.append(run)
    wakes = tuple(c.cause.record for c in group.found if c.cause.reason is WakeReason.MANUAL)
    return Claim(run, wakes, group.reason.value)


def _run(draft: _Draft, group: Group) -> Run:
    snapshot, agent, task = draft.snapshot, group.agent, group.task
    limits = limits_of(snapshot, agent)
    project = snapshot.get(Project, task.project) if task else None
    grace = float(snapshot.company.scheduler.grace_minutes) if snapshot.company else 5.0
    claimed_at = draft.now.replace(microsecond=0)
    last = last_run(snapshot, agent.id, task.id) if task else None
    return Run(
        id=run_id(agent.id, claimed_at, _taken(draft, agent.id, claimed_at)),
        agent=agent.id,
        task=task.id if task else None,
        answers=tuple(candidate.cause for candidate in group.found),
        prompt=_prompt(snapshot, group),
        attempt=1 + (failures_in_a_row(snapshot, last) if last else 0),
        runtime=agent.runtime.type,
        repository=project.repository if project else agent.repository,
        limits=limits,
        reserved=reservation(limits),
        charges=tuple(budget.id for budget in covering(snapshot, agent.id, task)),
        claimed_at=claimed_at,
        claimed_by=draft.claimed_by,
        deadline=claimed_at + timedelta(minutes=float(limits.minutes or 30) + grace),
    )


def _taken(draft: _Draft, agent: str, at: datetime) -> frozenset[str]:
    known = [run.id for run in draft.snapshot.runs(agent=agent, claimed_from=at)]
    return frozenset([*known, *(run.id for run in draft.planned)])


def _prompt(snapshot: Snapshot, group: Group) -> str | None:
    asked = [
        wake.prompt
        for c in group.found
        if c.cause.reason is WakeReason.MANUAL
        and (wake := snapshot.get(Wake, c.cause.record))
        and wake.prompt
    ]
    heartbeat = group.agent.heartbeat
    if heartbeat and heartbeat.prompt and any(c.cause.record == group.agent.id for c in group.found):
        asked.append(heartbeat.prompt)
    return "\n\n".join(asked)[:_LONGEST_PROMPT] or None


def _too_early(draft: _Draft, group: Group) -> Hold | None:
    times = [candidate.not_before or datetime.min.replace(tzinfo=UTC) for candidate in group.found]
    first = min(times)
    pending = max(times)
    # A back-off holds all of a task's causes but a person's own wish.
    until = first if group.reason in {WakeReason.MANUAL, WakeReason.MENTION} else pending
    return Hold("backs off after a failed run", until) if until > draft.now else None


def _edited(draft: _Draft, run: Run) -> Hold | None:
    if run.task is not None and run.task in draft.observed.edited:
        return Hold(f"the file of {run.task} has uncommitted edits")
    return None


def _runtime(draft: _Draft, group: Group) -> Hold | None:
    offered = draft.observed.runtimes
    if offered is not None and group.agent.runtime.type not in offered:
        return Hold(f"runtime {group.agent.runtime.type} cannot be started from here")
    return None


def _next_look(draft: _Draft) -> datetime | None:
    times = [action.until for action in draft.actions if isinstance(action, Waiting) and action.until]
    times.extend(run.deadline for run in draft.snapshot.runs(active=True))
    zone = draft.snapshot.company.timezone if draft.snapshot.company else "UTC"
    slots = (next_slot(a.heartbeat, zone, draft.now) for a in agents(draft.snapshot) if a.heartbeat)
    times.extend(slot for slot in slots if slot)
    return min((at for at in times if at > draft.now), default=None)
