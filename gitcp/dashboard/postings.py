"""An inverted index of all tasks: which of them a word stands in, in shards that a search loads one by one.

A shard is by word, project and weight: the numbers of tasks. Old numbers of a word that is in very many tasks are left out of what is written, so that
no shard grows without end; what is written says so, and a search then takes older tasks to hold that word.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import groupby, pairwise
from typing import Any, Final, Protocol, TypeVar

from gitcp.dashboard.terms import packed, shard_of, terms, unpacked
from gitcp.model.ids import number_of, project_of
from gitcp.model.snapshot import Snapshot, ever
from gitcp.model.tasks import Comment, Document, Task

T = TypeVar("T")

MOST: Final = 2_000

SHARD: Final = "words-of-shard"
"""The fact what a shard holds."""

ANY_SHARD: Final = "word-shards"
"""The fact which shards there are."""

Posting = Mapping[tuple[str, int], Sequence[int]]
"""The numbers of tasks in order, by project and weight."""


class Words(Protocol):
    """All words of all tasks."""

    def shards(self) -> Collection[str]:
        """Name the shards that hold a word."""

    def shard(self, name: str) -> Mapping[str, Posting]:
        """Return the words of a shard; none where there is no such shard."""


class Postings:
    """Implements `Words` in memory."""

    def __init__(self) -> None:
        self._words: dict[tuple[str, int], dict[str, list[int]]] = {}

    @classmethod
    def of(cls, snapshot: Snapshot) -> "Postings":
        """Read every task with its comments and the names of its documents."""
        postings = cls()
        for task, found in every_terms(snapshot):
            postings.add(task, found)
        return postings

    def add(self, task: str, found: str) -> None:
        """Add the words of a task, packed, whose number is not below any that is there."""
        number, project = number_of(task), project_of(task)
        for weight, words in unpacked(found).items():
            if words:
                numbers = self._words.setdefault((project, weight), defaultdict(list))
                for word in words:
                    numbers[word].append(number)

    @cached_property
    def _shards(self) -> Mapping[str, Mapping[str, Posting]]:
        found: dict[str, dict[str, dict[tuple[str, int], list[int]]]] = {}
        for place, words in self._words.items():
            for word, numbers in words.items():
                found.setdefault(shard_of(word), {}).setdefault(word, {})[place] = numbers
        return found

    def shards(self) -> Collection[str]:
        """Name the shards that hold a word."""
        return self._shards.keys()

    def shard(self, name: str) -> Mapping[str, Posting]:
        """Return the words of a shard."""
        return self._shards.get(name, {})


def every_terms(snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    """Yield the words of every task, packed, by number."""
    documents = (document.id for document in ever(snapshot, Document))
    yield from terms_of(ever(snapshot, Task), ever(snapshot, Comment), documents)


def terms_of(
    tasks: Iterable[Task], comments: Iterable[Comment], documents: Iterable[str]
) -> Iterator[tuple[str, str]]:
    """Yield the words of tasks, packed, by number, out of all comments and the ids of all documents of these."""
    said, named = _by_task(comments, lambda comment: comment.id), _by_task(documents, str)
    for task in sorted(tasks, key=lambda task: (number_of(task.id), task.id)):
        yield task.id, packed(terms(task, said.get(task.id, ()), named.get(task.id, ())))


def _by_task(things: Iterable[T], name: Callable[[T], str]) -> dict[str, list[T]]:
    found: dict[str, list[T]] = {}
    for thing in things:
        found.setdefault(name(thing).partition("/")[0], []).append(thing)
    return found


def written(shard: Mapping[str, Posting]) -> list[list[Any]]:
    """Return a shard as it is written: per word the word, and per project and weight the project, the weight, the numbers and whether older ones are left out."""
    return [
        [
            word,
            *(
                [key, weight, steps(numbers[-MOST:]), int(len(numbers) > MOST)]
                for (key, weight), numbers in sorted(shard[word].items())
            ),
        ]
        for word in sorted(shard)
    ]


def steps(numbers: Sequence[int]) -> str:
    """Write numbers in order as the first and the steps to the next ones; a step that is repeated as `step x times`."""
    return " ".join(_repeated((numbers[0], *(after - before for before, after in pairwise(numbers)))))


def _repeated(steps: Iterable[int]) -> Iterator[str]:
    for step, same in groupby(steps):
        times = sum(1 for _ in same)
        yield str(step) if times == 1 else f"{step}x{times}"
