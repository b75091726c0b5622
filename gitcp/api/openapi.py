"""The interface as an OpenAPI 3.1 document, made from the routes and from the operations' own schemas."""

import inspect
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel

from gitcp import __version__
from gitcp.api.caller import Filter, Object, Route
from gitcp.api.refusals import JSON, PROBLEM
from gitcp.api.schemas import TAKEN, TOLD, taken, told
from gitcp.api.shapes import DeclaringInstead, Receipt
from gitcp.model.operation import Operation

_REFUSALS: Final = {
    "400": "The request is not well formed.",
    "401": "The token is missing or wrong.",
    "403": "The caller may not do this.",
    "404": "What was named does not exist.",
    "405": "The path takes another method.",
    "408": "The request did not arrive in time.",
    "409": "Not possible as things stand, or the run is over.",
    "413": "The body is too long.",
    "422": "The values do not fit.",
    "429": "Too many wrong tokens.",
    "431": "The headers are too long.",
    "500": "A bug of gitcp.",
    "503": "The remote, or a place for the call, is not to be had at the moment.",
}


@dataclass(frozen=True, slots=True)
class About:
    """What a document is called and says of itself.

    `told`: the shape of each path's answer. `declares`: operations that may be taken as a word on how a run ends.
    """

    title: str
    description: str
    told: Mapping[str, type[BaseModel]]
    declares: frozenset[str] = frozenset()


def openapi(about: About, routes: Sequence[Route[Any]], operations: Mapping[str, type[Operation]]) -> Object:
    """Return the document; the same input gives the same document."""
    bodies = [route.body for route in routes if route.body is not None]
    return {
        "openapi": "3.1.0",
        "info": {"title": about.title, "version": __version__, "description": about.description},
        "security": [{"token": []}],
        "paths": {**_paths(about, routes), **_operations(about, operations)},
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {
                **taken([*operations.values(), *bodies]),
                **told(list(dict.fromkeys([*about.told.values(), Receipt, DeclaringInstead]))),
                "Problem": _problem(),
            },
            "responses": {status: _refusal(text) for status, text in _REFUSALS.items()},
        },
    }


def _paths(about: About, routes: Sequence[Route[Any]]) -> Object:
    paths: Object = {}
    for route in routes:
        if "{operation}" in route.path:
            continue
        name = re.sub(r"\W+", "_", route.path.removeprefix("/v1/")).strip("_")
        entry = _entry(name, inspect.getdoc(route.answer) or "", _view(about.told.get(route.path)))
        parameters = [_in_path(each) for each in re.findall(r"{(\w+)}", route.path)]
        parameters += [_in_query(each) for each in route.filters]
        if route.body is not None:
            parameters.append(_REQUEST)
            entry["requestBody"] = _taking(route.body)
        paths[route.path] = {route.method.lower(): entry | {"parameters": parameters}}
    return paths


def _operations(about: About, operations: Mapping[str, type[Operation]]) -> Object:
    paths: Object = {}
    for name, kind in operations.items():
        view = _view(Receipt)
        if name in about.declares:
            view = {"anyOf": [view, _view(DeclaringInstead)]}
        entry = _entry(name.replace(".", "_"), inspect.getdoc(kind) or "", view)
        entry |= {"parameters": [_REQUEST], "requestBody": _taking(kind)}
        paths[f"/v1/operations/{name}"] = {"post": entry}
    return paths


def _entry(name: str, about: str, view: Object) -> Object:
    return {
        "operationId": name,
        "summary": about.partition("\n")[0],
        "description": about,
        "responses": {
            "200": {"description": "Done.", "content": {JSON: {"schema": view}}},
            **{status: {"$ref": f"#/components/responses/{status}"} for status in _REFUSALS},
        },
    }


def _view(shape: type[BaseModel] | None) -> Object:
    return {"$ref": TOLD.format(model=shape.__name__)} if shape is not None else {"type": "object"}


def _taking(body: type[BaseModel]) -> Object:
    schema = {"$ref": TAKEN.format(model=body.__name__)}
    return {"required": True, "content": {JSON: {"schema": schema}}}


_REQUEST: Final = {
    "name": "Gitcp-Request",
    "in": "header",
    "description": "A name of your own for this request. However often it is sent, it is carried out once and answered the same.",
    "schema": {"type": "string", "pattern": "^[0-9a-fA-F]{1,64}$"},
}


def _in_path(name: str) -> Object:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}


def _in_query(condition: Filter) -> Object:
    schema: Object = dict(condition.schema)
    if condition.several:
        schema = {"type": "array", "items": schema}
    return {"name": condition.name, "in": "query", "description": condition.about, "schema": schema}


def _problem() -> Object:
    text = {"type": "string"}
    return {
        "type": "object",
        "description": "What went wrong (RFC 9457): `kind` is for programs, `detail` and `hint`, the next step, for readers.",
        "required": ["type", "title", "status", "detail", "kind", "hint"],
        "properties": {
            "type": {"type": "string", "format": "uri"},
            "title": text,
            "status": {"type": "integer"},
            "detail": text,
            "kind": text,
            "hint": {"type": ["string", "null"]},
        },
    }


def _refusal(text: str) -> Object:
    return {"description": text, "content": {PROBLEM: {"schema": {"$ref": TAKEN.format(model="Problem")}}}}
