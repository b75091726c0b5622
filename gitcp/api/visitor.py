"""A person, or a program in their name, who asks from anywhere."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from gitcp.api.caller import Asked, Caller, Filter, Object
from gitcp.api.reads import LIMIT, conditions, limit_of, one
from gitcp.api.writes import not_offered, receipt_of
from gitcp.core.authority import SCHEDULER_ONLY
from gitcp.core.lookup import existing, existing_company, existing_member
from gitcp.core.operations.registry import OPERATIONS
from gitcp.core.views import company_view, inbox_view, member_view, org_rows, run_row
from gitcp.core.views.catalogue import ROWS, SHOWN
from gitcp.errors import UnknownRecordError
from gitcp.model.operation import Operation
from gitcp.model.runs import Outcome

OFFERED: Final[Mapping[str, type[Operation]]] = {
    name: OPERATIONS[name] for name in sorted(OPERATIONS.keys() - SCHEDULER_ONLY)
}
PLURALS: Final = {
    "goals": "goal",
    "projects": "project",
    "routines": "routine",
    "budgets": "budget",
    "approvals": "approval",
    "policies": "policy",
}
MEMBER: Final = Filter("member", "Whose; yours where nobody is named.")
RUN_FILTERS: Final = (
    Filter("agent", "Runs of this agent."),
    Filter("task", "Runs on this task."),
    Filter(
        "outcome",
        "Runs that ended so.",
        several=True,
        schema={"type": "string", "enum": [outcome.value for outcome in Outcome]},
    ),
    Filter("active", "Live runs alone.", schema={"type": "string", "enum": ["true", "false"]}),
    LIMIT,
)


@dataclass(slots=True, kw_only=True)
class Visitor(Caller):
    """A person who asks; `overview` tells how things stand, as seen by a person."""

    overview: Callable[[str], Object]

    @property
    def offered(self) -> Mapping[str, type[Operation]]:
        """All that is not the scheduler's alone; what this person may is decided by each operation."""
        return OFFERED

    def expect_open(self) -> None:
        """Let them ask: who comes in is looked at for each request."""


def me(visitor: Visitor, asked: Asked) -> Object:
    """Who you are here, with your place in the org chart and your open tasks."""
    conditions(asked, "me", ())
    snapshot = visitor.snapshot()
    return {"person": member_view(snapshot, existing_member(snapshot, visitor.actor.id), visitor.now())}


def status(visitor: Visitor, asked: Asked) -> Object:
    """What runs, what waits for whom, what it costs, what happened last."""
    conditions(asked, "status", ())
    return visitor.overview(visitor.actor.id)


def company(visitor: Visitor, asked: Asked) -> Object:
    """The company and what is paused in it."""
    conditions(asked, "company", ())
    snapshot = visitor.snapshot()
    return company_view(snapshot, existing_company(snapshot))


def inbox(visitor: Visitor, asked: Asked) -> Object:
    """What a member may act on, in order, with reasons: you, or whom you name."""
    given = conditions(asked, "inbox", (MEMBER,))
    snapshot = visitor.snapshot()
    return inbox_view(snapshot, existing_member(snapshot, one(given, "member") or visitor.actor.id).id)


def members(visitor: Visitor, asked: Asked) -> Object:
    """The org chart depth first, each row with its depth."""
    conditions(asked, "members", ())
    return {"members": org_rows(visitor.snapshot())}


def member(visitor: Visitor, asked: Asked) -> Object:
    """A person or an agent, with its place in the org chart, its open tasks and its last runs."""
    conditions(asked, "member", ())
    snapshot = visitor.snapshot()
    return member_view(snapshot, existing_member(snapshot, asked.names["member"]), visitor.now())


def runs(visitor: Visitor, asked: Asked) -> Object:
    """Runs that fit every given condition, the newest first; `outcome` may be given several times."""
    given = conditions(asked, "runs", RUN_FILTERS)
    found = visitor.snapshot().runs(
        active=True if one(given, "active") == "true" else None,
        agent=one(given, "agent"),
        task=one(given, "task"),
    )
    fitting = [run for run in found if not given["outcome"] or run.outcome in given["outcome"]]
    limit = limit_of(given)
    return {
        "runs": [run_row(run) for run in fitting[:limit]],
        "left_off": max(len(fitting) - limit, 0),
    }


def listed(visitor: Visitor, asked: Asked) -> Object:
    """The records of a kind: goals, projects, routines, budgets, approvals, policies."""
    conditions(asked, "records", ())
    return {"rows": ROWS[_kind(asked)](visitor.snapshot(), visitor.now())}


def shown(visitor: Visitor, asked: Asked) -> Object:
    """One record of a kind; the id of a budget is its scope and its name, such as agent/riley."""
    conditions(asked, "record", ())
    record_type, view = SHOWN[_kind(asked)]
    snapshot = visitor.snapshot()
    return view(snapshot, existing(snapshot, record_type, asked.names["id"]), visitor.now())


def apply(visitor: Visitor, asked: Asked) -> Object:
    """Carry out an operation as this person, as one commit."""
    name = asked.names["operation"]
    kind = OFFERED.get(name)
    if kind is None:
        raise not_offered(visitor, name)
    operation = asked.fit(kind, name)
    call = visitor.call(asked, name)
    return receipt_of(name, visitor.operations.apply(lambda _: [(operation, call)]))


def _kind(asked: Asked) -> str:
    plural = asked.names["kind"]
    if plural not in PLURALS:
        raise UnknownRecordError(f"there are no {plural}", hint=f"there are {', '.join(PLURALS)}")
    return PLURALS[plural]
