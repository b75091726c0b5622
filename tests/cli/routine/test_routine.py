"""`gitcp routine …`."""

from tests.cli.conftest import Shell


def test_routines_are_listed_with_their_next_slot(shell: Shell) -> None:
    [row] = shell("routine", "--json").json

    assert row["timezone"] == "Europe/Madrid"
    assert row["next"] is not None
    assert shell("routine").out.startswith("routine  status  cron")


def test_a_routine_is_shown_with_the_task_that_it_makes(shell: Shell) -> None:
    done = shell("routine", "weekly")

    assert "title     Health of {date}" in done.out
    assert "tasks so far  3\nlast task     CI-0005, done\n" in done.out
    assert "assignee  riley" in done.out


def test_a_routine_is_created_and_its_task_is_changed_in_part(shell: Shell) -> None:
    done = shell(
        "routine",
        "new",
        "daily",
        "--title",
        "Daily",
        "--cron",
        "0 8 * * *",
        "--project",
        "ci",
        "--label",
        "x",
        "--verify",
        "true",
    )
    changed = shell("routine", "edit", "daily", "--assignee", "hugo", "--task-title", "Look around")

    assert done.out == "create routine daily\n"
    assert changed.out == "edit routine daily: task\n"
    task = shell("routine", "daily", "--json").json["task"]
    assert (task["title"], task["assignee"], task["labels"], task["verify"]) == (
        "Look around",
        "hugo",
        ["x"],
        [["true"]],
    )


def test_what_a_new_routine_cannot_be_without_is_named(shell: Shell) -> None:
    assert "Missing options '--title', '--cron', '--project'." in shell("routine", "new", "daily").err


def test_a_routine_tells_its_next_ten_slots(shell: Shell) -> None:
    done = Shell(shell.folder)("--at", "2026-11-23T09:00:00Z", "routine", "weekly")

    assert "next          2026-11-30 07:00Z, 2026-12-07 07:00Z," in done.out
    assert done.out.count("07:00Z") == 10


def test_a_routine_is_paused_and_goes_on(shell: Shell) -> None:
    paused = shell("routine", "pause", "weekly", "-m", "too noisy")
    assert paused.out == "pause routine weekly: too noisy\n"
    assert "since" not in shell.text("routines/weekly.yaml")
    assert shell("routine", "weekly", "--json").json["next"] is None

    resumed = shell("routine", "resume", "weekly")

    assert resumed.out == "resume routine weekly\n"
    assert shell("routine", "weekly", "--json").json["next"] is not None
