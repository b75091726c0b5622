"""`gitcp approval …`."""

from tests.cli.conftest import Shell


def test_approvals_are_listed_with_who_has_to_decide(shell: Shell) -> None:
    assert (
        "AP-1      pending   riley  2026-11-20 09:00Z  -           1  alex       Raise the cap"
        in shell("approval").out
    )


def test_an_approval_is_shown(shell: Shell) -> None:
    done = shell("approval", "show", "ap-1")

    assert "asked      2026-11-20 09:00Z by riley" in done.out
    assert shell("approval", "AP-1", "--json").json["missing"] == 1


def test_the_decisions_are_shown(shell: Shell) -> None:
    done = shell("approval", "ap-2")

    assert "2026-11-19 10:00Z  alex  reject   Too dear.\n" in done.out
    assert "Description\n  It is cheap.\n" in done.out
