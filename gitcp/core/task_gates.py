"""What the scheduler may not do for a task before people agree: start a run on it, integrate what was delivered for it, call it done.

Rule: an agreement is about the task as it stands, one to a delivery about its commit. Who asks is the task's assignee, so that nobody agrees to work of their own; who filed the task may.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from gitcp.core.actions import Ask
from gitcp.core.approvals import deciders
from gitcp.core.budgets import limits_of, reservation
from gitcp.core.causes import assignment
from gitcp.core.consent import satisfies
from gitcp.core.identity import Who
from gitcp.core.policies import Asked, Ruling, ruling
from gitcp.model.digests import asked_of_assignee, digest
from gitcp.model.guards import Approval, ApprovalStatus, Gate, Policy, Verdict
from gitcp.model.members import Agent
from gitcp.model.operation import ActorKind
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import CLOSED, Task, TaskStatus

START: Final = "task.start"
FINISH: Final = "task.finish"
DELIVERY: Final = "delivery"
GATED: Final = frozenset({START, DELIVERY, FINISH})
_LIVE: Final = frozenset({ApprovalStatus.PENDING, ApprovalStatus.APPROVED})


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be agreed to: an operation on a task, as `content` stands for it. `usd`: what it may cost at most."""

    operation: str
    task: Task
    content: str
    usd: Decimal | None = None

    @property
    def asker(self) -> str:
        """Who asks: whose work it is."""
        return self.task.assignee or ""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a question stands: what is denied, what still has to be asked, which requests wait. Nothing of it: people agree."""

    denied: str | None = None
    asks: tuple[Ask, ...] = ()
    waiting: tuple[Approval, ...] = ()

    @property
    def is_agreed(self) -> bool:
        """Whether nothing is in the way."""
        return self.denied is None and not self.asks and not self.waiting


AGREED: Final = Standing()


def is_gated(approval: Approval) -> bool:
    """Whether the scheduler asks by this request for what it does itself."""
    return approval.for_operation in GATED and not approval.change and approval.content is not None


def to_start(snapshot: Snapshot, task: Task) -> Question | None:
    """Return what is asked before a run on a task starts; none if no agent has it."""
    agent = snapshot.get(Agent, task.assignee) if task.assignee else None
    if agent is None:
        return None
    usd = _of_one_run(snapshot, agent)
    content = digest(START, assignment(snapshot, task).digest, agent.id, f"{usd:f}")
    return Question(START, task, content, usd)


def to_finish(snapshot: Snapshot, task: Task) -> Question | None:
    """Return what is asked before a task of an agent is done: about what was delivered for it, and what it asks."""
    if task.assignee is None or snapshot.get(Agent, task.assignee) is None:
        return None
    commit = task.delivery.commit if task.delivery else None
    return Question(FINISH, task, digest(FINISH, commit, asked_of_assignee(task)))


def to_deliver(snapshot: Snapshot, task: Task) -> Question | None:
    """Return what is asked before a delivery that was held back is integrated: about its commit, and where to."""
    found = task.delivery
    agent = snapshot.get(Agent, task.assignee) if task.assignee else None
    if agent is None or found is None or not found.is_held:
        return None
    return Question(DELIVERY, task, digest(DELIVERY, found.commit, found.into), _of_one_run(snapshot, agent))


def is_held_back(snapshot: Snapshot, agent: Agent, task: Task) -> bool:
    """Whether a gate keeps what an agent delivers for a task from being integrated at once: nobody can have agreed to it yet."""
    if not snapshot.all(Policy):
        return False
    mine = task.evolve(assignee=agent.id)
    question = Question(DELIVERY, mine, "", _of_one_run(snapshot, agent))
    return _ruling(snapshot, question).verdict is not Verdict.ALLOW


_QUESTIONS: Final[Mapping[str, Callable[[Snapshot, Task], Question | None]]] = {
    START: to_start,
    DELIVERY: to_deliver,
    FINISH: to_finish,
}


def standing_at_end(snapshot: Snapshot, task: Task) -> Standing:
    """Return how it stands with all that is asked before a task of an agent is done: its delivery is integrated, and it is finished."""
    found = [standing_of(snapshot, ask(snapshot, task)) for ask in (to_deliver, to_finish)]
    return Standing(
        denied=next((each.denied for each in found if each.denied is not None), None),
        asks=tuple(ask for each in found for ask in each.asks),
        waiting=tuple(approval for each in found for approval in each.waiting),
    )


def standing_of(snapshot: Snapshot, question: Question | None) -> Standing:
    """Return how a question stands by the policies in force; a company without any is asked nothing."""
    if question is None or not snapshot.all(Policy):
        return AGREED
    said = _ruling(snapshot, question)
    if said.verdict is Verdict.DENY:
        return Standing(denied=f"a policy denies {question.operation}: {said.reason}")
    if said.verdict is Verdict.ALLOW:
        return AGREED
    return _of_gates(snapshot, question, said.gates)


def about(snapshot: Snapshot, question: Question) -> list[Approval]:
    """Return the requests about a question as it stands, the oldest first."""
    found = [
        approval
        for approval in snapshot.all(Approval)
        if is_gated(approval)
        and (approval.for_operation, approval.task, approval.content)
        == (question.operation, question.task.id, question.content)
        and not snapshot.is_inert(approval.kind, approval.id)
    ]
    return sorted(found, key=lambda approval: (approval.requested_at, approval.id))


def asked_again(snapshot: Snapshot, approval: Approval) -> Question | None:
    """Return what a request is about, as it stands now; none if that is over or not there."""
    task = snapshot.get(Task, approval.task) if approval.task else None
    if task is None or task.status in CLOSED or not is_gated(approval):
        return None
    return _QUESTIONS[approval.for_operation or ""](snapshot, task)


def lost(snapshot: Snapshot, approval: Approval) -> str | None:
    """Say why a request of the scheduler's is about nothing any more; none if it is about what stands there now."""
    if not is_gated(approval):
        return None
    task = snapshot.get(Task, approval.task) if approval.task else None
    if task is None or task.status in CLOSED:
        # What was agreed to was done; what still waits is not needed any more.
        is_over = approval.status is ApprovalStatus.PENDING
        return f"{approval.task} is {task.status if task else 'gone'}" if is_over else None
    now = asked_again(snapshot, approval)
    is_same = now is not None and (now.content, now.asker) == (approval.content, approval.requested_by)
    if is_same:
        return None
    if approval.for_operation == DELIVERY:
        return f"what {approval.task} delivers is another commit now, or is integrated"
    return f"{approval.task} was changed since, or may cost another sum"


