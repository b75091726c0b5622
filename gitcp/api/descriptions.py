"""The two interfaces described: what a run can ask, and what people and programs can.

Rule: imported only where somebody asks for a description; a runner starts without it.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from pydantic import BaseModel

from gitcp.api import brief_shapes, company_shapes, shapes, verdict_shapes, visitor
from gitcp.api.callback import OFFERED, Callback
from gitcp.api.caller import Object, Route
from gitcp.api.openapi import About, openapi
from gitcp.api.visitor import Visitor

_SHARED: Final[Mapping[str, type[BaseModel]]] = {
    "/v1/inbox": shapes.Inbox,
    "/v1/tasks": shapes.Tasks,
    "/v1/tasks/{task}": shapes.WholeTask,
    "/v1/tasks/{task}/documents/{document}": shapes.WholeDocument,
    "/v1/runs/{run}": shapes.WholeRun,
    "/v1/verdicts/{verb}": verdict_shapes.WholeVerdict,
}
_RUN: Final = About(
    "gitcp callback",
    "What an agent may ask of gitcp from within one run. The token is GITCP_API_KEY, the base GITCP_API_URL.",
    told={
        **_SHARED,
        "/v1/me": shapes.AgentAtWork,
        "/v1/brief": brief_shapes.Brief,
        "/v1/run/finish": shapes.Declaring,
        "/v1/run/block": shapes.Declaring,
        "/v1/run/continue": shapes.Declaring,
        "/v1/run/cost": shapes.CostsSoFar,
    },
    declares=frozenset({"task.block"}),
)
_COMPANY: Final = About(
    "gitcp",
    "The company for people and programs, as `gitcp scheduler --listen` serves it. A token is a person's: `gitcp token new --for PERSON`.",
    told={
        **_SHARED,
        "/v1/me": company_shapes.Myself,
        "/v1/status": company_shapes.Overview,
        "/v1/company": company_shapes.WholeCompany,
        "/v1/runs": company_shapes.Runs,
        "/v1/members": company_shapes.Members,
        "/v1/members/{member}": company_shapes.WholeMember,
        "/v1/records/{kind}": company_shapes.Rows,
    },
)


def of_run(routes: Sequence[Route[Callback]]) -> Object:
    """Describe what a run can ask."""
    return openapi(_RUN, routes, OFFERED)


def of_company(routes: Sequence[Route[Visitor]]) -> Object:
    """Describe what people and programs can ask."""
    return openapi(_COMPANY, routes, visitor.OFFERED)
