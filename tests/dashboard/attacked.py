"""A company whose every text attacks: whatever a field of a record lets through is put there, and so it is in the log and in what control says."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle
from typing import Any, TypeVar

from pydantic import ValidationError

from gitcp.dashboard import InboxItem, SiteInput, WaitingItem
from gitcp.dashboard.forges import Forge
from gitcp.model.base import Record, Value
from gitcp.model.company import ForgeKind
from gitcp.model.memory import Records
from gitcp.model.planning import Routine, TaskTemplate
from gitcp.model.problem import Problem
from tests.dashboard.company import NOW, Log, a_site, ago, an_entry, records, sha
from tests.dashboard.payloads import ALL

ROUTINE = Routine(id="weekly", title="Weekly", cron="0 9 * * MON", task=TaskTemplate(project="CI", title="T"))
V = TypeVar("V", bound=Value)

LONGEST_LINE = 300
_EVERYTHING = "\n\n".join(ALL)
_LINES = tuple(payload for payload in ALL if "\n" not in payload)
# What is a time, a zone or a schedule by its meaning, and text by its type alone: a page without it shows less, not more.
KEPT = frozenset({"timezone", "cron", "zone"})


class Attack:
    """Puts one payload after another wherever it fits."""

    def __init__(self) -> None:
        self._lines: Iterator[str] = cycle(_LINES)
        self.hits: set[str] = set()

    def line(self) -> str:
        """Return as many payloads as a line holds."""
        text = next(self._lines)
        while len(text) < LONGEST_LINE // 2:
            text = f"{text} {next(self._lines)}"
        return text[:LONGEST_LINE]

    def on(self, value: V) -> V:
        """Return a record or a part of one with an attack in every field that takes one."""
        for name in type(value).model_fields:
            if name in {"id", "type"} | KEPT:
                continue
            for attempt in self._attempts(getattr(value, name)):
                found = _evolved(value, name, attempt)
                if found is not None:
                    value = found
                    self.hits.add(f"{type(value).__name__}.{name}")
                    break
        return value

    def _attempts(self, old: Any) -> Iterator[Any]:
        if isinstance(old, Value):
            yield self.on(old)
        elif isinstance(old, tuple) and old and isinstance(old[0], Value):
            yield tuple(self.on(part) for part in old)
        elif old is None or type(old) is str:
            yield _EVERYTHING
            yield from (self.line() for _ in range(9))  # some fields take no braces
        elif isinstance(old, tuple):
            yield (*old, self.line(), self.line())
        elif isinstance(old, dict):
            yield {self.line(): self.line()}


def _evolved(value: V, name: str, attempt: Any) -> V | None:
    try:
        return value.evolve(**{name: attempt})
    except (ValidationError, TypeError):
        return None


def an_attacked_site() -> tuple[SiteInput, set[str]]:
    """Return the site, and the fields that took an attack."""
    attack = Attack()
    found: list[Record] = [attack.on(record) for record in (*records(), ROUTINE)]
    line = attack.line
    problems = [
        Problem(path=line(), line=1, where=line(), message=_EVERYTHING, hint=line()) for _ in range(20)
    ]
    log = tuple(
        an_entry(ago(hours=hour), line(), line(), line(), f"org/{line()}.yaml", "tasks/CI/CI-0028.yaml",
                 reason=line(), actor=line(), run=line(), op=line())
        for hour in range(40)
    )  # fmt: skip
    site = a_site()
    members = [record.id for record in found if record.kind in {"agent", "person"}]
    return replace(
        site,
        snapshot=Records.of(found, problems=problems, revision=sha("revision")),
        history=Log(log),
        inbox={member: (InboxItem("CI-0028", line()), InboxItem(None, line())) for member in members},
        waiting=tuple(WaitingItem(member, "CI-0028", line(), NOW) for member in members),
        title=line(),
        text_of=lambda _: _EVERYTHING,
        path_of=lambda *_: line(),
        forge=Forge(ForgeKind.GITHUB, "https://github.com/acme/company"),
        branch=line(),
    ), attack.hits
