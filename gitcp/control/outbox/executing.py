"""`gitcp exec --outbox`: a run whose runner may push nothing, neither to the control repository nor to the execution repository.

Rule: there is no lease, so that nobody else knows that the run has begun. What keeps it from being begun twice is its folder; what keeps it from counting
twice is that the first settlement wins.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread
from typing import Final

from gitcp.control.outbox.box import Outbox
from gitcp.control.outbox.form import Opening, Result, Work
from gitcp.control.plane import Plane
from gitcp.control.result import Worked
from gitcp.control.runner import caught_signals, fetch_patiently, is_startable, work_on
from gitcp.control.transcripts import gathered
from gitcp.core.lookup import existing
from gitcp.errors import ConflictError, GitcpError
from gitcp.model.runs import Run
from gitcp.model.tasks import Task
from gitcp.workspaces import Workspaces

_LOOK_SECONDS: Final = 60.0


class Unguarded:
    """Stands where a lease would: nothing takes this run away but the record itself."""

    is_lost: Final = False


def execute_aside(plane: Plane, run_id: str, folder: Path, *, fetches: bool = True) -> Worked:
    """Run a claimed run to its end, and keep all that it would write in a folder; return how it went.

    Where it does not fetch, the execution repository has to be there already: no credential for it is needed while the agent works.

    Raises:
        ConflictError: the run is not to be begun, or the folder holds an outbox already.
        GitcpError: the folder cannot be used.
    """
    if not fetches:
        plane = replace(plane, workspaces=Workspaces(plane.state.folder, fetches=False))
    fetch_patiently(plane)
    _expect_apart(plane, folder)
    run = existing(plane.snapshot(), Run, run_id)
    _expect_startable(plane, run)
    # What runs git does so from another folder.
    outbox = Outbox.begin(folder.absolute(), _opening(plane, run))
    try:
        return _executed(plane, run, outbox)
    finally:
        outbox.close()


def _executed(plane: Plane, run: Run, outbox: Outbox) -> Worked:
    task = plane.snapshot().get(Task, run.task) if run.task else None
    checks = task.verify if task is not None else ()
    with _followed(plane), caught_signals() as signals:
        worked = work_on(plane, run.id, Unguarded(), signals, outbox)
    outbox.keep_transcript(gathered(plane.state.run(run.id)))
    work = None if outbox.work is None else _work(*outbox.work, worked, checks)
    outbox.finish(Result(format=1, run=run.id, worked=worked, work=work))
    return worked


def _work(base: str, head: str, worked: Worked, checks: tuple[tuple[str, ...], ...]) -> Work:
    delivery = worked.delivery
    at = delivery.commits[-1] if delivery.commits else base
    return Work(
        base=base, head=head, checked_at=at, checked=checks if delivery.verification is not None else ()
    )


def _opening(plane: Plane, run: Run) -> Opening:
    return Opening(
        format=1,
        run=run.id,
        revision=plane.snapshot().revision,
        begun_at=plane.clock.now(),
        machine=plane.state.machine,
    )


def _expect_apart(plane: Plane, folder: Path) -> None:
    # Where agents work, one could write its own settlement.
    place, state = folder.resolve(), plane.state.folder.resolve()
    if place.is_relative_to(state) or state.is_relative_to(place):
        raise GitcpError(
            f"{folder}: expected a folder apart from gitcp's own, {state}",
            hint="name a new folder that nobody else writes to",
        )


def _expect_startable(plane: Plane, run: Run) -> None:
    if is_startable(plane, run.id) and run.id not in plane.store.leases():
        return
    if run.id in plane.store.leases():
        why = "a runner elsewhere holds its lease"
    elif not run.is_active:
        why = f"it has ended: {run.outcome}"
    else:
        why = "it was cancelled" if run.cancel is not None else "its deadline is too near"
    raise ConflictError(f"run {run.id} is not to be begun: {why}", hint=f"gitcp run show {run.id}")


@contextmanager
def _followed(plane: Plane) -> Iterator[None]:
    """Look at the remote from time to time, so that a wish to cancel is seen here."""
    done = Event()

    def follow() -> None:
        while not done.wait(_LOOK_SECONDS):
            with suppress(GitcpError, OSError):
                plane.store.fetch()

    thread = Thread(target=follow, name="follow", daemon=True)
    if plane.store.has_remote:
        thread.start()
    try:
        yield
    finally:
        done.set()
        if thread.is_alive():
            thread.join()
