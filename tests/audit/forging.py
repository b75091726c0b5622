"""Commits as somebody makes them who does not use gitcp: any files, any names, any trailers, any parents."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pygit2

from gitcp.model.actors import SCHEDULER_EMAIL, SCHEDULER_NAME

Name = tuple[str, str]
SCHEDULER: Final[Name] = (SCHEDULER_NAME, SCHEDULER_EMAIL)
ALEX: Final[Name] = ("Alex", "alex@example.com")
BEA: Final[Name] = ("Bea", "bea@example.com")
RILEY: Final[Name] = ("Riley", "riley@agents.invalid")
CLARA: Final[Name] = ("Clara", "clara@agents.invalid")
LINK: Final = 0o120000


@dataclass
class Forger:
    """Somebody who can write to a repository."""

    repository: Path
    _open: pygit2.Repository = field(init=False)

    def __post_init__(self) -> None:
        self._open = pygit2.Repository(str(self.repository))

    @property
    def tip(self) -> str:
        return str(self._open.references["refs/heads/main"].target)

    def text(self, path: str, at: str | None = None) -> str:
        blob = self._open[at or self.tip].peel(pygit2.Tree)[path]
        assert isinstance(blob, pygit2.Blob)
        return blob.data.decode()

    def blob(self, path: str) -> str:
        return str(self._open[self.tip].peel(pygit2.Tree)[path].id)

    def trailer(self, name: str) -> str:
        """Return what a trailer of the tip says."""
        message = self._open[self.tip].peel(pygit2.Commit).message
        found = re.search(rf"^{name}: (.*)$", message, re.MULTILINE)
        assert found is not None
        return found[1]

    def back_to(self, commit: str) -> None:
        """Let the branch be at a commit again."""
        self._open.references.create("refs/heads/main", commit, force=True)

    def paths(self, folder: str) -> list[str]:
        """Return the files below a folder, sorted."""
        index = pygit2.Index()
        index.read_tree(self._open[self.tip].peel(pygit2.Tree))
        return sorted(entry.path for entry in index if entry.path.startswith(folder))

    def changed(self, path: str, *edits: tuple[str, str]) -> dict[str, str | None]:
        """Return a file with words exchanged; each must be there."""
        text = self.text(path)
        for pattern, new in edits:
            assert re.search(pattern, text, re.MULTILINE), (pattern, text)
            text = re.sub(pattern, new, text, count=1, flags=re.MULTILINE)
        return {path: text}

    def commits(
        self,
        files: Mapping[str, str | None],
        author: Name = ALEX,
        committer: Name | None = None,
        *,
        message: str = "change\n",
        parents: Sequence[str] | None = None,
        seconds: int = 60,
        links: Sequence[str] = (),
    ) -> str:
        """Commit files on the tip, or on other parents; the branch moves there."""
        held = [self.tip] if parents is None else list(parents)
        index = pygit2.Index()
        index.read_tree(self._open[held[0]].peel(pygit2.Tree))
        for path, text in files.items():
            if text is None:
                index.remove(path)
                continue
            mode = LINK if path in links else 0o100644
            index.add(
                pygit2.IndexEntry(path, self._open.create_blob(text.encode()), pygit2.enums.FileMode(mode))
            )
        at = self._open[held[0]].peel(pygit2.Commit).commit_time + seconds
        who, by = pygit2.Signature(*author, at, 0), pygit2.Signature(*(committer or author), at, 0)
        made = self._open.create_commit(None, who, by, message, index.write_tree(self._open), held)
        self._open.references.create("refs/heads/main", made, force=True)
        return str(made)

    def operates(
        self,
        operation: str,
        files: Mapping[str, str | None],
        author: Name = SCHEDULER,
        *,
        seconds: int = 60,
        **said: str,
    ) -> str:
        """Commit files under the scheduler's name, as an operation; the trailers are given without their `Gitcp-`."""
        actor = "scheduler" if author == SCHEDULER else author[1].partition("@")[0]
        told = {"Op": operation, "Actor": actor, "Request": self.tip[:16]} | said
        trailers = "\n".join(f"Gitcp-{name}: {value}" for name, value in told.items() if value)
        return self.commits(files, author, SCHEDULER, message=f"{operation}\n\n{trailers}\n", seconds=seconds)


@dataclass(frozen=True)
class Attack:
    """What somebody does, and by which rule an audit finds it."""

    words: str
    rule: str
    carried_out: Callable[[Forger], str]


ATTACKS: Final[list[Attack]] = []


def attack(words: str, rule: str) -> Callable[[Callable[[Forger], str]], Callable[[Forger], str]]:
    """Put a function that returns the attacking commit into the corpus."""

    def add(carried_out: Callable[[Forger], str]) -> Callable[[Forger], str]:
        ATTACKS.append(Attack(words, rule, carried_out))
        return carried_out

    return add
