"""Checkouts: worktrees of a bare clone. What agents have written there is never believed, only removed.

A worktree is registered and taken out by one rename each: `git worktree add` shows a half-made one, at which every other git command
in the clone, such as the fetch of another run, stumbles.
"""

from contextlib import suppress
from pathlib import Path

from gitcp.workspaces.clone import Clone
from gitcp.workspaces.files import remove, write
from gitcp.workspaces.program import Git


def registration(clone: Path, checkout: Path) -> Path:
    """Return the folder in which a clone keeps the index and the HEAD of a checkout."""
    return clone / "worktrees" / checkout.name


def check_out(git: Git, clone: Clone, path: Path, commit: str, branch: str | None = None) -> None:
    """Make a fresh checkout of a commit, on a branch that is set to it or on none.

    Raises:
        WorkspaceError: it cannot be made; nothing of it is left.
    """
    clone.restore()
    drop(clone.path, path)
    try:
        if branch:
            clone.point(f"refs/heads/{branch}", commit)
        _register(clone.path, path, f"ref: refs/heads/{branch}" if branch else commit)
        git.local("reset", "--quiet", "--hard", clone=registration(clone.path, path), tree=path)
    except BaseException:
        drop(clone.path, path)
        raise


def drop(clone: Path, path: Path) -> None:
    """Remove a checkout with all that is in it; a missing one is fine."""
    remove(path)
    place, aside = registration(clone, path), _aside(clone, path)
    remove(aside)
    if place.exists():
        place.rename(aside)
        remove(aside)


def clone_of(checkout: Path) -> Path:
    """Return the clone that a checkout is of, which nobody has worked in yet: later its word counts for nothing."""
    return Path((checkout / ".git").read_text().removeprefix("gitdir: ").strip()).parent.parent


def heads(clone: Path) -> dict[Path, str]:
    """Return what each checkout of a clone stands on: `refs/heads/…`, or a commit."""
    found = {}
    for head in (clone / "worktrees").glob("*/HEAD"):
        with suppress(FileNotFoundError):  # another run has ended meanwhile
            found[head.parent] = head.read_text(errors="replace").strip().removeprefix("ref: ")
    return found


def _register(clone: Path, path: Path, head: str) -> None:
    place, aside = registration(clone, path), _aside(clone, path)
    for name, content in (("HEAD", head), ("commondir", "../.."), ("gitdir", f"{path}/.git")):
        write(aside / name, f"{content}\n".encode())
    place.parent.mkdir(exist_ok=True)
    aside.rename(place)
    write(path / ".git", f"gitdir: {place}\n".encode())


def _aside(clone: Path, path: Path) -> Path:
    return clone / "aside" / path.name
