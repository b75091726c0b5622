"""`gitcp task new`."""

from tests.cli.conftest import Shell


def test_every_field_has_an_option(shell: Shell) -> None:
    done = shell(
        "task", "new", "--project", "ci", "--title", "Write the check", "--assignee", "@riley", "--priority", "high",
        "--goal", "trust", "--parent", "ci-1", "--blocked-by", "ci-2", "--blocked-by", "ci-3", "--label", "a",
        "--label", "b", "--due", "2026-12-01", "--verify", "python tools/x.py 'a b'", "--verify", "true",
        "--review", "clara", "--review", "alex", "--backlog", "-d", "-",
        stdin="First.\nSecond.\n",
    )  # fmt: skip

    assert done.code == 0, done.err
    assert done.out == "create task CI-0006 for riley below CI-0001: Write the check\n"
    assert done.err == "next: gitcp task show CI-0006\n"
    text = shell.text("tasks/CI/CI-0006.yaml")
    assert 'verify: [["python", "tools/x.py", "a b"], ["true"]]' in text
    assert "blocked_by: [CI-0002, CI-0003]" in text
    assert "due: 2026-12-01T23:59:59Z" in text
    assert "status: backlog" in text
    assert "created_by: alex" in text
    assert "description: |\n  First.\n  Second.\n" in text


def test_the_only_project_needs_no_naming(shell: Shell) -> None:
    assert shell("task", "new", "--title", "Small", "--json").json["task"] == "CI-0006"


def test_a_part_is_in_the_project_of_its_parent(shell: Shell) -> None:
    shell("project", "new", "OPS", "--name", "Ops", "--repository", "factory")

    assert shell("task", "new", "--title", "Part", "--parent", "ci-1", "--json").json["task"] == "CI-0006"


def test_where_there_are_several_projects_one_must_be_named(shell: Shell) -> None:
    shell("project", "new", "OPS", "--name", "Ops", "--repository", "factory")

    done = shell("task", "new", "--title", "Which?")

    assert done.code == 2
    assert "Missing option '--project'. There are CI, OPS." in done.err


def test_the_receipt_is_printed_as_json(shell: Shell) -> None:
    receipt = shell("task", "new", "--title", "Small", "--json").json

    assert set(receipt) == {"operation", "revision", "repeated", "subject", "task", "records", "notes"}
    assert receipt["records"] == [{"kind": "task", "id": "CI-0006"}]
    assert not receipt["repeated"]


def test_what_does_not_fit_is_told_by_field(shell: Shell) -> None:
    done = shell("task", "new", "--title", "x" * 400)

    assert done.code == 1
    assert "task CI-0006: title: " in done.err
    assert shell.text("tasks/CI/next") == "6\n"


def test_an_assignee_who_does_not_exist_is_refused_and_nothing_is_written(shell: Shell) -> None:
    done = shell("task", "new", "--title", "Small", "--assignee", "rileyy")

    assert (done.code, done.out) == (1, "")
    assert done.err == "Error: member rileyy does not exist\n  hint: did you mean riley?\n"
    assert shell.text("tasks/CI/next") == "6\n"


def test_a_check_with_open_quotes_and_a_day_that_is_none_are_usage_errors(shell: Shell) -> None:
    for option, value, told in (
        ("--verify", "'a", "quotes closed"),
        ("--due", "2026-02-30", "expected a day"),
        ("--due", "2026-02-03T08:00", "with a zone"),
        ("--verify", " ", "found nothing"),
    ):
        done = shell("task", "new", "--title", "Small", option, value)

        assert done.code == 2
        assert told in done.err
