"""`gitcp audit verify` and `gitcp audit export`."""

from pathlib import Path

from gitcp.audit.finding import RULES
from tests.audit.forging import SCHEDULER, Forger
from tests.cli.conftest import Shell


def attacked(shell: Shell) -> str:
    assert shell.folder is not None
    forger = Forger(shell.folder)
    return forger.commits({"org/riley.yaml": None}, SCHEDULER, message="tidy\n")


def test_a_history_that_verifies_ends_with_0_and_says_how_far(shell: Shell) -> None:
    shell("task", "start", "ci-1")

    done = shell("audit", "verify")

    assert (done.code, done.out) == (0, "")
    assert "verified 1 commits since" in done.err
    assert "0 violations, 0 notes; assurance: local" in done.err
    assert "verified 0 commits since" in shell("audit", "verify").err


def test_a_violation_ends_with_1_and_is_told_with_its_rule_and_evidence(shell: Shell) -> None:
    commit = attacked(shell)

    done = shell("audit", "verify", "--jobs", "1")

    assert done.code == 1
    assert done.out.startswith(f"{commit[:12]}  operation/missing  [violation]\n")
    assert RULES["operation/missing"] in done.out
    assert "expected the trailer Gitcp-Op; found none" in done.out
    data = shell("audit", "verify", "--full", "--json").json
    assert (data["clean"], data["findings"][0]["rule"]) == (False, "operation/missing")


def test_evidence_is_written_even_where_the_history_does_not_verify(shell: Shell, tmp_path: Path) -> None:
    attacked(shell)
    bundle, table = tmp_path / "evidence.zip", tmp_path / "events.csv"

    assert shell("audit", "export", "-o", str(bundle)).code == 1
    assert shell("audit", "export", "-o", str(table), "--since", "HEAD~1").code == 1

    assert bundle.read_bytes().startswith(b"PK")
    assert len(table.read_text().splitlines()) == 2
    missing = shell("audit", "export", "-o", str(tmp_path / "no" / "where.csv"))
    assert missing.code == 1
    assert "cannot be written" in missing.err
