"""Patterns of operations and of paths. Matched without regular expressions: the time grows at most with the product of both lengths.

Rule: `*` stands for any characters, in a path within one folder; `**` for any folders; `?` for one character. All else stands for itself.
"""

from collections.abc import Callable, Sequence
from typing import Final

_ANY_FOLDERS: Final = "**"
_WILDCARDS: Final = frozenset("*?")


def fits(pattern: str, name: str) -> bool:
    """Whether a name is one that a pattern stands for: `budget.*` for `budget.edit`."""
    return pattern == name or (is_pattern(pattern) and _stands_for(pattern, name, "*", _is_character))


def path_fits(pattern: str, path: str) -> bool:
    """Whether a path is one that a pattern stands for, both from the root of the repository.

    A pattern that ends with a plain name or a slash stands for all that is in the folder of that name as well.
    """
    parts = folders_of(pattern)
    if not is_pattern(parts[-1]):
        parts = (*parts, _ANY_FOLDERS)
    return _stands_for(parts, path.split("/"), _ANY_FOLDERS, fits)


def folders_of(pattern: str) -> tuple[str, ...]:
    """Return a pattern's folders and its last name; a slash or `./` at its start says nothing."""
    bare = pattern.removeprefix("./").strip("/")
    return tuple(bare.split("/"))


def is_pattern(text: str) -> bool:
    """Whether a text has a wildcard."""
    return not _WILDCARDS.isdisjoint(text)


def _is_character(wanted: str, found: str) -> bool:
    return wanted in {"?", found}


def _stands_for(
    pattern: Sequence[str], found: Sequence[str], wild: str, alike: Callable[[str, str], bool]
) -> bool:
    # Only the last wildcard is ever tried anew: what came before it took as little as it could.
    at = seen = 0
    last, tried = -1, 0
    while seen < len(found):
        if at < len(pattern) and pattern[at] == wild:
            last, tried = at, seen
            at += 1
        elif at < len(pattern) and alike(pattern[at], found[seen]):
            at, seen = at + 1, seen + 1
        elif last >= 0:
            tried += 1
            at, seen = last + 1, tried
        else:
            return False
    return all(part == wild for part in pattern[at:])
