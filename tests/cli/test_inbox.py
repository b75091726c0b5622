"""`gitcp inbox`."""

from tests.cli.conftest import Shell
from tests.stories.company import git


def test_without_a_member_it_is_yours(shell: Shell) -> None:
    done = shell("inbox")

    assert done.out == (
        "approval  why                           title\n"
        "AP-1      riley asks for your decision  Raise the cap\n"
        "\n"
        "task     status     priority  why               title\n"
        "CI-0003  in_review  critical  review            Sign the agreement\n"
        "CI-0004  blocked    low       blocked: no card  Buy a licence\n"
    )
    assert done.err == "next: gitcp approval show AP-1\n"


def test_a_members_inbox_says_what_each_task_waits_for(shell: Shell) -> None:
    view = shell("inbox", "@Hugo", "--json").json

    assert view["member"] == "hugo"
    assert [(item["task"]["id"], item["waits"]) for item in view["items"]] == [
        ("CI-0002", "waits for CI-0001")
    ]


def test_an_empty_inbox_is_said_beside_the_data(shell: Shell) -> None:
    done = shell("inbox", "bea")

    assert (done.code, done.out, done.err) == (0, "", "nothing waits for bea\n")


def test_a_member_who_does_not_exist_names_the_nearest(shell: Shell) -> None:
    assert (
        shell("inbox", "rilley").err == "Error: member rilley does not exist\n  hint: did you mean riley?\n"
    )


def test_whom_git_does_not_know_is_told_what_to_set(shell: Shell) -> None:
    assert shell.folder is not None
    git(shell.folder, "config", "user.email", "guest@example.com")

    done = shell("inbox")

    assert done.code == 1
    assert "guest@example.com> is no member of this company" in done.err
    assert "hint: add the address to `emails:`" in done.err