def in_review(snapshot: Snapshot) -> Iterator[Task]:
    """Yield the tasks of agents that all their reviewers have agreed to."""
    for task in snapshot.tasks(statuses={TaskStatus.IN_REVIEW}):
        is_due = task.reviewer is None and to_finish(snapshot, task) is not None
        if is_due and not snapshot.is_inert(task.kind, task.id):
            yield task


def in_words(snapshot: Snapshot, standing: Standing) -> str:
    """Say what is in the way."""
    if standing.denied is not None:
        return standing.denied
    told = [f"{each.id} to be decided by {_able(snapshot, each)}" for each in standing.waiting]
    told += [f"the approval of {' or '.join(ask.gate.approvers) or 'a person'}" for ask in standing.asks]
    return f"waits for {', '.join(told)}"


def is_stuck(snapshot: Snapshot, standing: Standing) -> bool:
    """Whether it goes on by nobody's decision."""
    short = (len(deciders(snapshot, each)) < each.quorum for each in standing.waiting)
    return standing.denied is not None or any(short)


def _of_one_run(snapshot: Snapshot, agent: Agent) -> Decimal | None:
    reserved = reservation(limits_of(snapshot, agent))
    return reserved.usd or reserved.usd_imputed


def _able(snapshot: Snapshot, approval: Approval) -> str:
    return " or ".join(deciders(snapshot, approval)) or "nobody who may"


def _ruling(snapshot: Snapshot, question: Question) -> Ruling:
    task = question.task
    asked = Asked(
        question.operation,
        Who(ActorKind.AGENT, question.asker),
        project=task.project,
        priority=task.priority.value,
        labels=task.labels,
        usd=question.usd,
    )
    return ruling(snapshot, asked)


def _of_gates(snapshot: Snapshot, question: Question, gates: tuple[Gate, ...]) -> Standing:
    asked_before = about(snapshot, question)
    rejected = next((each for each in asked_before if each.status is ApprovalStatus.REJECTED), None)
    if rejected is not None:
        return Standing(denied=f"{rejected.id} was rejected")
    known = [each for each in asked_before if each.status in _LIVE]
    who = Who(ActorKind.AGENT, question.asker)
    asks: list[Ask] = []
    waiting: list[Approval] = []
    for gate in gates:
        if any(a.status is ApprovalStatus.APPROVED and satisfies(snapshot, gate, a, who) for a in known):
            continue
        asked = next((a for a in known if _is_for(gate, a)), None)
        if asked is not None:
            waiting.append(asked)
        else:
            asks.append(Ask(question.operation, question.task.id, question.content, gate))
    return Standing(asks=tuple(dict.fromkeys(asks)), waiting=tuple(dict.fromkeys(waiting)))


def _is_for(gate: Gate, approval: Approval) -> bool:
    is_waiting = approval.status is ApprovalStatus.PENDING
    return is_waiting and (approval.approvers, approval.quorum) == (gate.approvers, gate.quorum)
