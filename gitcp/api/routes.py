"""What a run can ask, as a table, and the answer to a request of anybody."""

import logging
from collections.abc import Sequence
from functools import cache
from typing import Any, Final, TypeVar
from urllib.parse import unquote

from gitcp.api import reads, writes
from gitcp.api.callback import Callback
from gitcp.api.caller import Asked, Caller, Object, Request, Route
from gitcp.api.declarations import Cost
from gitcp.api.refusals import Answer, refusal, refused
from gitcp.errors import GitcpError

_LOG = logging.getLogger(__name__)

C = TypeVar("C", bound=Caller)


@cache
def description() -> Object:
    """Return what a run can ask, as OpenAPI 3.1."""
    from gitcp.api.descriptions import of_run  # noqa: PLC0415 — it takes long, and few ask

    return of_run(ROUTES)


def describe(_caller: Caller, _asked: Asked) -> Object:
    """This interface, as OpenAPI 3.1."""
    return description()


SHARED: Final[tuple[Route[Caller], ...]] = (
    Route("GET", "/v1/tasks", reads.tasks, filters=reads.TASK_FILTERS),
    Route("GET", "/v1/tasks/{task}", reads.task),
    Route("GET", "/v1/tasks/{task}/documents/{document}", reads.document),
    Route("GET", "/v1/runs/{run}", reads.run),
    Route("GET", "/v1/verdicts/{verb}", reads.verdict, filters=reads.VERDICT_FILTERS),
)
ROUTES: Final[tuple[Route[Callback], ...]] = (
    Route("GET", "/v1/me", reads.me),
    Route("GET", "/v1/inbox", reads.inbox),
    Route("GET", "/v1/brief", reads.run_brief),
    *SHARED,
    Route("GET", "/v1/openapi.json", describe),
    Route("POST", "/v1/operations/{operation}", writes.apply),
    Route("POST", "/v1/run/finish", writes.finish, writes.Finish),
    Route("POST", "/v1/run/block", writes.block, writes.Block),
    Route("POST", "/v1/run/continue", writes.go_on, writes.Continue),
    Route("POST", "/v1/run/cost", writes.cost, Cost),
)


def answer(callback: Callback, request: Request) -> Answer:
    """Answer a request of a run."""
    return answered(ROUTES, callback, request)


def answered(routes: Sequence[Route[C]], caller: C, request: Request) -> Answer:
    """Answer a request; one of a caller at a time, none after it is over, and never by an exception."""
    with caller.lock:
        try:
            caller.expect_open()
            return _answered(routes, caller, request)
        except GitcpError as error:
            return refused(error)
        except Exception:  # noqa: BLE001 — the boundary: a caller is never shown a traceback
            _LOG.exception("a call failed")
            return refusal(500, "bug", "gitcp failed to answer; its log says why")


def _answered(routes: Sequence[Route[C]], caller: C, request: Request) -> Answer:
    methods: list[str] = []
    for route in routes:
        names = _names(route.path, request.path)
        if names is not None and route.method == request.method:
            return Answer(200, _once(route, caller, names, request))
        if names is not None:
            methods.append(route.method)
    what = f"there is no {request.method} {request.path}"
    if methods:
        return refusal(405, "wrong-method", what, f"use {methods[0]}", Allow=", ".join(methods))
    return refusal(404, "not-found", what, "GET /v1/openapi.json tells what there is")


def _once(route: Route[C], caller: C, names: dict[str, str], request: Request) -> dict[str, Any]:
    """Answer, or give the answer again that the same request had before."""
    asked = Asked(names, request.query, request.body, request.key)
    if request.method != "POST" or request.key is None:
        return route.answer(caller, asked)
    name = caller.request(request.key, request.path, dict(request.body))
    known = caller.memory.recall(name)
    if known is None:
        known = route.answer(caller, asked)
        caller.memory.keep(name, known)
    return known


def _names(pattern: str, path: str) -> dict[str, str] | None:
    """Return the variable parts of a path that fits the pattern, or none."""
    expected, found = pattern.split("/"), path.split("/")
    if len(expected) != len(found):
        return None
    names: dict[str, str] = {}
    for want, have in zip(expected, found, strict=True):
        if want.startswith("{"):
            names[want.strip("{}")] = unquote(have)
        elif want != have:
            return None
    return names
