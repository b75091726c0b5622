"""Which branch is the record, and of which remote."""

import re
from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Final, Protocol

import pygit2

from gitcp.errors import NotAControlRepositoryError, RemoteError
from gitcp.store.refs import Refs
from gitcp.store.remote import BRANCHES, Git, Remote
from gitcp.store.repository import Repository
from gitcp.store.settings import Settings
from gitcp.store.trees import FileChange
from gitcp.store.urls import allow

_NAME = re.compile(r"(?![-/.])(?!.*(?:\.\.|//|@\{|\.lock(?:/|\Z)|[/.]\Z))[^\x00-\x20\x7f~^:?*\[\\]+")
_USUAL: Final = "origin"


class RecordBranch(Protocol):
    """The one branch that is written. A commit is forty hexadecimal digits, or empty where there is none yet."""

    @property
    def name(self) -> str:
        """Its name, without `refs/heads/`."""
        ...

    def close(self) -> None:
        """Note what was not noted yet."""
        ...

    def known(self) -> str:
        """Return its last commit as this clone knows it."""
        ...

    def notice(self) -> None:
        """Take note that its last commit is about to be shown as the record.

        Raises:
            RewrittenError: the one that was shown before is in its history no more.
        """
        ...

    def turn(self) -> AbstractContextManager[None]:
        """Wait until those on this machine who write it and came first are done; hold them off for a block."""
        ...

    def expected(self) -> str:
        """Return the commit that is most likely its last one, without asking the remote if that is known well enough.

        Raises:
            GitcpError: as `arrive`.
        """
        ...

    def arrive(self) -> str:
        """Return its last commit, from the remote if there is one; complete what an earlier process left unfinished.

        Raises:
            RemoteError: the remote cannot be reached, or has no such branch while this repository does.
            RewrittenError: its history is another one than before; told once, the next call goes on with what is there.
            ConflictError: somebody is rebasing it.
        """
        ...

    def look(self) -> tuple[str, bool]:
        """As `arrive`; and say whether writers elsewhere have moved it since it was seen here."""
        ...

    def confirm(self, tip: str) -> bool:
        """Whether a commit is its last one now, which nothing but a look since `expected` can say.

        Raises:
            GitcpError: as `arrive`.
        """
        ...

    def deepen(self) -> bool:
        """Fetch more of the history of a shallow clone; return whether that brought anything.

        Raises:
            RemoteError: the remote cannot be reached.
        """
        ...

    def guard(self, changes: Sequence[FileChange]) -> None:
        """Refuse changes of files with uncommitted edits.

        Raises:
            EditedFileError: there is one.
        """
        ...

    def move(self, expected: str, new: str, changes: Sequence[FileChange]) -> bool:
        """Move it by compare-and-swap; false: it is not where it was expected, and did not move.

        Raises:
            RemoteError: the remote cannot be reached, or refuses for another reason.
        """
        ...

    def follow(self) -> tuple[str, ...]:
        """Bring this repository up to date with it as far as nothing of anybody's is touched; return what has to be said."""
        ...

    def edited(self, paths: Collection[str] | None = None) -> tuple[str, ...]:
        """Return the record files of its checkout with uncommitted edits, sorted; only those of `paths`, if given."""
        ...


@dataclass(frozen=True, slots=True)
class Choice:
    """The branch that holds the records, and the remote that it belongs to, if there is one."""

    name: str
    remote: Remote | None


def choose(repository: Repository, refs: Refs, settings: Settings) -> Choice:
    """Find the record branch: `gitcp.branch` in git config, else the remote's HEAD, else the current branch.

    Raises:
        NotAControlRepositoryError: the configuration names what is not there, or HEAD is on no branch.
        RemoteError: the remote's URL is of a kind that is not allowed.
    """
    remote = _remote(repository, settings)
    branch = settings.get("gitcp.branch") or (remote and _head_of(remote, repository, refs))
    branch = branch or _current(repository, refs)
    if not _NAME.fullmatch(branch):
        raise NotAControlRepositoryError(
            f"{branch!r}: is not the name of a branch", hint="see `git config gitcp.branch`"
        )
    return Choice(branch, remote)


def _remote(repository: Repository, settings: Settings) -> Remote | None:
    remotes = {str(remote.name): remote for remote in pygit2.Repository(str(repository.git_dir)).remotes}
    wanted = settings.get("gitcp.remote")
    if wanted is not None and wanted not in remotes:
        raise NotAControlRepositoryError(
            f"gitcp.remote: there is no remote {wanted!r}, expected one of {', '.join(sorted(remotes)) or 'none'}",
            hint="see `git remote` and `git config gitcp.remote`",
        )
    found = remotes.get(wanted or _USUAL)
    if found is None:
        return None
    for url in filter(None, (found.url, found.push_url)):
        allow(url)
    url = str(found.push_url or found.url)
    return Remote(Git(repository.work_tree or repository.git_dir), str(found.name), url)


def _head_of(remote: Remote, repository: Repository, refs: Refs) -> str | None:
    ref = remote.tracking("HEAD")
    known = refs.target(ref)
    if known is None and repository.work_tree is not None:
        branch = _asked(remote)
        if branch is not None:
            refs.point(ref, remote.tracking(branch))
        return branch
    return known and known.removeprefix(remote.tracking(""))


def _asked(remote: Remote) -> str | None:
    try:
        return remote.head()
    except RemoteError:  # offline: the current branch has to do
        return None


def _current(repository: Repository, refs: Refs) -> str:
    head = refs.target("HEAD")
    if head is None or not head.startswith(BRANCHES):
        raise NotAControlRepositoryError(
            f"{repository.work_tree or repository.git_dir}: HEAD is on no branch, so that it does not say where the records are",
            hint="switch to the branch of the records, or name it: `git config gitcp.branch main`",
        )
    return head.removeprefix(BRANCHES)
