"""`gitcp exec`."""

import click

from gitcp.cli.output import say
from gitcp.cli.settings import Settings


@click.command(name="exec")
@click.argument("run")
@click.option(
    "--shift", type=float, default=0.0, hidden=True, help="Seconds that the starting tick's clock is ahead."
)
@click.pass_obj
def command(settings: Settings, run: str, shift: float) -> int:
    """Run one claimed run to its end: lease, checkout, agent, delivery, checks, settlement.

    A tick starts it; by hand it is of use where a tick ran with another executor. A run that is not its to start it leaves alone.

    \b
    Example:
      gitcp exec 20261122T090000Z-riley
    """
    from gitcp.control.runner import execute

    with settings.plane(shift=shift) as plane:
        ended = execute(plane, run)
    if ended is None:
        say(f"run {run} is not this runner's to start")
        return 0
    say(f"run {run}: {ended.outcome}" + (f": {ended.reason}" if ended.reason else ""))
    return 0
