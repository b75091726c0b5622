"""`gitcp tick`."""

import click

from gitcp.cli.output import json_option, print_json, say
from gitcp.cli.settings import Settings


@click.command()
@click.option("--detach", is_flag=True, help="Do not wait for the runs that it starts.")
@json_option
@click.pass_obj
def command(settings: Settings, detach: bool, as_json: bool) -> int:
    """Decide once who wakes, claim and start their runs, and wait for them.

    Ticking twice does nothing twice, on one machine or on many.

    \b
    Examples:
      gitcp tick
      gitcp tick --detach --json
    """
    from gitcp.cli.plan import plan_view, print_notes
    from gitcp.control.tick import tick
    from gitcp.control.working import wait_for

    with settings.plane() as plane:
        ticked = tick(plane)
        for item in ticked.started:
            say(f"started {item.run.id}" + (f" for {item.run.task}" if item.run.task else ""))
        ended = [] if detach else wait_for(plane, ticked.started, say)
        failed = [refusal.error for refusal in ticked.refusals]
        if as_json:
            runs = [{"run": r.id, "agent": r.agent, "task": r.task, "outcome": r.outcome} for r in ended]
            commits = [
                {"revision": r.revision, "subject": r.edit.subject} for r in ticked.receipts if r.edit.changes
            ]
            started = [item.run.id for item in ticked.started]
            refused = [str(error) for error in failed]
            print_json(
                {
                    "commits": commits,
                    "started": started,
                    "ended": runs,
                    "refused": refused,
                    "plan": plan_view(ticked.plan),
                }
            )
        else:
            for error in failed:
                say(f"not done: {error}")
            print_notes(ticked.notes)
            say(_summary(len(ticked.started), len(ticked.plan.waiting), len(ticked.plan.stalled)))
    return 0


def _summary(started: int, waiting: int, stalled: int) -> str:
    counts = [f"{started or 'no'} run{'s' if started != 1 else ''} started"]
    if waiting:
        counts.append(f"{waiting} waiting")
    if stalled:
        counts.append(f"{stalled} stalled")
    more = "; see why with `gitcp plan`" if waiting or stalled else ""
    return ", ".join(counts) + more
