"""`gitcp plan` and `gitcp tick`, where nothing has to be started."""

from tests.cli.conftest import Shell
from tests.stories.company import commit_all


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


def test_what_a_routine_would_do_is_told_with_its_slot(shell: Shell) -> None:
    at_nine = ["--at", "2026-11-23T08:00:00Z", "plan"]
    fires = {"what": "fire", "agent": None, "task": None, "routine": "weekly", "slot": "2026-11-23T07:00:00Z"}
    told = {**fires, "why": "routine weekly: its slot of 2026-11-23T07:00:00Z"}
    assert told in shell(*at_nine, "--json").json["actions"]
    assert "routine weekly: its slot of 2026-11-23T07:00:00Z" in shell(*at_nine).out

    assert shell.folder is not None
    file = shell.folder / "routines" / "weekly.yaml"
    file.write_text(file.read_text().replace("cron: 0 8", "cron: 0 7"))
    commit_all(shell.folder, "earlier")

    assert "routine weekly was scheduled or paused by hand" in shell(*at_nine).out
