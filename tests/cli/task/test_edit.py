"""`gitcp task edit`."""

from tests.cli.conftest import Shell


def test_only_what_is_given_changes(shell: Shell) -> None:
    before = shell.text("tasks/CI/CI-0001.yaml")

    done = shell("task", "edit", "ci-1", "--priority", "low")

    assert done.out == "edit task CI-0001: priority\n"
    assert shell.text("tasks/CI/CI-0001.yaml") == before.replace("priority: high", "priority: low")


def test_a_field_can_be_emptied(shell: Shell) -> None:
    shell("task", "edit", "ci-1", "--clear", "assignee", "--clear", "verify", "--clear", "due")

    view = shell("task", "show", "ci-1", "--json").json
    assert (view["assignee"], view["verify"], view["due"]) == (None, [], None)


def test_a_list_replaces_the_one_before(shell: Shell) -> None:
    shell("task", "edit", "ci-1", "--label", "a", "--label", "b", "--review", "alex")

    view = shell("task", "show", "ci-1", "--json").json
    assert (view["labels"], view["review"]) == (["a", "b"], ["alex"])


def test_set_reaches_a_field_and_takes_lists_as_json(shell: Shell) -> None:
    shell("task", "edit", "ci-1", "--set", "title=12:30", "--set", 'labels=["x"]', "--set", "goal=null")

    view = shell("task", "show", "ci-1", "--json").json
    assert (view["title"], view["labels"]) == ("12:30", ["x"])


def test_an_unknown_field_names_those_that_there_are(shell: Shell) -> None:
    done = shell("task", "edit", "ci-1", "--set", "colour=red")

    assert done.code == 1
    assert "task CI-0001: colour: expected one of assignee, blocked_by" in done.err


def test_nothing_to_change_is_a_usage_error(shell: Shell) -> None:
    assert shell("task", "edit", "ci-1").code == 2


def test_what_is_so_already_is_said_and_not_committed(shell: Shell) -> None:
    before = shell("audit", "log", "--json").json

    done = shell("task", "edit", "ci-1", "--priority", "high")

    assert done.out == "nothing to do: edit task CI-0001\n"
    assert shell("audit", "log", "--json").json == before
