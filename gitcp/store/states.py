"""The company at several points of its history, or as its files are on disk, by name. Nothing of it is kept."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Self
from zoneinfo import ZoneInfo

import pygit2

from gitcp.core.budgets import company_zone
from gitcp.errors import GitcpError, NotAControlRepositoryError
from gitcp.model.company import Company
from gitcp.store.company_file import COMPANY
from gitcp.store.objects import Commit, Objects, Signature
from gitcp.store.readings import FileReading, is_of_interest, read_leaf
from gitcp.store.repository import Repository, find_repository
from gitcp.store.revisions import quarantine
from gitcp.store.settings import Settings
from gitcp.store.trees import PLAIN, Leaf

ON_DISK: Final = "the files on disk"
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LAST_MOMENT: Final = time(23, 59, 59, 999999)


@dataclass(frozen=True, slots=True)
class State:
    """One of them: how it was asked for, its commit and tree. `commit` is of no repository where it is the files on disk."""

    name: str
    commit: Commit
    is_on_disk: bool = False

    @property
    def tree(self) -> str:
        """The tree."""
        return self.commit.tree

    @property
    def revision(self) -> str:
        """The commit's id; empty for files on disk, which are in none."""
        return "" if self.is_on_disk else self.commit.oid


class States:
    """The states of one repository.

    What has to be written, for files on disk to be a tree, goes into a repository of its own that borrows the objects of this one.
    """

    def __init__(self, repository: Repository, folder: Path) -> None:
        self.folder = folder
        self.git_dir = folder / "objects.git"
        self._repository = repository
        self._known = Objects(repository.git_dir)
        held = quarantine(repository)
        if held is not None:
            self._known.borrow(held)
        pygit2.init_repository(str(self.git_dir), bare=True)
        lenders = [repository.common_dir / "objects", *([held] if held else [])]
        alternates = self.git_dir / "objects" / "info" / "alternates"
        alternates.parent.mkdir(exist_ok=True)
        alternates.write_text("".join(f"{lender.resolve()}\n" for lender in lenders), encoding="utf-8")
        self.objects = Objects(self.git_dir)

    @classmethod
    @contextmanager
    def open(cls, path: Path) -> Iterator[Self]:
        """Open the repository that a path lies in.

        Raises:
            NotAControlRepositoryError: there is none.
        """
        repository = find_repository(path)
        with TemporaryDirectory(prefix="gitcp-") as folder:
            states = cls(repository, Path(folder))
            try:
                yield states
            finally:
                states.objects.close()
                states._known.close()

    @property
    def root(self) -> Path | None:
        """The folder of the files, none in a bare repository."""
        return self._repository.work_tree

    def at(self, name: str) -> State:
        """Return a commit by any name that git has for it, or the last one at a date or a time.

        A time without a zone is on the company's clock, and a date means its end.

        Raises:
            GitcpError: there is no such commit.
            NotAControlRepositoryError: it has no company.
        """
        oid = self._known.resolve(name) or self._at_time(name)
        if oid is None:
            raise self._unknown(name)
        commit = self._known.commit(oid)
        if self.objects.leaf(commit.tree, COMPANY) is None:
            raise NotAControlRepositoryError(
                f"{name}: expected a commit of a control repository, found one without {COMPANY}",
                hint=f"bring {COMPANY} back",
            )
        return State(name, commit)

    def on_disk(self, files: Mapping[str, bytes]) -> State:
        """Return the checked-out commit with its record files as these are; whoever Git knows here is the author.

        Raises:
            GitcpError: nothing is committed yet.
        """
        head = self.at("HEAD")
        held = {
            path: leaf
            for path, leaf in self.objects.leaves(head.tree)
            if leaf.mode in PLAIN and is_of_interest(path)
        }
        changes: dict[str, Leaf | None] = dict.fromkeys(held.keys() - files.keys())
        for path, data in files.items():
            oid = str(pygit2.hash(data))
            if path not in held or held[path].oid != oid:
                changes[path] = Leaf(self.objects.write(data))
        tree = self.objects.edit(head.tree, changes) if changes else head.tree
        who = self._whoever(head.commit.committer.at)
        oid = self.objects.write_commit(tree, (head.commit.oid,), who, who, "The files on disk\n")
        return State(ON_DISK, self.objects.commit(oid), is_on_disk=True)

    def merge_base(self, base: State, head: State) -> State:
        """Return the last commit that both hold.

        Raises:
            GitcpError: this clone knows of none.
        """
        oid = self._known.merge_base(base.commit.oid, self._committed(head))
        if oid is None:
            raise GitcpError(
                f"{base.name} and {head.name}: expected a commit that both come from, found none in this clone",
                hint="fetch more of the history: `git fetch --unshallow`, or `fetch-depth: 0` in a workflow",
            )
        return self.at(oid)

    def beyond(self, base: State, head: State) -> list[Commit]:
        """Return the commits of one that the other does not hold, the newest first; the files on disk count where they differ."""
        found = list(self._known.beyond(base.commit.oid, self._committed(head)))
        is_edited = head.is_on_disk and head.tree != self._known.commit(self._committed(head)).tree
        return [head.commit, *found] if is_edited else found

    def conflicts(self, ancestor: State, ours: State, theirs: State) -> list[str]:
        """Return the paths that git could not merge, sorted."""
        return self.objects.conflicts(ancestor.tree, ours.tree, theirs.tree)

    def data(self, reading: FileReading) -> bytes:
        """Return the bytes of a file that was read."""
        return self.objects.data(reading.leaf.oid) if reading.leaf else b""

    def company(self, state: State) -> Company | None:
        """Return the company of a state, none where its file is broken."""
        reading = read_leaf(COMPANY, self.objects.leaf(state.tree, COMPANY), self.objects.data)
        return reading.record if isinstance(reading.record, Company) else None

    def _committed(self, state: State) -> str:
        return state.commit.parents[0] if state.is_on_disk else state.commit.oid

    def _at_time(self, name: str) -> str | None:
        head = self._known.resolve("HEAD")
        if head is None or not _DATE.match(name):
            return None
        until = _instant(name, company_zone(self.company(State("HEAD", self._known.commit(head)))))
        if until is None:
            return None
        earlier = (c.oid for c in self._known.first_parents(head) if c.committer.at <= until)
        return next(earlier, None)

    def _unknown(self, name: str) -> GitcpError:
        head = self._known.resolve("HEAD")
        if head is None or not _DATE.match(name) or _instant(name, ZoneInfo("UTC")) is None:
            return GitcpError(
                f"{name!r}: expected a commit, a branch, a tag or a date, found none of this name",
                hint="see `git log`, and `git fetch` first; dates are written like 2026-11-20",
            )
        first = [commit.oid for commit in self._known.first_parents(head)][-1]
        return GitcpError(
            f"{name}: expected a day of the company's history, found one before its first commit, {first[:7]}",
            hint="see `git log --reverse`, or fetch more of the history: `git fetch --unshallow`",
        )

    def _whoever(self, at: datetime) -> Signature:
        settings = Settings(self._repository.git_dir)
        return Signature(
            settings.get("user.name") or "nobody", settings.get("user.email") or "nobody@invalid", at
        )


def _instant(text: str, place: ZoneInfo) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    if _DATE.fullmatch(text):
        at = datetime.combine(at.date(), _LAST_MOMENT)
    return (at if at.tzinfo else at.replace(tzinfo=place)).astimezone(UTC)
