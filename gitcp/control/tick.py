"""The tick: fetch, plan, claim, spawn. A lost event or a crashed tick costs nothing, and ticking twice does nothing twice."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from filelock import FileLock, Timeout

from gitcp.control.leases_seen import silenced
from gitcp.control.observation import Cleared, clear_away, edited_tasks, observe, reported_by, unstarted
from gitcp.control.plane import Plane
from gitcp.control.reclaiming import tidy
from gitcp.control.spawning import Started, spawn
from gitcp.control.transcripts import keep_of_reaped, prune_daily
from gitcp.control.warned import news
from gitcp.core.actions import AskForBudget, Claim, InOrder, Integrate, Observed, Plan, Resolve
from gitcp.core.plan import plan, to_do
from gitcp.errors import ConflictError
from gitcp.executors.registry import ELSEWHERE
from gitcp.model.operation import Operation, Put, Receipt, Refusal, Step
from gitcp.model.runs import Run
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Task

LOCK_SECONDS = 60
MOST_PASSES = 2


@dataclass(frozen=True, slots=True)
class Ticked:
    """What a tick did: the plan that it carried out, what it committed, what was refused, what it started."""

    plan: Plan
    receipts: tuple[Receipt, ...]
    refusals: tuple[Refusal, ...]
    started: tuple[Started, ...]
    notes: tuple[str, ...] = ()

    @property
    def claimed(self) -> tuple[Run, ...]:
        """The runs that were claimed for runners that somebody else starts."""
        return tuple(run for run, _ in self.claims_elsewhere)

    @property
    def claims_elsewhere(self) -> tuple[tuple[Run, str], ...]:
        """The same, each with the revision of its claim."""
        claims = ((run, done.revision) for done in self.receipts for run in _claimed_in(done))
        return tuple((run, revision) for run, revision in claims if run.executor == ELSEWHERE)

    @property
    def is_idle(self) -> bool:
        """Whether there was nothing to do."""
        return not self.started and not any(receipt.edit.changes for receipt in self.receipts)


@dataclass(frozen=True, slots=True)
class Terms:
    """How a tick goes about it: whether it asks the remote, whether it may claim, how long it waits for another tick of this machine.

    Without `starts` it claims for runners that somebody else starts, and starts none. `most_claims`: how many runs it claims, none: all that may start.
    `may_claim` is asked again whenever the branch turns out to have moved.
    """

    fetches: bool = True
    may_claim: Callable[[], bool] = lambda: True
    lock_seconds: float = LOCK_SECONDS
    starts: bool = True
    most_claims: int | None = None


USUAL: Final = Terms()


def look(plane: Plane, edited: Collection[str] | None = None) -> Plan:
    """Return the plan as it stands, and do nothing; `edited` are the files with uncommitted edits, if they are known already."""
    snapshot = plane.snapshot()
    paths = plane.store.edited_paths() if edited is None else edited
    observed = observe(plane, snapshot, edited=edited_tasks(paths))
    return plan(snapshot, observed, plane.clock.now(), claimed_by=plane.state.machine)


@dataclass(slots=True)
class LastLook:
    """What the last tick of a process planned, if that was nothing: until the plan's next look the same state gives the same plan."""

    revision: str = ""
    observed: Observed | None = None
    plan: Plan | None = None
    at: datetime | None = None

    def still(self, revision: str, observed: Observed, now: datetime) -> Plan | None:
        """Return that plan if it holds now, else none."""
        if self.plan is None or self.at is None or (self.revision, self.observed) != (revision, observed):
            return None
        until = self.plan.next_look
        return self.plan if self.at <= now and (until is None or now < until) else None

    def note(self, snapshot: Snapshot, observed: Observed, planned: Plan, now: datetime) -> None:
        """Remember a plan; one that does something is none to rest on.

        `observed` names the files that somebody edits, and no later look begins with any: a plan that waits for one is not rested on.
        """
        self.revision, self.observed, self.at = snapshot.revision, observed, now
        self.plan = planned if planned.is_idle else None


def tick(plane: Plane, last: LastLook | None = None, terms: Terms = USUAL) -> Ticked:
    """Do once what is to be done now; the runs that it starts go on by themselves.

    `last` is for a process that ticks again and again: while nothing happens, it need not plan anew.

    Raises:
        ConflictError: another tick of this machine has been at it for `terms.lock_seconds`, by default a minute.
        RemoteError: the remote cannot be reached; nothing was started.
        GitcpError: the company wants its scheduler's commits signed, and they cannot be here; nothing was written.
    """
    plane.state.make()
    try:
        with FileLock(plane.state.tick_lock, timeout=terms.lock_seconds):
            ticked = _tick(plane, last or LastLook(), terms)
            notes = tidy(plane)
            return replace(ticked, notes=tuple(dict.fromkeys((*ticked.notes, *notes)))) if notes else ticked
    except Timeout as error:
        raise ConflictError("another tick of this machine is at work", hint="wait for it to end") from error


