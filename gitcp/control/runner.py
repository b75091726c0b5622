"""The runner: gitcp's own process around one run, from the lease to the settlement.

Rule: the run always settles. Whatever fails on the way becomes the run's outcome; only a run that is not ours is left alone.
"""

import signal
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from types import FrameType
from typing import TYPE_CHECKING

from gitcp.control.delivering import work
from gitcp.control.job import Hold, Job, Signals, open_job
from gitcp.control.lease import held_lease
from gitcp.control.plane import Plane
from gitcp.control.redacting import without_secrets
from gitcp.control.result import Delivery, Worked, finish_of
from gitcp.control.transcripts import keep_transcript
from gitcp.core.operations.finish_run import FinishRun
from gitcp.errors import ConflictError, EditedFileError, GitcpError, RemoteError, RewrittenError
from gitcp.executors.local import LOCAL
from gitcp.model.actors import the_scheduler
from gitcp.model.runs import FailureClass, Run
from gitcp.runtimes.base import Ending, StopCause

if TYPE_CHECKING:
    from gitcp.control.outbox.box import Outbox

# With less than this until its deadline a run is not begun: a tick would take it for abandoned before it has done anything.
_ENOUGH = timedelta(seconds=30)


def execute(plane: Plane, run_id: str) -> Run | None:
    """Run a claimed run to its end; return it as settled, or none when it is not this runner's to start.

    Raises:
        RemoteError: the settlement could not be pushed; the run stays claimed until a tick reaps it.
    """
    fetch_patiently(plane)
    if not is_startable(plane, run_id):
        return None
    with held_lease(plane, run_id) as lease:
        # Somebody may have ended it between the look and the lease.
        if plane.store.has_remote:
            plane.store.fetch()
        if lease is None or not is_startable(plane, run_id):
            return None
        plane.state.note_handle(run_id, asdict(LOCAL.here(run_id)), over=True)
        with caught_signals() as signals:
            worked = work_on(plane, run_id, lease, signals)
            if worked.ending.stopped is StopCause.LEASE and _is_active(plane, run_id):
                # Another runner may hold it by now: its word counts, not ours.
                return None
            ended = _settle(plane, run_id, worked)
            keep_transcript(plane, run_id)
            return ended


def fetch_patiently(plane: Plane) -> None:
    """Look what the remote holds, if there is one; one that cannot be reached for a moment costs nothing but the moment."""
    if not plane.store.has_remote:
        return
    for pause in (1.0, 5.0, 15.0):
        try:
            plane.store.fetch()
        except (RemoteError, RewrittenError):  # a rewrite is told once
            time.sleep(pause)
        else:
            return
    plane.store.fetch()


def _is_active(plane: Plane, run_id: str) -> bool:
    run = plane.snapshot().get(Run, run_id)
    return run is not None and run.is_active


def is_startable(plane: Plane, run_id: str) -> bool:
    """Whether a claimed run may still be begun."""
    run = plane.snapshot().get(Run, run_id)
    return (
        run is not None
        and run.is_active
        and run.cancel is None
        and run.deadline > plane.clock.now() + _ENOUGH
    )


@contextmanager
def caught_signals() -> Iterator[Signals]:
    """Let the run end in order when this process is told to."""
    seen = Signals()

    def stop(_: int, __: FrameType | None) -> None:
        seen.stop = True

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield seen
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def work_on(
    plane: Plane, run_id: str, lease: Hold, signals: Signals, outbox: "Outbox | None" = None
) -> Worked:
    """Do the run; whatever goes wrong is how it ended."""
    begun = plane.clock.now()
    job: Job | None = None
    try:
        job = open_job(plane, run_id, lease, signals, outbox)
        return without_secrets(work(job), job.progress.redactor)
    except GitcpError as error:
        why = f"{error.message} ({error.hint})" if error.hint else error.message
    except Exception as error:  # noqa: BLE001 — a mistake of ours must not hold a task and its money until the deadline
        traceback.print_exc()
        why = f"gitcp failed in a way it should not: {error!r}; see runner.log in {plane.state.run(run_id)}"
    return _failed(plane, begun, job, why)


def _failed(plane: Plane, begun: datetime, job: Job | None, why: str) -> Worked:
    ending = Ending(failure=FailureClass.PLATFORM, error=why)
    launched_at = job.progress.launched_at if job else None
    if job is None or launched_at is None:
        return Worked(begun, plane.clock.now(), ending, started=False)
    # The program ran before something else went wrong: what it said and what it cost still count.
    if job.progress.ending is not None:
        ending = replace(job.progress.ending, failure=FailureClass.PLATFORM, error=why)
    delivery = Delivery(rescue=job.progress.rescue)
    worked = Worked(launched_at, plane.clock.now(), ending, delivery, job.declarations.value)
    return without_secrets(worked, job.progress.redactor)


def _settle(plane: Plane, run_id: str, worked: Worked) -> Run | None:
    """Settle the run; one that was given up meanwhile only takes note of what it cost."""
    before = plane.snapshot().get(Run, run_id)
    assert before is not None
    pause = 2.0
    while True:
        try:
            return settled_by(plane, finish_of(before, worked))
        except (RemoteError, ConflictError, EditedFileError):
            # What is in the way goes away or the run's deadline passes; until then nobody else may settle it.
            if plane.clock.now() + timedelta(seconds=pause) > before.deadline:
                raise
            time.sleep(pause)
            pause = min(2 * pause, 60.0)


def settled_by(plane: Plane, operation: FinishRun) -> Run | None:
    """Settle a run and return it; without its task, where somebody edits the file of that."""
    try:
        plane.apply(operation, the_scheduler())
    except EditedFileError:
        # The run and its money settle all the same; its result waits until the file of its task is free.
        plane.apply(operation.evolve(only_run=True), the_scheduler())
    return plane.snapshot().get(Run, operation.run)
