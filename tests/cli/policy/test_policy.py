"""`gitcp policy …`."""

import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import Shell


def test_policies_are_listed(shell: Shell) -> None:
    assert shell("policy").out == (
        "policy  gates  access  title\nmoney       1       0  Money is the owner's\n"
    )


def test_a_policy_is_shown_with_its_rules_as_sentences(shell: Shell) -> None:
    done = shell("policy", "money")

    assert "Description\n  Above what is small.\n" in done.out
    assert "  gates[0]  budget.edit above 100 USD: needs the approval of alex\n" in done.out
    assert shell("policy", "show", "money", "--json").json["gates"][0]["verdict"] == "approval"


def test_a_policy_is_created_from_rules_in_words(shell: Shell) -> None:
    done = shell(
        "policy", "new", "hiring", "--title", "Who is hired",
        "--gate", "approval agent.hire,agent.terminate approvers=alex unless=alex quorum=1 above_usd=1.50 reason='It costs.'",
        "--gate", "deny task.* who=below:clara labels=secret,dark paths=tasks/CI",
        "--access", "alex *",
        "--access", "bea task.*,comment.* projects=CI",
    )  # fmt: skip

    assert (done.code, done.out) == (0, "create policy hiring\n"), done.err
    text = shell.text("policies/hiring.yaml")
    assert "    above_usd: 1.50\n    verdict: approval\n    approvers: [alex]\n" in text
    assert [rule["says"] for rule in shell("policy", "show", "hiring", "--json").json["gates"]] == [
        "agent.hire, agent.terminate above 1.50 USD, unless by alex: needs the approval of alex",
        "task.* by below:clara with the label secret or dark of tasks/CI: is denied",
    ]
    shown = shell("policy", "show", "hiring").out
    assert "Access: persons may do only what is granted\n  access[0]  alex may do everything\n" in shown
    assert "  access[1]  bea may task.*, comment.* in CI\n" in shown
    assert "\n            It costs.\n" in shown


def test_a_policy_is_read_from_a_file_and_replaced_by_one(shell: Shell) -> None:
    text = (
        "title: More\ndescription: Later.\ngates:\n- {operations: [goal.edit], verdict: deny, who: [bea]}\n"
    )

    assert shell("policy", "new", "more", "--file", "-", stdin=text).code == 0
    edited = shell("policy", "edit", "more", "--file", "-", stdin="title: Less\n")

    assert (edited.code, edited.out) == (0, "edit policy more: access, description, gates, title\n"), (
        edited.err
    )
    assert shell.text("policies/more.yaml") == "title: Less\n"


def test_rules_are_added_and_taken_away(shell: Shell) -> None:
    done = shell(
        "policy", "edit", "money", "--without", "gates[0]",
        "--gate", "approval budget.edit above_usd=200 approvers=bea", "--title", "Money",
    )  # fmt: skip

    assert (done.code, done.out) == (0, "edit policy money: gates, title\n"), done.err
    shown = shell("policy", "show", "money", "--json").json
    assert [gate["says"] for gate in shown["gates"]] == [
        "budget.edit above 200 USD: needs the approval of bea"
    ]
    assert shown["description"] == "Above what is small."


def test_a_policy_is_removed(shell: Shell) -> None:
    assert shell("policy", "remove", "money").out == "remove policy money\n"
    assert "policy money does not exist" in shell("policy", "show", "money").err


@pytest.mark.parametrize(
    ("argv", "code", "message"),
    [
        (("new", "more"), 2, "Missing option '--title'."),
        (("new", "more", "--title", "M", "--gate", "maybe agent.hire"), 2, "expected allow, deny, approval at its start, found 'maybe'"),
        (("new", "more", "--title", "M", "--gate", "deny"), 2, "expected VERDICT OPERATIONS [FIELD=VALUE…], found 'deny'"),
        (("new", "more", "--title", "M", "--gate", "deny a 'b"), 2, "with its quotes closed"),
        (("new", "more", "--title", "M", "--gate", "deny task.edit colour=red"), 2, "found 'colour=red'"),
        (("new", "more", "--title", "M", "--access", "bea * labels=x"), 2, "expected one of projects, paths with its value"),
        (("new", "more", "--title", "M", "--gate", "deny task.edit quorum=x"), 1, "policy more: gates.0.quorum"),
        (("new", "more", "--title", "M", "--gate", "deny task.edti"), 1, "expected an operation, found task.edti: the rule never matches"),
        (("new", "more", "--title", "M", "--access", "bea task.*"), 1, "nobody may policy.edit: with these rules that stays so for ever"),
        (("new", "more", "--file", "nowhere.yaml"), 1, "nowhere.yaml: cannot be read: No such file or directory"),
        (("edit", "money"), 2, "Nothing to change: give at least one option."),
        (("edit", "money", "--file", "-", "--without", "gates[0]"), 2, "--file: replaces all rules"),
        (("edit", "money", "--without", "gates[7]"), 1, "policy money has no rule gates[7]: expected gates[0]"),
        (("edit", "monye", "--title", "M"), 1, "policy monye does not exist"),
    ],
)  # fmt: skip
def test_what_is_no_rule_is_told(shell: Shell, argv: tuple[str, ...], code: int, message: str) -> None:
    done = shell("policy", *argv)

    assert done.code == code
    assert message in done.err


def test_a_file_that_is_no_policy_is_told_with_its_line(shell: Shell) -> None:
    done = shell("policy", "new", "more", "--file", "-", stdin="title: M\ngates:\n- verdict: maybe\n")

    assert done.code == 1
    assert done.err.startswith("Error: -:3: gates[0].")


def _commit(folder: Path, text: str) -> None:
    (folder / "policies/hiring.yaml").write_text(text)
    for words in (("add", "policies"), ("commit", "-qm", "change by hand")):
        subprocess.run(["git", "-C", str(folder), *words], check=True, timeout=60)


def test_a_policy_that_was_never_readable_lets_no_run_start(shell: Shell) -> None:
    assert shell.folder is not None
    before = shell("plan").out
    _commit(shell.folder, "title: Hiring\ngates:\n- {operations: [agent.hire]}\n")
    broken = shell("plan").out
    _commit(shell.folder, "title: Hiring\n")

    assert "policy hiring cannot be read: no new run starts" in broken
    assert "cannot be read" not in before
    assert shell("plan").out == before


def test_who_is_denied_is_told_the_command_that_says_why(shell: Shell) -> None:
    gate = ("--gate", "deny budget.create reason='Not this year.'")
    assert shell("policy", "new", "frozen", "--title", "Frozen", *gate).code == 0

    refused = shell("budget", "new", "project/CI", "--period", "day", "--usd", "1")

    assert "alex may not budget.create" in refused.err
    hint = refused.err.splitlines()[-1].partition("gitcp ")[2]
    assert hint == "policy test budget.create --as alex"
    asked = shell(*hint.split())
    assert (asked.code, "budget.create by alex is denied" in asked.out) == (1, True)
