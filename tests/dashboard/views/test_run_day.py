import pytest

from gitcp.dashboard.register import Register
from gitcp.dashboard.run_days import PART
from gitcp.dashboard.views.run_day import RunDay, run_day
from gitcp.model.base import Record
from gitcp.model.runs import Cancel, Outcome
from tests.dashboard.company import NOW, a_bare_site, a_run, a_site, ago, an_ended_run


def shown(name: str = "2026-11-22", *found: Record) -> RunDay:
    view = run_day(Register(a_bare_site(*found) if found else a_site()), name)
    assert view is not None
    return view


def test_a_day_says_how_much_happened_and_leads_to_the_days_beside_it() -> None:
    view = shown("2026-11-21")

    assert view.title == "Runs on Saturday 21 November 2026"
    assert view.summary == "4 runs by 3 agents for $2.73: 3 succeeded, 1 did not."
    assert view.before is not None
    assert view.after is not None
    assert [view.before.text, view.after.href, view.month.href] == [
        "20 Nov",
        "runs/2026-11-22.html",
        "runs/2026-11.html",
    ]
    assert view.parts == ()


def test_the_table_holds_what_is_drawn_the_oldest_first() -> None:
    view = shown()
    drawn = {bar.href for lane in view.waterfall.lanes for bar in lane.bars}

    assert {line.href for line in view.runs} == drawn
    assert [line.id for line in view.runs] == sorted(line.id for line in view.runs)
    assert view.caption == "Oldest first; ≈ is a list price that was not billed"


def test_each_agent_has_a_lane_and_each_outcome_a_look_of_its_own() -> None:
    view = shown(
        "2026-11-22",
        an_ended_run("riley", ago(hours=3), 9, "1"),
        an_ended_run("iris", ago(hours=2), 9, "1", Outcome.FAILED),
        an_ended_run("riley", ago(hours=1), 9, "1", Outcome.TIMED_OUT),
        an_ended_run("iris", ago(minutes=50), 9, "1", Outcome.CANCELLED),
        a_run("mira", ago(minutes=9)),
        a_run("mira", ago(minutes=8), cancel=Cancel(by="ada", at=NOW)),
        an_ended_run("mira", ago(hours=3), 9, "1").evolve(outcome=None),
    )

    lanes = {lane.agent.text: [(bar.tone, bar.look) for bar in lane.bars] for lane in view.waterfall.lanes}

    assert lanes == {
        "mira": [("plain", "plain"), ("busy", "going"), ("warn", "going")],
        "riley": [("good", "plain"), ("warn", "striped")],
        "iris": [("bad", "crossed"), ("faint", "hollow")],
    }
    assert [look.badge.label for look in view.waterfall.looks] == [
        "Running",
        "Stopping",
        "Succeeded",
        "Failed",
        "Timed out",
        "Cancelled",
        "Ended",
    ]


def test_a_bar_says_when_who_what_and_how_it_ended() -> None:
    titles = [bar.title for lane in shown().waterfall.lanes for bar in lane.bars]

    assert "10:18 Riley: Enforce the scan cadence (Running)" in titles
    assert any(title.startswith("09:00 Oscar: no task (Succeeded, ") for title in titles)


def test_what_goes_on_is_drawn_to_its_deadline_which_is_marked() -> None:
    (lane,) = shown("2026-11-22", a_run("riley", ago(minutes=9))).waterfall.lanes
    (ended,) = shown("2026-11-22", an_ended_run("riley", ago(minutes=9), 5, "1")).waterfall.lanes

    assert lane.bars[0].deadline is not None
    assert ended.bars[0].deadline is None
    assert float(lane.bars[0].width) > float(ended.bars[0].width)


def test_a_deadline_after_midnight_is_not_marked() -> None:
    late = NOW.replace(hour=23, minute=50)

    (lane,) = shown("2026-11-22", a_run("riley", late)).waterfall.lanes

    assert lane.bars[0].deadline is None


def test_the_hours_are_those_of_the_company() -> None:
    marks = shown().waterfall.marks

    assert [mark.label for mark in marks][:2] == ["04:00", "05:00"]
    assert (marks[0].x, marks[0].anchor, marks[-1].anchor) == ("0.00", "start", "end")


def test_the_end_of_the_day_is_not_its_beginning() -> None:
    view = shown("2026-11-22", an_ended_run("riley", NOW.replace(hour=23, minute=50), 5, "1"))

    assert view.waterfall.marks[-1].label == "24:00"
    assert "between 20:00 and 24:00" in view.waterfall.told


@pytest.mark.parametrize(
    ("name", "shown_runs", "caption"),
    [("2026-11-22", PART, f"1 to {PART} of the day, oldest first"), ("2026-11-22/2", 5, None)],
)
def test_a_day_of_many_runs_has_parts_of_which_the_old_stay(
    name: str, shown_runs: int, caption: str | None
) -> None:
    runs = [an_ended_run("riley", ago(seconds=number), 0.01, "1") for number in range(PART + 5)]

    view = shown(name, *runs)

    assert len(view.runs) == shown_runs
    assert [tab.label for tab in view.parts] == [f"1 to {PART}", f"{PART + 1} to {PART + 5}"]
    assert view.caption == (caption or f"{PART + 1} to {PART + 5} of the day, oldest first")


def test_there_is_no_page_of_a_day_without_runs() -> None:
    register = Register(a_site())

    assert run_day(register, "2020-01-01") is None
    assert run_day(register, "2026-11-22/2") is None


def test_a_day_that_is_over_does_not_ask_for_what_happens_later() -> None:
    register = Register(a_site([a_run("riley", ago(days=40))]))

    with register.noting() as asked:
        run_day(register, "2026-11-20")

    assert not {note for note in asked if note.startswith(("any ", "now", "revision", "newest", "months"))}
    assert "runs-of-day 2026-11-20" in asked
