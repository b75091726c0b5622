"""Where a page shows what a file of the control repository holds: its kind, its id, and the way there."""

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from gitcp.dashboard import links
from gitcp.dashboard.facts import fact
from gitcp.dashboard.refs import Ref
from gitcp.dashboard.register import Register
from gitcp.model.base import Record
from gitcp.model.company import Company
from gitcp.model.guards import Budget, Policy
from gitcp.model.planning import Goal

_ARCHIVE: Final = "archive/"
_KINDS: Final[Mapping[str, str]] = {
    "tasks": "task",
    "comments": "comment",
    "documents": "document",
    "runs": "run",
    "wakes": "wake",
    "org": "member",
    "goals": "goal",
    "projects": "project",
    "routines": "routine",
    "budgets": "budget",
    "policies": "policy",
    "approvals": "approval",
    "ledger": "ledger",
}
_COMPANY: Final = ("gitcp.yaml", "gitcp.yml")


class Named(NamedTuple):
    """What a file is about: a record by its kind and id; of a comment or a document the task is the id."""

    kind: str
    id: str


def named(path: str) -> Named:
    """Say what a file is about; one that holds no record is about itself."""
    if path in _COMPANY:
        return Named(Company.kind, "")
    folder, _, below = path.removeprefix(_ARCHIVE).partition("/")
    kind = _KINDS.get(folder)
    if kind is None or not below:
        return Named("file", path)
    parts = below.split("/")
    if kind in {"comment", "document"} and len(parts) > 1:
        return Named(kind, parts[-2])
    stem = below if kind == Budget.kind else parts[-1]
    return Named(kind, stem.removesuffix(".yaml"))


def ref_of(register: Register, record: Named) -> Ref:
    """Mention what a file is about, and lead to where it stands."""
    kind, name = record
    return Ref(_text(kind, name), _place(register, kind, name))


def _text(kind: str, name: str) -> str:
    if kind in {"comment", "document"}:
        return f"{kind} on {name}"
    return (name or kind) if kind in _PAGES or kind == "file" else f"{kind} {name}".strip()


def _place(register: Register, kind: str, name: str) -> str | None:
    if kind == Company.kind:
        return links.HOME
    if kind in _ANCHORS:
        return _ANCHORS[kind](name) if _stands(register, f"{kind}/{name}") else None
    return register.find(name) if kind in _PAGES else None


@fact("stands")
def _stands(register: Register, name: str) -> bool:
    """Whether there is a record that has its place on a page of others."""
    kind, _, record = name.partition("/")
    return register.site.snapshot.get(_RECORDS[kind], record) is not None


_PAGES: Final = frozenset({"task", "comment", "document", "run", "member", "approval"})
_RECORDS: Final[Mapping[str, type[Record]]] = {"goal": Goal, "budget": Budget, "policy": Policy}
_ANCHORS: Final[Mapping[str, Callable[[str], str]]] = {
    "goal": links.goal_page,
    "budget": links.budget_page,
    "policy": links.policy_place,
}
