"""Names that become refs, folders and arguments of git. Rule: nothing reaches git or the disk that did not pass here."""

import re
from pathlib import PurePosixPath
from typing import Final

import pygit2

from gitcp.errors import WorkspaceError
from gitcp.model.ids import RUN_ID, SLUG, TASK_ID

COMMIT: Final = re.compile(r"[0-9a-f]{40}\Z")
_NAME_MAX: Final = 100
_IDENTITY: Final = re.compile(r"[\x00-\x1f\x7f<>]")


def repository(text: str) -> str:
    """Return the name of a repository."""
    return _matching(SLUG, text, "a repository's name")


def agent(text: str) -> str:
    """Return the id of an agent."""
    return _matching(SLUG, text, "an agent's id")


def task(text: str) -> str:
    """Return the id of a task."""
    return _matching(TASK_ID, text, "a task's id")


def run(text: str) -> str:
    """Return the id of a run."""
    return _matching(RUN_ID, text, "a run's id")


def commit(text: str) -> str:
    """Return the full name of a commit."""
    return _matching(COMMIT, text, "a commit as forty hexadecimal digits")


def branch(text: str) -> str:
    """Return the name of a branch, without `refs/heads/`."""
    if text.startswith("-") or not pygit2.reference_is_valid_name(f"refs/heads/{text}"):
        raise WorkspaceError(f"branch {text!r}: expected the name of a branch")
    return text


def identity(author: tuple[str, str]) -> tuple[str, str]:
    """Return a name and an email that git takes."""
    name, email = (_IDENTITY.sub("", part).strip() for part in author)
    if not name or not email:
        raise WorkspaceError(f"author {author!r}: expected a name and an email")
    return name, email


def path(text: str) -> PurePosixPath:
    """Return a path within a repository.

    Raises:
        WorkspaceError: it leads out of the repository, or is not written as git writes paths.
    """
    parts = text.split("/")
    if "\\" in text or "\0" in text or not parts or any(part in {"", ".", ".."} for part in parts):
        raise WorkspaceError(
            f"path {text!r}: expected a path within the repository, such as roles/riley/role.md"
        )
    return PurePosixPath(text)


def _matching(pattern: re.Pattern[str], text: str, what: str) -> str:
    if len(text) > _NAME_MAX or not pattern.match(text):
        raise WorkspaceError(f"{text!r}: expected {what}")
    return text
