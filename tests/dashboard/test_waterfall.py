from datetime import UTC, datetime, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from gitcp.dashboard.waterfall import LEAST, WHOLE, Span, axis, lanes

DAY = datetime(2026, 11, 22, tzinfo=UTC)
NEXT = DAY + timedelta(days=1)
ROUNDING = 1e-6


def at(hour: float) -> datetime:
    return DAY + timedelta(hours=hour)


def a_span(name: str, asked: float, ended: float | None, **fields: datetime | str | None) -> Span:
    found = {
        "name": name,
        "lane": "riley",
        "asked": at(asked),
        "began": at(asked),
        "ended": None if ended is None else at(ended),
        "limit": at(asked + 0.5),
    }
    return Span(**(found | fields))  # type: ignore[arg-type]


@st.composite
def spans(draw: st.DrawFn) -> list[Span]:
    def one(number: int) -> Span:
        asked = draw(st.integers(-300, 24 * 3600 + 300))
        wait = draw(st.none() | st.integers(-60, 7200))
        took = draw(st.none() | st.integers(-60, 90_000))
        began = None if wait is None else DAY + timedelta(seconds=asked + wait)
        return Span(
            name=f"run {number}",
            lane=draw(st.sampled_from(["riley", "iris", "mira"])),
            asked=DAY + timedelta(seconds=asked),
            began=began,
            ended=None if took is None else (began or DAY) + timedelta(seconds=took),
            limit=DAY + timedelta(seconds=asked + 2100),
        )

    return [one(number) for number in range(draw(st.integers(0, 40)))]


@given(spans())
def test_every_bar_is_within_the_box_and_seen(found: list[Span]) -> None:
    laid = lanes(found, axis(found, DAY, NEXT))

    assert sorted(bar.name for lane in laid for bar in lane.bars) == sorted(span.name for span in found)
    for lane in laid:
        for bar in lane.bars:
            assert bar.start >= 0
            assert bar.wait >= 0
            assert bar.width >= LEAST - ROUNDING
            assert bar.end <= WHOLE + ROUNDING
            assert 0 <= bar.row < lane.rows


@given(spans())
def test_no_bar_overlaps_another_of_its_row(found: list[Span]) -> None:
    for lane in lanes(found, axis(found, DAY, NEXT)):
        for one, other in combinations(lane.bars, 2):
            apart = one.end <= other.start + ROUNDING or other.end <= one.start + ROUNDING
            assert one.row != other.row or apart


@given(spans())
def test_the_box_is_within_the_day_and_its_marks_are_whole_hours_within_it(found: list[Span]) -> None:
    over = axis(found, DAY, NEXT)

    assert DAY <= over.begin < over.end <= NEXT
    assert over.ticks
    assert all(over.begin <= tick <= over.end and tick.minute == 0 for tick in over.ticks)


def test_the_box_covers_the_hours_in_which_something_happened() -> None:
    over = axis([a_span("a", 8.5, 9.2), a_span("b", 14, 15.6)], DAY, NEXT)

    assert (over.begin, over.end) == (at(8), at(16))
    assert [tick.hour for tick in over.ticks] == [8, 9, 10, 11, 12, 13, 14, 15, 16]


def test_a_few_runs_are_not_blown_up_to_the_whole_width() -> None:
    over = axis([a_span("a", 23.5, 23.6)], DAY, NEXT)

    assert (over.begin, over.end) == (at(20), NEXT)
    assert axis([], DAY, NEXT).end == at(4)


def test_a_day_may_be_an_hour_longer() -> None:
    zone = ZoneInfo("Europe/Madrid")
    midnight = datetime(2026, 10, 25, tzinfo=zone).astimezone(UTC)
    after = datetime(2026, 10, 26, tzinfo=zone).astimezone(UTC)
    late = Span("a", "riley", midnight, None, None, after + timedelta(hours=1))

    over = axis([late], midnight, after)

    assert over.end - over.begin == timedelta(hours=25)


def test_what_goes_on_after_the_day_is_cut_and_says_so() -> None:
    long, short = a_span("long", 20, 30), a_span("short", 21, 22)

    (lane,) = lanes([long, short], axis([long, short], DAY, NEXT))

    assert [(bar.name, bar.goes_on, bar.row) for bar in lane.bars] == [
        ("long", True, 0),
        ("short", False, 1),
    ]


def test_the_wait_comes_before_the_bar_and_a_row_is_used_again() -> None:
    first, second = a_span("first", 0, 2, began=at(1)), a_span("second", 3, 4)

    (lane,) = lanes([second, first], axis([first, second], DAY, NEXT))

    assert [(bar.name, bar.start, bar.wait, bar.width) for bar in lane.bars] == [
        ("first", 0, 20, 20),
        ("second", 60, 0, 20),
    ]
    assert lane.rows == 1


def test_what_goes_on_is_drawn_to_its_limit() -> None:
    going = a_span("going", 1, None, limit=at(3))

    (lane,) = lanes([going], axis([going], DAY, NEXT))

    assert (lane.bars[0].start, lane.bars[0].width) == (0, 50)


def test_lanes_stand_in_the_order_of_their_first_bar() -> None:
    found = [a_span("b", 2, 3, lane="iris"), a_span("a", 1, 2), a_span("c", 4, 5)]

    assert [lane.name for lane in lanes(found, axis(found, DAY, NEXT))] == ["riley", "iris"]