def _tick(plane: Plane, last: LastLook, terms: Terms) -> Ticked:
    notes = plane.store.fetch() if terms.fetches else ()
    plane.store.signing.look_again()
    plane.store.signing.expect_scheduler_key(plane.snapshot())
    cleared = clear_away(plane)
    seen = _seen(plane, cleared, terms)
    notes = (*cleared.notes, *seen.notes, *notes, *prune_daily(plane))
    idle = _still_idle(plane, last, seen)
    if idle is not None:
        return Ticked(idle, (), (), _spawned(plane) if terms.starts else (), notes)
    plans: list[Plan] = []
    receipts: list[Receipt] = []
    refusals: list[Refusal] = []

    def decide(snapshot: Snapshot) -> Sequence[Step]:
        planned = _planned(plane, snapshot, seen, last)
        plans.append(_permitted(planned, terms, receipts))
        if plans[-1].is_idle:
            return ()
        from gitcp.control.steps import Left, steps_of  # noqa: PLC0415 - most ticks have nothing to do, and need none

        left, now = Left(cleared.rescued, reported_by(plane, cleared.dead)), plane.clock.now()
        return steps_of(plans[-1], left, now, _requests(plane, snapshot, plans[-1], now))

    for _ in range(MOST_PASSES):
        applied = plane.store.apply(decide)
        done = [result for result in applied.results if isinstance(result, Receipt)]
        refused = [result for result in applied.results if isinstance(result, Refusal)]
        done += _settled_alone(plane, refused)
        receipts, refusals, notes = receipts + done, refusals + refused, (*notes, *applied.notes)
        if not _frees_something(plans[-1], done):
            break
    started = _spawned(plane) if terms.starts else ()
    keep_of_reaped(plane, receipts)
    if receipts:
        plane.store.maintain()
    notes = (*notes, *_integrated(plane, plans[-1], receipts), *news(plane, plane.snapshot()))
    return Ticked(plans[-1], tuple(receipts), tuple(refusals), started, tuple(dict.fromkeys(notes)))


@dataclass(frozen=True, slots=True)
class _Seen:
    """What this tick saw before it planned: runs that were cleared away, runs whose leases were, and what has to be said."""

    dead: frozenset[str]
    silent: frozenset[str]
    notes: tuple[str, ...]

    def observed(self, plane: Plane, snapshot: Snapshot) -> Observed:
        return observe(plane, snapshot, self.dead, silent=self.silent)


def _seen(plane: Plane, cleared: Cleared, terms: Terms) -> _Seen:
    # Without a fetch nothing is known of runners elsewhere.
    notes: list[str] = []
    silent = silenced(plane, notes) if terms.fetches else frozenset()
    return _Seen(cleared.dead, silent, tuple(notes))


def _still_idle(plane: Plane, last: LastLook, seen: _Seen) -> Plan | None:
    if last.plan is None:
        return None
    snapshot = plane.snapshot()
    return last.still(snapshot.revision, seen.observed(plane, snapshot), plane.clock.now())


def _planned(plane: Plane, snapshot: Snapshot, seen: _Seen, last: LastLook) -> Plan:
    # Only the files that the plan would change are looked at: to look at all takes as long as there are files.
    observed, now = seen.observed(plane, snapshot), plane.clock.now()
    asked: set[str] = set()
    while True:
        planned = to_do(snapshot, observed, now, claimed_by=plane.state.machine)
        touched = _touched(snapshot, planned) - asked
        edited = plane.store.edited(Task, touched)
        if not edited:
            last.note(snapshot, observed, planned, now)
            return planned
        asked |= touched
        observed = replace(observed, edited=observed.edited | edited)


def _requests(plane: Plane, snapshot: Snapshot, planned: Plan, now: datetime) -> Mapping[str, Operation]:
    if not any(isinstance(action, AskForBudget) for action in planned.actions):
        return {}
    from gitcp.control.top_ups import requests  # noqa: PLC0415 - as above

    return requests(snapshot, planned, now, plane.store.history().text_at)


def _permitted(planned: Plan, terms: Terms, done: Sequence[Receipt]) -> Plan:
    planned = planned if terms.starts else _for_elsewhere(planned)
    if not terms.may_claim():
        return _with_claims(planned, 0)
    if terms.most_claims is None:
        return planned
    return _with_claims(planned, terms.most_claims - sum(len(_claimed_in(receipt)) for receipt in done))


def _for_elsewhere(planned: Plan) -> Plan:
    moved = (
        replace(a, run=a.run.evolve(executor=ELSEWHERE)) if isinstance(a, Claim) else a
        for a in planned.actions
    )
    return replace(planned, actions=tuple(moved))


def _with_claims(planned: Plan, most: int) -> Plan:
    # What is left out here is planned again by the next tick.
    kept = frozenset(claim.run.id for claim in planned.claims[: max(most, 0)])
    return replace(
        planned, actions=tuple(a for a in planned.actions if not isinstance(a, Claim) or a.run.id in kept)
    )


def _claimed_in(receipt: Receipt) -> list[Run]:
    records = (change.record for change in receipt.edit.changes if isinstance(change, Put))
    return [record for record in records if isinstance(record, Run) and record.is_active]


def _touched(snapshot: Snapshot, planned: Plan) -> set[str]:
    resolved = (snapshot.get(Run, action.run) for action in planned.actions if isinstance(action, Resolve))
    runs = (*(claim.run for claim in planned.claims), *(run for run in resolved if run is not None))
    return {run.task for run in runs if run.task is not None}


def _spawned(plane: Plane) -> tuple[Started, ...]:
    return tuple(spawn(plane, run) for run in unstarted(plane, plane.snapshot()))


def _frees_something(planned: Plan, done: Sequence[Receipt]) -> bool:
    # A task that was made or got its number, a place that got free, an approval that is over: the plan rests on what is in the tree, so it is asked once more.
    in_order = any(isinstance(action, InOrder) for action in planned.actions)
    return in_order and any(receipt.edit.changes for receipt in done)


def _integrated(plane: Plane, planned: Plan, receipts: list[Receipt]) -> Sequence[str]:
    if not any(isinstance(action, Integrate) for action in planned.actions):
        return ()
    from gitcp.control.integrating import integrate  # noqa: PLC0415 - as above

    return integrate(plane, planned, receipts)


def _settled_alone(plane: Plane, refusals: Sequence[Refusal]) -> tuple[Receipt, ...]:
    if not refusals:
        return ()
    from gitcp.control.steps import settle_alone  # noqa: PLC0415 - as above

    return settle_alone(plane, refusals)
