"""The virtual clock goes from one event to the next."""

from gitcp.control.simulation.clock import Clock, Ends, Look, Tidy
from tests.helpers import NOW, later


def test_events_come_in_order_of_time_and_together_where_they_are_at_one_moment() -> None:
    clock = Clock(NOW)
    clock.at(later(10), Look("riley"))
    clock.at(later(5), Tidy())
    clock.at(later(10), Ends("run"))

    assert clock.next(later(60)) == [Tidy()]
    assert clock.now == later(5)
    assert clock.next(later(60)) == [Ends("run"), Look("riley")]
    assert clock.now == later(10)
    assert clock.next(later(60)) == []


def test_the_same_event_at_the_same_time_is_one() -> None:
    clock = Clock(NOW)
    clock.at(later(1), Look("riley"))
    clock.at(later(1), Look("riley"))

    assert clock.next(later(2)) == [Look("riley")]
    clock.at(later(1), Look("riley"))
    assert clock.next(later(2)) == [Look("riley")]


def test_what_is_over_happens_now_and_what_is_after_the_end_does_not() -> None:
    clock = Clock(NOW)
    clock.at(later(-5), Tidy())
    clock.at(later(30), Look("riley"))

    assert clock.next(later(30)) == [Tidy()]
    assert (clock.now, clock.next(later(30))) == (NOW, [])
