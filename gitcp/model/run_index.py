"""Runs while they change, so that the questions of a plan take no longer the more of them there are."""

from bisect import insort
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from gitcp.model.amounts import Charged
from gitcp.model.members import WakeReason
from gitcp.model.runs import Cause, Run
from gitcp.model.sums import Sums

_Place = tuple[datetime, str]
_Key = tuple[str | None, str | None]


@dataclass(slots=True)
class RunIndex:
    """The live runs, by all that is asked of them."""

    by_id: dict[str, Run] = field(default_factory=dict)
    active: dict[str, Run] = field(default_factory=dict)
    pending: dict[str, Run] = field(default_factory=dict)
    answers: dict[str, set[Cause]] = field(default_factory=dict)
    answered_comments: dict[str, set[str]] = field(default_factory=dict)
    _places: dict[_Key, list[_Place]] = field(default_factory=dict)
    _sums: Sums = field(default_factory=Sums)

    def put(self, run: Run) -> None:
        """Take in a run, new or changed."""
        before = self.by_id.get(run.id)
        if before is not None and not _grows(before, run):
            self.remove(run.id)
            before = None
        self.by_id[run.id] = run
        for chosen, fits in ((self.active, run.is_active), (self.pending, run.pending)):
            if fits:
                chosen[run.id] = run
            else:
                chosen.pop(run.id, None)
        if before is None:
            for key in _keys(run):
                insort(self._places.setdefault(key, []), (run.claimed_at, run.id))
        self._note_answers(before, run)
        self._sums.change(before, run)

    def remove(self, run_id: str) -> None:
        """Take a run out, and what it answered."""
        run = self.by_id.pop(run_id, None)
        if run is None:
            return
        self.active.pop(run_id, None)
        self.pending.pop(run_id, None)
        for key in _keys(run):
            self._places[key].remove((run.claimed_at, run.id))
        self.answers[run.agent] = set()
        self.answered_comments[run.agent] = set()
        for other in self.newest(agent=run.agent):
            self._note_answers(None, other)
        self._sums.change(run, None)

    def newest(
        self, agent: str | None = None, task: str | None = None, since: datetime | None = None
    ) -> Iterator[Run]:
        """Yield the runs of an agent and of a task, or all, newest claim first, as far back as `since`."""
        for claimed_at, run_id in reversed(self._places.get((agent, task), ())):
            if since is not None and claimed_at < since:
                return
            yield self.by_id[run_id]

    def charged(self, budget_id: str, since: datetime | None) -> Charged:
        """Add up what the runs counted at or after a time took from a budget."""
        known = self._sums.of(budget_id, since)
        if known is not None:
            return known
        # No clock is further than a day from UTC.
        earliest = since - timedelta(days=1) if since else None
        return self._sums.begin(budget_id, since, self.newest(since=earliest))

    def answered(self, agent: str, causes: Collection[Cause]) -> frozenset[Cause]:
        """Return those of `causes` that some run of the agent answers."""
        known = self.answers.get(agent)
        return frozenset(cause for cause in causes if cause in known) if known else frozenset()

    def _note_answers(self, before: Run | None, run: Run) -> None:
        if before is not None and before.answers == run.answers:
            return
        self.answers.setdefault(run.agent, set()).update(run.answers)
        mentioned = (cause.record for cause in run.answers if cause.reason is WakeReason.MENTION)
        self.answered_comments.setdefault(run.agent, set()).update(mentioned)


def newest_first(runs: Iterable[Run]) -> list[Run]:
    """Sort runs as a snapshot tells them."""
    return sorted(runs, key=lambda run: (run.claimed_at, run.id), reverse=True)


def _grows(before: Run, after: Run) -> bool:
    """Whether a run goes on as runs do: as its claim has it, and with no answer less."""
    is_same = (before.agent, before.task, before.claimed_at) == (after.agent, after.task, after.claimed_at)
    return is_same and (before.answers == after.answers or set(before.answers) <= set(after.answers))


def _keys(run: Run) -> tuple[_Key, ...]:
    by_task = () if run.task is None else ((None, run.task), (run.agent, run.task))
    return (None, None), (run.agent, None), *by_task
