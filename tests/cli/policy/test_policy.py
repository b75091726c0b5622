"""`gitcp policy …`."""

from tests.cli.conftest import Shell


def test_policies_are_listed(shell: Shell) -> None:
    assert shell("policy").out == "policy  gates  title\nmoney       1  Money is the owner's\n"


def test_a_policy_is_shown_with_its_gates(shell: Shell) -> None:
    done = shell("policy", "money")

    assert "Description\n  Above what is small.\n" in done.out
    assert "budget.edit: approval\nabove usd  100.0\napprovers  alex\n" in done.out
    assert shell("policy", "show", "money", "--json").json["gates"][0]["verdict"] == "approval"
