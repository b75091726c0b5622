import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitcp.errors import RecordError
from gitcp.model.base import Record
from gitcp.model.company import Company
from gitcp.model.guards import Approval, Budget, Ledger, Policy
from gitcp.model.kinds import KINDS
from gitcp.model.members import Agent, Person
from gitcp.model.planning import Goal, Project, Routine
from gitcp.model.runs import Run, Wake
from gitcp.model.tasks import Comment, Counter, Document, NewTask, Task
from gitcp.store.layout import Place, archive_path_of, is_record_folder, path_of, place_of, roomy_paths

PLACES: list[tuple[type[Record], str, str]] = [
    (Company, "gitcp", "gitcp.yaml"),
    (Agent, "riley", "org/riley.yaml"),
    (Person, "oscar", "org/oscar.yaml"),
    (Goal, "quality", "goals/quality.yaml"),
    (Project, "CI", "projects/CI.yaml"),
    (Task, "CI-0028", "tasks/CI/CI-0028.yaml"),
    (Task, "CI-0999", "tasks/CI/CI-0999.yaml"),
    (Task, "CI-1000", "tasks/CI/1000/CI-1000.yaml"),
    (Task, "CI-1044", "tasks/CI/1000/CI-1044.yaml"),
    (Task, "CI-12345", "tasks/CI/12000/CI-12345.yaml"),
    (NewTask, "CI/scan-cadence", "tasks/CI/new/scan-cadence.yaml"),
    (Counter, "CI", "tasks/CI/next"),
    (Counter, "approvals", "approvals/next"),
    (
        Comment,
        "CI-0028/20261122T090000123Z-riley-1f3a",
        "comments/CI/CI-0028/20261122T090000123Z-riley-1f3a.yaml",
    ),
    (
        Comment,
        "CI-2001/20261122T090000123Z-a-b-1f3a",
        "comments/CI/2000/CI-2001/20261122T090000123Z-a-b-1f3a.yaml",
    ),
    (Document, "CI-0028/plan", "documents/CI/CI-0028/plan.md"),
    (Document, "CI-4711/plan", "documents/CI/4000/CI-4711/plan.md"),
    (Routine, "weekly-scan", "routines/weekly-scan.yaml"),
    (Budget, "company", "budgets/company.yaml"),
    (Budget, "agent/riley", "budgets/agent/riley.yaml"),
    (Budget, "subtree/clara", "budgets/subtree/clara.yaml"),
    (Budget, "project/CI", "budgets/project/CI.yaml"),
    (Budget, "goal/quality", "budgets/goal/quality.yaml"),
    (Budget, "task/CI-0028", "budgets/task/CI-0028.yaml"),
    (Policy, "releases", "policies/releases.yaml"),
    (Approval, "AP-12", "approvals/AP-12.yaml"),
    (Wake, "riley/1f3a09c2", "wakes/riley/1f3a09c2.yaml"),
    (Run, "20261122T090000Z-riley", "runs/2026/11/22/20261122T090000Z-riley.yaml"),
    (Run, "20261122T090000Z-riley.2", "runs/2026/11/22/20261122T090000Z-riley.2.yaml"),
    (Ledger, "2026-11", "ledger/2026-11.yaml"),
]


def test_every_kind_has_a_place() -> None:
    assert {kind.kind for kind, _, _ in PLACES} == set(KINDS)


@pytest.mark.parametrize(("kind", "record_id", "path"), PLACES)
def test_a_record_has_one_path_and_the_path_names_it(kind: type[Record], record_id: str, path: str) -> None:
    place = place_of(path)

    assert path_of(kind, record_id) == path
    assert place is not None
    assert (place.kind, place.id, place.path) == (
        "member" if kind in {Agent, Person} else kind.kind,
        record_id,
        path,
    )
    assert (place.archived, place.is_misplaced, place.expected_path) == (False, False, path)


@pytest.mark.parametrize(
    ("path", "record_id", "expected"),
    [
        ("tasks/CI/5000/CI-0028.yaml", "CI-0028", "tasks/CI/CI-0028.yaml"),
        ("tasks/CI/CI-1044.yaml", "CI-1044", "tasks/CI/1000/CI-1044.yaml"),
        ("tasks/CI/old/2025/CI-0001.yaml", "CI-0001", "tasks/CI/CI-0001.yaml"),
        ("comments/CI/1000/CI-0028/20261122T090000123Z-riley-1f3a.yaml", "CI-0028/20261122T090000123Z-riley-1f3a",
         "comments/CI/CI-0028/20261122T090000123Z-riley-1f3a.yaml"),
        ("documents/CI/CI-1044/plan.md", "CI-1044/plan", "documents/CI/1000/CI-1044/plan.md"),
        ("runs/2025/01/20261122T090000Z-riley.yaml", "20261122T090000Z-riley", "runs/2026/11/22/20261122T090000Z-riley.yaml"),
    ],
)  # fmt: skip
def test_a_record_in_another_folder_is_read_and_known_to_be_misplaced(
    path: str, record_id: str, expected: str
) -> None:
    place = place_of(path)

    assert place is not None
    assert (place.id, place.is_misplaced, place.expected_path) == (record_id, True, expected)


