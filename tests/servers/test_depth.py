"""A shallow clone over the network fetches what it has to judge, and not the history of the company."""

from pathlib import Path

import pytest

from gitcp.store.git_store import GitStore
from tests.servers.conftest import Machine
from tests.servers.web import WebServer
from tests.store.repositories import commit_files, git, subjects, tip
from tests.store.steps import NOW, SCHEDULER, title

pytestmark = pytest.mark.servers

OLD = 1_100


def with_a_past(bare: Path) -> None:
    """Give a repository a long history, at whose end the scheduler said what it had admitted, and a person went on."""
    start = tip(bare)
    commits = "".join(
        f"commit refs/heads/main\ncommitter P <p@example.org> {1_700_000_001 + number} +0000\ndata 3\nold\n"
        + (f"from {start}\n" if number == 0 else "")
        for number in range(OLD)
    )
    git(bare, "fast-import", "--quiet", given=commits)
    with GitStore.open(bare, judge=lambda *_: []) as store:
        title(store, 1, "CI-0002", "Second", actor=SCHEDULER)
    commit_files(bare, {"notes": "x"}, seconds=int(NOW.timestamp()) + 60)


def test_a_shallow_clone_deepens_as_far_as_it_has_to_judge_and_no_further(
    web: WebServer, machine: Machine, origin: Path, tmp_path: Path
) -> None:
    machine.is_known_to(web)
    with_a_past(origin)
    clone = tmp_path / "clone.git"

    with GitStore.clone(web.url(origin), clone, judge=lambda *_: [], depth=1) as store:
        assert int(git(clone, "rev-list", "--count", "origin/main")) == 1
        done = title(store, 2, "CI-0003", "Third")

        assert title(store, 1, "CI-0002", "Second", actor=SCHEDULER).repeated
    assert done.revision == tip(origin)
    assert 3 < int(git(clone, "rev-list", "--count", "origin/main")) < OLD / 2
    assert len(subjects(origin)) == OLD + 4
