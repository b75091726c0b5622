"""`gitcp tick`."""

import sys
import threading
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

import click

from gitcp.cli.output import json_option, print_json, say
from gitcp.cli.settings import Settings
from gitcp.cli.text import line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gitcp.control.tick import Ticked
    from gitcp.model.operation import Receipt
    from gitcp.model.runs import Run


@click.command()
@click.option("--detach", is_flag=True, help="Do not wait for the runs that it starts.")
@click.option(
    "--no-start", is_flag=True, help="Claim for runners that somebody else starts, and start nothing."
)
@json_option
@click.pass_obj
def command(settings: Settings, detach: bool, no_start: bool, as_json: bool) -> int:
    """Decide once who wakes, claim and start their runs, and wait for them.

    Ticking twice does nothing twice, on one machine or on many.

    \b
    Examples:
      gitcp tick
      gitcp tick --detach --json
      gitcp tick --no-start --json
    """
    from gitcp.control.tick import Terms, tick
    from gitcp.control.working import wait_for

    with _forking(), settings.plane() as plane:
        ticked = tick(plane, terms=Terms(starts=not no_start))
        for receipt in ticked.receipts:
            if receipt.edit.changes and not _is_claim(receipt):
                say(line(receipt.edit.subject))
        for run in ticked.claimed:
            say(f"claimed {run.id}" + (f" for {run.task}" if run.task else ""))
        for item in ticked.started:
            say(f"started {item.run.id}" + (f" for {item.run.task}" if item.run.task else ""))
        ended = [] if detach else wait_for(plane, ticked.started, say)
    if as_json:
        print_json(_view(ticked, ended))
    else:
        _tell(ticked)
    return 0


def _forking() -> AbstractContextManager[None]:
    """Let runners begin as copies of this process, with what it has imported; nothing is imported for them."""
    from gitcp.cli.warm import run_command
    from gitcp.control.spawning import PROGRAM
    from gitcp.executors.forking import ForkServer
    from gitcp.executors.local import LOCAL

    if sys.platform != "linux" or threading.active_count() > 1:
        return nullcontext()  # where a copy may not work, they begin from nothing
    return LOCAL.forking(ForkServer.begin(PROGRAM, run_command))


def _view(ticked: "Ticked", ended: "Iterable[Run]") -> dict[str, Any]:
    from gitcp.cli.plan import plan_view

    done = (receipt for receipt in ticked.receipts if receipt.edit.changes)
    return {
        "commits": [{"revision": receipt.revision, "subject": receipt.edit.subject} for receipt in done],
        "claimed": [_claimed(run) for run in ticked.claimed],
        "started": [item.run.id for item in ticked.started],
        "ended": [{"run": r.id, "agent": r.agent, "task": r.task, "outcome": r.outcome} for r in ended],
        "refused": [str(refusal.error) for refusal in ticked.refusals],
        "plan": plan_view(ticked.plan),
    }


def _claimed(run: "Run") -> dict[str, Any]:
    from gitcp.core.views import plain

    return {
        "run": run.id,
        "agent": run.agent,
        "task": run.task,
        "runtime": run.runtime,
        "repository": run.repository,
        "deadline": plain(run.deadline),
    }


def _tell(ticked: "Ticked") -> None:
    from gitcp.cli.plan import print_notes

    for refusal in ticked.refusals:
        say(f"not done: {refusal.error}")
    print_notes(ticked.notes)
    started, claimed = len(ticked.started), len(ticked.claimed)
    say(_summary(started, claimed, len(ticked.plan.waiting), is_idle=ticked.is_idle))


def _is_claim(receipt: "Receipt") -> bool:
    # Claims are told as they are made.
    from gitcp.model.operation import Put
    from gitcp.model.runs import Run

    records = (change.record for change in receipt.edit.changes if isinstance(change, Put))
    return any(isinstance(record, Run) and record.is_active for record in records)


def _summary(started: int, claimed: int, waiting: int, *, is_idle: bool) -> str:
    # A tick looks at what may start, and not at all that waits.
    counts = [f"{started or 'no'} run{'s' if started != 1 else ''} started"]
    if claimed:
        counts.insert(0, f"{claimed} run{'s' if claimed != 1 else ''} claimed for runners elsewhere")
    if waiting:
        counts.append(f"{waiting} waiting")
    more = "; see why with `gitcp plan`" if waiting or is_idle else ""
    return ", ".join(counts) + more
