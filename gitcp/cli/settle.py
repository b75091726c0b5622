"""`gitcp settle`."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gitcp.cli.output import json_option, print_json, say
from gitcp.cli.parameters import RUN
from gitcp.cli.settings import Settings
from gitcp.cli.text import counted, line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gitcp.control.outbox.replaying import Told
    from gitcp.control.outbox.settling import Settled


@click.command()
@click.argument("run", type=RUN)
@click.option(
    "--from",
    "folder",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    metavar="DIR",
    required=True,
    help="The folder that was given to `gitcp exec --outbox`, or a copy of it.",
)
@json_option
@click.pass_obj
def command(settings: Settings, run: str, folder: Path, as_json: bool) -> int:
    """Settle a run from its outbox: carry out what its agent wrote, deliver its commits, record how it ended.

    Nothing in the folder is believed: each write is decided on anew, by the record as it is now, and what is not allowed any more or came
    too late is reported and not done. Settling twice is as once, also after a crash in the middle.

    \b
    Example:
      gitcp settle 20261122T090000Z-riley --from /tmp/outbox
    """
    from gitcp.control.outbox.settling import settle

    with settings.plane() as plane:
        settled = settle(plane, run, folder)
    if as_json:
        print_json(view(settled))
    else:
        tell(settled)
    return 0


def view(settled: "Settled") -> dict[str, Any]:
    """Return a settlement as plain data."""
    from gitcp.core.views import plain

    run = settled.run
    return {
        "run": run.id,
        "standing": settled.standing,
        "outcome": run.outcome,
        "branch": run.branch,
        "commits": list(run.commits),
        "rescue": run.rescue,
        "undelivered": run.undelivered,
        "late": plain(run.late),
        "applied": _listed(settled.applied),
        "refused": _listed(settled.refused),
        "ids": dict(settled.ids or {}),
        "transcript": settled.transcript,
    }


def _listed(all_told: "Iterable[Told]") -> list[dict[str, Any]]:
    return [
        {"request": told.request, "operation": told.operation, "subject": told.subject, "why": told.why}
        for told in all_told
    ]


_SAID = {
    "settled": "run {run.id}: {run.outcome}",
    "late": "run {run.id}: had ended before, {run.outcome}; what came too late is noted as evidence",
    "again": "run {run.id}: is settled already, {run.outcome}",
}


def sentence(settled: "Settled") -> str:
    """Say what became of the run."""
    return _SAID[settled.standing].format(run=settled.run)


def tell(settled: "Settled") -> None:
    """Tell a person of a settlement."""
    say(sentence(settled))
    for lent, given in sorted((settled.ids or {}).items()):
        say(f"{lent} is {given}")
    for told in settled.refused:
        say(f"not done: {line(told.operation)}: {line(told.why or '')}")
    if settled.applied:
        say(f"{counted(len(settled.applied), 'write')} carried out")
    if settled.run.undelivered:
        say(f"not delivered: {line(settled.run.undelivered)}")
