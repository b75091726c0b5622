"""Where a Git repository keeps its parts, and whether gitcp can work in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pygit2

from gitcp.errors import NotAControlRepositoryError
from gitcp.store.outlines import can_read

_TRUE = frozenset({"", "1", "true", "yes", "on"})


@dataclass(frozen=True, slots=True)
class Repository:
    """The parts of a repository: one checkout's Git directory, the one that all its worktrees share, the files."""

    git_dir: Path
    common_dir: Path
    work_tree: Path | None

    @property
    def own_dir(self) -> Path:
        """Gitcp's own folder, shared by all worktrees."""
        return self.common_dir / "gitcp"


def find_repository(path: Path) -> Repository:
    """Find the repository that a path lies in.

    Raises:
        NotAControlRepositoryError: there is none, or it is of a kind that gitcp cannot read.
    """
    found = pygit2.discover_repository(str(path)) if path.exists() else None
    if found is None:
        raise NotAControlRepositoryError(
            f"{path}: there is no Git repository here",
            hint="make a control repository with `gitcp init`, or name one with `-C`",
        )
    git_dir = Path(found)
    common = git_dir / "commondir"
    common_dir = (git_dir / common.read_text().strip()).resolve() if common.exists() else git_dir
    _refuse_unreadable(path, git_dir, common_dir)
    return _opened(path, git_dir, common_dir)


def _refuse_unreadable(path: Path, git_dir: Path, common_dir: Path) -> None:
    settings = dict(_settings(common_dir / "config"))
    if settings.get("extensions.worktreeconfig", "false") in _TRUE:
        settings |= dict(_settings(git_dir / "config.worktree"))
    for why, hint in _obstacles(settings):
        raise NotAControlRepositoryError(f"{path}: {why}, which gitcp cannot read", hint=hint)


def _settings(file: Path) -> Iterator[tuple[str, str]]:
    if not file.exists():
        return
    try:
        for entry in pygit2.Config(str(file)):
            yield entry.name.lower(), (entry.value or "").lower()
    except (pygit2.GitError, OSError) as error:
        raise NotAControlRepositoryError(
            f"{file}: cannot be read: {error}", hint="`git config --list` there says more"
        ) from error


def _obstacles(settings: dict[str, str]) -> Iterator[tuple[str, str]]:
    if settings.get("extensions.objectformat", "sha1") != "sha1":
        yield (
            "the repository is in SHA-256",
            "make the control repository with `git init --object-format=sha1`",
        )
    promisors = [name for name in settings if name.startswith("remote.") and name.endswith(".promisor")]
    if "extensions.partialclone" in settings or any(settings[name] in _TRUE for name in promisors):
        yield "the repository is a partial clone", "clone it again without --filter; --depth is fine"
    if settings.get("extensions.refstorage", "files") != "files":
        yield "the repository keeps its refs in a reftable", "make it with `git init --ref-format=files`"
    if settings.get("core.sparsecheckout", "false") in _TRUE:
        yield "the checkout is sparse", "run `git sparse-checkout disable`"
    if settings.get("core.splitindex", "false") in _TRUE:
        yield (
            "the checkout has a split index",
            "run `git config --unset core.splitIndex` and `git update-index --no-split-index`",
        )


def _opened(path: Path, git_dir: Path, common_dir: Path) -> Repository:
    try:
        repository = pygit2.Repository(str(git_dir))
    except (pygit2.GitError, ValueError) as error:
        raise NotAControlRepositoryError(f"{path}: {error}", hint="`git status` there says more") from error
    work_tree = None if repository.is_bare else Path(repository.workdir)
    if work_tree is not None and not can_read(git_dir / "index"):  # libgit2 takes long to read a large one
        _refuse_unreadable_index(path, repository)
    return Repository(git_dir, common_dir, work_tree)


def _refuse_unreadable_index(path: Path, repository: pygit2.Repository) -> None:
    try:
        repository.index.read()
    except (pygit2.GitError, OSError) as error:
        raise NotAControlRepositoryError(
            f"{path}: the index is split, sparse or damaged, which gitcp cannot read ({error})",
            hint="run `git update-index --no-split-index` and `git sparse-checkout disable`;"
            " a damaged one, after a power cut say, comes back by deleting .git/index and `git reset`",
        ) from error
