"""`gitcp run log`."""

import codecs
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, BinaryIO, Final

import click

from gitcp.cli.output import say
from gitcp.cli.parameters import RUN
from gitcp.cli.settings import Settings
from gitcp.errors import UnknownRecordError

if TYPE_CHECKING:
    from gitcp.cli.desk import Desk

_CHUNK: Final = 65536
_PAUSE: Final = 0.3


@click.command()
@click.argument("run", type=RUN)
@click.option("-f", "--follow", is_flag=True, help="Go on until the run has ended.")
@click.option(
    "--events", "name", flag_value="events.jsonl", help="What its runtime said, word for word, instead."
)
@click.option(
    "--runner", "name", flag_value="runner.log", help="What gitcp's own process around it said instead."
)
@click.option(
    "--check", type=click.IntRange(1, 20), metavar="N", help="What its task's check N said instead."
)
@click.pass_obj
def command(settings: Settings, run: str, follow: bool, name: str | None, check: int | None) -> int:
    """Print what a run's program said: live on the machine that it runs on, afterwards from the transcript that was kept of it.

    \b
    Examples:
      gitcp run log 20261122T090000Z-riley
      gitcp runs logs -f 20261122T090000Z-riley
      gitcp run log 20261122T090000Z-riley --check 1
    """
    wanted = f"check-{check}.log" if check is not None else name or "agent.log"
    with settings.desk() as desk:
        log = _opened(desk, run, wanted) if not follow else _awaited(desk, run, wanted)
        with log:
            copy_log(log, lambda: not follow or desk.has_ended(run))
    return 0


def _opened(desk: "Desk", run: str, name: str) -> BinaryIO:
    log = desk.log(run, name)
    if log is None:
        raise UnknownRecordError(
            f"run {run}: there is no {name} here: it was not said, is kept on another machine, or was let go of",
            hint=f"gitcp run show {run} says where it ran",
        )
    return log


def _awaited(desk: "Desk", run: str, name: str) -> BinaryIO:
    is_told = False
    while not desk.has_ended(run):
        log = desk.log(run, name)
        if log is not None:
            return log
        if not is_told:
            say(f"run {run} has said nothing here yet")
            is_told = True
        time.sleep(_PAUSE)
    return _opened(desk, run, name)


def copy_log(log: BinaryIO, is_over: Callable[[], bool], pause: float = _PAUSE) -> None:
    """Print a file, and what is added to it until it is over."""
    decode = codecs.getincrementaldecoder("utf-8")("replace").decode
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