@pytest.mark.parametrize(
    ("kind", "record_id"),
    [(Task, "CI-1044"), (Run, "20261122T090000Z-riley"), (Approval, "AP-3"), (Document, "CI-0028/plan")],
)
def test_an_archived_record_has_the_same_path_below_archive(kind: type[Record], record_id: str) -> None:
    path = archive_path_of(kind, record_id)
    place = place_of(path)

    assert path == f"archive/{path_of(kind, record_id)}"
    assert place == Place(kind.kind, record_id, archived=True)
    assert place is not None
    assert place.expected_path == path


@pytest.mark.parametrize("kind", [Company, Agent, Budget, Policy, Counter, NewTask, Wake, Ledger])
def test_what_binds_or_lives_is_never_archived(kind: type[Record]) -> None:
    with pytest.raises(RecordError):
        archive_path_of(kind, "gitcp")


@pytest.mark.parametrize(
    "path",
    [
        "archive/gitcp.yaml",
        "archive/org/riley.yaml",
        "archive/budgets/company.yaml",
        "archive/archive/tasks/CI/CI-0028.yaml",
        "archive/tasks/CI/next",
        "org/Riley.yaml",
        "Org/riley.yaml",
        "org/riley.yml",
        "org/riley.yaml.orig",
        "org/team/riley.yaml",
        "org/riley_2.yaml",
        "org/-riley.yaml",
        "org/ríley.yaml",
        "org/riley.yaml\n",
        "org/con.yaml",
        "org/com1.yaml",
        f"org/{'a' * 61}.yaml",
        "projects/ci.yaml",
        "projects/NUL.yaml",
        "tasks/CI-0028.yaml",
        "tasks/ci/ci-0028.yaml",
        "tasks/CI/OPS-0001.yaml",
        "tasks/CI/new/CI-0028.yaml",
        "tasks/CI/new/deeper/scan.yaml",
        "tasks/CI/NEXT",
        "comments/CI/CI-0028/hello.yaml",
        "comments/OPS/CI-0028/20261122T090000123Z-riley-1f3a.yaml",
        "documents/CI/CI-0028/plan.txt",
        "budgets/riley.yaml",
        "budgets/agent.yaml",
        "budgets/agent/CI.yaml",
        "budgets/team/riley.yaml",
        "approvals/12.yaml",
        "wakes/riley.yaml",
        "ledger/2026-13.yaml",
        "ledger/2026.yaml",
        "tasks/CI/../CI/CI-0028.yaml",
        "/org/riley.yaml",
        "./org/riley.yaml",
        "org//riley.yaml",
    ],
)
def test_a_path_that_is_no_records_place_has_none(path: str) -> None:
    assert place_of(path) is None


@pytest.mark.parametrize(
    "path",
    [
        "org/Riley.yaml",
        "ORG/riley.yaml",
        "tasks/x",
        "Tasks/CI/CI-0028.yaml",
        "archive/old.yaml",
        "runs/2026/x.log",
        "GITCP.yaml",
        "gitcp.yml",
    ],
)
def test_a_stray_file_in_a_record_folder_is_to_report(path: str) -> None:
    assert place_of(path) is None
    assert is_record_folder(path)


@pytest.mark.parametrize(
    "path",
    ["README.md", "org/README.md", "documents/CI/CI-0028/README.md", "tasks/.gitkeep", "org/.gitattributes", "org/.idea/x.xml",
     ".github/workflows/tick.yaml", "docs/guide.md", "Makefile", "notes/org/riley.yaml"],
)  # fmt: skip
def test_files_beside_the_records_are_nobodys_business(path: str) -> None:
    assert not is_record_folder(path)


