"""The stores that the contract holds for, each with somebody beside it who commits by hand."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gitcp.model.base import Record
from gitcp.model.history import History
from gitcp.model.operation import Operations, Put
from gitcp.store import codec
from gitcp.store.git_store import GitStore
from gitcp.store.layout import path_of
from gitcp.store.memory import MemoryStore
from gitcp.store.objects import Signature
from tests.store.repositories import commit_records, git, new_bare, new_checkout
from tests.store.steps import NOW

PETRA = Signature("Petra Person", "petra@example.org", NOW)


class World(ABC):
    """A store, and the world around it."""

    store: Operations

    @property
    @abstractmethod
    def history(self) -> History: ...

    @abstractmethod
    def by_hand(self, *records: Record) -> None:
        """Commit records to the record branch as a person does, past the store."""


class MemoryWorld(World):
    def __init__(self) -> None:
        self.store = self._store = MemoryStore()

    @property
    def history(self) -> History:
        return self._store.history()

    def by_hand(self, *records: Record) -> None:
        self._store.put([Put(record) for record in records], PETRA, "change by hand")


class GitWorld(World):
    def __init__(self, store: GitStore, repository: Path) -> None:
        self.store = self.git_store = store
        self.repository = repository

    @property
    def history(self) -> History:
        return self.git_store.history()

    def by_hand(self, *records: Record) -> None:
        commit_records(self.repository, *records, seconds=int(NOW.timestamp()))


class CheckoutWorld(GitWorld):
    def by_hand(self, *records: Record) -> None:
        for record in records:
            file = self.repository / path_of(type(record), record.id)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(codec.write(record))
            git(self.repository, "add", "--", str(file))
        who = ("-c", "user.name=Petra Person", "-c", "user.email=petra@example.org")
        git(
            self.repository,
            *who,
            "commit",
            "--quiet",
            f"--date={NOW.isoformat()}",
            "--message=change by hand",
        )


@contextmanager
def memory(_: Path) -> Iterator[World]:
    yield MemoryWorld()


@contextmanager
def bare(folder: Path) -> Iterator[World]:
    repository = new_bare(folder / "bare.git")
    with GitStore.open(repository) as store:
        yield GitWorld(store, repository)


@contextmanager
def checkout(folder: Path) -> Iterator[World]:
    repository = new_checkout(folder / "checkout")
    with GitStore.open(repository) as store:
        yield CheckoutWorld(store, repository)


@contextmanager
def clone(folder: Path) -> Iterator[World]:
    upstream = new_bare(folder / "upstream.git")
    with GitStore.clone(str(upstream), folder / "clone.git") as store:
        yield GitWorld(store, upstream)


WORLDS = {"memory": memory, "bare": bare, "checkout": checkout, "clone": clone}
