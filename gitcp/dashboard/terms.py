"""The words by which a task is found, folded alike here and in the reader's browser (`search.js`): a rule that changes here changes there.

Folding: NFKD, small letters, no marks. A word is a run of letters and digits; where a script puts no spaces between words, each two neighbours are one.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final

from gitcp.model.tasks import Comment, Task

LONGEST: Final = 32
TITLE: Final = 3
LABEL: Final = 2
TEXT: Final = 1
WEIGHTS: Final = (TITLE, LABEL, TEXT)
DENSE: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Scripts that are written without spaces: Thai, Lao, Burmese, Khmer, Kana, Han."""

_DENSE: Final = re.compile(f"[{DENSE}]")
_MOST: Final = 2_000
_RUN: Final = re.compile(rf"(?P<dense>[{DENSE}]+)|[^\W_{DENSE}]+")
_ASCII: Final = re.compile(r"[a-z0-9]+")
_BLOCK: Final = 16
_PLAIN: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")


def fold(text: str) -> str:
    """Return a text as it is compared."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).lower())
    return "".join(sign for sign in parts if not unicodedata.category(sign).startswith("M"))


def words(text: str) -> list[str]:
    """Return the words of a text, in order; a long one is cut."""
    if text.isascii():
        return [run[:LONGEST] for run in _ASCII.findall(text.lower())]
    return list(_words(fold(text)))


def _words(text: str) -> Iterator[str]:
    for match in _RUN.finditer(text):
        run = match[0]
        if match["dense"] is None or len(run) == 1:
            yield run[:LONGEST]
        else:
            yield from (run[place : place + 2] for place in range(len(run) - 1))


def terms(task: Task, comments: Iterable[Comment], documents: Iterable[str]) -> Mapping[str, int]:
    """Return the words of a task and how much each weighs: the most where it is in the title.

    `documents` are the ids of its documents. A single letter counts in titles and labels alone; of a task with very many words only so many do.
    """
    found: dict[str, int] = {}
    said = sorted(comments, key=lambda comment: comment.id)
    texts = (task.description or "", *(comment.body for comment in said))
    for text in texts:
        if len(found) < _MOST:
            found |= dict.fromkeys(_words_of_text(text), TEXT)
    for name in (*task.labels, *(document.partition("/")[2] for document in documents)):
        found |= dict.fromkeys(words(name), LABEL)
    return found | dict.fromkeys(words(task.title), TITLE)


def packed(words: Mapping[str, int]) -> str:
    """Write the words of a task, a line for each weight: so few are as short as if they were compressed, in a tenth of the time, and go from process to process as one text."""
    lines: dict[int, list[str]] = {weight: [] for weight in WEIGHTS}
    for word, weight in words.items():
        lines[weight].append(word)
    return "\n".join([" ".join(line) for line in lines.values()])


def unpacked(text: str) -> dict[int, list[str]]:
    """Read the words of a task, by weight."""
    return {weight: line.split() for weight, line in zip(WEIGHTS, text.split("\n"), strict=True)}


@lru_cache(maxsize=4096)
def _words_of_text(text: str) -> tuple[str, ...]:
    found = dict.fromkeys(word for word in words(text) if len(word) > 1 or word not in _PLAIN)
    return tuple(found)[:_MOST]


def shard_of(word: str) -> str:
    """Name the shard of a word: its first two letters; of a script without spaces the few signs that it begins with one of."""
    first, second = word[0], word[1:2]
    if _DENSE.match(first):
        return f"d-{ord(first) // _BLOCK:x}"
    if first in _PLAIN:
        return first + (second if second in _PLAIN and second else "_")
    return f"u-{ord(first):x}-{ord(second):x}" if second else f"u-{ord(first):x}"
