"""`gitcp run log`."""

import codecs
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import click

from gitcp.cli.parameters import RUN
from gitcp.cli.settings import Settings

_CHUNK: Final = 65536
_PAUSE: Final = 0.3


@click.command()
@click.argument("run", type=RUN)
@click.option("-f", "--follow", is_flag=True, help="Go on until the run has ended.")
@click.option("--runner", is_flag=True, help="What gitcp's own process around the run said instead.")
@click.pass_obj
def command(settings: Settings, run: str, follow: bool, runner: bool) -> int:
    """Print what a run's program said, as this machine keeps it.

    \b
    Examples:
      gitcp run log 20261122T090000Z-riley
      gitcp run log 20261122T090000Z-riley --follow
    """
    with settings.desk() as desk:
        path = desk.log(run, "runner.log" if runner else "agent.log")
        copy_log(path, lambda: not follow or desk.has_ended(run))
    return 0


def copy_log(path: Path, is_over: Callable[[], bool], pause: float = _PAUSE) -> None:
    """Print a file, and what is added to it until it is over."""
    decode = codecs.getincrementaldecoder("utf-8")("replace").decode
    with path.open("rb") as log:
        while True:
            ends = is_over()
            while chunk := log.read(_CHUNK):
                click.echo(_harmless(decode(chunk)), nl=False)
            if ends:
                return
            time.sleep(pause)


def _harmless(text: str) -> str:
    # Colours of the program are dropped as a whole; whatever else a terminal would obey becomes a mark.
    return "".join(
        c if c.isprintable() or c in "\n\t" else "" if c == "\r" else "\N{REPLACEMENT CHARACTER}"
        for c in click.unstyle(text)
    )
