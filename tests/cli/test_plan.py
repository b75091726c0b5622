"""`gitcp plan` and `gitcp tick`, where nothing has to be started."""

import pytest

from tests.cli.company import BEFORE_THE_ROUTINE
from tests.cli.conftest import Shell
from tests.stories.company import commit_all


def test_what_would_be_done_and_why_not_the_rest(shell: Shell) -> None:
    done = shell("plan")

    assert done.code == 0
    assert "Waits\n" in done.out
    view = shell("plan", "--json").json
    assert set(view) == {"actions", "waiting", "stalled", "next_look", "wakes", "budgets"}
    assert any("budget agent/riley" in waiting["why"] for waiting in view["waiting"])


def test_when_agents_and_routines_wake_next_and_what_budgets_allow(shell: Shell) -> None:
    done = shell("--at", BEFORE_THE_ROUTINE, "plan", "--next", "2")

    section = done.out.partition("Wakes next\n")[2].partition("\n\n")[0].splitlines()
    assert [row.split()[:2] for row in section[1:]] == [["routine", "weekly"], ["agent", "riley"]] * 2
    assert all(
        row.split()[3:] == [row.split()[3], "+01:00", "Europe/Madrid"] or "+02:00" in row
        for row in section[1:]
    )
    assert "agent/riley  total   0.20 usd, 199 runs         0 of riley" in done.out
    assert "company      month   98.20 usd, 999,100 tokens  4 of clara" in done.out


def test_a_budget_may_allow_any_number_of_runs_or_cover_nobodys(shell: Shell) -> None:
    shell("budget", "new", "agent/clara", "--period", "run", "--usd", "5")
    shell("budget", "new", "agent/gone", "--period", "day", "--usd", "5")

    rows = {row.split()[0]: row.split()[3:] for row in shell("plan").out.splitlines() if "5.00 usd" in row}
    assert rows["agent/clara"] == ["usd", "any"]
    assert rows["agent/gone"][:2] == ["usd", "-"]


def test_ten_wakes_of_one_agent_across_the_change_of_the_clocks(shell: Shell) -> None:
    done = shell("--at", "2027-02-28T12:00:00Z", "plan", "--agent", "riley", "--next", "10", "--json")

    wakes = [(row["local"], row["offset"]) for row in done.json["wakes"] if row["kind"] == "agent"]
    assert len(wakes) == 10
    assert wakes[0] == ("2027-03-01 09:00", "+01:00")
    assert wakes[3:5] == [("2027-03-22 09:00", "+01:00"), ("2027-03-29 09:00", "+02:00")]


def test_of_one_agent_only_what_concerns_it_is_told(shell: Shell) -> None:
    view = shell("plan", "--agent", "@Clara", "--json").json

    assert {row["agent"] for row in view["actions"]} == {"clara"}
    assert view["waiting"] == []
    assert [row["task"] for row in view["stalled"]] == ["CI-0004"]
    assert [row["id"] for row in view["wakes"]] == ["clara"]
    assert [row["budget"] for row in view["budgets"]] == ["company"]
    assert "agent clara  -" in shell("plan", "--agent", "clara").out


def test_an_agent_that_does_not_exist_names_the_nearest(shell: Shell) -> None:
    done = shell("plan", "--agent", "rily")

    assert done.err == "Error: agent rily does not exist\n  hint: did you mean riley?\n"


def test_how_many_wakes_is_a_number_that_can_be(shell: Shell) -> None:
    assert shell("plan", "--next", "0").code == 2


def test_where_nothing_is_to_be_done_it_says_so(idle: Shell) -> None:
    done = idle("plan")

    assert (done.code, done.out, done.err) == (0, "", "Nothing to do now.\n")


def test_a_tick_that_starts_nothing_says_so(idle: Shell) -> None:
    done = idle("tick")

    assert (done.code, done.out, done.err) == (0, "", "no runs started; see why with `gitcp plan`\n")
    assert idle("tick", "--detach", "--json").json["started"] == []


def test_a_tick_says_what_it_did_where_nothing_starts(idle: Shell) -> None:
    assert idle.folder is not None
    (idle.folder / "org").mkdir(exist_ok=True)
    for name in ("alex", "bea"):
        person = f"kind: person\nname: {name}\nemails: [{name}@example.com]\n"
        (idle.folder / f"org/{name}.yaml").write_text(person)
    commit_all(idle.folder, "let them join")
    asked = idle("approval", "request", "--title", "Which?", "--expires-days", "1")
    assert asked.code == 0, asked.err

    done = idle("--at", "2126-11-23T09:00:00Z", "tick")

    assert done.err == "expire approval AP-1: Which?\nno runs started\n"


def test_what_a_routine_would_do_is_told_with_its_slot(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    at_nine = ["--at", "2026-11-23T08:00:00Z", "plan"]
    fires = {"what": "fire", "agent": None, "task": None, "routine": "weekly", "slot": "2026-11-23T07:00:00Z"}
    told = {**fires, "why": "routine weekly: its slot of 2026-11-23T07:00:00Z"}
    assert told in shell(*at_nine, "--json").json["actions"]
    assert "routine weekly: its slot of 2026-11-23T07:00:00Z" in shell(*at_nine).out

    assert shell.folder is not None
    file = shell.folder / "routines" / "weekly.yaml"
    file.write_text(file.read_text().replace("cron: 0 8", "cron: 0 7"))
    monkeypatch.setenv("GIT_COMMITTER_DATE", BEFORE_THE_ROUTINE)
    commit_all(shell.folder, "earlier")

    assert "routine weekly was scheduled or paused by hand" in shell(*at_nine).out
