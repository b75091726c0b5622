"""`gitcp scheduler`: how often it has to be told to stop, and what each time does."""

import signal
from collections.abc import Iterator
from contextlib import nullcontext

import pytest

from gitcp.cli import scheduler as command
from gitcp.control import scheduler as control
from gitcp.control.events import Listener
from gitcp.control.plane import Plane
from gitcp.control.scheduler import Orders
from tests.cli.conftest import Shell

SIGNALS = (signal.SIGTERM, signal.SIGINT)


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Put the signals' handlers back."""
    before = {number: signal.getsignal(number) for number in SIGNALS}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("told", SIGNALS)
def test_once_it_stops_twice_it_waits_for_no_run_and_the_third_time_for_nothing(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, told: signal.Signals
) -> None:
    seen: list[tuple[bool, bool]] = []

    def at_work(plane: Plane, orders: Orders, listener: Listener) -> None:
        for _ in range(3):
            seen.append((orders.is_stopped(), orders.is_over()))
            signal.raise_signal(told)
        pytest.fail("it went on")

    monkeypatch.setattr(control, "schedule", at_work)
    monkeypatch.setattr(command, "_forking", nullcontext)

    ran = shell("scheduler", "--drain")

    assert seen == [(False, False), (True, False), (True, True)]
    assert (ran.code, ran.err.strip()) == (130, "interrupted")


def test_its_help_says_how_to_leave(shell: Shell) -> None:
    assert "a third time" in " ".join(shell("scheduler", "--help").out.split())
