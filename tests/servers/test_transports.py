"""A store whose remote is a server of the real world: nginx with git's own backend, and sshd."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from gitcp.errors import RemoteError
from gitcp.model.operation import Step
from gitcp.model.snapshot import Snapshot
from gitcp.store.git_store import GitStore
from tests.servers.hooks import set_hook, times_asked
from tests.store.repositories import children_environment, commit_files, git, subjects, tip
from tests.store.steps import NOW, Count, PutRecords, a_call, asking, receipt, title

pytestmark = pytest.mark.servers

WORK = """
import sys
from pathlib import Path
from gitcp.store.git_store import GitStore
from tests.store.steps import Count, a_call, asking, receipt
with GitStore.open(Path(sys.argv[1])) as store:
    for turn in range(2):
        receipt(store.apply(asking((Count(task="CI-0001"), a_call(1000 * int(sys.argv[2]) + turn)))))
"""


def test_a_bare_clone_takes_operations(url: str, origin: Path, tmp_path: Path) -> None:
    with GitStore.clone(url, tmp_path / "clone.git") as store:
        done = title(store, 1, "CI-0002", "Second")

        assert done.revision == tip(origin) == store.snapshot().revision
        assert title(store, 1, "CI-0002", "Second").repeated
    assert subjects(origin) == ["title task CI-0002", "found the company"]


def test_a_checkout_takes_operations_and_follows(web_url: str, origin: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", web_url, "clone")
    clone = tmp_path / "clone"

    with GitStore.open(clone) as store:
        assert store.branch == "main"
        title(store, 1, "CI-0002", "Second")

    assert tip(clone) == tip(origin)
    assert "title: Second" in (clone / "tasks/CI/CI-0002.yaml").read_text()
    assert git(clone, "status", "--porcelain") == ""


def test_stores_in_several_processes_lose_nothing_and_do_nothing_twice(
    web_url: str, origin: Path, tmp_path: Path
) -> None:
    clones = [tmp_path / f"{number}.git" for number in range(2)]
    for clone in clones:
        GitStore.clone(web_url, clone).close()
    argv = [sys.executable, "-c", WORK]

    running = [
        subprocess.Popen([*argv, str(clone), str(number)], env=children_environment())
        for number, clone in enumerate(clones)
    ]

    assert [process.wait(timeout=120) for process in running] == [0, 0]
    with GitStore.open(origin) as store:
        (task,) = store.snapshot().tasks()
        assert task.attempts == 4
    assert subjects(origin) == ["count task CI-0001"] * 4 + ["found the company"]
    assert "error" not in git(origin, "fsck")


def test_who_loses_a_race_decides_again_on_what_is_there_now(url: str, origin: Path, tmp_path: Path) -> None:
    seen: list[str] = []

    def decide(snapshot: Snapshot) -> Sequence[Step]:
        seen.append(snapshot.revision)
        if len(seen) == 1:
            commit_files(origin, {"notes": "somebody is faster"})
        return [(Count(task="CI-0001"), a_call(1))]

    with GitStore.clone(url, tmp_path / "clone.git") as store:
        done = receipt(store.apply(decide))

    assert len(seen) == len(set(seen)) == 2
    assert done.revision == tip(origin)
    assert subjects(origin) == ["count task CI-0001", "change by hand", "found the company"]


def test_several_steps_arrive_in_one_push(web_url: str, origin: Path, tmp_path: Path) -> None:
    set_hook(origin, "post-receive", "")
    steps = [(Count(task="CI-0001"), a_call(number)) for number in range(3)]

    with GitStore.clone(web_url, tmp_path / "clone.git") as store:
        applied = store.apply(asking(*steps))

    assert len(applied.results) == 3
    assert times_asked(origin) == 1
    assert len(subjects(origin)) == 4


def test_a_lease_is_taken_once_renewed_and_given_back(web_url: str, origin: Path, tmp_path: Path) -> None:
    with (
        GitStore.clone(web_url, tmp_path / "one.git") as one,
        GitStore.clone(web_url, tmp_path / "other.git") as other,
    ):
        run = "20261122T090000Z-riley"
        lease = one.create_lease(run, "one", NOW)
        assert lease is not None
        assert other.create_lease(run, "other", NOW) is None

        renewed = one.renew_lease(lease, NOW)
        assert renewed is not None
        assert not one.delete_lease(lease)
        assert one.delete_lease(renewed)

        assert git(origin, "for-each-ref", "refs/gitcp") == ""
        assert other.create_lease(run, "other", NOW) is not None


def test_an_answer_that_is_lost_after_the_push_was_accepted_is_found(
    url: str, origin: Path, tmp_path: Path
) -> None:
    set_hook(origin, "post-receive", 'rm "$0"\nkill -9 $PPID\n')

    with GitStore.clone(url, tmp_path / "clone.git") as store:
        done = title(store, 1, "CI-0002", "Second")

        assert (done.repeated, done.revision) == (False, tip(origin))
    assert times_asked(origin) == 1
    assert subjects(origin) == ["title task CI-0002", "found the company"]


def test_a_server_that_dies_before_it_accepted_is_asked_again(
    web_url: str, origin: Path, tmp_path: Path
) -> None:
    set_hook(origin, "pre-receive", 'rm "$0"\nkill -9 $PPID\n')

    with GitStore.clone(web_url, tmp_path / "clone.git") as store:
        done = title(store, 1, "CI-0002", "Second")

    assert not done.repeated
    assert subjects(origin) == ["title task CI-0002", "found the company"]


def test_a_refusal_by_a_hook_is_told_in_the_servers_words_and_is_no_race(
    web_url: str, origin: Path, tmp_path: Path
) -> None:
    words = r"policies are for the board\033[2J\007, see https://bob:s3cret@wiki.example.org/rules"
    protected = f"""
        while read -r old new ref; do
          if ! git diff --quiet "$old" "$new" -- org; then
            printf '{words}\\n' >&2
            exit 1
          fi
        done
    """
    set_hook(origin, "pre-receive", protected)
    decided: list[str] = []

    def decide(snapshot: Snapshot) -> Sequence[Step]:
        decided.append(snapshot.revision)
        return [(PutRecords(records=(snapshot.members()[0].evolve(title="Owner"),)), a_call(1))]

    with GitStore.clone(web_url, tmp_path / "clone.git") as store:
        with pytest.raises(RemoteError) as refused:
            store.apply(decide)
        told = str(refused.value)
        assert not title(store, 2, "CI-0002", "Second").repeated

    assert "policies are for the board" in told
    assert "https://***@wiki.example.org/rules" in told
    assert "s3cret" not in told
    assert told.replace("\n", "").isprintable()
    assert len(decided) <= 3
    assert times_asked(origin) == len(decided) + 1
    assert subjects(origin) == ["title task CI-0002", "found the company"]


def test_a_branch_that_only_goes_forward_is_all_that_is_needed(
    web_url: str, origin: Path, tmp_path: Path
) -> None:
    git(tmp_path, "clone", "--quiet", web_url, "clone")
    clone = tmp_path / "clone"
    with GitStore.open(clone) as store:
        title(store, 1, "CI-0002", "Second")
    here = tip(origin)

    git(clone, "commit", "--quiet", "--amend", "--allow-empty", "--message=rewritten")
    git(clone, "push", "--quiet", "--force", "origin", "main", status=1)

    assert tip(origin) == here
