"""`gitcp budget …`."""

from tests.cli.conftest import Shell


def test_each_metric_has_a_row_with_a_bar(shell: Shell) -> None:
    lines = shell("budget").out.splitlines()

    assert lines[1].split() == [
        "agent/riley",
        "total",
        "usd",
        "████████░░",
        "80%",
        "0.80",
        "0.00",
        "0.20",
        "1.00",
        "-",
        "warning",
    ]
    assert lines[3].startswith("company")


def test_a_budget_is_shown_with_its_period(shell: Shell) -> None:
    done = shell("budget", "show", "company")

    assert "covers     company" in done.out
    assert "on exceed  ask" in done.out
    assert shell("budget", "company", "--json").json["use"][0]["reserved"] == 1.0


def test_a_budget_is_created_and_changed_in_part(shell: Shell) -> None:
    done = shell(
        "budget", "new", "agent/hugo", "--period", "month", "--usd", "40", "--runs", "200", "--warn-at", "0.5"
    )
    changed = shell("budget", "edit", "agent/hugo", "--usd", "50", "--set", "limits.runs=null")

    assert done.out == "create budget agent/hugo\n"
    assert changed.out == "edit budget agent/hugo: limits\n"
    assert shell.text("budgets/agent/hugo.yaml") == "period: month\nlimits: {usd: 50}\nwarn_at: [0.5]\n"


def test_an_amount_that_is_none_is_a_usage_error(shell: Shell) -> None:
    assert (
        "expected an amount such as 12.50, found 'much'"
        in shell("budget", "edit", "company", "--usd", "much").err
    )


def test_what_a_new_budget_cannot_be_without_is_named(shell: Shell) -> None:
    assert "Missing option '--period'." in shell("budget", "new", "agent/hugo").err
