"""`gitcp check`: every problem of a repository as its files are on disk, committed or not; one broken file never hides the others."""

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from gitcp.control.plane import Plane
from gitcp.core.admission import judge
from gitcp.core.approvals import told_as_asked
from gitcp.core.checks import Finding, Reader, findings
from gitcp.model.base import Record
from gitcp.model.memory import Records
from gitcp.model.problem import Problem, Severity
from gitcp.store.codec import locate, read
from gitcp.store.layout import is_record_folder, place_of
from gitcp.store.revisions import Revision, Revisions

Found = dict[tuple[str, str], tuple[Record, str]]
"""Records and their paths, by kind and id."""


def check_files(
    files: Mapping[str, bytes], reader: Reader | None, paths: Iterable[str] = ()
) -> list[Problem]:
    """Return the problems of these files, sorted by path and line; with `paths`, only theirs and of what lies below them."""
    records: Found = {}
    found: list[Problem] = []
    for path, data in sorted(files.items()):
        found.extend(_read(path, data, records))
    live = [record for record, path in records.values() if not _is_archived(path)]
    archived = [record for record, path in records.values() if _is_archived(path)]
    snapshot = Records.of(live, archived=archived, problems=found)
    found.extend(_placed(finding, files, records) for finding in findings(snapshot, reader))
    wanted = [path.strip("/").removeprefix("./") for path in paths]
    return sorted(
        set(found) if not wanted else {p for p in found if any(_is_below(p.path, path) for path in wanted)}
    )


def _read(path: str, data: bytes, records: Found) -> Iterator[Problem]:
    place = place_of(path)
    if place is None:
        hint = "delete it, or put it outside of the folders of records"
        yield Problem(path, message="is not the name of a record", hint=hint, severity=Severity.WARNING)
        return
    reading = read(place, data)
    yield from reading.problems
    if reading.record is None:
        return
    key = (reading.record.kind, place.id)
    twin = records.get(key)
    if twin is not None:
        message = f"{key[0]} {place.id} is in {twin[1]} already: expected one file for one id"
        yield Problem(path, message=message, hint="delete one of the two files", record=key)
        return
    records[key] = (reading.record, path)
    if place.is_misplaced:
        hint = f"move it: git mv {path} {place.expected_path}"
        yield Problem(
            path, message=f"expected in {place.expected_path}", hint=hint, severity=Severity.WARNING
        )


def _is_archived(path: str) -> bool:
    place = place_of(path)
    return place is not None and place.archived


def _placed(finding: Finding, files: Mapping[str, bytes], records: Found) -> Problem:
    path = records[finding.kind, finding.id][1] if (finding.kind, finding.id) in records else "gitcp.yaml"
    line = locate(files.get(path, b""), finding.where) if finding.where else 0
    record = (finding.kind, finding.id) if finding.severity is Severity.ERROR else None
    return Problem(path, line, finding.where, finding.message, finding.hint, finding.severity, record)


def _is_below(path: str, wanted: str) -> bool:
    return wanted in {"", "."} or path == wanted or path.startswith(f"{wanted}/")


def files_on_disk(folder: Path) -> tuple[dict[str, bytes], list[Problem]]:
    """Return the files of the record folders below a checkout, and what is no plain file among them."""
    files: dict[str, bytes] = {}
    strange: list[Problem] = []
    for parent, folders, names in os.walk(folder):
        at = Path(parent)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        links = [name for name in folders if (at / name).is_symlink()]
        for name in (*sorted(names), *links):
            path = (at / name).relative_to(folder).as_posix()
            if not (
                place_of(path) or is_record_folder(path) or (name in links and is_record_folder(f"{path}/_"))
            ):
                continue
            if (at / name).is_symlink():
                strange.append(
                    Problem(
                        path, message="is a symbolic link, expected a file", hint="replace it by the file"
                    )
                )
            else:
                files[path] = (at / name).read_bytes()
    return files, strange


def check(plane: Plane, paths: Iterable[str] = (), *, with_instructions: bool = True) -> list[Problem]:
    """Check a control repository: its checkout if it has one, else the branch. Refusals of admission are among the problems."""
    files, strange = (
        files_on_disk(plane.store.root) if plane.store.has_checkout else (plane.store.files(), [])
    )
    wanted = list(paths)
    found = check_files(files, _reader(plane) if with_instructions else None, wanted)
    known = {(problem.path, problem.where, problem.message) for problem in found}
    snapshot = plane.snapshot()
    standing = told_as_asked(snapshot, snapshot.problems())
    admitted = [p for p in standing if p.path in files and (p.path, p.where, p.message) not in known]
    rewritten = [p for p in standing if p.path.startswith("refs/")]  # of the history, and of no file
    refused = [
        p
        for p in (*strange, *rewritten, *(p for p in admitted if _still_stands(plane, p, files)))
        if not wanted or any(_is_below(p.path, w) for w in wanted)
    ]
    return sorted({*found, *refused})


def check_revision(
    path: Path, revision: str, since: str | None = None, paths: Iterable[str] = ()
) -> list[Problem]:
    """Check a commit of the repository that `path` lies in, where a push is taken in as well; execution repositories are not looked into.

    With `since` only what a later commit brings is told: a problem that was there before is not its fault, and what lies between is
    judged by what was admitted before. A push says zeros where there is nothing before.

    Raises:
        GitcpError: there is no such commit, or no company in it.
    """
    wanted = list(paths)
    with Revisions.open(path, judge) as revisions:
        before = revisions.read(since) if since and since.strip("0") else None
        found = _wrong_in(revisions.read(revision), wanted)
    if before is None or not found:
        return found
    known = {(problem.path, problem.where, problem.message) for problem in _wrong_in(before, wanted)}
    return [problem for problem in found if (problem.path, problem.where, problem.message) not in known]


def _wrong_in(revision: Revision, wanted: list[str]) -> list[Problem]:
    found = check_files(revision.files, None, wanted)
    known = {(problem.path, problem.where, problem.message) for problem in found}
    judged = (p for p in revision.problems if (p.path, p.where, p.message) not in known)
    return sorted({*found, *(p for p in judged if not wanted or any(_is_below(p.path, w) for w in wanted))})


def _still_stands(plane: Plane, problem: Problem, files: Mapping[str, bytes]) -> bool:
    # A refusal is about the committed file; one that was edited since is judged again when it is committed.
    return plane.store.read_file(problem.path) == files[problem.path]


def _reader(plane: Plane) -> Reader:
    snapshot = plane.snapshot()

    def read_role(repository: str, path: str) -> str | None:
        return plane.workspaces.file_at(plane.repository(snapshot, repository), path)

    return read_role
