"""What a proposal is about: a branch, the head of a pull request or the files on disk, against the branch that it is meant for.

Nothing is written, and nobody is asked: the policies are those of the commit that both come from, as far as they were admitted there.
"""

from collections.abc import Iterable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from gitcp.control.checking import files_on_disk
from gitcp.control.comparisons import state_of
from gitcp.control.steps import Left, steps_of
from gitcp.core.actions import Adopt, Fire, Number, Observed, Plan
from gitcp.core.admission import judge
from gitcp.core.checks import Finding, findings
from gitcp.core.differences import Difference, Pair, differences
from gitcp.core.effects import Effect, effect
from gitcp.core.effects.collisions import Meeting, meetings
from gitcp.core.effects.rulings import Judged, judged
from gitcp.core.housekeeping import housekeeping
from gitcp.errors import GitcpError
from gitcp.model.kinds import KINDS
from gitcp.model.layered import Layered
from gitcp.model.problem import Problem, Severity
from gitcp.model.snapshot import Snapshot
from gitcp.store.codec import locate
from gitcp.store.comparing import Proposed, compare
from gitcp.store.layout import place_of
from gitcp.store.states import State, States
from gitcp.store.view import CacheSnapshot

_MOST_ORDERED: Final = 200  # of what a tick puts in order before it starts anything


@dataclass(frozen=True, slots=True)
class Proposal:
    """Everything about a proposal: problems that it brings and mends, what the policies say, where it meets the branch, what it does."""

    base: State
    head: State
    ancestor: State
    brought: tuple[Problem, ...]
    mended: tuple[Problem, ...]
    judged: Judged
    meetings: tuple[Meeting, ...]
    found: tuple[Difference, ...]
    others: tuple[str, ...]
    effect: Effect
    authors: tuple[str, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The errors that it brings."""
        return tuple(problem for problem in self.brought if problem.severity is Severity.ERROR)

    @property
    def is_refused(self) -> bool:
        """Whether it cannot go in as it is, whoever agrees."""
        stops = any(meeting.stops for meeting in self.meetings)
        return bool(self.errors or self.judged.denied or self.judged.refusals or stops)

    @property
    def needs_approval(self) -> bool:
        """Whether somebody has to agree before it goes in."""
        return bool(self.judged.needed)


def propose(place: Path, base: str, head: str | None, now: datetime) -> Proposal:
    """Say what a proposal is about; without `head` it is the files on disk, or HEAD where there are none.

    Raises:
        GitcpError: there is no such commit, or the two have nothing in common.
        NotAControlRepositoryError: there is no company.
    """
    with States.open(place) as states:
        target, proposed = states.at(base), state_of(states, head)
        ancestor = states.merge_base(target, proposed)
        with closing(Proposed(states, judge, ancestor, proposed)) as sides:
            return _proposal(states, (target, proposed, ancestor), sides, now)


def _proposal(states: States, named: tuple[State, State, State], sides: Proposed, now: datetime) -> Proposal:
    target, proposed, ancestor = named
    compared = compare(states, ancestor, proposed)
    before, after = sides.before(), sides.after()
    told = differences(compared.pairs)
    entries = sides.entries()
    brought, mended = _problems(states, (before, after), proposed)
    return Proposal(
        target,
        proposed,
        ancestor,
        (*brought, *_strange(states, proposed), *_misplaced(compared.pairs)),
        mended,
        judged(entries, sides.changes()),
        tuple(_meetings(states, named, compared.pairs)),
        tuple(told),
        compared.others,
        effect(_in_order(before, now), _in_order(after, now), compared.pairs, told, now),
        tuple(dict.fromkeys(f"{entry.author} <{entry.author_email}>" for entry in entries)),
    )


def _meetings(states: States, named: tuple[State, State, State], pairs: Sequence[Pair]) -> Iterable[Meeting]:
    target, proposed, ancestor = named
    if target.tree == ancestor.tree:
        return ()
    meanwhile = compare(states, ancestor, target)
    return meetings(pairs, meanwhile.pairs, states.conflicts(ancestor, target, proposed))


def _problems(
    states: States, sides: tuple[CacheSnapshot, CacheSnapshot], head: State
) -> tuple[tuple[Problem, ...], tuple[Problem, ...]]:
    """Return the problems that are there only after the change, and those only before it."""
    old, new = ({_key(found): found for found in _wrong(snapshot)} for snapshot in sides)
    brought = [_placed(states, sides[1], head, found) for key, found in new.items() if key not in old]
    mended = [_placed(states, sides[0], None, found) for key, found in old.items() if key not in new]
    return tuple(sorted(brought)), tuple(sorted(mended))


def _wrong(snapshot: Snapshot) -> Iterable[Problem | Finding]:
    yield from snapshot.problems()
    yield from findings(snapshot)


def _key(found: Problem | Finding) -> tuple[str, ...]:
    subject = (found.path,) if isinstance(found, Problem) else (found.kind, found.id)
    return (*subject, found.where, found.message)


def _placed(
    states: States, snapshot: CacheSnapshot, state: State | None, found: Problem | Finding
) -> Problem:
    if isinstance(found, Problem):
        return found
    path = snapshot.path(KINDS[found.kind], found.id) or "gitcp.yaml"
    leaf = states.objects.leaf(state.tree, path) if state and found.where else None
    line = locate(states.objects.data(leaf.oid), found.where) if leaf else 0
    record = (found.kind, found.id) if found.severity is Severity.ERROR else None
    return Problem(path, line, found.where, found.message, found.hint, found.severity, record)


def _strange(states: States, head: State) -> list[Problem]:
    # Links are in no tree that is made of the files on disk.
    return files_on_disk(states.root)[1] if head.is_on_disk and states.root else []


def _misplaced(pairs: Iterable[Pair]) -> Iterable[Problem]:
    for pair in pairs:
        place = place_of(pair.path)
        if place is not None and place.is_misplaced and pair.before is None and pair.after is not None:
            hint = f"move it: git mv {pair.path} {place.expected_path}"
            message = f"expected in {place.expected_path}"
            yield Problem(pair.path, message=message, hint=hint, severity=Severity.WARNING)


def _in_order(snapshot: Snapshot, now: datetime) -> Snapshot:
    """Return the records as a tick would find them after it numbered what was filed, dated what was scheduled and let routines make their tasks."""
    wanted = [a for a in housekeeping(snapshot, Observed(), now) if isinstance(a, Number | Adopt | Fire)]
    ordered = Layered(snapshot)
    for operation, call in steps_of(Plan(tuple(wanted[:_MOST_ORDERED])), Left(), now):
        with suppress(GitcpError):  # as a tick goes on with the next
            ordered = ordered.edited(operation.decide(ordered, call).changes)
    return ordered if ordered.written else snapshot
