"""`gitcp budget …`."""

import pytest

from gitcp.cli.budget.lines import print_budgets
from tests.cli.company import BEFORE_THE_ROUTINE
from tests.cli.conftest import Shell

WIDE = ["budget", "period", "metric", "share", "used", "reserved", "left", "limit", "a", "day", "runs", "dry", "until", "state"]  # fmt: skip


def test_each_metric_has_a_row_with_a_bar_and_when_it_runs_dry(shell: Shell) -> None:
    lines = shell("budget").out.splitlines()

    assert lines[0].split() == WIDE
    assert lines[1].split()[:9] == [
        "agent/riley", "total", "usd", "████████░░", "80%", "0.80", "0.00", "0.20", "1.00",
    ]  # fmt: skip
    assert lines[1].endswith("warning")
    assert lines[3].startswith("company")


def test_a_budget_is_shown_with_its_period_and_who_spent_it(shell: Shell) -> None:
    done = shell("budget", "show", "agent/riley")

    assert "covers     agent riley" in done.out
    assert "Biggest spenders: agents\nagent" in done.out
    in_its_month = shell("--at", BEFORE_THE_ROUTINE, "budget", "company", "--json").json
    assert in_its_month["use"][0]["reserved"] == 1.0


def test_the_list_and_one_budget_say_the_same_of_its_use(shell: Shell) -> None:
    [company] = [row for row in shell("budget", "--json").json if row["id"] == "company"]

    shown = shell("budget", "show", "company", "--json").json
    assert {name: shown[name] for name in company} == company


def test_a_budget_is_created_and_changed_in_part(shell: Shell) -> None:
    done = shell(
        "budget", "new", "agent/hugo", "--period", "month", "--usd", "40", "--runs", "200", "--warn-at", "0.5"
    )
    changed = shell("budget", "edit", "agent/hugo", "--usd", "50", "--set", "limits.runs=null")

    assert done.out == "create budget agent/hugo\n"
    assert changed.out == "edit budget agent/hugo: limits\n"
    assert shell.text("budgets/agent/hugo.yaml") == "period: month\nlimits: {usd: 50}\nwarn_at: [0.5]\n"


def test_a_budget_is_raised_for_good_or_for_its_period(shell: Shell) -> None:
    shell("budget", "new", "agent/hugo", "--period", "month", "--usd", "40")
    lasting = shell("budget", "raise", "agent/hugo", "--usd", "10.50")
    passing = shell("budget", "raise", "agent/hugo", "--usd", "5", "--this-period")

    [line] = shell("budget", "show", "agent/hugo", "--json").json["use"]
    assert lasting.out == "raise budget agent/hugo by 10.50 usd\n"
    assert passing.out == "raise budget agent/hugo by 5 usd for its present period\n"
    assert (line["limit"], line["extra"]) == (55.5, 5.0)
    assert "55.50 (+5.00)" in shell("budget").out
    assert "by hand" in shell("budget", "show", "agent/hugo").out


def test_what_is_not_capped_cannot_be_raised(shell: Shell) -> None:
    assert "expected usd, runs, found tokens" in shell("budget", "raise", "agent/riley", "--tokens", "5").err
    assert "Nothing to add" in shell("budget", "raise", "agent/riley").err


def test_an_amount_that_is_none_is_a_usage_error(shell: Shell) -> None:
    assert (
        "expected an amount such as 12.50, found 'much'"
        in shell("budget", "edit", "company", "--usd", "much").err
    )


def test_what_a_new_budget_cannot_be_without_is_named(shell: Shell) -> None:
    assert "Missing option '--period'." in shell("budget", "new", "agent/hugo").err


@pytest.mark.parametrize(
    ("room", "heads"),
    [
        (200, WIDE),
        (110, [word for word in WIDE if word != "until"]),
        (80, ["budget", "metric", "share", "used", "left", "limit", "state"]),
        (20, ["budget", "metric", "used", "left", "limit", "state"]),
    ],
)
def test_a_narrow_terminal_is_not_told_what_matters_least(
    room: int, heads: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("gitcp.cli.budget.lines._room", lambda: room)
    line = {"metric": "usd", "limit": 40.0, "extra": 0.0, "settled": 9.0, "reserved": 1.0, "available": 30.0}
    more = {"share": 0.25, "per_day": 1.5, "dry_at": None, "state": "ok"}
    budget = {"id": "agent/riley", "period": "month", "until": "2026-12-01T00:00:00Z", "asked": None}

    print_budgets([budget | {"use": [line | more]}])

    assert capsys.readouterr().out.splitlines()[0].split() == heads
