"""What can be asked, as a table, and the answer to a request."""

import logging
from typing import Any, Final
from urllib.parse import unquote

from gitcp.api import reads, writes
from gitcp.api.callback import Asked, Callback, Request, Route
from gitcp.api.declarations import Cost
from gitcp.api.openapi import openapi
from gitcp.api.refusals import Answer, refusal, refused
from gitcp.errors import ConflictError, GitcpError

_LOG = logging.getLogger(__name__)


def describe(_callback: Callback, _asked: Asked) -> dict[str, Any]:
    """This interface, as OpenAPI 3.1."""
    return openapi(ROUTES, writes.OFFERED)


ROUTES: Final[tuple[Route, ...]] = (
    Route("GET", "/v1/me", reads.me),
    Route("GET", "/v1/inbox", reads.inbox),
    Route("GET", "/v1/brief", reads.run_brief),
    Route("GET", "/v1/tasks", reads.tasks, filters=reads.FILTERS),
    Route("GET", "/v1/tasks/{task}", reads.task),
    Route("GET", "/v1/tasks/{task}/documents/{document}", reads.document),
    Route("GET", "/v1/runs/{run}", reads.run),
    Route("GET", "/v1/openapi.json", describe),
    Route("POST", "/v1/operations/{operation}", writes.apply),
    Route("POST", "/v1/run/finish", writes.finish, writes.Finish),
    Route("POST", "/v1/run/block", writes.block, writes.Block),
    Route("POST", "/v1/run/continue", writes.go_on, writes.Continue),
    Route("POST", "/v1/run/cost", writes.cost, Cost),
)


def answer(callback: Callback, request: Request) -> Answer:
    """Answer a request; one at a time, none after the run is over, and never by an exception."""
    with callback.lock:
        try:
            return _answered(callback, request)
        except GitcpError as error:
            return refused(error)
        except Exception:  # noqa: BLE001 — the boundary: an agent is never shown a traceback
            _LOG.exception("a callback failed")
            return refusal(500, "bug", "gitcp failed to answer; the runner's log says why")


def _answered(callback: Callback, request: Request) -> Answer:
    if callback.declarations.is_closed:
        raise ConflictError(f"run {callback.run} is over: nothing is answered any more", hint="exit")
    methods: list[str] = []
    for route in ROUTES:
        names = _names(route.path, request.path)
        if names is not None and route.method == request.method:
            asked = Asked(names, request.query, request.body, request.key)
            return Answer(200, route.answer(callback, asked))
        if names is not None:
            methods.append(route.method)
    what = f"there is no {request.method} {request.path}"
    if methods:
        return refusal(405, "wrong-method", what, f"use {methods[0]}", Allow=", ".join(methods))
    return refusal(404, "not-found", what, "GET /v1/openapi.json tells what there is")


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
