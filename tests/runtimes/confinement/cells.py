"""Launches for tests of confinement: a run as gitcp lays it out, beside things that it must not see."""

from pathlib import Path
from typing import Any

import pytest

from gitcp.model.runtimes import ProcessRuntime, Sandbox
from gitcp.runtimes import Launch
from gitcp.runtimes.child import Exit, supervise
from gitcp.runtimes.confinement import CONFINEMENTS
from tests.runtimes.programs import a_launch, never, of_run

LEVELS = [level.level for level in CONFINEMENTS]
BOXED = Sandbox.BUBBLEWRAP


def expect(level: Sandbox, *, network: bool = True) -> None:
    """Skip where this machine does not give a level."""
    [confinement] = [each for each in CONFINEMENTS if each.level is level]
    why = confinement.why_not(network=network)
    if why:
        pytest.skip(why)


def a_run(folder: Path, config: ProcessRuntime, **given: Any) -> Launch:
    """Lay out a run below a state folder, with its checkout elsewhere."""
    run, checkout = folder / "state" / "runs" / "r1", folder / "checkout"
    run.mkdir(parents=True, exist_ok=True)
    checkout.mkdir(exist_ok=True)
    return a_launch(run, config, cwd=checkout, hidden=(folder / "state", folder / "control"), **given)


def printed_by(launch: Launch, watch: Any = never) -> tuple[Exit, str]:
    said: list[bytes] = []
    assert isinstance(launch.config, ProcessRuntime)
    done = supervise(launch.config.command, launch, watch, said.append)
    assert of_run(launch.folder) == []
    return done, b"".join(said).decode()
