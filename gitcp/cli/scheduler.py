"""`gitcp scheduler`."""

import signal
from types import FrameType

import click

from gitcp.cli.output import say
from gitcp.cli.settings import Settings


@click.command()
@click.option(
    "--every",
    type=click.FloatRange(min=1),
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="Look at least so often.",
)
@click.pass_obj
def command(settings: Settings, every: float) -> int:
    """Tick for ever: when a run ends, when a slot opens, and at least every minute.

    Stop it with Ctrl-C or TERM; runs go on and are found again by the next tick. Any number may run at once.

    \b
    Example:
      gitcp scheduler --every 30
    """
    from gitcp.control.working import schedule

    stopped: list[int] = []

    def stop(number: int, _: FrameType | None) -> None:
        stopped.append(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    with settings.plane() as plane:
        say("scheduling; stop with Ctrl-C")
        schedule(plane, say, lambda: bool(stopped), every)
    say("stopped; what runs goes on")
    return 0
