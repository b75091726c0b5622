"""`gitcp task show`."""

import pytest

from gitcp.cli.words import NEXT
from tests.cli.company import ENDED
from tests.cli.conftest import Shell
from tests.stories.company import commit_all


def test_a_task_is_shown_with_all_that_stands_around_it(shell: Shell) -> None:
    done = shell("task", "show", "CI-0001")

    assert done.code == 0
    assert done.out.splitlines()[0] == "CI-0001  Enforce the scan cadence"
    assert "goal       quality (Nothing ages unnoticed) > trust (Customers trust us)" in done.out
    assert "needed by  CI-0002" in done.out
    assert "  A scan older than seven days must fail." in done.out
    assert "check   python tools/check.py --strict" in done.out
    assert "alex, 2026-11-20 08:15Z\n  @riley, this one first." in done.out
    assert "Documents\n  plan" in done.out
    assert ENDED in done.out


def test_a_blocked_task_says_why_and_who_must_act(shell: Shell) -> None:
    assert "blocked   no card (by clara), waits for alex" in shell("task", "show", "CI-0004").out


def test_a_delivery_says_what_was_delivered_and_whether_it_passed(shell: Shell) -> None:
    delivered = "delivered  riley/CI-0005 at 0123456789ab by run 20261120T090000Z-riley, checks passed"

    assert delivered in shell("task", "show", "CI-0005").out


@pytest.mark.parametrize("given", ["ci-1", "CI-1", "ci-0001", "CI-0001"])
def test_an_id_may_lack_capitals_and_zeros(shell: Shell, given: str) -> None:
    assert shell("task", "show", given, "--json").json["id"] == "CI-0001"


def test_the_task_of_a_routine_names_it_and_its_slot(shell: Shell) -> None:
    assert shell.folder is not None
    file = shell.folder / "tasks" / "CI" / "CI-0002.yaml"
    origin = "routine: {routine: weekly, slot: 2026-11-20T08:00:00Z, number: 3}\n"
    file.write_text(file.read_text() + origin)
    commit_all(shell.folder, "from a routine")

    created = "2026-11-20 08:16Z by routine weekly for 2026-11-20 08:00Z, its number 3\n"
    assert created in shell("task", "show", "CI-0002").out
    assert "by hand\n" in shell("task", "show", "CI-0003").out


def test_an_id_alone_is_shown(shell: Shell) -> None:
    assert shell("task", "ci-1").out == shell("task", "show", "CI-0001").out


def test_an_unknown_id_names_the_nearest(shell: Shell) -> None:
    done = shell("task", "show", "CI-0099")

    assert "Error: task CI-0099 does not exist\n  hint: did you mean CI-000" in done.err


def test_a_task_ends_with_the_commands_that_make_sense_now(shell: Shell) -> None:
    done = shell("task", "show", "CI-0003")

    assert "next: gitcp task review CI-0003 --approve -m TEXT\n" in done.err
    assert "      gitcp task review CI-0003 --request-changes -m TEXT\n" in done.err
    assert "next:" not in done.out


def test_json_is_the_view_of_the_task(shell: Shell) -> None:
    view = shell("task", "show", "CI-0001", "--json").json

    assert view["verify"] == [["python", "tools/check.py", "--strict"]]
    assert [comment["author"] for comment in view["comments"]] == ["alex"]
    assert view["children"][0]["id"] == "CI-0002"


def test_a_task_is_not_guessed_outside_of_a_run(shell: Shell) -> None:
    done = shell("task", "show")

    assert done.code == 2
    assert "Missing argument 'TASK': outside of a run a task has no default." in done.err


def test_what_is_offered_next_is_possible_in_that_status() -> None:
    from gitcp.core.lifecycle import TRANSITIONS
    from gitcp.model.tasks import TaskStatus

    events = {"review": "approve"}

    for status, commands in NEXT.items():
        possible = {str(event) for event in TRANSITIONS[TaskStatus(status)]}
        assert {events.get(verb, verb) for verb, _ in commands} <= possible


def test_a_text_from_a_file_cannot_speak_to_the_terminal(shell: Shell) -> None:
    assert shell.folder is not None
    path = shell.folder / "comments/CI/CI-0001/20261120T081512480Z-alex-4f2a.yaml"
    path.write_text('body: "red \\e[31malert\\a \\u202e back\\x9b2J\\n\\ttabbed"\n', encoding="utf-8")
    from tests.stories.company import commit_all

    commit_all(shell.folder, "write strange things")

    shown, as_json = shell("task", "show", "CI-0001").out, shell("task", "show", "CI-0001", "--json").out

    assert "  red  [31malert    back 2J\n      tabbed" in shown
    assert not [c for c in shown + as_json if not c.isprintable() and c != "\n"]


def test_a_task_shows_where_the_forge_compares_what_was_delivered(shell: Shell) -> None:
    shown = shell("task", "show", "ci-5").out

    assert "compare    https://github.com/acme/factory/compare/main...riley/CI-0001?expand=1\n" in shown
    assert "compare" not in shell("task", "show", "ci-1").out