@pytest.mark.parametrize(
    ("kind", "record_id"),
    [
        (Agent, "../riley"), (Agent, "/riley"), (Agent, ""), (Agent, "Riley"), (Agent, "a\0b"), (Agent, "riley\n"), (Agent, "con"),
        (Agent, "nul"), (Agent, "com1"), (Agent, "a" * 61), (Agent, "a/b"), (Agent, "riley "), (Agent, "riley."), (Project, "AUX"),
        (Project, "LPT1"), (Project, "ci"), (Company, "acme"), (Task, "CI"), (Task, "CI-"), (Task, "CI-1234567890"), (Task, "CI-٣"),
        (NewTask, "CI/../x"), (NewTask, "CI/aux"), (Counter, "../CI"), (Comment, "CI-0028/hello"), (Document, "CI-0028/README"),
        (Budget, "agent"), (Budget, "agent/../x"), (Budget, "planet/earth"), (Approval, "12"), (Wake, "riley"), (Wake, "riley/.."),
        (Run, "20261122T090000Z-"), (Run, "20261122T090000Z-riley."), (Ledger, "2026-00"), (Policy, "a b"),
    ],
)  # fmt: skip
def test_an_id_that_could_leave_its_place_is_refused_with_what_one_looks_like(
    kind: type[Record], record_id: str
) -> None:
    with pytest.raises(RecordError) as refused:
        path_of(kind, record_id)

    assert refused.value.hint


@given(st.sampled_from(sorted(KINDS)), st.text())
def test_no_id_makes_a_path_that_some_system_cannot_hold(kind: str, record_id: str) -> None:
    try:
        path = path_of(KINDS[kind], record_id)
    except RecordError:
        return

    assert re.fullmatch(r"(?:[A-Za-z0-9-]+/)*[A-Za-z0-9-]+(?:\.[0-9]+)?(?:\.yaml|\.md)?", path)


@given(st.text(alphabet=st.sampled_from("abCI-0128/.\\: \0Ω\nnewxt"), max_size=40))
def test_a_place_always_leads_back_to_a_path(path: str) -> None:
    for folder in ("org/", "tasks/CI/", "documents/CI/CI-0001/", "archive/runs/", ""):
        place = place_of(folder + path)
        if place is not None:
            assert place_of(place.expected_path) == place


@pytest.mark.parametrize(
    ("path", "deeper", "deepest"),
    [
        ("runs/2026/11/22/20261122T094100Z-riley.yaml", "09/", "09/41/"),
        ("comments/CI/CI-0028/20261122T090000123Z-riley-1f3a.yaml", "202611/", "202611/22/"),
        ("archive/comments/CI/CI-0028/20261122T090000123Z-riley-1f3a.yaml", "202611/", "202611/22/"),
        ("archive/runs/CI/CI-0028/20261122T094100Z-riley.yaml", "202611/", "202611/22/"),
    ],
)
def test_a_full_folder_gets_folders_by_time_and_what_is_in_them_is_in_its_place(
    path: str, deeper: str, deepest: str
) -> None:
    folder, name = path.rsplit("/", 1)

    assert roomy_paths(path) == (path, f"{folder}/{deeper}{name}", f"{folder}/{deepest}{name}")
    places = [place_of(found) for found in roomy_paths(path)]
    assert len({(place.kind, place.id, place.task) for place in places if place}) == 1
    assert [place is not None and place.is_misplaced for place in places] == [False] * 3


@pytest.mark.parametrize("path", ["wakes/riley/1f3a09c2.yaml", "documents/CI/CI-0028/plan.md"])
def test_what_no_time_names_gets_folders_by_a_digest_of_its_name(path: str) -> None:
    places = [place_of(found) for found in roomy_paths(path)]

    assert [found.count("/") for found in roomy_paths(path)] == [path.count("/") + more for more in range(3)]
    assert {(place.kind, place.id) for place in places if place} == {
        (place.kind, place.id) for place in [place_of(path)] if place
    }
    assert [place is not None and place.is_misplaced for place in places] == [False] * 3


@pytest.mark.parametrize(
    ("kind", "record_id", "path"),
    [
        (Task, "CI-999", "tasks/CI/CI-999.yaml"),
        (Task, "CI-1000", "tasks/CI/1000/CI-1000.yaml"),
        (Task, "CI-2044123", "tasks/CI/2000000/2044000/CI-2044123.yaml"),
        (Task, "CI-2000123", "tasks/CI/2000000/2000000/CI-2000123.yaml"),
        (Comment, "CI-1044/20261122T090000123Z-riley-1f3a", "comments/CI/1000/CI-1044/20261122T090000123Z-riley-1f3a.yaml"),
        (Approval, "AP-12", "approvals/AP-12.yaml"),
        (Approval, "AP-1044", "approvals/1000/AP-1044.yaml"),
    ],
)  # fmt: skip
def test_numbered_records_lie_a_thousand_to_a_folder(kind: type[Record], record_id: str, path: str) -> None:
    place = place_of(path)

    assert path_of(kind, record_id) == path
    assert place is not None
    assert (place.id, place.is_misplaced) == (record_id, False)
