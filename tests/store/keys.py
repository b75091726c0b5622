"""Keys and signed commits for tests, made by the programs that people use."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

import pygit2

from tests.store.repositories import git


@dataclass(frozen=True)
class Key:
    """An SSH key: the file of its private half, and its public line without a comment."""

    path: Path
    public: str


def new_key(folder: Path, kind: str = "ed25519", *, name: str | None = None, bits: int | None = None) -> Key:
    """Make a key without passphrase by `ssh-keygen`."""
    path = folder / (name or kind)
    command = ["ssh-keygen", "-q", "-t", kind, "-N", "", "-C", "", "-f", str(path)]
    subprocess.run([*command, *(["-b", str(bits)] if bits else [])], check=True)
    return Key(path, path.with_name(f"{path.name}.pub").read_text().strip())


def signed_by(key: Key) -> tuple[str, ...]:
    """Return the options with which git signs by a key."""
    return ("-c", "gpg.format=ssh", "-c", f"user.signingkey={key.path}", "-c", "commit.gpgsign=true")


def sign_commit(repository: Path, key: Key, message: str = "change by hand") -> str:
    """Let git make an empty commit that a key signs; return it."""
    git(repository, *signed_by(key), "commit", "--allow-empty", "-q", "-m", message)
    return git(repository, "rev-parse", "HEAD").strip()


def raw_commit(repository: Path, revision: str = "HEAD") -> bytes:
    """Return a commit as git stores it."""
    opened = pygit2.Repository(str(repository))
    try:
        return opened.revparse_single(revision).read_raw()
    finally:
        opened.free()
