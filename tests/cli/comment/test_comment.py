"""`gitcp comment …`."""

from tests.cli.conftest import Shell


def test_comments_are_listed_the_oldest_first(shell: Shell) -> None:
    shell("comment", "new", "ci-1", "Done @riley")

    done = shell("comment", "ci-1")

    assert done.out.startswith("alex, 2026-11-20 08:15Z\n  @riley, this one first.\nalex, ")
    assert shell("comment", "list", "ci-1", "--json").json[1]["mentions"] == ["riley"]


def test_a_comment_comes_from_standard_input(shell: Shell) -> None:
    done = shell("comment", "new", "ci-2", "-", stdin="Two\nlines.\n")

    assert done.out == "comment on task CI-0002: Two lines.\n"
    assert shell("comment", "ci-2", "--json").json[0]["body"] == "Two\nlines.\n"


def test_a_text_without_quotes_and_a_missing_task_are_usage_errors(shell: Shell) -> None:
    assert "put the text in quotes" in shell("comment", "new", "ci-1", "two", "words").err
    assert "Missing argument 'TASK'" in shell("comment", "new", "words").err
    assert shell("comment", "new").code == 2


def test_a_task_without_comments_says_so(shell: Shell) -> None:
    assert shell("comment", "ci-2").err == "no comments\n"


def test_an_empty_comment_is_refused_by_its_field(shell: Shell) -> None:
    done = shell("comment", "new", "ci-1", "")

    assert done.code == 1
    assert "comment: body: " in done.err
    assert "hint: gitcp comment new --help" in done.err
