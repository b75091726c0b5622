"""`gitcp approval …`."""

from tests.cli.conftest import Shell
from tests.stories.company import commit_all, git


def as_bea(shell: Shell) -> None:
    assert shell.folder is not None
    git(shell.folder, "config", "user.email", "bea@example.org")


def test_approvals_are_listed_with_who_has_to_decide(shell: Shell) -> None:
    listed = shell("--at", "2126-11-23T09:00:00Z", "approval").out.splitlines()

    assert listed[0].split() == [
        "approval",
        "status",
        "by",
        "since",
        "age",
        "task",
        "missing",
        "waits",
        "for",
        "title",
    ]
    assert listed[1].startswith("AP-1      pending   riley  2026-11-20 09:00Z  ")
    assert " days  -           1  alex       Raise the cap" in listed[1]
    assert listed[2].startswith("AP-2      rejected  clara  2026-11-19 09:00Z")


def test_an_approval_is_shown_with_what_to_do_next(shell: Shell) -> None:
    done = shell("approval", "show", "ap-1")

    assert "asked      2026-11-20 09:00Z by riley" in done.out
    assert "waits for  alex" in done.out
    assert "content    sha256:" in done.out
    assert "gitcp approval decide AP-1 --approve\n" in done.err
    assert shell("approval", "AP-1", "--json").json["missing"] == 1


def test_the_decisions_are_shown(shell: Shell) -> None:
    done = shell("approval", "ap-2")

    assert "2026-11-19 10:00Z  alex  reject   Too dear.\n" in done.out
    assert "Description\n  It is cheap.\n" in done.out
    assert done.err == ""


def test_a_person_approves_what_waits_for_them(shell: Shell) -> None:
    assert "AP-1      riley asks for your decision  Raise the cap\n" in shell("inbox").out
    assert shell("inbox").err == "next: gitcp approval show AP-1\n"

    assert shell("approval", "decide", "ap-1", "--approve", "-m", "Fine.").out == (
        "approve approval AP-1: Raise the cap\n"
    )

    shown = shell("approval", "AP-1", "--json").json
    assert (shown["status"], shown["waits_for"]) == ("approved", [])
    assert [(d["by"], d["verdict"], d["comment"], d["counts"]) for d in shown["decisions"]] == [
        ("alex", "approve", "Fine.", True)
    ]
    assert "AP-1" not in shell("inbox").out
    again = shell("approval", "decide", "AP-1", "--approve")
    assert (again.code, "AP-1 is approved: decide is not possible" in again.err) == (1, True)


def test_a_decision_says_which_and_a_rejection_why(shell: Shell) -> None:
    assert "Say --approve or --reject." in shell("approval", "decide", "AP-1").err
    assert "found no comment" in shell("approval", "decide", "AP-1", "--reject").err
    assert (
        "was changed since" in shell("approval", "decide", "AP-1", "--approve", "--content", "sha256:0").err
    )

    assert shell("approval", "decide", "AP-1", "--reject", "-m", "No.").out.startswith("reject approval AP-1")


def test_who_may_not_decide_is_told_who_does(shell: Shell) -> None:
    as_bea(shell)

    done = shell("approval", "decide", "AP-1", "--approve")

    assert "bea may not decide AP-1: it is none of the approvers" in done.err
    assert "hint: decided by alex" in done.err


def test_a_person_asks_and_takes_it_back(shell: Shell) -> None:
    asked = shell(
        "approval", "request", "--title", "Which?", "-d", "One of two.", "--option", "red", "--option", "blue",
        "--approver", "@bea", "--expires-days", "3", "--task", "ci-4",
    )  # fmt: skip
    assert asked.out == "request approval AP-3 for CI-0004: Which?\n"
    assert asked.err == "next: gitcp approval show AP-3\n"
    shown = shell("approval", "AP-3", "--json").json
    assert (shown["options"], shown["approvers"], shown["task"]) == (["red", "blue"], ["bea"], "CI-0004")
    assert "AP-3" in shell("task", "show", "CI-0004").out
    assert shell("approval", "AP-3").err == ""

    assert shell("approval", "withdraw", "AP-3", "-m", "Clear now.").out == "withdraw approval AP-3: Which?\n"
    assert "by alex: Clear now." in shell("approval", "AP-3").out


def test_what_was_said_of_another_content_is_told_to_be_void(shell: Shell) -> None:
    assert shell.folder is not None
    (shell.folder / "org/cleo.yaml").write_text("kind: person\nname: Cleo\nemails: [cleo@example.com]\n")
    git(shell.folder, "add", "org")
    git(shell.folder, "commit", "-qm", "let Cleo in")
    shell("approval", "request", "--title", "Which?", "--option", "red", "--option", "blue", "--quorum", "2")
    as_bea(shell)
    assert "--approve --option TEXT" in shell("approval", "AP-3").err
    shell("approval", "decide", "AP-3", "--approve", "--option", "red")
    path = shell.folder / "approvals/AP-3.yaml"
    path.write_text(path.read_text().replace("title: Which?", "title: Whose?"))
    git(shell.folder, "commit", "-qam", "ask something else")

    assert "approve: red (of another content)" in shell("approval", "AP-3").out


def test_other_words_for_the_verbs_lead_to_them(shell: Shell) -> None:
    for word, verb in (("new", "request"), ("approve", "decide"), ("reject", "decide")):
        assert f"gitcp approval {verb}" in shell("approval", word).err


GATE = "title: Money\ngates:\n  - {operations: [budget.edit], verdict: approval, approvers: [bea], reason: it is hers}\n"


def gated(shell: Shell) -> None:
    assert shell.folder is not None
    (shell.folder / "policies").mkdir(exist_ok=True)
    (shell.folder / "policies" / "gate.yaml").write_text(GATE)
    commit_all(shell.folder, "rule money")


def test_what_a_gate_stops_is_asked_for_and_shown_as_a_diff(shell: Shell) -> None:
    gated(shell)

    asked = shell("budget", "edit", "company", "--usd", "77")

    assert asked.code == 1
    assert "Error: budget.edit needs approval, which is asked for: AP-3 waits for bea." in asked.err
    assert "gitcp approval show AP-3" in asked.err
    shown = shell("approval", "AP-3")
    assert "Changed: budgets/company.yaml" in shown.out
    assert "for        budget.edit" in shown.out
    as_bea(shell)
    decided = shell("approval", "decide", "AP-3", "--approve")
    assert "Changed: budgets/company.yaml" in decided.out
    assert "approve approval AP-3: Edit budget company" in decided.out


def test_nothing_that_stands_refused_is_nothing_to_ask_for(shell: Shell) -> None:
    done = shell("approval", "request", "--refused")

    assert (
        done.code,
        "expected a change that stands refused for want of an approval, found none" in done.err,
    ) == (1, True)
    assert "leave out the other options" in shell("approval", "request", "--refused", "--title", "Why?").err
    assert "--refused" in shell("approval", "request").err
