"""Whether the workflows are alive: switched on, asked for by their schedules, and ending well."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Final
from zoneinfo import ZoneInfo

from gitcp.control.finding import Finding, State
from gitcp.control.github.looks.scene import Scene
from gitcp.control.github.workflows import WORKFLOWS, crons
from gitcp.core.schedule import last_fire
from gitcp.github.answers import WorkflowRun
from gitcp.model.base import format_instant

ABOUT: Final = "github schedule"
# GitHub starts schedules late, and leaves some out, when much is asked of it.
PATIENCE: Final = timedelta(hours=1)
_LATELY: Final = 30
_CALLED: Final = frozenset({"run"})  # by another one; it has no state of its own that matters
_SCHEDULED: Final = ("tick", "pages", "audit")
_ACTIVE: Final = "active"
_BAD: Final = frozenset({"failure", "timed_out", "startup_failure", "action_required"})
_WHY: Final = {
    "disabled_inactivity": "GitHub switched it off, because nothing was committed for 60 days",
    "disabled_manually": "somebody switched it off",
    "disabled_fork": "it is off, because the repository is a fork",
}


def look_at_states(scene: Scene) -> Iterator[Finding]:
    """Yield the workflows that GitHub does not run."""
    states = {PurePosixPath(found.path).name: found.state for found in scene.client.workflows()}
    is_well = True
    for name in (f"{name}.yml" for name in WORKFLOWS if name not in _CALLED):
        if f".github/workflows/{name}" not in scene.there:
            continue
        state, about = states.get(name), f"github workflow {name}"
        if state is None:
            is_well = False
            message = "GitHub does not know it: it looks at the default branch alone"
            remedy = f"push {scene.plane.store.branch}, and let it be the default branch: {scene.settings('branches')}"
            yield Finding(about, State.WARNING, message, remedy)
        elif state != _ACTIVE:
            is_well = False
            yield Finding(about, State.ERROR, _WHY.get(state, f"it is {state}"), f"gh workflow enable {name}")
    if is_well:
        yield Finding("github workflows", State.OK, "are switched on")


def look(scene: Scene) -> Iterator[Finding]:
    """Yield whether schedules come, and how the last runs ended."""
    for name in _SCHEDULED:
        file = f"{name}.yml"
        if f".github/workflows/{file}" in scene.there:
            runs = scene.client.workflow_runs(file, most=_LATELY)
            yield from _ended(name, runs)
            if name == "tick":
                yield _came(scene, scene.client.workflow_runs(file, most=1, event="schedule"))


def _came(scene: Scene, runs: Sequence[WorkflowRun]) -> Finding:
    cron = crons(scene.facts.company, scene.choices.every)["tick"]
    expected = last_fire(cron, ZoneInfo("UTC"), scene.now - PATIENCE)
    last = max((run.created_at for run in runs), default=None)
    since = last or _known_since(scene)
    if expected is None or (since is not None and since >= expected):
        when = f"came last {format_instant(last)}" if last else "is to come"
        return Finding(ABOUT, State.OK, f"the tick's ({cron}) {when}")
    came = f"came last {format_instant(last)}" if last else "has never come"
    message = f"the tick's ({cron}) {came}, and was due {format_instant(expected)}"
    remedy = (
        "gh workflow run tick; where schedules stay away, let another clock ask for it: see docs/github.md"
    )
    return Finding(ABOUT, State.WARNING, message, remedy)


def _known_since(scene: Scene) -> datetime | None:
    known = (found for found in scene.client.workflows() if PurePosixPath(found.path).name == "tick.yml")
    return next((found.created_at for found in known), None)


def _ended(name: str, runs: Sequence[WorkflowRun]) -> Iterator[Finding]:
    ended = [run for run in runs if run.conclusion is not None]
    bad = [run for run in ended if run.conclusion in _BAD]
    about = f"github workflow {name}.yml"
    if not ended:
        return
    if bad and bad[0] is ended[0]:
        in_a_row = next((n for n, run in enumerate(ended) if run not in bad), len(ended))
        message = f"failed {in_a_row} times in a row" if in_a_row > 1 else "failed the last time"
        yield Finding(about, State.WARNING, message, f"read why: {bad[0].html_url}")
    else:
        told = f"; {len(bad)} of the last {len(ended)} failed" if bad else ""
        yield Finding(about, State.OK, f"ended well the last time{told}")
