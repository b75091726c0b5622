"""gitcp's own bare clone of an execution repository: made, brought up to date, read.

Agents write into it, as their worktrees belong to it. So its configuration is kept beside it and put back before gitcp runs git: a
filter or a monitor that an agent has configured is a command that gitcp would run. Links and pipes in it go in the same moment.
"""

import posixpath
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import pygit2
from filelock import FileLock, Timeout

from gitcp.errors import WorkspaceError
from gitcp.workspaces.files import remove, write
from gitcp.workspaces.program import Git, Output, failed
from gitcp.workspaces.strays import remove_strays
from gitcp.workspaces.values import RepositorySpec

ORIGIN: Final = "refs/remotes/origin/"
KNOWN: Final = "refs/gitcp/known/"
LINKS_MAX: Final = 8
FETCH_ATTEMPTS: Final = 3

_CONFIG = """\
[core]
	logAllRefUpdates = true
[remote "origin"]
	url = "{url}"
	fetch = +refs/heads/*:refs/remotes/origin/*
[gc]
	auto = 0
[maintenance]
	auto = false
"""

_POLL: Final = 0.01


class Clone:
    """One bare clone. It is locked while it talks to its execution repository; agents in its worktrees ask for no lock."""

    def __init__(self, path: Path, spec: RepositorySpec, git: Git, lock: FileLock) -> None:
        self.path = path
        self.spec = spec
        self._git = git
        self._lock = lock

    def beside(self, path: Path) -> "Clone":
        """Return another clone of what is at the same address, under the same lock."""
        return Clone(path, self.spec, self._git, self._lock)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes and threads from talking to the execution repository; may be nested.

        Raises:
            WorkspaceError: others hold it for too long.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._lock.acquire(poll_interval=_POLL)
        except Timeout as error:
            raise WorkspaceError(
                f"repository {self.spec.name}: other runs have used it for {self._lock.timeout:g} seconds",
                hint="try again once they are done",
            ) from error
        try:
            yield
        finally:
            self._lock.release()

    def exists(self) -> bool:
        """Whether it was made."""
        return self.path.is_dir()

    def make(self) -> None:
        """Make it, empty; what a crash left half made is made again."""
        new = self.path.with_name(f"{self.path.name}.new")
        remove(new)
        new.mkdir(parents=True)
        self._git.local("init", "--quiet", "--bare", "--template=", clone=new)
        url = self.spec.url.replace("\\", "\\\\").replace('"', '\\"')
        config = (new / "config").read_bytes() + _CONFIG.format(url=url).encode()
        write(self._pristine, config)
        write(new / "config", config)
        new.rename(self.path)

    def restore(self) -> None:
        """Put back the configuration as it was made, without hooks, attributes, exclusions and grafts; and remove what git must not follow."""
        config = self._pristine.read_bytes()
        if (self.path / "config").read_bytes() != config:
            write(self.path / "config", config)
        # Attributes name filters, and what one agent excludes would be lost of another's work.
        for name in ("hooks", "info"):
            remove(self.path / name)
        remove_strays(self.path)

    def fetch(self) -> None:
        """Bring the branches of the execution repository up to date; nothing is written there.

        Raises:
            WorkspaceError: it cannot be reached or read.
        """
        options = (
            "--quiet",
            "--prune",
            "--update-shallow",
            "--no-recurse-submodules",
            "--no-write-fetch-head",
        )
        with self.locked():
            self.restore()
            for _ in range(FETCH_ATTEMPTS):
                output = self._git.remote("fetch", *options, "origin", clone=self.path)
                if output.status == 0 or "cannot lock ref" not in output.stderr:
                    break  # else an agent has fetched or pushed at the same moment
        if output.status:
            raise self.unreachable("fetch", output)

    def push(self, *arguments: str) -> Output:
        """Push to the execution repository and return what git said of each ref."""
        options = ("--porcelain", "--no-follow-tags", "--no-signed", "--recurse-submodules=no")
        with self.locked():
            self.restore()
            return self._git.remote("push", *options, *arguments, clone=self.path)

    def unreachable(self, verb: str, output: Output) -> WorkspaceError:
        """Make the error of a command that did not get through to the execution repository."""
        name = self.spec.name
        return WorkspaceError(
            f"repository {name}: {failed(verb, output).message}",
            hint=f"check repositories.{name}.url in gitcp.yaml, and that this machine may use it",
        )

    def tip(self, branch: str) -> str | None:
        """Return where a branch of the execution repository was at the last fetch."""
        return self.resolve(ORIGIN + branch)

    def target(self) -> str:
        """Return where the branch is that the repository is configured with.

        Raises:
            WorkspaceError: there is no such branch.
        """
        tip = self.tip(self.spec.branch)
        if tip is not None:
            return tip
        name, branches = self.spec.name, ", ".join(self.branches())
        if not branches:
            raise WorkspaceError(
                f"repository {name}: expected a branch {self.spec.branch!r}, found no commit at all",
                hint=f"make a first commit in it, on {self.spec.branch!r}",
            )
        raise WorkspaceError(
            f"repository {name}: expected a branch {self.spec.branch!r}, found {branches}",
            hint=f"set repositories.{name}.branch in gitcp.yaml, or base: of the project",
        )

    def branches(self) -> list[str]:
        """Return the branches of the execution repository at the last fetch."""
        with self.open() as repository:
            return sorted(
                name.removeprefix(ORIGIN) for name in repository.references if name.startswith(ORIGIN)
            )

    def is_another(self) -> bool:
        """Whether the target branch has nothing in common with what it was: the repository was made anew."""
        before, now = self.resolve(KNOWN + self.spec.branch), self.target()
        if before is None or before == now:
            return False
        with self.open() as repository:
            return repository.merge_base(before, now) is None

    def is_ancestor(self, old: str, new: str) -> bool:
        """Whether one commit is, or comes before, another."""
        with self.open() as repository:
            return old == new or repository.descendant_of(new, old)

    def between(self, old: str, new: str) -> tuple[str, ...]:
        """Return the commits that lead to one commit and not to another, oldest first."""
        with self.open() as repository:
            walker = repository.walk(new, pygit2.enums.SortMode.TOPOLOGICAL | pygit2.enums.SortMode.REVERSE)
            walker.hide(old)
            return tuple(str(commit.id) for commit in walker)

    def remember(self) -> None:
        """Keep where the target branch is, so that the next fetch can tell whether it is still the same repository."""
        self.point(KNOWN + self.spec.branch, self.target())

    def resolve(self, ref: str) -> str | None:
        """Return the commit that a ref names."""
        with self.open() as repository:
            try:
                return str(repository.references[ref].peel(pygit2.Commit).id)
            except (KeyError, ValueError, pygit2.GitError):
                return None

    def has(self, commit: str) -> bool:
        """Whether it holds a commit."""
        with self.open() as repository:
            return isinstance(repository.get(commit), pygit2.Commit)

    def tree_of(self, commit: str) -> str:
        """Return the tree of a commit."""
        with self.open() as repository:
            return str(repository[commit].peel(pygit2.Tree).id)

    def expect_true(self, commit: str) -> None:
        """Read all that a checkout of a commit is made of: git believes what an object's file is named, and agents can write such files.

        Raises:
            WorkspaceError: something has another content than its name says, or is missing.
        """
        try:
            with self.open() as repository:
                _read_all(repository, repository[commit].peel(pygit2.Tree))
        except WorkspaceError as error:
            raise WorkspaceError(
                f"{error.message} (an object is missing, or is not what its name says)",
                hint=f"keep {self.path} for whoever looks into it, under another name: it is then made anew",
            ) from error

    def point(self, ref: str, commit: str) -> None:
        """Set a ref."""
        with self.open() as repository:
            repository.references.create(ref, commit, force=True)

    def forget(self, refs: list[str]) -> None:
        """Delete refs; one that is gone already is fine."""
        with self.open() as repository:
            for ref in refs:
                with suppress(KeyError):
                    repository.references.delete(ref)

    def text_at(self, commit: str, path: str) -> str | None:
        """Return a file's text at a commit, or none; symbolic links are followed as long as they stay inside."""
        with self.open() as repository:
            tree = repository[commit].peel(pygit2.Tree)
            for _ in range(LINKS_MAX):
                entry = _entry(tree, path)
                if not isinstance(entry, pygit2.Blob):
                    return None
                if entry.filemode != pygit2.enums.FileMode.LINK:
                    return entry.data.decode(errors="replace")
                link = entry.data.decode(errors="replace")
                path = posixpath.normpath(posixpath.join(posixpath.dirname(path), link))
        return None

    @contextmanager
    def open(self) -> Iterator[pygit2.Repository]:
        """Open it for reading and writing objects and refs in process."""
        try:
            repository = pygit2.Repository(str(self.path))
            try:
                yield repository
            finally:
                repository.free()
        except (pygit2.GitError, KeyError) as error:
            raise WorkspaceError(
                f"repository {self.spec.name}: {self.path} cannot be read: {error}"
            ) from error

    @property
    def _pristine(self) -> Path:
        return self.path.with_name(f"{self.path.name}.config")


def _read_all(repository: pygit2.Repository, top: pygit2.Tree) -> None:
    # libgit2 compares what it reads with its name; git does so only for what it sends and takes in.
    trees = [top]
    while trees:
        for entry in trees.pop():
            if isinstance(entry, pygit2.Tree):
                trees.append(entry)
            elif isinstance(entry, pygit2.Blob):
                repository.read(entry.id)


def _entry(tree: pygit2.Tree, path: str) -> pygit2.Object | None:
    try:
        return tree[path]
    except (KeyError, ValueError):
        return None
