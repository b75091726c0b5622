"""The archive in Git: the same bytes at another path, found without being read, and the same from a cache that was made anew."""

import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from gitcp.core.actions import Observed
from gitcp.core.ledger import Book
from gitcp.core.operations.registry import OPERATIONS, ArchiveRecords
from gitcp.core.plan import plan
from gitcp.errors import EditedFileError
from gitcp.model.memory import Records
from gitcp.model.operation import Receipt, Refusal
from gitcp.model.runs import Run
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Comment, Document, Task
from gitcp.store import codec
from gitcp.store.git_store import GitStore
from gitcp.store.layout import place_of
from gitcp.store.memo import Memo
from gitcp.store.trees import EXECUTABLE
from gitcp.store.view import CacheSnapshot
from tests.store.repositories import commit_files, git, new_checkout
from tests.store.steps import NOW, OSCAR, SCHEDULER, a_call, asking, receipt

TASK: Final = "# by hand\r\ntitle:   'Old'  # kept\r\nstatus: done\r\ncreated: 2026-01-02T08:00:00Z\r\nclosed: 2026-01-03T08:00:00Z\r\n"
RUN: Final = (
    "agent: riley\ntask: {}\nruntime: process\nstatus: ended\noutcome: succeeded\nclaimed_by: here\ncharges: [company]\n"
    "claimed_at: 2026-01-02T09:00:00Z\ndeadline: 2026-01-02T10:00:00Z\nended_at: 2026-01-02T09:10:00Z\nusage: {{usd: 0.5, runs: 1}}\n"
)
COMMENT: Final = "20260102T090000000Z-oscar-1f3a"
FILES: Final = {
    "tasks/CI/CI-0001.yaml": TASK,
    "tasks/QA/1000/QA-1044.yaml": TASK,
    f"comments/CI/CI-0001/{COMMENT}.yaml": "body: look\n",
    "documents/QA/1000/QA-1044/plan.md": "# Plan\n",
    "runs/2026/01/02/20260102T090000Z-riley.yaml": RUN.format("CI-0001"),
    "runs/2026/01/02/20260102T090000Z-hugo.yaml": RUN.format("QA-1044").replace("riley", "hugo"),
    "runs/2026/01/02/20260102T090000Z-oscar.yaml": RUN.replace("task: {}\n", "")
    .format()
    .replace("riley", "oscar"),
}
AFTER: Final = {
    "archive/tasks/CI/CI-0001.yaml": "tasks/CI/CI-0001.yaml",
    "archive/tasks/QA/1000/QA-1044.yaml": "tasks/QA/1000/QA-1044.yaml",
    f"archive/comments/CI/CI-0001/{COMMENT}.yaml": f"comments/CI/CI-0001/{COMMENT}.yaml",
    "archive/documents/QA/1000/QA-1044/plan.md": "documents/QA/1000/QA-1044/plan.md",
    "archive/runs/CI/CI-0001/20260102T090000Z-riley.yaml": "runs/2026/01/02/20260102T090000Z-riley.yaml",
    "archive/runs/QA/1000/QA-1044/20260102T090000Z-hugo.yaml": "runs/2026/01/02/20260102T090000Z-hugo.yaml",
    "archive/runs/2026/01/02/20260102T090000Z-oscar.yaml": "runs/2026/01/02/20260102T090000Z-oscar.yaml",
}


def archive(store: GitStore, request: int = 1) -> Receipt:
    call = a_call(request, actor=SCHEDULER, now=NOW + timedelta(seconds=request))
    return receipt(store.apply(asking((ArchiveRecords(days=90), call))))


@pytest.fixture
def old(bare: Path, store: GitStore) -> GitStore:
    commit_files(bare, {"tasks/CI/CI-0001.yaml": None, **FILES})
    return store


def test_every_byte_moves_in_one_commit_and_the_ledger_is_all_that_is_new(old: GitStore, bare: Path) -> None:
    before = git(bare, "rev-parse", "main").strip()
    done = archive(old)

    assert git(bare, "rev-list", "--count", f"{before}..main").strip() == "1"
    changed = git(bare, "diff", "--name-status", "--find-renames=100%", before, "main").split("\n")
    assert sorted(line for line in changed if line) == sorted(
        [*(f"R100\t{here}\t{there}" for there, here in AFTER.items()), "A\tledger/2026-01.yaml"]
    )
    assert done.edit.subject == "archive 2 tasks and 3 runs"
    assert [problem.path for problem in old.snapshot().problems()] == []


