"""`gitcp github check`."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from gitcp.cli.proposal import markdown as markdown_module
from gitcp.github.client import Client
from tests.cli.conftest import Ran, Shell
from tests.cli.github.jobs import AJob, obeyed, outside_code
from tests.cli.test_check_proposals import HOSTILE, NORA, commit, edit, folder_of
from tests.cli.test_show import git
from tests.github.fake import FakeGitHub, Holder

MARKER = "<!-- gitcp:check -->"
US = "github-actions[bot]"
GATE = """\
title: Org
gates:
- {operations: [agent.hire], verdict: approval, approvers: [alex, bea], quorum: 2}
- {operations: [agent.hire], verdict: approval, approvers: [bea]}
"""


@dataclass
class Proposal:
    """A pull request of a company, and the command on it."""

    shell: Shell
    github: FakeGitHub
    number: int

    @property
    def folder(self) -> Path:
        assert self.shell.folder is not None
        return self.shell.folder

    @property
    def head(self) -> str:
        return git(self.folder, "rev-parse", "proposal").strip()

    @property
    def base(self) -> str:
        return git(self.folder, "rev-parse", "main").strip()

    def check(self, *options: str) -> Ran:
        self.github.pulls[self.number]["head"]["sha"] = self.head
        return self.shell(
            "github", "check", str(self.number), "--base", self.base, "--head", self.head, *options
        )

    @property
    def comments(self) -> list[str]:
        return self.github.said_on(self.number)

    @property
    def status(self) -> tuple[str, str, str]:
        told = self.github.statuses[-1]
        return told["sha"], told["state"], told["description"]


@pytest.fixture
def proposal(shell: Shell, github: FakeGitHub, job: AJob) -> Proposal:
    """Propose a change of a task; the record branch is checked out."""
    folder = folder_of(shell)
    edit(shell, "tasks/CI/CI-0001.yaml", "priority: high", "priority: low")
    commit(folder)
    git(folder, "checkout", "-q", "main")
    return Proposal(shell, github, github.open_pull())


def propose(proposal: Proposal, path: str, old: str, new: str) -> None:
    """Add to the proposal."""
    git(proposal.folder, "checkout", "-q", "proposal")
    edit(proposal.shell, path, old, new)
    commit(proposal.folder)
    git(proposal.folder, "checkout", "-q", "main")


def test_a_proposal_gets_a_status_and_a_comment(proposal: Proposal, job: AJob) -> None:
    done = proposal.check()

    assert done.code == 0, done.err
    assert proposal.status == (proposal.head, "success", "Nothing stands against it.")
    [told] = proposal.github.statuses
    assert told["context"] == "gitcp/check"
    assert told["target_url"] == "https://github.com/acme/control/actions/runs/1234"
    [comment] = proposal.comments
    assert comment.startswith(f"{MARKER}\n## gitcp: 1 record differs\n")
    assert "[The log of this check](https://github.com/acme/control/actions/runs/1234)" in comment
    assert MARKER not in job.summary
    assert obeyed(done.err) == []


def test_it_is_told_again_in_the_same_comment(proposal: Proposal) -> None:
    proposal.check()
    propose(proposal, "tasks/CI/CI-0001.yaml", "priority: low", "priority: critical")
    heard = len(proposal.github.heard)

    assert proposal.check().code == 0
    proposal.check()

    [comment] = proposal.comments
    assert "critical" in comment
    assert [each.method for each in proposal.github.heard[heard:]].count("PATCH") == 1


@pytest.mark.parametrize("is_first", [True, False])
def test_of_two_checks_that_comment_at_once_one_comment_stays(
    proposal: Proposal, monkeypatch: pytest.MonkeyPatch, is_first: bool
) -> None:
    github, remark = proposal.github, proposal.github.remark

    def both(number: int, body: str, login: str) -> int:
        others = f"{MARKER}\nthe other's"
        if is_first:
            remark(number, others, US)
        own = remark(number, body, login)
        if not is_first:
            remark(number, others, US)
        return own

    monkeypatch.setattr(github, "remark", both)

    assert proposal.check().code == 0

    [comment] = proposal.comments
    assert comment.endswith("the other's") is not is_first


def test_a_comment_that_another_check_took_back_is_no_failure(
    proposal: Proposal, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        proposal.github.remark(proposal.number, f"{MARKER}\nold", US)
    delete = Client.delete_comment

    def after_another(client: Client, comment: int) -> None:
        delete(client, comment)
        delete(client, comment)

    monkeypatch.setattr(Client, "delete_comment", after_another)

    assert proposal.check().code == 0
    assert len(proposal.comments) == 1


def test_what_cannot_go_in_is_a_failure(proposal: Proposal) -> None:
    propose(proposal, "goals/quality.yaml", "title: Nothing", "title: [")

    done = proposal.check()

    assert done.code == 1
    sha, state, description = proposal.status
    assert (sha, state) == (proposal.head, "failure")
    assert description.startswith("Cannot go in as it is: ")
    assert [line.partition("::Cannot")[0] for line in obeyed(done.err)] == [
        f"::error title=pull request {proposal.number}"
    ]


def test_what_needs_agreement_says_whose_and_fails_only_where_that_is_asked(
    shell: Shell, github: FakeGitHub, job: AJob
) -> None:
    assert shell.folder is not None
    commit(shell.folder, {"policies/org.yaml": GATE})
    folder = folder_of(shell)
    commit(folder, {"org/nora.yaml": NORA})
    git(folder, "checkout", "-q", "main")
    proposal = Proposal(shell, github, github.open_pull())

    assert proposal.check().code == 0
    assert proposal.status[1:] == ("success", "Needs agreement of 2 of alex or bea, bea")
    assert proposal.check("--strict").code == 1
    assert proposal.status[1:] == ("failure", "Needs agreement of 2 of alex or bea, bea")


def test_a_proposal_without_a_company_cannot_be_judged(proposal: Proposal) -> None:
    git(proposal.folder, "checkout", "-q", "proposal")
    commit(proposal.folder, {"gitcp.yaml": None})
    git(proposal.folder, "checkout", "-q", "main")

    done = proposal.check("--json")

    assert done.code == 1
    assert proposal.status[1] == "error"
    assert proposal.status[2].startswith("Not judged: ")
    assert proposal.comments[0].startswith(f"{MARKER}\n## gitcp: this proposal cannot be judged\n")
    assert (done.json["state"], done.json["proposal"]) == ("error", None)


def test_a_comment_by_somebody_else_is_never_touched(proposal: Proposal) -> None:
    forged = proposal.github.remark(proposal.number, f"{MARKER}\nNothing stands against it.", "mallory")
    quoting = proposal.github.remark(proposal.number, f"> {MARKER}\nour own, about something else", US)

    proposal.check()
    proposal.check()

    assert proposal.github.comments[forged]["body"] == f"{MARKER}\nNothing stands against it."
    assert proposal.github.comments[quoting]["body"].startswith(">")
    assert len(proposal.comments) == 3


def test_of_several_comments_of_ours_one_is_left(proposal: Proposal) -> None:
    proposal.github.remark(proposal.number, f"{MARKER}\r\nold", US)
    proposal.github.remark(proposal.number, f"{MARKER}\nolder", US)

    proposal.check()

    assert len(proposal.comments) == 1
    assert "1 record differs" in proposal.comments[0]


def test_who_checks_by_hand_goes_on_with_the_comment_of_the_job(proposal: Proposal) -> None:
    proposal.check()
    proposal.github.tokens["job-token"] = Holder("clara", is_app=False)
    propose(proposal, "tasks/CI/CI-0001.yaml", "priority: low", "priority: critical")

    proposal.check()

    [comment] = proposal.comments
    assert "critical" in comment


def test_an_app_that_is_not_told_its_name_keeps_one_comment_as_well(proposal: Proposal) -> None:
    proposal.github.tokens["job-token"] = Holder("acme-gitcp[bot]")
    forged = proposal.github.remark(proposal.number, f"{MARKER}\nforged", "mallory")

    for priority in ("critical", "medium"):
        propose(proposal, "tasks/CI/CI-0001.yaml", "priority: ", f"priority: {priority} # ")
        proposal.check()

    assert len(proposal.comments) == 2
    assert proposal.github.comments[forged]["body"].endswith("forged")
    assert "medium" in proposal.comments[1]


def test_a_pull_request_that_moved_on_gets_no_comment_about_what_it_was(proposal: Proposal) -> None:
    proposal.check()
    before, old = proposal.comments, proposal.head
    propose(proposal, "tasks/CI/CI-0001.yaml", "priority: low", "priority: critical")
    proposal.github.pulls[proposal.number]["head"]["sha"] = proposal.head

    done = proposal.shell("github", "check", str(proposal.number), "--base", proposal.base, "--head", old)
    gone = proposal.shell(
        "github", "check", str(proposal.number), "--base", proposal.base, "--head", "0" * 40
    )

    assert (done.code, gone.code) == (0, 0)
    assert "has another commit by now" in done.err
    assert "has another commit by now" in gone.err
    assert proposal.comments == before
    assert {told["sha"] for told in proposal.github.statuses} == {old}


def test_nothing_is_said_of_a_commit_that_is_proposed_to_another_branch(proposal: Proposal) -> None:
    proposal.github.pulls[proposal.number]["base"]["ref"] = "lax"

    done = proposal.check()

    assert done.code == 1
    assert "expected one for main, the record branch" in done.err
    assert (proposal.github.statuses, proposal.comments) == ([], [])


def test_a_base_that_is_not_in_the_record_branch_decides_nothing(proposal: Proposal) -> None:
    git(proposal.folder, "checkout", "-q", "-b", "lax")
    commit(proposal.folder, {"README.md": "lax\n"})
    lax = git(proposal.folder, "rev-parse", "lax").strip()
    git(proposal.folder, "checkout", "-q", "main")
    proposal.github.pulls[proposal.number]["head"]["sha"] = proposal.head

    done = proposal.shell("github", "check", str(proposal.number), "--base", lax, "--head", proposal.head)

    assert done.code == 1
    assert proposal.status[1] == "error"
    assert "found one that is not in it" in proposal.status[2]


def test_what_others_wrote_mentions_nobody_and_forges_no_mark(proposal: Proposal) -> None:
    name = f"{HOSTILE.replace('/', '|')} @acme {MARKER} ##[error]x"
    git(proposal.folder, "checkout", "-q", "proposal")
    commit(proposal.folder, {f"notes/{name}.md": "x\n", "org/@acme.yaml": "kind: @acme\n"})
    git(proposal.folder, "commit", "--amend", "-q", "--no-edit", "--author=##[x] @acme <a@acme>")
    git(proposal.folder, "checkout", "-q", "main")

    done = proposal.check()

    [comment] = proposal.comments
    assert comment.count("acme") >= 3
    text = outside_code(comment.removeprefix(MARKER))
    assert MARKER not in text
    assert "@" not in text
    assert "<img" not in text
    assert obeyed(done.err) == []


def test_a_comment_is_never_longer_than_github_takes(
    proposal: Proposal, monkeypatch: pytest.MonkeyPatch
) -> None:
    files: dict[str, str | None] = {
        f"org/a{count:04}.yaml": f"kind: person\nname: {'@team ' * 60}\nreports_to: nobody{count}\n"
        for count in range(400)
    }
    git(proposal.folder, "checkout", "-q", "proposal")
    commit(proposal.folder, files)
    git(proposal.folder, "checkout", "-q", "main")

    proposal.check()

    [comment] = proposal.comments
    assert len(comment) <= 65_536
    assert "more" in comment
    assert markdown_module.LONGEST == 65_536


def test_who_may_not_comment_still_sets_the_status(proposal: Proposal) -> None:
    rights = frozenset({"statuses: write", "pull-requests: read"})
    proposal.github.tokens["job-token"] = Holder(rights=rights)

    done = proposal.check()

    assert done.code == 1
    assert "permissions: pull-requests: write" in done.err
    assert proposal.status[1] == "success"


def test_what_is_no_commit_is_refused(shell: Shell, github: FakeGitHub) -> None:
    for base, head in (("main", "a" * 40), ("a" * 40, "--help"), ("a" * 40, "A" * 40)):
        assert shell("github", "check", "1", f"--base={base}", f"--head={head}").code == 2
    assert github.heard == []
