"""`gitcp exec`."""

import shlex
from pathlib import Path

import click

from gitcp.cli.output import say
from gitcp.cli.settings import Settings


@click.command(name="exec")
@click.argument("run")
@click.option(
    "--shift", type=float, default=0.0, hidden=True, help="Seconds that the starting tick's clock is ahead."
)
@click.option(
    "--outbox",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Push nothing: keep what the run would write in this folder, for `gitcp settle`.",
)
@click.option(
    "--no-fetch",
    is_flag=True,
    help="With --outbox: take the execution repository as `gitcp workspace fetch` brought it, and ask nobody for it.",
)
@click.pass_obj
def command(settings: Settings, run: str, shift: float, outbox: Path | None, no_fetch: bool) -> int:
    """Run one claimed run to its end: lease, checkout, agent, delivery, checks, settlement.

    A tick starts it; by hand it is of use where a tick claimed with --no-start. A run that is not its to start it leaves alone.

    With --outbox it needs no right to push, neither to the control repository nor to the execution repository. What the agent writes, its
    commits and how it ended are kept in a new folder, and count once `gitcp settle` has brought them in.

    \b
    Examples:
      gitcp exec 20261122T090000Z-riley
      gitcp exec 20261122T090000Z-riley --outbox /tmp/outbox
      gitcp exec 20261122T090000Z-riley --outbox /tmp/outbox --no-fetch
    """
    from gitcp.control.runner import execute

    if outbox is not None:
        return _execute_aside(settings, run, shift, outbox, fetches=not no_fetch)
    if no_fetch:
        raise click.UsageError("--no-fetch goes with --outbox")
    with settings.plane(shift=shift) as plane:
        ended = execute(plane, run)
    if ended is None:
        say(f"run {run} is not this runner's to start")
        return 0
    say(f"run {run}: {ended.outcome}" + (f": {ended.reason}" if ended.reason else ""))
    return 0


def _execute_aside(settings: Settings, run: str, shift: float, outbox: Path, *, fetches: bool) -> int:
    from gitcp.cli.github.telling import telling
    from gitcp.control.outbox.executing import execute_aside
    from gitcp.control.result import outcome_of

    # The log of a job would obey what the agent's program or a server said.
    with telling(), settings.plane(shift=shift) as plane:
        ending = execute_aside(plane, run, outbox, fetches=fetches).ending
        say(f"run {run}: {outcome_of(ending)}" + (f": {ending.error}" if ending.error else ""))
    say(f"next: gitcp settle {run} --from {shlex.quote(str(outbox))}")
    return 0
