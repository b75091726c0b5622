"""`gitcp github settle`."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gitcp.cli.output import json_option, say
from gitcp.cli.parameters import RUN
from gitcp.cli.settings import Settings

if TYPE_CHECKING:
    from gitcp.control.outbox.settling import Settled
    from gitcp.control.plane import Plane


@click.command()
@click.argument("run", type=RUN)
@click.option(
    "--from",
    "folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    required=True,
    help="The outbox of the run; it may be missing.",
)
@json_option
@click.pass_obj
def command(settings: Settings, run: str, folder: Path, as_json: bool) -> int:
    """Settle a run from what its job has left, as `gitcp settle` does; a job that left nothing is no failure.

    In a workflow it sets the output `changed`: whether it committed anything. A run whose job died before it left an outbox is ended by a
    later tick, at its deadline.

    \b
    Example:
      gitcp github settle 20261122T090000Z-riley --from outbox
    """
    from gitcp.cli.github.telling import print_data, telling
    from gitcp.control.github.settling import has_changed, settle_left

    with telling() as told:
        with settings.plane() as plane:
            settled = settle_left(plane, run, folder)
            missing = _missing(plane, run, folder) if settled is None else None
        told.job.set_output("changed", "true" if has_changed(settled) else "false")
        told.job.summarise(_summary(run, settled, missing))
        if missing is not None:
            from gitcp.github.actions import Level

            told.annotate(Level.WARNING, "no outbox", missing)
            say(missing)
        if as_json:
            print_data(_view(run, settled))
        elif settled is not None:
            from gitcp.cli.settle import tell

            tell(settled)
    return 0


def _missing(plane: "Plane", run_id: str, folder: Path) -> str:
    from gitcp.core.lookup import existing
    from gitcp.model.base import format_instant
    from gitcp.model.runs import Run

    run = existing(plane.snapshot(), Run, run_id)
    if not run.is_active:
        return f"run {run_id}: its job left no outbox in {folder}, and it has ended, {run.outcome}"
    return (
        f"run {run_id}: its job left no outbox in {folder}; "
        f"a tick after its deadline, {format_instant(run.deadline)}, ends it"
    )


def _view(run: str, settled: "Settled | None") -> dict[str, Any]:
    from gitcp.cli.settle import view
    from gitcp.control.github.settling import has_changed

    told = {"run": run, "standing": "missing"} if settled is None else view(settled)
    return told | {"changed": has_changed(settled)}


def _summary(run: str, settled: "Settled | None", missing: str | None) -> str:
    from gitcp.cli.proposal.markdown import inert
    from gitcp.cli.settle import sentence
    from gitcp.core.quoting import code

    if settled is None:
        return f"## gitcp: run {code(run)}\n\n{inert(missing or '')}"
    lines = [f"## gitcp: run {code(run)}", "", inert(sentence(settled))]
    refused = [f"- {inert(f'not done: {told.operation}: {told.why}')}" for told in settled.refused]
    if settled.run.undelivered:
        refused.append(f"- {inert(f'not delivered: {settled.run.undelivered}')}")
    return "\n".join([*lines, *(["", *refused] if refused else [])])
