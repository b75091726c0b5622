"""`gitcp company …`."""

from tests.cli.company import ACTIVE
from tests.cli.conftest import Shell


def test_the_company_is_shown_with_its_settings_and_what_is_paused(shell: Shell) -> None:
    done = shell("company")

    assert done.out == (
        "Talent Factory\n"
        "time zone           Europe/Madrid\n"
        "runs at once        4\n"
        "assurance           local\n"
        "repository factory  ../factory\n"
        "\n"
        "Paused\n"
        "what   id    by  since  why\n"
        "agent  hugo\n"
    )
    assert done.err == "next: gitcp company pause\n      gitcp status\n"
    assert shell("companies", "show", "--json").json["held"] == [
        {"kind": "agent", "id": "hugo", "by": None, "at": None, "reason": None}
    ]


def test_its_mission_and_limits_are_shown(shell: Shell) -> None:
    from tests.stories.company import commit_all

    assert shell.folder is not None
    with (shell.folder / "gitcp.yaml").open("a") as file:
        file.write("mission: |\n  All of it.\nlimits: {usd: 1.5, minutes: 10}\n")
    commit_all(shell.folder, "say what it is for")

    done = shell("company")

    assert "one run             1.50 usd, 10 minutes\n" in done.out
    assert "\nMission\n  All of it.\n" in done.out


def test_a_company_that_is_paused_starts_nothing_and_says_so_everywhere(shell: Shell) -> None:
    before = shell.text("gitcp.yaml")
    done = shell("company", "pause", "-m", "The machine moves.")

    assert done.out == "pause company Talent Factory: The machine moves.\n"
    assert done.err == "next: gitcp company resume\n"
    assert "paused: {by: alex, at: " in shell.text("gitcp.yaml")
    held = "the company is paused by alex: The machine moves."
    plan = shell("plan", "--json").json
    assert plan["actions"] == []
    due = "routine weekly does not fire: "  # from the Monday on that follows the company's last commit
    whys = {row["why"].removeprefix(due) for row in plan["waiting"] if row["task"] != "CI-0003"}
    assert whys == {held}
    assert {row["why"] for row in plan["wakes"] if row["at"]} == {held}
    assert ("CI-0001", held) in [
        (i["task"]["id"], i["waits"]) for i in shell("inbox", "riley", "--json").json["items"]
    ]
    assert "company  gitcp  alex  " in shell("status").out
    assert "paused              by alex since " in shell("company").out
    assert f"held       {held}" in shell("task", "ci-1").out

    resumed = shell("company", "resume")

    assert (resumed.out, resumed.err) == ("resume company Talent Factory\n", "next: gitcp plan\n")
    assert shell.text("gitcp.yaml") == before


def test_what_runs_goes_on_unless_it_is_to_be_now(shell: Shell) -> None:
    shell("company", "pause")
    assert shell("run", ACTIVE, "--json").json["cancel"] is None

    done = shell("company", "pause", "--now", "-m", "All stop.")

    assert done.out == "pause company Talent Factory and stop 1 run: All stop.\n"
    cancel = shell("run", ACTIVE, "--json").json["cancel"]
    assert (cancel["by"], cancel["reason"], cancel["hold"]) == ("alex", "All stop.", True)
    assert shell("company", "pause", "--now").out == "nothing to do: pause company Talent Factory\n"


def test_a_company_that_cannot_be_read_is_refused_with_a_next_step(shell: Shell) -> None:
    from tests.stories.company import commit_all

    assert shell.folder is not None
    (shell.folder / "gitcp.yaml").write_text("format: 1\nname: [x]\n")
    commit_all(shell.folder, "break the company")

    for verb in ("show", "pause", "resume"):
        done = shell("company", verb)
        assert done.code == 1
        assert done.err.startswith("Error: ")
        assert "hint: gitcp check" in done.err
