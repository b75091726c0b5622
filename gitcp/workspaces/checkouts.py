"""Checkouts: worktrees of a bare clone. What agents have written there is never believed, only removed.

A worktree is registered and taken out by one rename each: `git worktree add` shows a half-made one, at which every other git command
in the clone, such as the fetch of another run, stumbles.
"""

import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from gitcp.errors import WorkspaceError
from gitcp.workspaces.clone import Clone
from gitcp.workspaces.files import remove, text_of, write
from gitcp.workspaces.program import Git


def registration(clone: Path, checkout: Path) -> Path:
    """Return the folder in which a clone keeps the index and the HEAD of a checkout."""
    return clone / "worktrees" / checkout.name


def check_out(git: Git, clone: Clone, path: Path, commit: str, branch: str | None = None) -> None:
    """Make a fresh checkout of a commit, on a branch that is set to it; on none, also where another checkout is on that.

    Raises:
        WorkspaceError: it cannot be made; nothing of it is left.
    """
    clone.restore()
    drop(clone.path, path)
    try:
        _stand(clone, path, commit, branch)
        git.local("reset", "--quiet", "--hard", clone=registration(clone.path, path), tree=path)
    except BaseException:
        drop(clone.path, path)
        raise


@dataclass(frozen=True, slots=True)
class Looked:
    """What the files of a checkout were when they were last looked at: their index, and their tree."""

    index: Path
    tree: str | None


def renew(git: Git, clone: Clone, path: Path, commit: str, branch: str, looked: Looked) -> None:
    """Bring a kept checkout to a commit: every file is as there, but ignored files and repositories inside of it stay.

    Only what differs is written.

    Raises:
        WorkspaceError: it is not what it was made as, or does not obey; make it afresh.
    """
    clone.restore()
    place = registration(clone.path, path)
    if path.is_symlink() or not path.is_dir() or not _is_linked(path, place):
        raise WorkspaceError(f"{path}: expected a checkout of {clone.path}")
    _stand(clone, path, commit, branch)
    with suppress(FileNotFoundError):
        (place / "index").unlink(missing_ok=True)
        shutil.copy2(looked.index, place / "index")
        if looked.tree == clone.tree_of(commit):
            return
    git.local("reset", "--quiet", "--hard", clone=place, tree=path)
    git.local("clean", "--quiet", "-d", "--force", "--", ".", clone=place, tree=path)


def apply(git: Git, clone: Clone, path: Path, commit: str, tree: str) -> Path:
    """Bring a checkout of a commit to a tree, as changes that are not committed; return an index of the files as they are then.

    Raises:
        WorkspaceError: something is in the way; the checkout is as the commit.
    """
    place = registration(clone.path, path)
    try:
        git.local("read-tree", "-m", "-u", commit, tree, clone=place, tree=path)
    except WorkspaceError:
        git.local("reset", "--quiet", "--hard", clone=place, tree=path)
        raise
    aside = place / "index.applied"
    shutil.copy2(place / "index", aside)
    git.local("read-tree", commit, clone=place, index=place / "index")
    return aside


def detach(clone: Clone, path: Path, commit: str) -> None:
    """Let a checkout stand on a commit and on no branch, with nothing begun; its files stay as they are."""
    if path.is_dir() and not path.is_symlink():
        _register(clone.path, path, commit)


def drop(clone: Path, path: Path) -> None:
    """Remove a checkout with all that is in it; a missing one is fine."""
    remove(path)
    place = registration(clone, path)
    remove(_aside(clone, path))
    remove(_old(clone, path))
    if place.exists():
        place.rename(_old(clone, path))
        remove(_old(clone, path))


def clone_of(checkout: Path) -> Path:
    """Return the clone that a checkout is of, which nobody has worked in yet: later its word counts for nothing."""
    return Path((checkout / ".git").read_text().removeprefix("gitdir: ").strip()).parent.parent


def heads(clone: Path) -> dict[Path, str]:
    """Return what each checkout of a clone stands on: `refs/heads/…`, or a commit."""
    found = {}
    for head in (clone / "worktrees").glob("*/HEAD"):
        with suppress(OSError):  # another run has ended meanwhile
            found[head.parent] = text_of(head).strip().removeprefix("ref: ")
    return found


def _stand(clone: Clone, path: Path, commit: str, branch: str | None) -> None:
    if branch is None:
        _register(clone.path, path, commit)
        return
    ref, place = f"refs/heads/{branch}", registration(clone.path, path)
    with clone.locked():
        # Two checkouts on one branch would undo each other's commits.
        if any(on == ref for other, on in heads(clone.path).items() if other != place):
            _register(clone.path, path, commit)
        else:
            clone.point(ref, commit)
            _register(clone.path, path, f"ref: {ref}")


def _register(clone: Path, path: Path, head: str) -> None:
    place, aside, old = registration(clone, path), _aside(clone, path), _old(clone, path)
    remove(aside)
    for name, content in (("HEAD", head), ("commondir", "../.."), ("gitdir", f"{path}/.git")):
        write(aside / name, f"{content}\n".encode())
    place.parent.mkdir(exist_ok=True)
    if place.exists():
        remove(old)
        place.rename(old)
        for name in ("modules", "index"):  # the repositories of submodules, and what the files were
            if (old / name).exists() and not (old / name).is_symlink():
                (old / name).rename(aside / name)
    aside.rename(place)
    remove(old)
    remove(path / ".git")
    write(path / ".git", _link(place))


def _is_linked(path: Path, place: Path) -> bool:
    link = path / ".git"
    with suppress(OSError):
        return text_of(link).encode() == _link(place)
    return False


def _link(place: Path) -> bytes:
    return f"gitdir: {place}\n".encode()


def _aside(clone: Path, path: Path) -> Path:
    return clone / "aside" / path.name


def _old(clone: Path, path: Path) -> Path:
    return clone / "aside" / f"{path.name}.old"
