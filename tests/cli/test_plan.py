"""`gitcp plan` and `gitcp tick`, where nothing has to be started."""

from tests.cli.conftest import Shell


def test_what_would_be_done_and_why_not_the_rest(shell: Shell) -> None:
    done = shell("plan")

    assert done.code == 0
    assert "Waits\n" in done.out
    view = shell("plan", "--json").json
    assert set(view) == {"actions", "waiting", "stalled", "next_look"}
    assert any("budget agent/riley" in waiting["why"] for waiting in view["waiting"])


def test_a_tick_that_starts_nothing_says_what_waits(shell: Shell) -> None:
    done = shell("tick")

    assert (done.code, done.out) == (0, "")
    assert "no runs started" in done.err
    assert shell("tick", "--detach", "--json").json["started"] == []
