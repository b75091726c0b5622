"""`gitcp github audit`."""

import subprocess
from pathlib import Path

import pytest

from gitcp.control.github import auditing
from tests.audit.forging import SCHEDULER, Forger
from tests.cli.conftest import Shell
from tests.cli.github.jobs import AJob, obeyed, outside_code
from tests.github.fake import FakeGitHub, Holder

US = "github-actions[bot]"


def forge(shell: Shell, times: int = 1, path: str = "org/riley.yaml") -> list[str]:
    """Commit under the scheduler's name what names no operation."""
    assert shell.folder is not None
    forger = Forger(shell.folder)
    files: list[dict[str, str | None]] = [{path: f"name: x{count}\n"} for count in range(times)]
    return [forger.commits(each, SCHEDULER, message="tidy\n") for each in files]


def mark_of(commit: str) -> str:
    return f"<!-- gitcp:audit operation/missing {commit} -->"


def states(github: FakeGitHub) -> dict[str, str]:
    """Return the state of each issue by the mark in its first line."""
    return {issue["body"].partition("\n")[0]: issue["state"] for issue in github.issues.values()}


def test_a_clean_history_opens_nothing(shell: Shell, github: FakeGitHub, job: AJob) -> None:
    done = shell("github", "audit")

    assert (done.code, github.issues) == (0, {})
    assert "## gitcp: 0 violations" in job.summary


def test_a_violation_has_one_issue_however_often_it_is_found(
    shell: Shell, github: FakeGitHub, job: AJob
) -> None:
    [commit] = forge(shell)

    first, second = shell("github", "audit"), shell("github", "audit", "--full", "--json")

    assert (first.code, second.code) == (1, 1)
    found = [issue for issue in github.issues.values() if issue["body"].startswith(mark_of(commit))]
    [issue] = found
    assert issue["title"] == f"Audit: operation/missing in {commit[:12]}"
    assert issue["labels"] == [{"name": "gitcp-audit"}]
    assert "expected the trailer" in issue["body"]
    assert issue["number"] in second.json["issues"]["kept"]
    assert second.json["verdict"]["clean"] is False
    assert github.comments == {}


def test_a_violation_that_is_gone_has_its_issue_closed(shell: Shell, github: FakeGitHub, job: AJob) -> None:
    [commit] = forge(shell)
    shell("github", "audit")
    undo(shell, commit)

    done = shell("github", "audit", "--full")

    number = next(n for n, issue in github.issues.items() if issue["body"].startswith(mark_of(commit)))
    assert states(github)[mark_of(commit)] == "closed"
    assert github.said_on(number) == ["The audit does not find this any more."]
    assert done.code == 0 or "history/rewritten" in done.err


def undo(shell: Shell, commit: str) -> None:
    """Take a commit out of the history, as nobody should."""
    git = ["git", "-C", str(shell.folder)]
    subprocess.run([*git, "reset", "-q", "--hard", f"{commit}~1"], check=True)


def test_what_is_known_only_by_memory_is_not_closed_when_that_is_lost(
    shell: Shell, github: FakeGitHub, job: AJob
) -> None:
    key = f"<!-- gitcp:audit history/rewritten {'a' * 40} -->"
    number = github.raise_issue("Audit", f"{key}\nit was", US, ("gitcp-audit",))

    assert shell("github", "audit").code == 0

    assert github.issues[number]["state"] == "open"


def test_what_somebody_closed_as_not_planned_stays_closed_and_anything_else_opens_again(
    shell: Shell, github: FakeGitHub, job: AJob
) -> None:
    forge(shell)
    shell("github", "audit")
    for issue in github.issues.values():
        issue["state"], issue["state_reason"] = "closed", "completed"

    assert shell("github", "audit").code == 1
    assert set(states(github).values()) == {"open"}
    assert any("close it as not planned" in comment["body"] for comment in github.comments.values())

    for issue in github.issues.values():
        issue["state"], issue["state_reason"] = "closed", "not_planned"
    assert shell("github", "audit").code == 0
    assert set(states(github).values()) == {"closed"}


