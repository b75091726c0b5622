"""What is wrong with the files of a revision, as the cache holds it."""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from gitcp.errors import Consent
from gitcp.model.problem import Problem, Severity

_FOUND: Final = (
    "SELECT path, line, place, message, hint, severity, kind, id, consent, revision, author FROM problems"
)
_DOUBLED: Final = (
    "SELECT h.path, h.kind, h.id, s.path FROM records h JOIN records s ON s.kind = h.kind AND s.id = h.id AND s.shown"
    " WHERE h.shown = 0"
)


def complaints(ask: Callable[[str], Iterator[Any]], others: Iterable[Problem]) -> list[Problem]:
    """Return the problems that the cache knows of, and others, sorted by path."""
    found = [*map(_problem, ask(_FOUND)), *map(_double, ask(_DOUBLED)), *others]
    return sorted(found, key=lambda p: (p.path, p.line, p.where, p.message, p.hint))


def _problem(row: tuple[Any, ...]) -> Problem:
    path, line, where, message, hint, severity, kind, record_id, consent, commit, by = row
    record = None if kind is None else (str(kind), str(record_id))
    wanted = None if consent is None else _consent(**json.loads(consent))
    return Problem(path, line, where, message, hint, Severity(severity), record, wanted, commit, by)


def _consent(*, approvers: Iterable[str], **said: Any) -> Consent:
    return Consent(approvers=tuple(approvers), **said)


def _double(row: tuple[str, str, str, str]) -> Problem:
    path, kind, record_id, other = row
    return Problem(
        path,
        message=f"is a second file of {kind} {record_id}, the other is {other}",
        hint="delete one of the two",
        record=(kind, record_id),
    )
