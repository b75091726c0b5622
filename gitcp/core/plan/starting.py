"""Which of the groups that want to start may: a claim for each, or why not."""

from datetime import datetime, timedelta
from typing import Final

from gitcp.core.actions import Action, Claim, Stalled, Waiting
from gitcp.core.budgets import covering, limits_of, reservation
from gitcp.core.causes import failures_in_a_row, last_run
from gitcp.core.eligibility import Hold, Wanted, hold, lacks_only_money
from gitcp.core.hops import hops_of_all
from gitcp.core.inbox import responsible_for
from gitcp.core.plan.draft import Draft
from gitcp.core.plan.group import Group
from gitcp.core.plan.hands import Hand
from gitcp.model.ids import run_id
from gitcp.model.members import WakeReason
from gitcp.model.planning import Project
from gitcp.model.runs import Run, Wake
from gitcp.model.snapshot import Snapshot

_LONGEST_PROMPT: Final = 200_000


def start_next(draft: Draft, hand: Hand) -> None:
    """Decide the next of an agent's groups; a heartbeat's prompt joins the first task that starts, and is a run of its own only when none does."""
    assert hand.left
    group = hand.left.pop(0)
    prompt = next((other for other in hand.left if other.is_prompt), None) if group.is_own_work else None
    joined = Group(group.agent, group.task, (*group.found, *prompt.found)) if prompt else group
    action = _decide(draft, joined)
    if isinstance(action, Claim):
        hand.note_claim(draft)
        hand.left = [other for other in hand.left if other is not prompt]
    elif prompt is not None:
        action = _decide(draft, group)
    draft.actions.append(action)


def _decide(draft: Draft, group: Group) -> Action:
    run = _run(draft, group)
    found = _too_early(draft, group) or _edited(draft, run) or _runtime(draft, group)
    wanted = Wanted(draft.snapshot, run, draft.now, draft.planned)
    found = found or hold(wanted)
    if found is not None:
        if lacks_only_money(wanted, found):
            draft.ask(run, found.short)
        draft.actions.extend(found.asks)
        if found.is_stuck and group.task is not None:
            return Stalled(group.task.id, found.reason, responsible_for(draft.snapshot, group.task))
        return Waiting(group.agent.id, run.task, found.reason, found.until, group.reasons)
    draft.plan(run)
    wakes = tuple(c.cause.record for c in group.found if c.cause.reason is WakeReason.MANUAL)
    return Claim(run, wakes, group.reason.value)


def _run(draft: Draft, group: Group) -> Run:
    snapshot, agent, task = draft.snapshot, group.agent, group.task
    limits = limits_of(snapshot, agent)
    project = snapshot.get(Project, task.project) if task else None
    grace = float(snapshot.company.scheduler.grace_minutes) if snapshot.company else 5.0
    claimed_at = draft.now.replace(microsecond=0)
    last = last_run(snapshot, agent.id, task.id) if task else None
    answers = tuple(candidate.cause for candidate in group.found)
    return Run(
        id=run_id(agent.id, claimed_at, _taken(draft, agent.id, claimed_at)),
        agent=agent.id,
        task=task.id if task else None,
        answers=answers,
        hops=hops_of_all(snapshot, agent.id, answers),
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


def _taken(draft: Draft, agent: str, at: datetime) -> frozenset[str]:
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


def _too_early(draft: Draft, group: Group) -> Hold | None:
    # A pause holds all of a task's causes, but for a person's own wish.
    times = [c.not_before for c in group.found if c.not_before is not None and c.not_before > draft.now]
    if not times or any(candidate.is_wish for candidate in group.found):
        return None
    return Hold("backs off after runs that failed or got nowhere", max(times))


def _edited(draft: Draft, run: Run) -> Hold | None:
    if run.task is not None and run.task in draft.observed.edited:
        return Hold(f"the file of {run.task} has uncommitted edits")
    return None


def _runtime(draft: Draft, group: Group) -> Hold | None:
    offered = draft.observed.runtimes
    if offered is not None and group.agent.runtime.type not in offered:
        return Hold(f"runtime {group.agent.runtime.type} cannot be started from here")
    return None
