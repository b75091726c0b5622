"""Start the runner of a claimed run, and note how to find it again."""

import os
import sys
from dataclasses import asdict, dataclass
from typing import Final

from gitcp.control.plane import Plane
from gitcp.executors import Handle
from gitcp.executors.base import Job
from gitcp.executors.registry import EXECUTORS
from gitcp.model.runs import Run
from gitcp.store.signing import VARIABLE

# This very gitcp.
PROGRAM: Final = (sys.executable, "-P", "-m", "gitcp")


@dataclass(frozen=True, slots=True)
class Started:
    """A run whose runner was started."""

    run: Run
    handle: Handle


def spawn(plane: Plane, run: Run) -> Started:
    """Start `gitcp exec <run>` where the run's executor says, with this process's clock."""
    folder = plane.state.run(run.id)
    folder.mkdir(parents=True, exist_ok=True)
    shift = plane.clock.shift.total_seconds()
    shifted = ("--shift", str(shift)) if shift else ()
    argv = (*PROGRAM, "--repo", str(plane.store.root), "exec", *shifted, run.id)
    job = Job(run=run.id, argv=argv, environment=_environment(run), folder=folder, log=folder / "runner.log")
    handle = EXECUTORS[run.executor].start(job)
    # The runner that wins the lease writes its own; what it wrote stays.
    plane.state.note_handle(run.id, asdict(handle), over=False)
    return Started(run, handle)


def _environment(run: Run) -> dict[str, str]:
    # The agent's own environment is built later, from nothing; this is the runner's, which may pass names on by `pass_environment`, and
    # which signs as the scheduler.
    return (
        {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("GITCP_") or name == VARIABLE
        }
        if run.executor == "local"
        else {}
    )
