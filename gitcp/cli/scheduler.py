"""`gitcp scheduler`."""

import signal
import sys
from contextlib import AbstractContextManager, contextmanager, nullcontext
from types import FrameType
from typing import TYPE_CHECKING, Final

import click

from gitcp.cli.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitcp.api.places import Address
    from gitcp.control.events import Listener
    from gitcp.control.plane import Plane

_PATIENCE: Final = 2
_OPEN: Final = (
    "WARNING: other machines can call this address, and it speaks plain HTTP: whoever is in between reads the tokens. "
    "Let it listen on loopback, with a proxy in front that speaks TLS"
)


@click.command()
@click.option(
    "--every",
    type=click.FloatRange(min=1),
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="Look at least so often.",
)
@click.option(
    "--listen",
    metavar="[HOST][:PORT]",
    help="Serve the API for people and programs there; the host is 127.0.0.1 and the port 7420 unless told otherwise.",
)
@click.option("--drain", is_flag=True, help="When told to stop, wait for the runs of this machine.")
@click.option("--json", "as_json", is_flag=True, help="Print what happens as JSON, one object a line.")
@click.pass_obj
def command(settings: Settings, every: float, listen: str | None, drain: bool, as_json: bool) -> int:
    """Tick for ever: when a commit comes in, when a run ends, when a slot opens.

    On a terminal it shows how things stand, elsewhere it says in lines what happens.
    Stop it with Ctrl-C or TERM, twice if it waits for runs, a third time to leave in the middle of whatever it does; what runs goes on and is
    found again by the next tick. Any number may run at once.

    \b
    Examples:
      gitcp scheduler
      gitcp scheduler --drain --every 30
      gitcp scheduler --listen 127.0.0.1:7420
    """
    from gitcp.control.scheduler import Orders, schedule

    address = _address(listen)

    stopped: list[int] = []

    def stop(number: int, _: FrameType | None) -> None:
        stopped.append(number)
        # A tick is safe to end anywhere, and who waits for a slow remote may want to.
        if len(stopped) > _PATIENCE:
            raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    orders = Orders(lambda: bool(stopped), lambda: len(stopped) > 1, every, drain)
    with _forking(), settings.plane() as plane:
        listener = _listener(plane, as_json)
        with _receiving(plane, address, listener):
            schedule(plane, orders, listener)
    return 0


def _address(listen: str | None) -> "Address | None":
    if listen is None:
        return None
    from gitcp.api.places import Address

    return Address.parse(listen)


@contextmanager
def _receiving(plane: "Plane", address: "Address | None", listener: "Listener") -> "Iterator[None]":
    if address is None:
        yield
        return
    from gitcp.cli.overview import overview
    from gitcp.control.events import Told
    from gitcp.control.receiving import receiving

    with receiving(plane, address, lambda own, you: overview(own, own.snapshot(), you)) as url:
        listener.tell(Told(f"the API is at {url}; `gitcp token new --for PERSON` lets somebody in"))
        if not address.is_loopback:
            listener.tell(Told(_OPEN))
        yield


def _listener(plane: "Plane", as_json: bool) -> "Listener":
    from gitcp.cli.scheduler_lines import JsonLines, Lines
    from gitcp.cli.scheduler_screen import Screen

    if as_json:
        return JsonLines(plane.clock.now)
    if not sys.stderr.isatty():
        return Lines()
    company = plane.snapshot().company
    return Screen(company.name if company else "gitcp")


def _forking() -> AbstractContextManager[None]:
    from gitcp.cli.warm import run_command, warm_up
    from gitcp.control.spawning import PROGRAM
    from gitcp.executors.forking import ForkServer
    from gitcp.executors.local import LOCAL

    if sys.platform != "linux":
        # Elsewhere the system's own libraries do not survive a fork; runners start as they do in a tick.
        return nullcontext()
    warm_up()
    return LOCAL.forking(ForkServer.begin(PROGRAM, run_command))
