"""`gitcp policy test`."""

import pytest

from tests.cli.conftest import Shell


def test_a_verdict_is_explained_rule_by_rule(shell: Shell) -> None:
    done = shell("policy", "test", "budget.edit", "--as", "bea", "--usd", "150")

    assert done.code == 1
    assert done.out == (
        "budget.edit by bea needs approval: every gate that matches needs its approval\n"
        "cost  150.00 USD\n"
        "\n"
        "Rules\n"
        "matches  policy  rule      because\n"
        "yes      money   gates[0]  approval\n"
        "\n"
        "What matches\n"
        "  money gates[0]  budget.edit above 100 USD: needs the approval of alex\n"
        "\n"
        "Approval by 1 of alex\n"
    )


def test_what_nothing_holds_ends_well(shell: Shell) -> None:
    small = shell("policy", "test", "budget.edit", "--usd", "100")
    unsaid = shell("policy", "test", "budget.edit")

    assert small.code == 0
    assert small.out.startswith("budget.edit by alex is allowed: no gate holds it\n")
    assert "it is about more than 100 USD" in small.out
    assert unsaid.err == "note: some gates are about its cost, and none was given\n"


def test_the_table_of_agents_is_part_of_it(shell: Shell) -> None:
    denied = shell("policy", "test", "budget.edit", "--as", "riley", "--json")
    own = shell("policy", "test", "task.start", "--as", "riley", "--task", "ci-1", "--json")
    other = shell("policy", "test", "task.start", "--as", "hugo", "--task", "CI-0001", "--json")
    open_ = shell("policy", "test", "task.start", "--as", "hugo")

    assert (denied.code, denied.json["reason"]) == (1, "no agent may budget.edit")
    assert (own.code, own.json["table"]["because"]) == (0, "riley is its assignee of CI-0001")
    assert own.json["about"] == {
        "paths": ["tasks/CI/CI-0001.yaml"],
        "project": "CI",
        "priority": "high",
        "labels": ["scan"],
        "usd": 2.0,
        "is_unlimited": False,
    }
    assert (other.code, other.json["verdict"]) == (1, "deny")
    assert (open_.code, open_.err) == (0, "note: an agent may if it is its assignee\n")


def test_a_pipeline_says_what_it_expects(shell: Shell) -> None:
    assert shell("policy", "test", "budget.edit", "--usd", "150", "--expect", "approval").code == 0
    assert shell("policy", "test", "budget.edit", "--usd", "5", "--expect", "deny").code == 1


def test_what_the_edited_files_come_to_is_judged(shell: Shell) -> None:
    assert shell.folder is not None
    nothing = shell("policy", "test", "--changes")
    budget = shell.folder / "budgets/company.yaml"
    budget.write_text(budget.read_text().replace("usd: 100", "usd: 300"))
    (shell.folder / "goals/quality.yaml").write_text("title: Other\nlevel: team\nparent: trust\n")
    (shell.folder / "policies/money.yaml").unlink()
    done = shell("policy", "test", "--changes", "--as", "bea", "--json")
    told = shell("policy", "test", "--changes")

    assert (nothing.code, nothing.err) == (0, "no file is changed\n")
    assert [(each["operation"], each["verdict"]) for each in done.json] == [
        ("budget.edit", "approval"),  # by the policy as it is in the branch
        ("goal.edit", "allow"),
        ("policy.remove", "allow"),
    ]
    assert done.json[0]["about"]["paths"] == ["budgets/company.yaml"]
    assert (done.code, told.code) == (1, 1)
    assert "goal.edit by alex is allowed: no gate holds it\nfiles  goals/quality.yaml\n" in told.out


@pytest.mark.parametrize(
    ("argv", "code", "message"),
    [
        ((), 2, "Give an operation such as agent.hire, or --changes."),
        (("agent.hire", "--changes"), 2, "Give an operation such as agent.hire, or --changes."),
        (("--changes", "--usd", "5"), 2, "--changes: the files say what they are about"),
        (("agent.hier",), 1, "there is no operation agent.hier\n  hint: did you mean agent.hire?"),
        (("agent.hire", "--as", "nobody"), 1, "member nobody does not exist"),
        (("task.edit", "--task", "CI-0099"), 1, "task CI-0099 does not exist"),
    ],
)
def test_what_cannot_be_tested_is_told(shell: Shell, argv: tuple[str, ...], code: int, message: str) -> None:
    done = shell("policy", "test", *argv)

    assert done.code == code
    assert message in done.err


def test_strangers_and_the_scheduler_are_tested_too(shell: Shell) -> None:
    assert shell("policy", "test", "goal.edit", "--as", "strangers").out.startswith(
        "goal.edit by a stranger is allowed"
    )
    assert shell("policy", "test", "run.claim", "--as", "scheduler").code == 0
    assert shell("policy", "test", "run.claim", "--as", "bea", "--json").json["reason"] == (
        "the scheduler alone does that"
    )


def test_a_command_whose_name_no_rule_is_asked_about_says_which_is(shell: Shell) -> None:
    done = shell("policy", "test", "budget.raise", "--as", "bea")

    assert done.code == 1
    assert "no rule is ever asked about budget.raise: it comes to budget.edit" in done.err
