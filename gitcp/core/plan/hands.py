"""What each agent has in its hand: first no more than where it may find something, then what wants to start."""

from collections.abc import Iterable
from dataclasses import dataclass

from gitcp.core.causes import decision, unanswered
from gitcp.core.causes.candidate import Candidate
from gitcp.core.fairness import FIRST, LAST, Rank, Turn, turn
from gitcp.core.plan.beats import open_beats
from gitcp.core.plan.draft import Draft
from gitcp.core.plan.group import Group
from gitcp.core.plan.groups import groups
from gitcp.model.guards import Approval
from gitcp.model.members import Agent
from gitcp.model.runs import Wake
from gitcp.model.snapshot import Lead
from gitcp.model.urgency import ticks


@dataclass(slots=True)
class Hand:
    """An agent, and what is left for it to start; none: nobody has looked yet."""

    agent: Agent
    lead: Lead
    is_asked: bool
    is_beating: bool
    is_decided: bool
    claimed: int | None
    left: list[Group] | None = None

    def turn(self, draft: Draft) -> Turn:
        """Return where it stands among others; before somebody looked, where it stands at best."""
        by_hand = self.left[0].is_by_hand if self.left else self.is_asked
        runs = draft.runs[self.agent.id]
        return turn(self.agent.id, by_hand=by_hand, runs=runs, claimed=self.claimed, rank=self._rank())

    def _rank(self) -> Rank:
        if self.left:
            return min(group.rank for group in self.left)
        return FIRST if self.has_something_beside else self.lead.work or LAST

    @property
    def has_something_beside(self) -> bool:
        """Whether there may be a cause that is not about its tasks."""
        return self.is_asked or self.is_decided or self.lead.beside

    def look(self, draft: Draft) -> None:
        """Find out what wants to start."""
        self.left = groups(draft, self.agent)

    def note_claim(self, draft: Draft) -> None:
        """Note that a run of it starts."""
        self.claimed = ticks(draft.now)


def hands(draft: Draft) -> Iterable[Hand]:
    """Yield the hands of those who may have something to start."""
    slots = open_beats(draft)
    asked = {wake.agent for wake in draft.snapshot.all(Wake)}
    decided = _with_decisions(draft)
    by_agent = {agent.id: agent for agent in draft.employed}
    for lead in draft.snapshot.leads({name: slots.get(name) for name in by_agent}):
        name = lead.agent
        hand = Hand(by_agent[name], lead, name in asked, name in slots, name in decided, lead.claimed)
        if hand.has_something_beside or not lead.is_empty:
            yield hand


def _with_decisions(draft: Draft) -> frozenset[str]:
    """Return who asked for an approval and was not woken for its decision yet."""
    found: dict[str, list[Candidate]] = {}
    for approval in draft.snapshot.all(Approval):
        cause = decision(approval)
        if cause is not None and approval.requested_by is not None:
            found.setdefault(approval.requested_by, []).append(Candidate(cause, None))
    waiting = (a.id for a in draft.employed if a.id in found and unanswered(draft.snapshot, a, found[a.id]))
    return frozenset(waiting)
