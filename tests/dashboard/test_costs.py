from decimal import Decimal

from gitcp.dashboard.costs import Cost, cost_of
from gitcp.dashboard.rows import run_row
from gitcp.model.amounts import Usage
from tests.dashboard.company import NOW, a_run, an_ended_run


def test_what_an_ended_run_used_is_its_cost() -> None:
    runs = [an_ended_run("riley", NOW, 3, "0.25"), an_ended_run("iris", NOW, 3, "1.10")]

    assert cost_of(run_row(run) for run in runs).text == "$1.35"


def test_a_run_whose_use_is_unknown_cost_what_was_reserved() -> None:
    assert cost_of(run_row(run) for run in [an_ended_run("riley", NOW, 3, "0", usage=None)]).usd == 2


def test_a_run_that_goes_on_has_cost_nothing_yet() -> None:
    assert cost_of(run_row(run) for run in [a_run("riley", NOW)]) == Cost()


def test_a_list_price_is_marked_and_only_shown_where_nothing_was_billed() -> None:
    imputed = an_ended_run("riley", NOW, 3, "0", usage=Usage(usd_imputed=Decimal("0.4")))

    assert cost_of(run_row(run) for run in [imputed]).text == "≈ $0.40"
    assert cost_of(run_row(run) for run in [imputed, an_ended_run("iris", NOW, 3, "1")]).text == "$1.00"
    assert cost_of([]).text == "$0.00"