def test_a_file_moves_with_its_mode_and_keeps_the_folder_that_somebody_put_it_in(
    old: GitStore, bare: Path
) -> None:
    odd = "tasks/CI/by hand/CI-0002.yaml"
    commit_files(bare, {odd: TASK}, modes={odd: EXECUTABLE})

    archive(old)

    assert git(bare, "ls-tree", "-r", "main", f"archive/{odd}").startswith("100755")


def questions(snapshot: Snapshot) -> list[object]:
    kinds: list[type[Task | Comment | Document | Run]] = [Task, Comment, Document, Run]
    names = ("CI-0001", "QA-1044", "CI-0009")
    return [
        [list(snapshot.archived(kind)) for kind in kinds],
        [list(snapshot.archived(kind, task=name)) for kind in kinds[1:] for name in names],
        [snapshot.is_archived(Task, name) for name in names],
        [snapshot.get(Task, name) for name in names],
        [list(snapshot.tasks()), list(snapshot.runs()), list(snapshot.comments("CI-0001"))],
    ]


def test_what_is_archived_is_found_by_its_task_and_by_no_question_of_the_live(old: GitStore) -> None:
    archive(old)
    snapshot = old.snapshot()

    assert [run.id for run in snapshot.archived(Run, task="CI-0001")] == ["20260102T090000Z-riley"]
    assert [c.id for c in snapshot.archived(Comment, task="CI-0001")] == [f"CI-0001/{COMMENT}"]
    assert [d.id for d in snapshot.archived(Document, task="QA-1044")] == ["QA-1044/plan"]
    assert len(snapshot.archived(Run)) == 3
    assert [*snapshot.tasks(), *snapshot.runs(), *snapshot.comments("CI-0001")] == []


def test_a_plan_reads_nothing_of_the_archive(old: GitStore, bare: Path) -> None:
    commit_files(
        bare,
        {
            "gitcp.yaml": "format: 1\nname: Acme\nrepositories: {factory: {url: ../factory}}\n",
            "projects/CI.yaml": "name: Checks\nrepository: factory\n",
            "org/riley.yaml": "kind: agent\nname: Riley\nruntime: {type: process, command: [x]}\nlimits: {minutes: 1}\n",
            "budgets/company.yaml": "period: total\nlimits: {usd: 10}\n",
            "tasks/CI/CI-0002.yaml": "title: Next\nassignee: riley\ncreated: 2026-11-20T08:15:00Z\nstatus: todo\n",
        },
    )
    archive(old)
    expected = plan(old.snapshot(), Observed(), NOW)

    def refuse(kind: str, record_id: str, oid: str, naming: str = "") -> None:
        raise AssertionError(f"{kind} {record_id} was read")

    connection = sqlite3.connect(bare / "gitcp" / "unjudged.sqlite")
    try:
        snapshot = CacheSnapshot(connection, Memo(), refuse)
        assert plan(snapshot, Observed(), NOW) == expected
        assert [claim.run.task for claim in expected.claims] == ["CI-0002"]
        with pytest.raises(AssertionError, match="task CI-0001 was read"):
            snapshot.get(Task, "CI-0001")
    finally:
        connection.close()


def test_where_a_record_is_is_the_same_once_it_was_read(old: GitStore) -> None:
    archive(old)
    snapshot = old.snapshot()
    assert isinstance(snapshot, CacheSnapshot)

    def paths() -> list[str | None]:
        return [snapshot.path(Task, name) for name in ("CI-0001", "CI-0099")]

    before = paths()
    for name in ("CI-0001", "CI-0099"):
        snapshot.get(Task, name)

    assert before == paths() == ["archive/tasks/CI/CI-0001.yaml", None]


def test_a_cache_that_is_made_anew_answers_the_same(old: GitStore, bare: Path) -> None:
    archive(old)
    told = questions(old.snapshot())

    with GitStore.open(bare) as other:
        other.git_directory.joinpath("gitcp", "unjudged.sqlite").unlink()
    with GitStore.open(bare) as again:
        assert questions(again.snapshot()) == told


