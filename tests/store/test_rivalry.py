"""Rivalry: who goes on without a break leaves room, and who is refused tries again sooner and sooner."""

from collections.abc import Iterator

import pytest

from gitcp.store import rivalry as rivalry_module
from gitcp.store.rivalry import Rivalry


class Clock:
    """Time that passes when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(rivalry_module, "time", clock)
    monkeypatch.setattr("random.uniform", lambda _, most: most)
    return clock


@pytest.fixture
def rivalry(clock: Clock) -> Rivalry:
    return Rivalry()


def attempts(rivalry: Rivalry, clock: Clock, number: int) -> Iterator[tuple[float, bool]]:
    """Yield how long the writer waits before each of its operations, all of which succeed, and whether it looks first."""
    for _ in range(number):
        pause, looks = rivalry.pause(), rivalry.must_look
        clock.now += pause
        rivalry.begin()
        if looks:
            rivalry.looked(others_came=False)
        clock.now += 0.05
        rivalry.succeeded()
        yield pause, looks


def test_who_is_alone_neither_waits_nor_looks_but_now_and_then(rivalry: Rivalry, clock: Clock) -> None:
    looks = [number for number, (_, looks) in enumerate(attempts(rivalry, clock, 250)) if looks]

    assert looks == [16, 48, 112, 176, 240]


def test_operations_with_breaks_between_them_never_wait(rivalry: Rivalry, clock: Clock) -> None:
    for _ in range(100):
        clock.now += 1
        assert list(attempts(rivalry, clock, 1)) == [(0.0, False)]


def test_who_met_others_leaves_them_room_after_a_few_operations(rivalry: Rivalry, clock: Clock) -> None:
    rivalry.begin()
    rivalry.refused()
    rivalry.succeeded()

    waits = [pause > 0 for pause, _ in attempts(rivalry, clock, 4)]

    assert waits == [False, False, True, False]


def test_others_who_come_while_room_is_left_get_more_of_it(rivalry: Rivalry, clock: Clock) -> None:
    list(attempts(rivalry, clock, 16))
    assert rivalry.must_look
    rivalry.looked(others_came=True)
    rivalry.succeeded()

    assert [looks for _, looks in attempts(rivalry, clock, 3)] == [False, False, True]


def test_who_was_refused_looks_first_and_waits_the_longer_the_more_rivals_it_met(
    rivalry: Rivalry, clock: Clock
) -> None:
    pauses = []
    for _ in range(10):
        rivalry.begin()
        rivalry.refused()
        assert rivalry.must_look
        pauses.append(rivalry.pause())
        rivalry.succeeded()

    assert pauses == pytest.approx(sorted(pauses))
    assert pauses[-1] > pauses[0]


def test_who_was_refused_again_and_again_waits_less_and_less(rivalry: Rivalry, clock: Clock) -> None:
    pauses = []
    for _ in range(100):
        rivalry.begin()
        rivalry.refused()
        pauses.append(rivalry.pause())

    worn_out = pauses[40:]  # by then it has met as many as it can imagine
    assert worn_out == sorted(worn_out, reverse=True)
    assert worn_out[-1] < worn_out[0]


def test_no_wait_is_longer_than_a_few_seconds_however_slow_the_remote(rivalry: Rivalry, clock: Clock) -> None:
    for _ in range(40):
        rivalry.begin()
        clock.now += 30
        rivalry.refused()

        assert rivalry.pause() <= 5


def test_where_the_branch_is_near_nobody_is_left_room(clock: Clock) -> None:
    near = Rivalry(is_far=False)

    assert {(pause, looks) for pause, looks in attempts(near, clock, 200)} == {(0.0, False)}
