"""`gitcp simulate`."""

import pytest

from tests.cli.conftest import Shell


def test_it_says_what_would_happen_and_writes_nothing(shell: Shell) -> None:
    before = shell("audit", "log", "--json").out

    done = shell("--at", "2026-12-01T00:00:00Z", "simulate", "--days", "20")

    assert done.code == 0
    assert "Agents\nagent" in done.out
    assert "Budgets that run dry\nbudget" in done.out
    assert "agent/riley  1.00 a total" in done.out
    assert "company" in done.out.partition("Budgets that run dry")[2]
    assert "Tasks that starve\ntask" in done.out
    assert "budget agent/riley: 0.2 usd left, the run would reserve 2.00" in done.out
    assert "Stalled: somebody must act\ntask" in done.out
    assert done.err.endswith("1 wake in 20 days, 2 dry budgets, 2 starving tasks\n")
    assert shell("audit", "log", "--json").out == before


def test_as_json_it_tells_all_that_it_counted(shell: Shell) -> None:
    view = shell("--at", "2026-12-01T00:00:00Z", "simulate", "--seed", "3", "--json").json

    assert (view["from"], view["until"], view["seed"]) == ("2026-12-01T00:00:00Z", "2026-12-31T00:00:00Z", 3)
    assert set(view) == {
        "from", "until", "seed", "wakes", "reasons", "agents", "goals", "budgets", "starving", "stalled",
        "too_dense", "without_history",
    }  # fmt: skip


def test_the_same_seed_says_the_same(shell: Shell) -> None:
    told = [shell("--at", "2026-12-01T00:00:00Z", "simulate", "--seed", "3", "--json").json for _ in range(2)]

    assert told[0]["wakes"] > 0
    assert all(told[0][part] == told[1][part] for part in ("wakes", "agents", "goals", "stalled"))


def test_what_runs_take_can_be_given(shell: Shell) -> None:
    view = shell("simulate", "--minutes", "5", "--usd", "0.10", "--success", "0", "--json").json

    (clara,) = [row for row in view["agents"] if row["agent"] == "clara"]
    assert (clara["minutes"], clara["usd"]) == (5 * clara["wakes"], pytest.approx(0.1 * clara["wakes"]))
    assert clara["outcomes"] == {"failed": clara["wakes"]}


def test_what_is_given_makes_the_note_about_history_needless(shell: Shell) -> None:
    assert "clara has no runs to go by" in shell("simulate").err
    assert "to go by" not in shell("simulate", "--minutes", "5", "--usd", "1", "--success", "1").err


def test_where_nobody_is_woken_it_says_so(idle: Shell) -> None:
    done = idle("simulate", "--days", "1")

    assert done.code == 0
    assert "wakes  0" in done.out
    assert done.err == "0 wakes in 1 day\n"


@pytest.mark.parametrize(
    "option", [("--days", "0"), ("--success", "2"), ("--usd", "-1"), ("--minutes", "soon"), ("--seed", "x")]
)
def test_what_makes_no_sense_is_refused(shell: Shell, option: tuple[str, str]) -> None:
    done = shell("simulate", *option)

    assert (done.code, done.out) == (2, "")
    assert option[0] in done.err
