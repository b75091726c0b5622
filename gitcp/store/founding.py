"""Make a repository with a first commit."""

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import pygit2

from gitcp.errors import GitcpError

FIRST_BRANCH: Final = "main"


@dataclass(frozen=True, slots=True)
class Founder:
    """Whose name the first commit bears."""

    name: str
    email: str


def found_repository(
    folder: Path,
    files: Mapping[str, bytes],
    founder: Founder,
    subject: str,
    at: datetime,
    *,
    keep_identity: bool = False,
) -> str:
    """Write files into a new repository on branch `main`, commit them, and return the commit.

    With `keep_identity` the repository remembers the founder as its user, so that a machine without a Git identity can go on.

    Raises:
        GitcpError: the folder cannot be written.
    """
    try:
        _write(folder, files)
        return _commit(folder, founder, subject, at, keep_identity)
    except (OSError, pygit2.GitError) as error:
        raise GitcpError(
            f"{folder}: a repository cannot be made here: {error}", hint="choose another folder"
        ) from error


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def _commit(folder: Path, founder: Founder, subject: str, at: datetime, keep_identity: bool) -> str:
    repository = pygit2.init_repository(str(folder), initial_head=FIRST_BRANCH)
    try:
        if keep_identity:
            repository.config["user.name"], repository.config["user.email"] = founder.name, founder.email
        index = repository.index
        index.add_all()
        index.write()
        signature = pygit2.Signature(founder.name, founder.email, int(at.timestamp()), 0)
        commit = repository.create_commit(
            "HEAD", signature, signature, f"{subject}\n", index.write_tree(), []
        )
        return str(commit)
    finally:
        repository.free()


def git_identity() -> Founder | None:
    """Return the user that Git would take outside of any repository: from the environment, else from its configuration."""
    found: dict[str, str | None] = {name: os.environ.get(variable) for name, variable in _VARIABLES.items()}
    for config in _configurations():
        found |= {name: config[name] for name in _VARIABLES if not found[name] and name in config}
    name, email = found["user.name"], found["user.email"]
    return Founder(name, email) if name and email else None


_VARIABLES = {"user.name": "GIT_AUTHOR_NAME", "user.email": "GIT_AUTHOR_EMAIL"}


def _configurations() -> Iterator[pygit2.Config]:
    given = os.environ.get("GIT_CONFIG_GLOBAL")
    if given is not None:
        yield pygit2.Config(given)
    openers = [] if given is not None else [pygit2.Config.get_global_config, pygit2.Config.get_xdg_config]
    if os.environ.get("GIT_CONFIG_NOSYSTEM", "0") in {"", "0", "false"}:
        openers.append(pygit2.Config.get_system_config)
    for opener in openers:
        with suppress(OSError):
            yield opener()