def test_a_second_time_nothing_is_committed(old: GitStore) -> None:
    first = archive(old)

    assert archive(old, 2).revision == first.revision


def test_a_reopened_task_is_in_its_place_again_and_its_runs_stay_in_the_archive(old: GitStore) -> None:
    archive(old)
    reopen = OPERATIONS["task.reopen"].model_validate({"task": "QA-1044"})
    receipt(old.apply(asking((reopen, a_call(2, actor=OSCAR)))))

    paths = sorted(path for path in old.files() if "QA-1044" in path)
    assert paths == [
        "archive/documents/QA/1000/QA-1044/plan.md",
        "archive/runs/QA/1000/QA-1044/20260102T090000Z-hugo.yaml",
        "tasks/QA/1000/QA-1044.yaml",
    ]
    assert b"# by hand\r\ntitle:   'Old'  # kept\r\n" in (old.read_file("tasks/QA/1000/QA-1044.yaml") or b"")


def test_the_parts_of_a_task_are_found_however_their_files_write_its_name(
    store: GitStore, bare: Path
) -> None:
    texts = {
        "2": "parent: CI-0001\n",
        "3": 'parent: "\\x43I-0001"\n',
        "4": "blocked_by: ['CI-0001']\n",
        "5": "",
    }
    commit_files(bare, {f"archive/tasks/CI/CI-000{n}.yaml": TASK + more for n, more in texts.items()})

    around = store.snapshot().archived_around("CI-0001")

    assert [task.id for task in around] == ["CI-0002", "CI-0003", "CI-0004"]


def test_a_file_with_uncommitted_edits_is_not_moved_away_under_its_editor(tmp_path: Path) -> None:
    folder = new_checkout(tmp_path / "checkout")
    for path, text in FILES.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())
    git(folder, "add", "--all")
    git(folder, "-c", "user.name=P", "-c", "user.email=p@example.org", "commit", "--quiet", "--message=old")
    edited = folder / "tasks/CI/CI-0001.yaml"
    edited.write_bytes(TASK.replace("Old", "Mine").encode())
    with GitStore.open(folder) as store:
        call = a_call(1, actor=SCHEDULER)
        (refused,) = store.apply(asking((ArchiveRecords(days=90), call))).results
        assert isinstance(refused, Refusal)
        assert isinstance(refused.error, EditedFileError)

        spared = ArchiveRecords(days=90, edited=(("task", "CI-0001"),))
        receipt(store.apply(asking((spared, a_call(2, actor=SCHEDULER)))))

        assert [task.id for task in store.snapshot().tasks()] == ["CI-0001"]
    assert b"Mine" in edited.read_bytes()
    assert not (folder / "tasks/QA/1000/QA-1044.yaml").exists()
    assert (folder / "archive/tasks/QA/1000/QA-1044.yaml").read_bytes() == TASK.encode()
    assert git(folder, "status", "--porcelain").split() == ["M", "tasks/CI/CI-0001.yaml"]


def test_the_largest_ledger_that_is_written_can_be_read() -> None:
    charges = ("company", *(f"subtree/{'manager' * 8}{number}" for number in range(3)))
    book = Book(Records.of([]))
    runs = (
        Run.model_validate(
            {
                "id": f"20260102T090000Z-{'agent' * 10}{number}",
                "agent": f"{'agent' * 10}{number}",
                "runtime": "process",
                "reserved": {
                    "usd": "1234.123456",
                    "usd_imputed": "1234.123456",
                    "tokens": 123456789,
                    "runs": 1,
                    "minutes": "30.123",
                },
                "charges": charges,
                "claimed_at": NOW,
                "claimed_by": "here",
                "deadline": NOW,
                "status": "ended",
            }
        )
        for number in range(2000)
    )

    entered = [book.enter(run) for run in runs]
    (ledger,) = book.ledgers()
    place = place_of("ledger/2026-11.yaml")
    assert place is not None
    reading = codec.read(place, codec.write(ledger).encode())

    assert entered.count(False) > 0
    assert (reading.record, list(reading.problems)) == (ledger, [])
