"""The tick: fetch, plan, claim, spawn. A lost event or a crashed tick costs nothing, and ticking twice does nothing twice."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from filelock import FileLock, Timeout

from gitcp.control.observation import clear_away, observe, unstarted
from gitcp.control.plane import Plane
from gitcp.control.spawning import Started, spawn
from gitcp.core.actions import Action, Adopt, Claim, Number, Plan, Reap, Resolve
from gitcp.core.operations.claim_run import ClaimRun
from gitcp.core.operations.employ_agent import AdoptHeartbeat
from gitcp.core.operations.finish_run import ReapRun, ResolveRun
from gitcp.core.operations.number_task import NumberTask
from gitcp.core.plan import plan
from gitcp.errors import ConflictError, EditedFileError
from gitcp.model.actors import the_scheduler
from gitcp.model.operation import Call, Operation, Receipt, Refusal, Step
from gitcp.model.snapshot import Snapshot

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
    def is_idle(self) -> bool:
        """Whether there was nothing to do."""
        return not self.started and not any(receipt.edit.changes for receipt in self.receipts)


def look(plane: Plane, edited: Collection[str] | None = None) -> Plan:
    """Return the plan as it stands, and do nothing; `edited` are the files with uncommitted edits, if they are known already."""
    snapshot = plane.snapshot()
    return plan(
        snapshot, observe(plane, snapshot, paths=edited), plane.clock.now(), claimed_by=plane.state.machine
    )


def tick(plane: Plane) -> Ticked:
    """Do once what is to be done now; the runs that it starts go on by themselves.

    Raises:
        ConflictError: another tick of this machine has been at it for a minute.
        RemoteError: the remote cannot be reached; nothing was started.
    """
    plane.state.make()
    try:
        with FileLock(plane.state.tick_lock, timeout=LOCK_SECONDS):
            return _tick(plane)
    except Timeout as error:
        raise ConflictError("another tick of this machine is at work", hint="wait for it to end") from error


def _tick(plane: Plane) -> Ticked:
    plane.store.fetch()
    cleared = clear_away(plane)
    plans: list[Plan] = []

    def decide(snapshot: Snapshot) -> Sequence[Step]:
        now = plane.clock.now()
        plans.append(
            plan(snapshot, observe(plane, snapshot, cleared.dead), now, claimed_by=plane.state.machine)
        )
        wanted = ((action, operation_of(action, cleared.rescued)) for action in plans[-1].actions)
        return [
            (operation, Call(the_scheduler(), now, _request(action, now.isoformat())))
            for action, operation in wanted
            if operation is not None
        ]

    receipts: list[Receipt] = []
    refusals: list[Refusal] = []
    notes: tuple[str, ...] = ()
    for _ in range(MOST_PASSES):
        applied = plane.store.apply(decide)
        done = [result for result in applied.results if isinstance(result, Receipt)]
        refused = [result for result in applied.results if isinstance(result, Refusal)]
        done += _settle_alone(plane, refused)
        receipts, refusals, notes = receipts + done, refusals + refused, applied.notes
        if not _frees_something(plans[-1], done):
            break
    started = tuple(spawn(plane, run) for run in unstarted(plane, plane.snapshot()))
    return Ticked(plans[-1], tuple(receipts), tuple(refusals), started, (*cleared.notes, *notes))


def _frees_something(planned: Plan, done: Sequence[Receipt]) -> bool:
    # A task that got its number, a place that got free: the plan rests on what is in the tree, so it is asked once more.
    in_order = any(isinstance(action, Number | Adopt | Reap | Resolve) for action in planned.actions)
    return in_order and any(receipt.edit.changes for receipt in done)


def operation_of(action: Action, rescued: Mapping[str, str]) -> Operation | None:
    """Return the operation that carries an action out; none for what only says why not."""
    match action:
        case Number(new_task=name):
            return NumberTask(new_task=name)
        case Adopt(agent=agent):
            return AdoptHeartbeat(agent=agent)
        case Reap(run=run, outcome=outcome, reason=reason, started=started):
            return ReapRun(run=run, outcome=outcome, reason=reason, started=started, rescue=rescued.get(run))
        case Resolve(run=run):
            return ResolveRun(run=run)
        case Claim(run=run, wakes=wakes, reason=reason):
            return ClaimRun(run=run, wakes=wakes, because=reason)
        case _:
            return None


def _settle_alone(plane: Plane, refusals: Sequence[Refusal]) -> tuple[Receipt, ...]:
    # A run always settles, also while somebody edits the file of its task.
    steps: list[Step] = [
        (operation.evolve(only_run=True), plane.call(the_scheduler()))
        for refusal in refusals
        if isinstance(operation := refusal.step[0], ReapRun) and isinstance(refusal.error, EditedFileError)
    ]
    results = plane.store.apply(lambda _: steps).results if steps else ()
    return tuple(result for result in results if isinstance(result, Receipt))


def _request(action: Action, at: str) -> str:
    # Derived from what it is about, so that the same claim sent twice is one claim.
    about = action.run.id if isinstance(action, Claim) else f"{action!r} {at}"
    return hashlib.sha256(f"{type(action).__name__} {about}".encode()).hexdigest()[:32]
