"""`gitcp plan` and `gitcp tick`, where nothing has to be started."""

from tests.cli.conftest import Shell


def test_what_would_be_done_and_why_not_the_rest(shell: Shell) -> None:
    done = shell("plan")

    assert done.code == 0
    assert "Waits\n" in done.out
    view = shell("plan", "--json").json
    assert set(view) == {"actions", "waiting", "stalled", "next_look"}
    assert any("budget agent/riley" in waiting["why"] for waiting in view["waiting"])


def test_where_nothing_is_to_be_done_it_says_so(idle: Shell) -> None:
    done = idle("plan")

    assert (done.code, done.out, done.err) == (0, "", "Nothing to do now.\n")


def test_a_tick_that_starts_nothing_says_so(idle: Shell) -> None:
    done = idle("tick")

    assert (done.code, done.out, done.err) == (0, "", "no runs started\n")
    assert idle("tick", "--detach", "--json").json["started"] == []
