"""Verifying from where it was verified last, on several cores, in shallow clones; and what is remembered outside of the repository."""

import json
from pathlib import Path

import pytest

from gitcp.audit.finding import Weight
from gitcp.control import auditing
from gitcp.control.auditing import Wish, verify_history
from gitcp.errors import GitcpError
from tests.audit.attacks_on_history import loosened_first
from tests.audit.attacks_on_money import over_limit, raised_by_hand
from tests.audit.company import worked
from tests.audit.forging import Forger
from tests.store.repositories import copy_of, git


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return worked(tmp_path_factory.mktemp("verified") / "company.git").folder


@pytest.fixture
def repository(company: Path, tmp_path: Path) -> Path:
    folder = copy_of(company, tmp_path / "company.git")
    git(folder, "config", "gitcp.state", str(tmp_path / "state"))
    return folder


def rules(repository: Path, wish: Wish | None = None) -> list[str]:
    return [finding.rule for finding in verify_history(repository, wish or Wish()).findings]


def test_the_second_time_only_what_is_new_is_verified(repository: Path) -> None:
    first = verify_history(repository, Wish())
    Forger(repository).commits({"README.md": "Hello.\n"})

    second = verify_history(repository, Wish())

    assert (first.known, first.is_clean) == (0, True)
    assert (second.commits, second.known, second.root) == (1, first.commits, first.root)
    assert verify_history(repository, Wish(is_full=True)).commits == first.commits + 1


def test_what_was_found_is_told_again_until_the_history_lacks_it(repository: Path) -> None:
    over_limit(Forger(repository))

    assert rules(repository) == ["money/over-limit"]
    Forger(repository).commits({"README.md": "Hello.\n"})
    assert rules(repository) == ["money/over-limit"]


def test_a_history_that_was_rewritten_is_found_and_stays_found(repository: Path) -> None:
    verify_history(repository, Wish())
    git(repository, "update-ref", "refs/heads/main", "main~3")

    assert rules(repository) == ["history/rewritten"]
    Forger(repository).commits({"README.md": "Hello.\n"})
    assert rules(repository) == ["history/rewritten"]


def test_what_stands_refused_when_a_verification_ends_is_judged_on_by_the_next(repository: Path) -> None:
    raised_by_hand(Forger(repository))
    first = verify_history(repository, Wish())
    commit = loosened_first(Forger(repository))

    second = verify_history(repository, Wish())

    assert (first.is_clean, second.is_clean) == (True, True)
    assert (commit, "admission/refused") in {(each.commit, each.rule) for each in second.findings}
    assert second.findings == verify_history(repository, Wish(is_full=True)).findings


def test_a_damaged_memory_is_no_memory(repository: Path, tmp_path: Path) -> None:
    first = verify_history(repository, Wish())
    [place] = (tmp_path / "state" / "audit").iterdir()
    for text in ("{", "[]", '{"format": 9}', json.dumps({"format": 1, "root": 1})):
        place.write_text(text)

        assert verify_history(repository, Wish()) == first


def test_a_pinned_root_is_believed_and_what_came_after_it_is_verified(repository: Path) -> None:
    forger = Forger(repository)
    over_limit(forger)
    root = forger.tip
    forger.commits({"README.md": "Hello.\n"})

    verdict = verify_history(repository, Wish(root=root[:10]))

    assert (verdict.root, verdict.commits, verdict.is_clean) == (root, 1, True)
    assert rules(repository, Wish(root=f"{root}~1")) == ["money/over-limit"]


def test_a_root_that_is_not_in_the_history_is_an_error(repository: Path) -> None:
    forger = Forger(repository)
    side = forger.commits({"README.md": "Hello.\n"})
    forger.back_to(f"{side}")
    git(repository, "update-ref", "refs/heads/main", f"{side}~1")

    with pytest.raises(GitcpError, match="expected a commit in the first-parent history"):
        verify_history(repository, Wish(root=side))
    with pytest.raises(GitcpError, match="is no commit here"):
        verify_history(repository, Wish(root="nowhere"))


def test_a_shallow_clone_says_that_it_cannot_see_the_beginning(repository: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "--depth", "5", f"file://{repository}", "shallow")

    verdict = verify_history(tmp_path / "shallow", Wish())

    assert [(finding.rule, finding.weight) for finding in verdict.findings] == [
        ("history/cut-short", Weight.VIOLATION)
    ]
    assert verdict.is_cut_off
    partial = verify_history(tmp_path / "shallow", Wish(is_partial=True, is_full=True))
    assert (partial.is_clean, partial.commits) == (True, 4)


@pytest.mark.parametrize("jobs", [2, 3, 5])
def test_several_cores_find_what_one_finds(
    repository: Path, monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    forger = Forger(repository)
    raised_by_hand(forger)  # it stands refused across the stretches that follow
    over_limit(forger)
    for number in range(6):
        forger.commits({"README.md": f"{number}\n"})
    monkeypatch.setattr(auditing, "_LEAST", 2)

    assert verify_history(repository, Wish(jobs=jobs, is_full=True)) == verify_history(
        repository, Wish(is_full=True)
    )
