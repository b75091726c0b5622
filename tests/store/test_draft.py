"""What an operation writes into files: no more than it means to change, and never over what cannot be read."""

from pathlib import Path

import pytest

from gitcp.errors import RecordError
from gitcp.model.members import Agent, Person
from gitcp.model.runtimes import ProcessRuntime
from gitcp.model.tasks import Counter, Document, Task
from gitcp.store.git_store import GitStore
from gitcp.store.trees import EXECUTABLE, SYMLINK
from tests.helpers import a_comment, later
from tests.store.repositories import commit_files, git
from tests.store.steps import Delete, PutRecords, Title, a_call, a_task, asking, put, refusal, title

FIRST = "tasks/CI/CI-0001.yaml"
TASK = "title: {}\ncreated: 2026-11-20T08:15:00Z\n"


def test_what_a_person_wrote_stays_as_they_wrote_it(store: GitStore, bare: Path) -> None:
    text = (
        "# mine\r\ncreated: 2026-11-20T08:15:00Z\r\ntitle:   'First'   # by hand\r\n\r\nlabels: [ b,a ]\r\n"
    )
    commit_files(bare, {FIRST: text}, modes={FIRST: EXECUTABLE})

    title(store, 1, "CI-0001", "Second")

    after = (store.read_file(FIRST) or b"").decode()
    changed = [(a, b) for a, b in zip(text.splitlines(), after.splitlines(), strict=True) if a != b]
    assert [a for a, _ in changed] == ["title:   'First'   # by hand"]
    assert after.count("\r\n") == after.count("\n") == text.count("\n")
    assert git(bare, "ls-tree", "main", FIRST).startswith("100755")


def test_a_record_is_changed_where_its_file_is(store: GitStore, bare: Path) -> None:
    commit_files(bare, {"tasks/CI/old/CI-0002.yaml": TASK.format("Elsewhere")})

    title(store, 1, "CI-0002", "Still elsewhere")

    assert sorted(path for path in store.files() if "CI-0002" in path) == ["tasks/CI/old/CI-0002.yaml"]


def test_an_archived_record_that_is_changed_comes_back(store: GitStore, bare: Path) -> None:
    commit_files(bare, {"archive/tasks/CI/CI-0007.yaml": TASK.format("Old # kept?")})

    title(store, 1, "CI-0007", "Reopened")

    assert [path for path in store.files() if "CI-0007" in path] == ["tasks/CI/CI-0007.yaml"]
    assert [task.id for task in store.snapshot().tasks()] == ["CI-0001", "CI-0007"]


def test_a_broken_file_is_not_written_over(store: GitStore, bare: Path) -> None:
    commit_files(bare, {FIRST: "title: ["})

    refused = refusal(store.apply(asking((Title(task="CI-0001", title="Mine"), a_call(1)))))

    assert isinstance(refused.error, RecordError)
    assert FIRST in refused.error.message
    assert store.read_file(FIRST) == b"title: ["


def test_a_link_in_the_place_of_a_record_is_not_written_over(store: GitStore, bare: Path) -> None:
    commit_files(bare, {"tasks/CI/CI-0002.yaml": "CI-0001.yaml"}, modes={"tasks/CI/CI-0002.yaml": SYMLINK})

    refused = refusal(store.apply(asking((Title(task="CI-0002", title="Mine"), a_call(1)))))

    assert isinstance(refused.error, RecordError)


def test_a_broken_file_can_be_deleted(store: GitStore, bare: Path) -> None:
    commit_files(bare, {FIRST: "title: ["})

    store.apply(asking((Delete(task="CI-0001"), a_call(1))))

    assert store.read_file(FIRST) is None
    assert list(store.snapshot().problems()) == []


def test_counters_and_documents_have_files_of_their_own_kind(store: GitStore) -> None:
    put(store, 1, Counter(id="CI", next=28), Document(id="CI-0001/plan", text="# Plan\n"))
    put(store, 2, Counter(id="CI", next=29), Document(id="CI-0001/plan", text="# Plan\n\nMore\n"))

    assert store.read_file("tasks/CI/next") == b"29\n"
    assert store.read_file("documents/CI/CI-0001/plan.md") == b"# Plan\n\nMore\n"


def test_a_member_may_become_of_the_other_kind(store: GitStore) -> None:
    put(store, 1, Person(id="riley", name="Riley"))
    put(store, 2, Agent(id="riley", name="Riley", runtime=ProcessRuntime(type="process", command=("x",))))

    (member,) = store.snapshot().members()

    assert isinstance(member, Agent)


def test_the_last_of_two_changes_of_a_record_counts(store: GitStore) -> None:
    put(store, 1, a_task("CI-0002", title="One"), a_task("CI-0002", title="Two"))

    assert [task.title for task in store.snapshot().tasks(project="CI")] == ["First", "Two"]


@pytest.mark.parametrize("text", ["A 'quoted' \"title\"", "- # : & *", "ünï 漢 🦊", "null", "12:30"])
def test_any_title_is_read_back(store: GitStore, text: str) -> None:
    title(store, 1, "CI-0001", text)

    task = store.snapshot().get(Task, "CI-0001")
    assert task is not None
    assert task.title == text


def test_the_first_operation_that_fails_in_the_middle_leaves_nothing(store: GitStore, bare: Path) -> None:
    commit_files(bare, {"tasks/CI/CI-0002.yaml": "title: ["})
    both = PutRecords(records=(a_task("CI-0001", title="Half"), a_task("CI-0002", title="Done")))

    refusal(store.apply(asking((both, a_call(1)))))

    assert [task.title for task in store.snapshot().tasks()] == ["First"]


def paths_of(store: GitStore, folder: str) -> list[str]:
    return sorted(path for path in store.files() if path.startswith(folder))


def test_no_folder_grows_without_bound_and_what_is_deeper_is_found(
    store: GitStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gitcp.store.draft.FULL", 2)
    said = [a_comment(f"Number {n}", when=later(n)) for n in range(4)]

    for number, comment in enumerate(said[:3]):
        put(store, 10 + number, comment)
    put(store, 20, said[3].evolve(body="Once"), said[3].evolve(body="Twice"))

    assert [path.count("/") for path in paths_of(store, "comments/")] == [4, 4, 3, 3]
    found = store.snapshot().comments("CI-0001")
    assert [comment.body for comment in found] == ["Number 0", "Number 1", "Number 2", "Twice"]
    assert not store.snapshot().problems()


def test_a_record_stays_where_it_is_when_its_folder_gets_full(
    store: GitStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = a_comment("First")
    put(store, 1, first)
    monkeypatch.setattr("gitcp.store.draft.FULL", 1)

    put(store, 2, first.evolve(body="Changed"))

    [path] = paths_of(store, "comments/")
    assert path.count("/") == 3
