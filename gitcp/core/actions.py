"""What a tick may do, and what it says about what it does not do."""

from dataclasses import dataclass, field
from datetime import datetime

from gitcp.model.amounts import BudgetLimits
from gitcp.model.guards import Gate
from gitcp.model.runs import Outcome, Run


@dataclass(frozen=True, slots=True)
class Observed:
    """What this process saw that is not in the tree; all may be empty.

    `dead`: runs whose runner is proven dead; `never_started`: those of them that never had one. `silent`: runs whose lease did not move for long enough. `edited`: ids of tasks whose file has uncommitted edits. `runtimes`: what can be started from here;
    none: everything.
    """

    dead: frozenset[str] = frozenset()
    never_started: frozenset[str] = frozenset()
    silent: frozenset[str] = frozenset()
    edited: frozenset[str] = frozenset()
    runtimes: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Number:
    """Give a filed task its number."""

    new_task: str


@dataclass(frozen=True, slots=True)
class Adopt:
    """Date what was scheduled by hand, an agent's heartbeat or a routine: no slot before now counts."""

    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class Fire:
    """Let a routine make the task of a slot, or let the slot pass as its overlap and catch-up say."""

    routine: str
    slot: datetime


@dataclass(frozen=True, slots=True)
class Expire:
    """Close an approval that nobody decided in its time."""

    approval: str


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask people before an operation on a task, as `content` stands for it; what a gate wants."""

    operation: str
    task: str
    content: str
    gate: Gate


@dataclass(frozen=True, slots=True)
class Follow:
    """Do with a task what was decided about it."""

    approval: str


@dataclass(frozen=True, slots=True)
class Integrate:
    """Bring a commit that people have agreed to into the branch that it was held back from."""

    task: str
    commit: str


@dataclass(frozen=True, slots=True)
class Conclude:
    """Give an approval the status that its decisions come to: somebody wrote them into its file."""

    approval: str


@dataclass(frozen=True, slots=True)
class Apply:
    """Write what was approved."""

    approval: str


@dataclass(frozen=True, slots=True)
class Void:
    """Close an approval that cannot come true any more."""

    approval: str
    reason: str


@dataclass(frozen=True, slots=True)
class AskForBudget:
    """Ask people to add to a budget for its present period, so that a run of an agent fits."""

    budget: str
    limits: BudgetLimits
    agent: str
    task: str | None = None


@dataclass(frozen=True, slots=True)
class Reap:
    """End a run that nobody runs any more."""

    run: str
    outcome: Outcome
    reason: str
    started: bool = True


@dataclass(frozen=True, slots=True)
class Resolve:
    """Bring the result of an ended run into its task, whose file is free again."""

    run: str


@dataclass(frozen=True, slots=True)
class Claim:
    """Start a run: the record as it will be committed, the asked-for wakes that it answers, why in one word."""

    run: Run
    wakes: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A wake or a task that proceeds by itself, and for what it waits."""

    agent: str | None
    task: str | None
    reason: str
    until: datetime | None = None
    causes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stalled:
    """A task that does not proceed before somebody acts; it is in `member`'s inbox."""

    task: str
    reason: str
    member: str | None


Consenting = Conclude | Apply | Void | Follow
"""What a tick does with approvals that were decided, or that changed."""

Scheduling = Number | Adopt | Fire
"""What a tick makes of files and slots."""

InOrder = Scheduling | Expire | Consenting | Ask | AskForBudget | Reap | Resolve | Integrate
"""What a tick puts in order before it starts anything."""

Action = InOrder | Claim | Waiting | Stalled


@dataclass(frozen=True, slots=True)
class Plan:
    """An ordered plan, and when to look again at the latest; none: when something changes."""

    actions: tuple[Action, ...]
    next_look: datetime | None = None
    notes: tuple[str, ...] = field(default=())

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing to do but to say why not."""
        return all(isinstance(action, Waiting | Stalled) for action in self.actions)

    @property
    def claims(self) -> tuple[Claim, ...]:
        """The runs to start."""
        return tuple(action for action in self.actions if isinstance(action, Claim))

    @property
    def waiting(self) -> tuple[Waiting, ...]:
        """What waits, with reasons."""
        return tuple(action for action in self.actions if isinstance(action, Waiting))

    @property
    def stalled(self) -> tuple[Stalled, ...]:
        """What needs somebody."""
        return tuple(action for action in self.actions if isinstance(action, Stalled))