def test_issues_by_others_are_never_touched(shell: Shell, github: FakeGitHub, job: AJob) -> None:
    [commit] = forge(shell)
    copied = github.raise_issue("Mine", f"{mark_of(commit)}\nx", "mallory", ("gitcp-audit",))
    other = github.raise_issue("Mine", f"{mark_of('0' * 40)}\nx", "mallory", ("gitcp-audit",))
    plain = github.raise_issue("Ours", "no mark", US, ("gitcp-audit",))
    quoted = github.raise_issue("Ours", f"see\n{mark_of('0' * 40)}", US, ("gitcp-audit",))

    shell("github", "audit")

    for number in (copied, other, plain, quoted):
        assert github.issues[number]["state"] == "open"
        assert github.said_on(number) == []
    ours = [
        i
        for i in github.issues.values()
        if i["user"]["login"] == US and i["body"].startswith(mark_of(commit))
    ]
    assert len(ours) == 1


def test_of_two_issues_about_the_same_the_newer_is_closed(
    shell: Shell, github: FakeGitHub, job: AJob
) -> None:
    [commit] = forge(shell)
    one = github.raise_issue("Audit", f"{mark_of(commit)}\nold text", US, ("gitcp-audit",))
    two = github.raise_issue("Audit", f"{mark_of(commit)}\nold text", US, ("gitcp-audit",))

    done = shell("github", "audit", "--json")

    assert done.json["issues"]["updated"][:1] == [one]
    assert done.json["issues"]["closed"] == [two]
    assert github.said_on(two) == [f"This is the same as #{one}."]
    assert "expected the trailer" in github.issues[one]["body"]


def test_no_more_issues_are_open_than_people_read(
    shell: Shell, github: FakeGitHub, job: AJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(auditing, "MOST_OPEN", 2)
    commits = forge(shell, times=4)

    done = shell("github", "audit", "--json")
    again = shell("github", "audit", "--json")

    left = len(done.json["issues"]["left"])
    assert left >= 2
    assert len(github.issues) == 3
    last = github.issues[max(github.issues)]
    assert last["title"] == f"Audit: {left} more violations"
    assert mark_of(commits[0]) in states(github)
    assert len(again.json["issues"]["kept"]) == 3
    assert len(github.issues) == 3


def test_a_shallow_clone_is_not_audited(shell: Shell, github: FakeGitHub, job: AJob, tmp_path: Path) -> None:
    [commit] = forge(shell)
    shell("github", "audit")
    before = states(github)
    shallow = tmp_path / "shallow"
    subprocess.run(["git", "clone", "-q", "--depth", "1", f"file://{shell.folder}", str(shallow)], check=True)

    done = Shell(shallow)("github", "audit")

    assert done.code == 1
    assert "expected the whole history" in done.err
    assert states(github) == before
    assert before[mark_of(commit)] == "open"


def test_what_others_wrote_is_inert_in_an_issue(shell: Shell, github: FakeGitHub, job: AJob) -> None:
    assert shell.folder is not None
    hostile = "@acme/team <!-- gitcp:audit x --> ##[error]x ![x](http://evil.example)"
    Forger(shell.folder).commits({"org/x.yaml": "x"}, SCHEDULER, message=f"tidy\n\nGitcp-Op: {hostile}\n")

    done = shell("github", "audit")

    assert obeyed(done.err) == []
    assert any("acme" in issue["body"] for issue in github.issues.values())
    for issue in github.issues.values():
        text = outside_code(issue["body"].partition("\n")[2])
        assert "@acme" not in text
        assert "<!--" not in text


def test_where_issues_are_off_or_not_allowed_it_says_so(shell: Shell, github: FakeGitHub, job: AJob) -> None:
    forge(shell)
    github.has_issues = False
    assert "it is switched off in the settings of the repository" in shell("github", "audit").err

    github.has_issues = True
    github.tokens["job-token"] = Holder(rights=frozenset({"issues: read"}))
    done = shell("github", "audit")
    assert done.code == 1
    assert "permissions: issues: write" in done.err
