"""What people push is judged by what was admitted before it, whoever looks and however late."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from gitcp.control.checking import check_revision
from gitcp.core.admission import judge
from gitcp.model.guards import Budget, Policy
from gitcp.model.members import Person
from gitcp.model.problem import Problem
from gitcp.model.tasks import Task
from gitcp.store.git_store import GitStore
from tests.store.repositories import commit_files, git, new_bare, tip
from tests.store.steps import SCHEDULER, a_task, put

ANA, BEN = ("Ana", "ana@example.org"), ("Ben", "ben@example.org")
CYD = ("Cyd", "cyd@example.org")
MALLORY = ("Mallory", "mallory@example.org")
BUDGET = "period: month\nlimits: {{usd: {}}}\n"
MONEY = "budgets/company.yaml"
RULES = "policies/rules.yaml"
RULE = """\
title: Money and rules are agreed to
gates:
  - {operations: [budget.*, policy.*, company.*, person.*], verdict: approval, approvers: [owner]}
"""
LOOSE = RULE.replace("budget.*, ", "")
FOUNDED = {
    "gitcp.yaml": "format: 1\nname: Scan Works\n",
    "org/ana.yaml": "kind: person\nname: Ana\nemails: [ana@example.org]\nroles: [owner]\n",
    "org/ben.yaml": "kind: person\nname: Ben\nemails: [ben@example.org]\nroles: [clerk]\n",
    "org/cyd.yaml": "kind: person\nname: Cyd\nemails: [cyd@example.org]\nroles: [owner]\n",
    "tasks/CI/CI-0001.yaml": "title: First\ncreated: 2026-11-20T08:15:00Z\n",
    MONEY: BUDGET.format(10),
    RULES: RULE,
}


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    found = new_bare(tmp_path / "bare.git")
    commit_files(found, FOUNDED, message="found\n", author=ANA)
    return found


def limit(store: GitStore) -> int:
    budget = store.snapshot().get(Budget, "company")
    assert budget is not None
    assert budget.limits.usd is not None
    return int(budget.limits.usd)


def problems(store: GitStore) -> Sequence[Problem]:
    return store.snapshot().problems()


def read(bare: Path) -> GitStore:
    return GitStore.open(bare, judge=judge)


def cold(bare: Path) -> GitStore:
    """Open the repository as somebody who has never read it."""
    shutil.rmtree(bare / "gitcp", ignore_errors=True)
    return read(bare)


@pytest.mark.parametrize(
    ("loosened", "text"),
    [
        (RULES, LOOSE),
        (RULES, None),
        (RULES, "title: ["),
        ("org/ben.yaml", FOUNDED["org/ben.yaml"].replace("clerk", "owner")),
        ("org/ben.yaml", FOUNDED["org/ben.yaml"].replace("[ben@", "[ana@example.org, ben@")),
    ],
)
def test_what_a_push_loosens_first_does_not_carry_what_it_needs_then(
    bare: Path, loosened: str, text: str | None
) -> None:
    with read(bare) as store:
        assert limit(store) == 10
    commit_files(bare, {loosened: text}, author=BEN)
    commit_files(bare, {MONEY: BUDGET.format(1000)}, author=BEN)

    for opened in (read, cold):
        with opened(bare) as store:
            assert limit(store) == 10
            assert {problem.path for problem in problems(store)} == {loosened, MONEY}
            assert [policy.gates for policy in store.snapshot().all(Policy)] != [()]
            ben = store.snapshot().get(Person, "ben")
            assert ben is not None
            assert ben.roles == ("clerk",)


def test_a_refusal_says_who_needs_to_agree_and_how_that_is_asked_for(bare: Path) -> None:
    commit_files(bare, {MONEY: BUDGET.format(1000)}, author=BEN)

    with read(bare) as store:
        (problem,) = problems(store)

    assert problem.message == "budget.edit needs the approval of owner"
    assert problem.hint == f"ask for it: gitcp approval request --path {MONEY}"
    assert problem.consent is not None
    assert (problem.consent.operation, problem.consent.approvers) == ("budget.edit", ("owner",))


def test_taking_a_refused_change_back_ends_its_refusal(bare: Path) -> None:
    commit_files(bare, {MONEY: BUDGET.format(1000)}, author=BEN)
    with read(bare) as store:
        assert len(problems(store)) == 1
        commit_files(bare, {MONEY: BUDGET.format(10)}, author=BEN)

        assert problems(store) == []
        assert limit(store) == 10


@pytest.mark.attacks("operation/unknown")
def test_a_scheduler_that_nobody_knows_is_believed_below_the_level_signed_alone(bare: Path) -> None:
    with read(bare) as store:
        put(store, 1, a_task("CI-0001", title="By the scheduler"), actor=SCHEDULER)

        assert problems(store) == []


def merge(bare: Path, folder: Path, author: tuple[str, str], files: dict[str, str], message: str) -> str:
    """Let Ben write files on a branch, and let somebody merge it as a forge does."""
    clone = folder / "clone"
    git(folder, "clone", "-q", str(bare), str(clone))
    git(clone, "checkout", "-q", "-b", "wish")
    for path, text in files.items():
        (clone / path).parent.mkdir(parents=True, exist_ok=True)
        (clone / path).write_text(text)
    git(clone, "add", "-A")
    commit(clone, BEN, "commit", "-qm", "wish for more")
    git(clone, "checkout", "-q", "main")
    commit(clone, author, "merge", "-q", "--no-ff", "-m", message, "wish")
    git(clone, "push", "-q", "origin", "main")
    return tip(bare)


def commit(folder: Path, author: tuple[str, str], *argv: str) -> None:
    name, email = author
    git(folder, "-c", f"user.name={name}", "-c", f"user.email={email}", *argv)


@pytest.fixture(autouse=True)
def who_git_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AUTHOR_NAME", "AUTHOR_EMAIL", "COMMITTER_NAME", "COMMITTER_EMAIL"):
        monkeypatch.delenv(f"GIT_{name}", raising=False)


@pytest.mark.parametrize(
    ("author", "trailer", "admitted"),
    [
        (ANA, "Gitcp-Decided-By: ana", True),
        (ANA, "Reviewed-by: ana", False),
        (ANA, "Gitcp-Decided-By: cyd", False),
        (BEN, "Gitcp-Decided-By: ben", False),
        (BEN, "Gitcp-Decided-By: ana", False),
        (MALLORY, "Gitcp-Decided-By: ana", False),
    ],
)
def test_a_merge_decides_for_who_makes_it_and_whom_it_names(
    bare: Path, tmp_path: Path, author: tuple[str, str], trailer: str, admitted: bool
) -> None:
    merge(bare, tmp_path, author, {MONEY: BUDGET.format(1000)}, f"Merge the wish\n\n{trailer}")

    for opened in (read, cold):
        with opened(bare) as store:
            assert (limit(store), len(problems(store))) == ((1000, 0) if admitted else (10, 1))


def test_nobody_decides_by_a_merge_about_what_they_wrote(bare: Path, tmp_path: Path) -> None:
    clone = tmp_path / "own"
    git(tmp_path, "clone", "-q", str(bare), str(clone))
    git(clone, "checkout", "-q", "-b", "wish")
    (clone / MONEY).write_text(BUDGET.format(1000))
    commit(clone, ANA, "commit", "-qam", "wish")
    git(clone, "checkout", "-q", "main")
    commit(clone, ANA, "merge", "-q", "--no-ff", "-m", "Merge\n\nGitcp-Decided-By: ana", "wish")
    git(clone, "push", "-q", "origin", "main")

    with read(bare) as store:
        assert (limit(store), len(problems(store))) == (10, 1)


def test_a_merge_decides_about_nothing_that_it_makes_itself(bare: Path, tmp_path: Path) -> None:
    clone = tmp_path / "evil"
    git(tmp_path, "clone", "-q", str(bare), str(clone))
    git(clone, "checkout", "-q", "-b", "wish")
    (clone / MONEY).write_text(BUDGET.format(20))
    commit(clone, BEN, "commit", "-qam", "wish")
    git(clone, "checkout", "-q", "main")
    commit(clone, ANA, "merge", "-q", "--no-ff", "--no-commit", "wish")
    (clone / MONEY).write_text(BUDGET.format(1000))
    git(clone, "add", "-A")
    commit(clone, ANA, "commit", "-qm", "Merge\n\nGitcp-Decided-By: ana")
    git(clone, "push", "-q", "origin", "main")

    with read(bare) as store:
        assert (limit(store), len(problems(store))) == (10, 1)


def test_a_merge_decides_about_nothing_that_its_other_side_only_had_from_before(
    bare: Path, tmp_path: Path
) -> None:
    clone = tmp_path / "stale"
    git(bare, "update-ref", "-d", "refs/heads/main")
    commit_files(bare, FOUNDED | {RULES: "title: Nothing yet\n"}, author=ANA)
    git(tmp_path, "clone", "-q", str(bare), str(clone))
    git(clone, "checkout", "-q", "-b", "wish")
    (clone / MONEY).write_text(BUDGET.format(9))
    commit(clone, BEN, "commit", "-qam", "wish for less")
    git(clone, "checkout", "-q", "main")
    (clone / RULES).write_text(RULE)
    commit(clone, CYD, "commit", "-qam", "set rules")
    commit(clone, ANA, "merge", "-q", "--no-ff", "--no-commit", "wish")
    git(clone, "checkout", "wish", "--", RULES)
    commit(clone, ANA, "commit", "-qm", "Merge\n\nGitcp-Decided-By: ana")
    git(clone, "push", "-q", "origin", "main")

    with read(bare) as store:
        assert [problem.path for problem in problems(store)] == [RULES]
        assert limit(store) == 9


def test_a_quorum_of_two_is_not_reached_by_a_merge(bare: Path, tmp_path: Path) -> None:
    two = RULE.replace("approvers: [owner]", "approvers: [owner], quorum: 2")
    git(bare, "update-ref", "-d", "refs/heads/main")
    commit_files(bare, FOUNDED | {RULES: two}, author=ANA)

    merge(bare, tmp_path, ANA, {MONEY: BUDGET.format(1000)}, "Merge\n\nGitcp-Decided-By: ana")

    with read(bare) as store:
        assert limit(store) == 10


def test_what_a_merge_brings_may_be_signed_by_who_wrote_it(bare: Path, tmp_path: Path) -> None:
    said = "comments/CI/CI-0001/20261122T090000000Z-{}-1f3a.yaml"
    merge(bare, tmp_path, ANA, {said.format("ben"): "body: Mine.\n"}, "Merge")
    with read(bare) as store:
        assert problems(store) == []
    shutil.rmtree(tmp_path / "clone")

    merge(bare, tmp_path, ANA, {said.format("cyd"): "body: Not mine.\n"}, "Merge")
    with read(bare) as store:
        assert [problem.message for problem in problems(store)] == [
            "expected a comment of ana, found one of cyd"
        ]


@pytest.mark.attacks("operation/unknown")
def test_a_shallow_clone_judges_from_the_last_admitted_commit_alone(bare: Path, tmp_path: Path) -> None:
    with read(bare) as store:
        for number in range(1, 6):
            put(store, number, a_task("CI-0001", title=f"Turn {number}"), actor=SCHEDULER)
    commit_files(bare, {MONEY: BUDGET.format(1000)}, author=BEN)
    commit_files(bare, {RULES: LOOSE}, author=BEN)
    far = f"file://{bare}"

    with GitStore.clone(far, tmp_path / "shallow.git", judge=judge, depth=1) as store:
        store.fetch()
        assert limit(store) == 10
        assert {problem.path for problem in problems(store)} == {MONEY, RULES}
    with cold(bare) as store:
        assert limit(store) == 10


def test_a_check_of_a_push_refuses_what_admission_would_refuse(bare: Path) -> None:
    before = tip(bare)
    commit_files(bare, {RULES: LOOSE}, author=BEN)
    commit_files(bare, {MONEY: BUDGET.format(1000)}, author=BEN)

    found = check_revision(bare, "main", before)

    assert {problem.path for problem in found if "needs the approval of owner" in problem.message} == {
        RULES,
        MONEY,
    }


def test_a_task_that_stands_refused_is_no_work_for_anybody(bare: Path) -> None:
    commit_files(bare, {RULES: RULE.replace("budget.*", "task.edit, budget.*")}, author=ANA)
    with read(bare) as store:
        assert [problem.path for problem in problems(store)] == [RULES]
        commit_files(bare, {RULES: RULE}, author=ANA)
        commit_files(
            bare,
            {
                "tasks/CI/CI-0001.yaml": "title: First\nstatus: done\ncreated_by: cyd\ncreated: 2026-11-20T08:15:00Z\n"
            },
            author=BEN,
        )

        assert [problem.where for problem in problems(store)] == ["created_by"]
        assert store.snapshot().is_inert("task", "CI-0001")
        assert store.snapshot().get(Task, "CI-0001") is not None


def test_an_agent_is_renamed_or_keeps_its_name(bare: Path) -> None:
    agent = "kind: agent\nname: Riley\nreports_to: ana\nruntime: {type: process, command: ['true']}\n"
    rule = RULE.replace("budget.*", "agent.rename")
    git(bare, "update-ref", "-d", "refs/heads/main")
    commit_files(bare, FOUNDED | {RULES: rule, "org/riley.yaml": agent}, author=ANA)

    commit_files(
        bare, {"org/riley.yaml": None, "org/nadia.yaml": f"{agent}previously: [riley]\n"}, author=BEN
    )

    with read(bare) as store:
        snapshot = store.snapshot()
        assert {problem.path for problem in problems(store)} == {"org/riley.yaml", "org/nadia.yaml"}
        assert [member.id for member in snapshot.members()] == ["ana", "ben", "cyd", "riley"]


@pytest.mark.attacks("operation/unknown")
@pytest.mark.parametrize(("options", "found"), [((), 10), (("--depth=1",), 1_000)])
def test_where_there_is_no_remote_to_ask_only_the_whole_history_tells_what_was_refused(
    bare: Path, tmp_path: Path, options: tuple[str, ...], found: int
) -> None:
    commit_files(bare, {MONEY: BUDGET.format(1_000)}, author=BEN, seconds=1)
    with read(bare) as store:
        put(store, 1, a_task("CI-0002", title="Second"), actor=SCHEDULER)
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", *options, f"file://{bare}", str(clone))
    git(clone, "switch", "--quiet", "--force-create", "gitcp-run")
    git(clone, "remote", "remove", "origin")

    with read(clone) as store:
        assert limit(store) == found
