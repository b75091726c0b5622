"""What belongs together: the causes of one agent for one task are one run."""

from dataclasses import dataclass
from typing import Final

from gitcp.core.causes import Candidate
from gitcp.core.fairness import LAST, Rank, rank_of
from gitcp.model.members import Agent, WakeReason
from gitcp.model.tasks import Task

# The reason that a run is known by, when it answers several causes.
PRECEDENCE: Final = (
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
    def is_by_hand(self) -> bool:
        """Whether somebody asked for it by hand."""
        return any(c.is_wish and c.cause.reason is WakeReason.MANUAL for c in self.found)

    @property
    def rank(self) -> Rank:
        """How urgent it is among those of other agents: what has no task first, a heartbeat's prompt last."""
        return LAST if self.is_prompt else rank_of(self.task)
