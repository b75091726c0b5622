from datetime import UTC, datetime, timedelta
from decimal import Decimal

from gitcp.dashboard.figures import NONE
from gitcp.dashboard.register import Register
from gitcp.dashboard.views.costs import MOST, Costs, Split, month, present
from gitcp.model.amounts import Usage
from gitcp.model.runs import Settlement
from gitcp.model.tasks import TaskStatus
from tests.dashboard.company import a_bare_site, a_site, a_task, an_ended_run

AT = datetime(2026, 11, 2, 12, tzinfo=UTC)


def split(view: Costs, name: str) -> Split:
    return next(each for each in view.splits if each.name == f"by-{name}")


def figures(view: Costs) -> dict[str, tuple[str, str]]:
    return {figure.label: (figure.value, figure.detail) for figure in view.figures}


def test_a_month_tells_what_was_billed_apart_from_what_was_not() -> None:
    view = present(Register(a_site()))

    assert view.title == "Costs in November 2026"
    assert view.lead == "14 runs for $4.98, and $0.34 at list price that nobody billed."
    assert figures(view)["Billed"] == ("$4.98", "by 14 runs")
    assert figures(view)["At list price"] == ("$0.34", "not billed")
    assert [(part.ref.text, part.billed, part.imputed) for part in split(view, "agent").parts][:4] == [
        ("Riley", "$1.66", NONE),
        ("Mira", "$1.38", NONE),
        ("Felix", "$1.33", NONE),
        ("Juno", "$0.00", "$0.34"),
    ]


def test_every_split_adds_up_to_the_month() -> None:
    view = present(Register(a_site()))

    for each in view.splits:
        assert sum(Decimal(part.billed.strip("$")) for part in each.parts) == Decimal("4.98")
        assert sum(int(part.runs) for part in each.parts) == 14


def test_a_run_and_a_done_task_have_their_average() -> None:
    done = a_task("CI-0001", status=TaskStatus.DONE, closed=AT)
    runs = [an_ended_run("riley", AT + timedelta(hours=n), 1, "0.30") for n in range(4)]

    view = figures(present(Register(a_bare_site(done, *runs))))

    assert view["Each run"] == ("$0.30", "on average")
    assert view["Each done task"] == ("$1.20", "1 task done")
    assert figures(present(Register(a_bare_site(*runs))))["Each done task"] == (NONE, "none was done")


def test_runs_of_unknown_use_are_told() -> None:
    run = an_ended_run("riley", AT, 1, "0.30", settled_by=Settlement.RESERVED)

    assert present(Register(a_bare_site(run))).note == (
        "Of 1 run nobody knows the use: what had been reserved counts, so the true cost may be less."
    )
    assert present(Register(a_site())).note is None


def test_the_least_of_many_are_told_together() -> None:
    runs = [an_ended_run(f"a{n:02}", AT, 1, str(n)) for n in range(1, MOST + 4)]

    parts = split(present(Register(a_bare_site(*runs))), "agent").parts

    assert len(parts) == MOST + 1
    assert (parts[0].ref.text, parts[0].width) == (f"a{MOST + 3}", "100")
    assert (parts[-1].ref.text, parts[-1].billed, parts[-1].runs) == ("3 others", "$6.00", "3")


def test_every_day_of_the_month_has_its_column() -> None:
    view = month(
        Register(a_bare_site(an_ended_run("riley", datetime(2024, 2, 29, tzinfo=UTC), 1, "2"))), "2024-02"
    )

    assert view is not None
    assert view.days is not None
    assert [row[0] for row in view.days.table.rows][-1] == "29 Feb"
    assert view.days.table.rows[-1] == ("29 Feb", "$2.00")


def test_a_month_leads_to_the_ones_beside_it_and_has_none_of_the_rest() -> None:
    view = month(Register(a_site()), "2026-10")

    assert view is not None
    assert [(tab.label, tab.href) for tab in view.tabs] == [
        ("This month", "costs.html"),
        ("October 2026", "costs/2026-10.html"),
        ("November 2026", "costs/2026-11.html"),
    ]
    assert (view.months, view.earlier) == (None, ())
    assert month(Register(a_site()), "2026-09") is None


def test_the_page_of_all_months_draws_them_when_there_are_several() -> None:
    view = present(Register(a_site()))
    alone = present(Register(a_bare_site(an_ended_run("riley", AT, 1, "2"))))

    assert view.months is not None
    assert [row[0] for row in view.months.table.rows] == ["October 2026", "November 2026"]
    assert [ref.href for ref in view.earlier] == ["costs/2026-11.html", "costs/2026-10.html"]
    assert alone.months is None


def test_a_company_that_spent_nothing_says_so() -> None:
    view = present(Register(a_bare_site()))

    assert (view.lead, view.figures, view.splits, view.days, view.file) == (
        "No run has ended this month.",
        (),
        (),
        None,
        None,
    )


def test_money_that_nobody_billed_still_orders_and_averages() -> None:
    usage = Usage(usd_imputed=Decimal("3"), tokens=5, runs=1)
    runs = [an_ended_run("sol", AT, 1, "0", usage=usage), an_ended_run("riley", AT, 1, "1")]

    view = present(Register(a_bare_site(*runs)))

    assert [part.ref.text for part in split(view, "agent").parts] == ["sol", "riley"]
    assert figures(view)["Each run"][0] == "$2.00"
