"""`gitcp check`: every problem of a repository as its files are on disk, committed or not; one broken file never hides the others."""

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from gitcp.control.plane import Plane
from gitcp.core.checks import Finding, Reader, findings
from gitcp.model.base import Record
from gitcp.model.members import Agent, AgentStatus
from gitcp.model.memory import Records
from gitcp.model.problem import Problem, Severity
from gitcp.runtimes.registry import RUNTIMES
from gitcp.store.codec import locate, read
from gitcp.store.layout import is_record_folder, place_of


def check_files(
    files: Mapping[str, bytes], reader: Reader | None, paths: Iterable[str] = ()
) -> list[Problem]:
    """Return the problems of these files, sorted by path and line; with `paths`, only theirs and of what lies below them."""
    records: dict[tuple[str, str], tuple[Record, str]] = {}
    found: list[Problem] = []
    for path, data in sorted(files.items()):
        found.extend(_read(path, data, records))
    snapshot = Records.of((record for record, _ in records.values()), problems=found)
    found.extend(_placed(finding, files, records) for finding in findings(snapshot, reader))
    found.extend(_runtimes(records, files))
    wanted = [path.strip("/").removeprefix("./") for path in paths]
    return sorted(
        set(found) if not wanted else {p for p in found if any(_is_below(p.path, path) for path in wanted)}
    )


def _read(path: str, data: bytes, records: dict[tuple[str, str], tuple[Record, str]]) -> Iterator[Problem]:
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


def _placed(
    finding: Finding, files: Mapping[str, bytes], records: dict[tuple[str, str], tuple[Record, str]]
) -> Problem:
    path = records[finding.kind, finding.id][1] if (finding.kind, finding.id) in records else "gitcp.yaml"
    line = locate(files.get(path, b""), finding.where) if finding.where else 0
    record = (finding.kind, finding.id) if finding.severity is Severity.ERROR else None
    return Problem(path, line, finding.where, finding.message, finding.hint, finding.severity, record)


def _runtimes(
    records: dict[tuple[str, str], tuple[Record, str]], files: Mapping[str, bytes]
) -> Iterator[Problem]:
    for record, path in records.values():
        if (
            isinstance(record, Agent)
            and record.status is not AgentStatus.TERMINATED
            and record.runtime.type not in RUNTIMES
        ):
            message = f"this version cannot start {record.runtime.type}: {record.id} will not be woken"
            line = locate(files[path], "runtime.type")
            hint = f"it can start {', '.join(RUNTIMES)}"
            yield Problem(path, line, "runtime.type", message, hint, Severity.WARNING)


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
    admitted = [
        p
        for p in plane.snapshot().problems()
        if p.path in files and (p.path, p.where, p.message) not in known
    ]
    refused = [
        p
        for p in (*strange, *(p for p in admitted if _still_stands(plane, p, files)))
        if not wanted or any(_is_below(p.path, w) for w in wanted)
    ]
    return sorted({*found, *refused})


def _still_stands(plane: Plane, problem: Problem, files: Mapping[str, bytes]) -> bool:
    # A refusal is about the committed file; one that was edited since is judged again when it is committed.
    return plane.store.read_file(problem.path) == files[problem.path]


def _reader(plane: Plane) -> Reader:
    snapshot = plane.snapshot()

    def read_role(repository: str, path: str) -> str | None:
        return plane.workspaces.file_at(plane.repository(snapshot, repository), path)

    return read_role
