"""Real repositories for tests, and what a person does in them with git."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pygit2

from gitcp.model.base import Record
from gitcp.store import codec
from gitcp.store.layout import path_of

COMPANY = b"format: 1\nname: Scan Works\n"
MAIN = "refs/heads/main"


def git(folder: Path, *arguments: str, given: str | None = None, status: int = 0) -> str:
    """Run git as a person would, and return what it printed."""
    done = subprocess.run(
        ["git", *arguments], cwd=folder, input=given, capture_output=True, text=True, check=False
    )
    assert done.returncode == status, done.stderr
    return done.stdout


def new_bare(folder: Path) -> Path:
    pygit2.init_repository(str(folder), bare=True, initial_head="main").free()
    return folder


def new_checkout(folder: Path) -> Path:
    pygit2.init_repository(str(folder), initial_head="main").free()
    return folder


def commit_files(
    repository: Path,
    files: Mapping[str, str | bytes | None],
    *,
    message: str = "change by hand\n",
    author: tuple[str, str] = ("Petra Person", "petra@example.org"),
    seconds: int = 1_800_000_000,
    modes: Mapping[str, int] | None = None,
) -> str:
    """Commit files to main without touching a working tree; none deletes. Return the commit."""
    opened = pygit2.Repository(str(repository))
    known = opened.references.get(MAIN)
    index = pygit2.Index()
    if known is not None:
        index.read_tree(opened[known.target].peel(pygit2.Tree))
    for path, data in files.items():
        if data is None:
            index.remove(path)
            continue
        blob = opened.create_blob(data.encode() if isinstance(data, str) else data)
        index.add(pygit2.IndexEntry(path, blob, pygit2.enums.FileMode((modes or {}).get(path, 0o100644))))
    who = pygit2.Signature(*author, seconds, 0)
    parents = [] if known is None else [known.target]
    oid = opened.create_commit(None, who, who, message, index.write_tree(opened), parents)
    opened.references.create(MAIN, oid, force=True)
    opened.free()
    return str(oid)


def commit_records(repository: Path, *records: Record, **how: object) -> str:
    """Commit records as files to main."""
    files = {path_of(type(record), record.id): codec.write(record) for record in records}
    return commit_files(repository, files, **how)  # type: ignore[arg-type]


def tip(repository: Path, ref: str = MAIN) -> str:
    found = pygit2.Repository(str(repository)).references.get(ref)
    return "" if found is None else str(found.resolve().target)


def subjects(repository: Path, ref: str = "main") -> list[str]:
    """Return the subjects of a branch, newest first."""
    return (
        git(repository, "log", "--format=%s", ref).splitlines()
        if tip(repository, f"refs/heads/{ref}")
        else []
    )


def begin_anew(repository: Path) -> None:
    """Delete main, and what gitcp has noted of it: another history is no rewritten one then."""
    for ref in (MAIN, "refs/gitcp/seen/main"):
        git(repository, "update-ref", "-d", ref)


def copy_of(folder: Path, to: Path) -> Path:
    """Copy a prepared repository, which is faster than to make one."""
    shutil.copytree(folder, to, symlinks=True)
    return to


def children_environment() -> dict[str, str]:
    """Return the environment for a Python of a test's own."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).resolve().parents[2])])}
