"""`gitcp goal …`."""

from gitcp.cli.goal.list import totals
from tests.cli.conftest import Shell


def test_goals_are_a_tree_with_progress(shell: Shell) -> None:
    assert shell("goal").out == (
        "trust  Customers trust us  ██░░░░░░░░ 1/5  alex\n└─ quality  Nothing ages unnoticed  ░░░░░░░░░░ 0/4\n"
    )


def test_progress_counts_the_subgoals_of_each_branch_once() -> None:
    depths = [0, 1, 2, 1, 0]
    rows = [{"depth": depth, "tasks": {"done": 1, "todo": 1, "cancelled": 5}} for depth in depths]

    assert totals(rows) == [(4, 8), (2, 4), (1, 2), (1, 2), (1, 2)]


def test_a_goal_is_shown_with_its_place_and_its_tasks(shell: Shell) -> None:
    done = shell("goal", "show", "quality")

    assert "serves    trust (Customers trust us)" in done.out
    assert "tasks     2 todo, 1 in_review, 1 blocked" in done.out
    assert "Description\n  All of it.\n" in done.out
    assert "CI-0001" in done.out
    assert shell("goal", "quality", "--json").json["projects"] == ["CI"]


def test_a_goal_is_created_and_changed(shell: Shell) -> None:
    done = shell(
        "goal",
        "new",
        "speed",
        "--title",
        "Be quick",
        "--level",
        "team",
        "--parent",
        "trust",
        "-d",
        "Why: it pays.",
    )
    changed = shell("goal", "edit", "speed", "--status", "achieved", "--set", "parent=null")

    assert (done.out, done.err) == ("create goal speed\n", "next: gitcp goal show speed\n")
    assert changed.out == "edit goal speed: parent, status\n"
    assert (
        shell.text("goals/speed.yaml")
        == 'title: Be quick\nlevel: team\nstatus: achieved\ndescription: "Why: it pays."\n'
    )
    assert "achieved" in shell("goal").out


def test_what_a_new_goal_cannot_be_without_is_named(shell: Shell) -> None:
    assert "Missing options '--title', '--level'." in shell("goal", "new", "speed").err


def test_a_goal_that_is_there_is_not_created_again(shell: Shell) -> None:
    done = shell("goal", "new", "trust", "--title", "x", "--level", "team")

    assert done.err == "Error: goal trust exists already\n  hint: gitcp goal edit trust\n"


def test_nothing_to_change_is_a_usage_error(shell: Shell) -> None:
    assert shell("goal", "edit", "trust").code == 2
