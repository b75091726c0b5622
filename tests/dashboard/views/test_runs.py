from gitcp.dashboard.register import Register
from gitcp.dashboard.run_days import PART
from gitcp.dashboard.views.runs import ACTIVE, LATEST, latest, month
from tests.dashboard.company import a_bare_site, a_run, a_site, ago, an_ended_run


def test_what_runs_is_told_first_then_the_newest_day_and_the_newest_runs() -> None:
    view = latest(Register(a_site()))

    assert view.summary == "18 runs so far; 2 going on."
    assert [line.agent.text for line in view.active] == ["Riley", "Mira"]
    assert view.newest is not None
    assert (view.newest.name.text, view.newest.name.href) == (
        "Sunday 22 November 2026",
        "runs/2026-11-22.html",
    )
    assert view.newest.cut is None
    assert (len(view.runs), view.caption) == (18, "Newest first; ≈ is a list price that was not billed")


def test_all_runs_are_found_by_month() -> None:
    (year,) = latest(Register(a_site())).years

    assert year.name == "2026"
    assert [(of.name.text, of.name.href, of.runs, of.width) for of in year.months] == [
        ("November", "runs/2026-11.html", "16", "100.0"),
        ("October", "runs/2026-10.html", "2", "12.5"),
    ]


def test_the_newest_runs_are_cut_and_the_sum_is_not() -> None:
    runs = [an_ended_run("riley", ago(hours=number), 1, "0.10") for number in range(LATEST + 20)]

    found = latest(Register(a_bare_site(*runs)))

    assert (len(found.runs), found.caption) == (LATEST, f"The newest {LATEST}")
    assert found.summary == f"{LATEST + 20} runs so far; 0 going on."


def test_many_runs_at_once_are_cut_too() -> None:
    runs = [a_run(f"a-{number}", ago(minutes=1)) for number in range(PART + 5)]

    view = latest(Register(a_bare_site(*runs)))

    assert (len(view.active), view.active_caption) == (ACTIVE, f"The first {ACTIVE} of {PART + 5}")
    assert view.newest is not None
    assert view.newest.cut == f"Drawn are the newest {PART} of {PART + 5}."


def test_without_runs_there_is_nothing_to_tell() -> None:
    view = latest(Register(a_bare_site()))

    assert (view.summary, view.newest, view.years, view.runs) == ("", None, (), ())


def test_a_month_leads_to_its_days() -> None:
    register = Register(a_site())
    view = month(register, "2026-10")

    assert view is not None
    assert (view.title, view.summary) == (
        "Runs in October 2026",
        "2 runs for $1.01: 1 succeeded, 1 did not.",
    )
    assert [(day.name.text, day.name.href, day.runs, day.cost) for day in view.days] == [
        ("29 Oct", "runs/2026-10-29.html", "1", "$0.66"),
        ("30 Oct", "runs/2026-10-30.html", "1", "$0.35"),
    ]
    assert month(register, "2020-01") is None


def test_a_month_asks_for_its_own_days_alone() -> None:
    register = Register(a_site())

    with register.noting() as asked:
        month(register, "2026-10")

    assert asked == {"days-of-month 2026-10"}
