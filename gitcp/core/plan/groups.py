"""What is due for an agent: the groups of causes that want to start, and those that wait for a heartbeat first."""

from gitcp.core.actions import Stalled, Waiting
from gitcp.core.approvals import awaited
from gitcp.core.causes import Candidate, candidates, heartbeat_of, next_slot_of, slot_of, unanswered
from gitcp.core.fairness import FIRST, lifts, place
from gitcp.core.inbox import responsible_for
from gitcp.core.plan.draft import Draft
from gitcp.core.plan.group import Group
from gitcp.model.members import Agent, AgentStatus, WakeReason
from gitcp.model.tasks import Task


def groups(draft: Draft, agent: Agent) -> list[Group]:
    """Return what wants to start for an agent, in its order; a heartbeat's prompt is the last."""
    # A run holds all that its task asks for, so one reason that may wake at once brings the others along.
    by_task: dict[str | None, list[Candidate]] = {}
    for candidate in unanswered(draft.snapshot, agent, candidates(draft.snapshot, agent, draft.now)):
        by_task.setdefault(candidate.task, []).append(candidate)
    due: list[Group] = []
    for task_id, found in by_task.items():
        task = draft.snapshot.get(Task, task_id) if task_id else None
        group = Group(agent, task, (*found, *_beat_for(draft, agent, found, task_id)))
        undecided = _undecided(draft, group)
        if undecided is not None:
            draft.said.setdefault(agent.id, []).append(undecided)
        elif agent.status is not AgentStatus.ACTIVE or any(_wakes_now(agent, c) for c in group.found):
            due.append(group)
        else:
            draft.said.setdefault(agent.id, []).append(_waits_for_heartbeat(draft, group))
    return _in_order(draft, agent, due)


def _undecided(draft: Draft, group: Group) -> Waiting | None:
    # A slot finds no work where all that is left to do waits for a decision.
    is_beat_alone = all(c.cause.reason is WakeReason.HEARTBEAT for c in group.found)
    if group.task is None or not is_beat_alone:
        return None
    asked = [approval.id for approval in awaited(draft.snapshot, group.agent.id, group.task.id)]
    reason = f"waits for {', '.join(asked)} to be decided"
    return Waiting(group.agent.id, group.task.id, reason, causes=group.reasons) if asked else None


def _in_order(draft: Draft, agent: Agent, due: list[Group]) -> list[Group]:
    tasks = [group.task for group in due if group.task is not None]
    lifted = lifts(draft.snapshot, agent.id, tasks, draft.now)

    def order(group: Group) -> tuple[object, ...]:
        rank = place(group.task, lifted) if group.task else FIRST
        return (group.is_prompt, not group.is_by_hand, rank)

    return sorted(due, key=order)


def _wakes_now(agent: Agent, candidate: Candidate) -> bool:
    by_itself = agent.wakes_at_once(candidate.cause.reason) and candidate.suppressed is None
    return by_itself or candidate.cause.reason is WakeReason.HEARTBEAT


def _beat_for(draft: Draft, agent: Agent, found: list[Candidate], task_id: str | None) -> list[Candidate]:
    # What has no task waits for a slot as well where `wake_on` says so.
    slot = slot_of(draft.snapshot, agent, draft.now)
    is_given_up = all(c.suppressed and c.cause.reason is WakeReason.RETRY for c in found)
    if (
        slot is None
        or task_id is not None
        or is_given_up
        or any(_wakes_now(agent, candidate) for candidate in found)
    ):
        return []
    return unanswered(draft.snapshot, agent, [heartbeat_of(agent, slot)])


def _waits_for_heartbeat(draft: Draft, group: Group) -> Waiting | Stalled:
    agent, task = group.agent, group.task
    until = next_slot_of(draft.snapshot, agent, draft.now)
    suppressed = next((c.suppressed for c in group.found if c.suppressed), None)
    if until is None and task is not None:
        nothing = f"wake_on of {agent.id} names none of {', '.join(group.reasons)}, and it has no heartbeat"
        return Stalled(task.id, suppressed or nothing, responsible_for(draft.snapshot, task))
    if suppressed is not None:
        return Waiting(agent.id, task.id if task else None, suppressed, until, group.reasons)
    reason = (
        "waits for its heartbeat (wake_on)"
        if until
        else "wake_on does not name this reason, and there is no heartbeat"
    )
    return Waiting(agent.id, task.id if task else None, reason, until, group.reasons)
