"""A run's commits as a git bundle: packed where nothing may be pushed, unpacked where they are delivered.

Rule: what is unpacked was made by who knows whom. It reaches the clone only checked by git, under refs of its own, and is delivered only if the
agent committed it on top of what the execution repository had.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pygit2
from pygit2.enums import SortMode

from gitcp.errors import WorkspaceError
from gitcp.workspaces import names
from gitcp.workspaces.clone import Clone
from gitcp.workspaces.files import remove
from gitcp.workspaces.program import Git, failed
from gitcp.workspaces.rescue import RESCUE, Leavings
from gitcp.workspaces.values import Collected, Workspace

HEADS: Final = "refs/gitcp/outbox/"
MOST_COMMITS: Final = 1_000
_HEAD_LINE: Final = re.compile(r"(?P<commit>[0-9a-f]{40}) (?P<ref>refs/\S+)\Z")
# New commits are few; what was delivered before is looked for no further back.
_LOOKED_AT: Final = 10_000


@dataclass(frozen=True, slots=True)
class Parcel:
    """What came with a bundle: the run's commits, oldest first, and why they must not be delivered, if so."""

    collected: Collected
    obstacle: str | None = None


class Parcels:
    """Packs and unpacks in one clone."""

    def __init__(self, git: Git, clone: Clone) -> None:
        self._git = git
        self._clone = clone

    def pack(self, run: str, collected: Collected, into: Path, most: int) -> bool:
        """Write the run's commits and its rescued work into a bundle; return whether there is anything to write.

        Raises:
            WorkspaceError: it cannot be written, or would have more than `most` bytes; there is none.
        """
        ref = HEADS + names.run(run)
        refs = [ref] if collected.commits else []
        refs += [collected.rescue] if collected.rescue else []
        if not refs:
            return False
        self._clone.point(ref, collected.head)
        try:
            if not self._list("rev-list", "--max-count=1", *refs, "--not", "--remotes=origin"):
                return False
            arguments = ("create", "--quiet", str(into), *refs, "--not", "--remotes=origin")
            self._git.local("bundle", *arguments, clone=self._clone.path)
        finally:
            self._clone.forget([ref])
        size = into.stat().st_size
        if size > most:
            into.unlink()
            raise WorkspaceError(
                f"run {run}: its commits are {size} bytes as a bundle, expected at most {most}"
            )
        return True

    def unpack(self, bundle: Path | None, workspace: Workspace, head: str) -> Parcel:
        """Bring a bundle into the clone, if there is one; `head` is the commit that the run is said to have ended on.

        Raises:
            WorkspaceError: it is no bundle of this run, or git finds fault with what is in it.
        """
        ref, rescue = HEADS + workspace.run, RESCUE + workspace.run
        found = {} if bundle is None else self._taken_in(bundle, workspace.run, ref, rescue)
        if rescue in found:
            self._clone.point(rescue, found[rescue])
        if not self._clone.has(head):
            raise WorkspaceError(f"run {workspace.run}: its bundle does not hold commit {head}")
        return self._checked(workspace, head)

    def _checked(self, workspace: Workspace, head: str) -> Parcel:
        rescue = RESCUE + workspace.run
        kept = rescue if self._clone.resolve(rescue) else None
        if head == workspace.base:
            return Parcel(Collected((), head, kept))
        obstacle = self._obstacle(workspace, head)
        if obstacle is not None:
            saved = Leavings(self._git, self._clone, workspace).save(head)
            return Parcel(Collected((), head, saved), obstacle)
        commits = self._list("rev-list", "--topo-order", "--reverse", head, f"^{workspace.base}")
        new = set(self._new(workspace, head))
        own = [name for name in commits if name in new or self._committer(name) == workspace.author[1]]
        return Parcel(Collected(tuple(own), head, kept))

    def there(self, workspace: Workspace, collected: Collected, branch: str) -> tuple[str, ...]:
        """Return the commits of a branch that are the run's, put on top of others' by an earlier attempt to deliver them."""
        tip = self._clone.tip(branch)
        if tip is None:
            return ()
        with self._clone.open() as repository:
            wanted = {_likeness(repository[name].peel(pygit2.Commit)) for name in collected.commits}
            walker = repository.walk(tip, SortMode.TOPOLOGICAL)
            walker.hide(workspace.base)
            looked = (commit for commit, _ in zip(walker, range(_LOOKED_AT), strict=False))
            return tuple(reversed([str(commit.id) for commit in looked if _likeness(commit) in wanted]))

    def _taken_in(self, bundle: Path, run: str, *known: str) -> dict[str, str]:
        # Unpacked beside first: git checks the objects of a fetch, not always those of a bundle.
        with self._quarantine(run) as beside:
            found = self._heads(bundle, beside, run, *known)
            specs = [f"+{ref}:{ref}" for ref in found]
            self._git.local("fetch", "--quiet", "--no-tags", str(bundle), *specs, clone=beside)
            options = ("--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules")
            self._clone.restore()
            checked = ("fetch.fsckObjects=true", "fetch", *options, str(beside), *found)
            output = self._git.attempt("-c", *checked, clone=self._clone.path)
            if output.status:
                raise failed("fetch", output)
        return found

    def _heads(self, bundle: Path, beside: Path, run: str, *known: str) -> dict[str, str]:
        output = self._git.attempt("bundle", "list-heads", str(bundle), clone=beside)
        lines = [_HEAD_LINE.match(line) for line in output.stdout.splitlines()]
        found = {line["ref"]: line["commit"] for line in lines if line is not None}
        if output.status or None in lines or not found or not found.keys() <= set(known):
            raise WorkspaceError(f"run {run}: expected a bundle of its commits, found something else")
        return found

    @contextmanager
    def _quarantine(self, run: str) -> Iterator[Path]:
        beside = self._clone.path.with_name(f"{self._clone.path.name}.{names.run(run)}.new")
        remove(beside)
        try:
            beside.mkdir()
            self._git.local("init", "--quiet", "--bare", "--template=", clone=beside)
            alternates = beside / "objects" / "info" / "alternates"
            alternates.parent.mkdir(exist_ok=True)
            alternates.write_text(f"{self._clone.path / 'objects'}\n")
            yield beside
        finally:
            remove(beside)

    def _obstacle(self, workspace: Workspace, head: str) -> str | None:
        base = workspace.base
        if not self._clone.has(base) or self._list(
            "rev-list", "--max-count=1", base, "--not", "--remotes=origin"
        ):
            return f"its work began at {base[:10]}, which is on no branch of {workspace.repository.name}"
        fork = self._fork(base)
        if fork is None or not self._clone.is_ancestor(fork, head):
            return f"its commits do not descend from {(fork or base)[:10]}, where its work began"
        new = self._new(workspace, head)
        if len(new) > MOST_COMMITS:
            return f"it made {len(new)} commits, expected at most {MOST_COMMITS}"
        foreign = next((name for name in new if self._committer(name) != workspace.author[1]), None)
        if foreign is not None:
            return f"commit {foreign[:10]} was made by {self._committer(foreign)!r}, expected {workspace.author[1]}"
        return None

    def _fork(self, base: str) -> str | None:
        # An agent may rewrite what it has delivered before, and nothing that came before that.
        with self._clone.open() as repository:
            found = repository.merge_base(base, self._clone.target())
            return str(found) if found else None

    def _new(self, workspace: Workspace, head: str) -> list[str]:
        limit = f"--max-count={MOST_COMMITS + 1}"
        return self._list("rev-list", limit, head, f"^{workspace.base}", "--not", "--remotes=origin")

    def _committer(self, commit: str) -> str:
        with self._clone.open() as repository:
            return str(repository[commit].peel(pygit2.Commit).committer.email)

    def _list(self, verb: str, *arguments: str) -> list[str]:
        return self._git.local(verb, *arguments, clone=self._clone.path).splitlines()


def _likeness(commit: pygit2.Commit) -> tuple[object, ...]:
    # What is put on top of others' work keeps its author, their time, and its message.
    who = commit.author
    return who.name, who.email, who.time, who.offset, commit.raw_message
