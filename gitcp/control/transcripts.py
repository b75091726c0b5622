"""What a run's program, its runner and its checks said: gathered at its end, kept for a while, then let go of.

Rule: a transcript that cannot be kept costs the transcript, never the run or the tick.
"""

import re
import shutil
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final

from gitcp.control.plain_files import read_ends
from gitcp.control.plane import Plane
from gitcp.control.state import write_whole
from gitcp.errors import GitcpError
from gitcp.model.company import LogSettings
from gitcp.model.ids import claim_of
from gitcp.model.operation import Put, Receipt
from gitcp.model.runs import Run
from gitcp.model.snapshot import Snapshot

AGENT: Final = "agent.log"
EVENTS: Final = "events.jsonl"
RUNNER: Final = "runner.log"
FILE_BYTES: Final = 2 * 1024 * 1024
_MOST_CHECKS: Final = 20
_CHECK: Final = re.compile(r"check-[0-9]{1,2}\.log\Z")


def check_log(number: int) -> str:
    """Name the file of a task's check, counted from one."""
    return f"check-{number}.log"


def gathered(folder: Path) -> dict[str, bytes]:
    """Return what was said in a run's folder, by file name; long files without their middle."""
    if folder.is_symlink():
        return {}
    with suppress(OSError):
        checks = sorted(path.name for path in folder.iterdir() if _CHECK.match(path.name))[:_MOST_CHECKS]
        return {name: data for name in (AGENT, EVENTS, RUNNER, *checks) if (data := _said(folder / name))}
    return {}


def _said(path: Path) -> bytes | None:
    # The folder is the agent's as well: a link or a pipe is no log.
    with suppress(GitcpError, OSError):
        return read_ends(path, FILE_BYTES)
    return None


def keep_transcript(plane: Plane, run: str, files: Mapping[str, bytes] | None = None) -> str | None:
    """Keep a run's transcript under its ref, in the remote too where the company says so; return the ref if something was said.

    Without `files` it is what lies in the run's folder on this machine.
    """
    said = gathered(plane.state.run(run)) if files is None else files
    if not said:
        return None
    with suppress(GitcpError, OSError):
        ref = plane.store.transcripts.keep(run, said, plane.clock.now())
        if settings_of(plane.snapshot()).push:
            plane.store.transcripts.push(run)
        return ref
    return None


def opened(plane: Plane, run: str, name: str) -> BinaryIO | None:
    """Open what was said in a run, by file name: in its folder on this machine, else under its ref, here or in the remote.

    Raises:
        GitcpError: the remote cannot be reached.
    """
    kept = plane.store.transcripts
    with suppress(OSError):
        return (plane.state.run(run) / name).open("rb")
    if not kept.has(run) and not kept.bring(run):
        return None
    data = kept.read(run, name)
    return None if data is None else BytesIO(data)


def keep_of_reaped(plane: Plane, receipts: Iterable[Receipt]) -> None:
    """Keep what runs have said here that were ended for their runners."""
    for receipt in receipts:
        for change in receipt.edit.changes:
            run = change.record if isinstance(change, Put) else None
            if isinstance(run, Run) and not run.is_active and not plane.store.transcripts.has(run.id):
                keep_transcript(plane, run.id)


def settings_of(snapshot: Snapshot) -> LogSettings:
    """Return how transcripts are kept; the defaults where `gitcp.yaml` cannot be read."""
    return snapshot.company.logs if snapshot.company else LogSettings()


def prune_daily(plane: Plane) -> tuple[str, ...]:
    """Let go of old transcripts, once a day; return what could not be done."""
    today, note = plane.clock.now().date().isoformat(), plane.state.folder / "pruned"
    with suppress(OSError):
        if note.read_text().strip() == today:
            return ()
    try:
        write_whole(note, f"{today}\n")
        prune(plane)
    except (GitcpError, OSError) as error:
        return (f"old transcripts are kept for another day: {error}",)
    return ()


def prune(plane: Plane) -> int:
    """Let go of transcripts and of run folders here that are older than the company keeps them; return of how many.

    Raises:
        GitcpError: a ref cannot be deleted, or the remote cannot be reached.
    """
    snapshot = plane.snapshot()
    settings = settings_of(snapshot)
    day = (plane.clock.now() - timedelta(days=settings.keep_days)).date()
    count = _forget_folders(plane, snapshot, day)
    count += plane.store.transcripts.forget_before(day)
    if settings.push:
        plane.store.transcripts.forget_there_before(day)
    return count


def _forget_folders(plane: Plane, snapshot: Snapshot, day: date) -> int:
    runs = plane.state.folder / "runs"
    old = [path for path in (runs.iterdir() if runs.is_dir() else ()) if _is_before(path.name, day)]
    gone = [path for path in old if not path.is_symlink() and _is_over(snapshot, path.name)]
    for path in gone:
        # Agents write there: what cannot be removed stays, and is tried again another day.
        shutil.rmtree(path, ignore_errors=True)
    return len(gone)


def _is_before(run: str, day: date) -> bool:
    claim: tuple[str, datetime] | None = claim_of(run)
    return claim is not None and claim[1].date() < day


def _is_over(snapshot: Snapshot, run: str) -> bool:
    # A run that is not known may be another branch's, or broken: its folder stays.
    found = snapshot.get(Run, run)
    return found is not None and not found.is_active and not found.pending
