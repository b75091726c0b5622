"""The callback as an OpenAPI 3.1 document, made from the routes and from the operations' own schemas."""

import inspect
import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from gitcp import __version__
from gitcp.api.callback import Route
from gitcp.model.operation import Operation

Object = dict[str, Any]

_REFERENCE = "#/components/schemas/{model}"
_REFUSALS = {
    "400": "The request is not well formed.",
    "401": "The token is missing or wrong.",
    "403": "The agent may not do this.",
    "404": "What was named does not exist.",
    "409": "Not possible as things stand, or the run is over.",
    "413": "The body is too long.",
    "422": "The values do not fit.",
}


def openapi(routes: Sequence[Route], operations: Mapping[str, type[Operation]]) -> Object:
    """Return the document; the same input gives the same document."""
    bodies = [route.body for route in routes if route.body is not None]
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "gitcp callback",
            "version": __version__,
            "description": "What an agent may ask of gitcp from within one run. The token is GITCP_API_KEY, the base GITCP_API_URL.",
        },
        "security": [{"token": []}],
        "paths": {**_paths(routes), **_operations(operations)},
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": _schemas([*operations.values(), *bodies]),
            "responses": {status: _refusal(text) for status, text in _REFUSALS.items()},
        },
    }


def _paths(routes: Sequence[Route]) -> Object:
    paths: Object = {}
    for route in routes:
        if "{operation}" in route.path:
            continue
        about = inspect.getdoc(route.answer) or ""
        entry = _entry(re.sub(r"\W+", "_", route.path.removeprefix("/v1/")).strip("_"), about)
        entry["parameters"] = [_in_path(name) for name in re.findall(r"{(\w+)}", route.path)]
        entry["parameters"] += [_in_query(name) for name in route.filters]
        if route.body is not None:
            entry |= _taking(route.body)
        paths[route.path] = {route.method.lower(): entry}
    return paths


def _operations(operations: Mapping[str, type[Operation]]) -> Object:
    return {
        f"/v1/operations/{name}": {
            "post": _entry(name.replace(".", "_"), inspect.getdoc(kind) or "") | _taking(kind)
        }
        for name, kind in operations.items()
    }


def _entry(name: str, about: str) -> Object:
    return {
        "operationId": name,
        "summary": about.partition("\n")[0],
        "responses": {
            "200": {"description": "Done.", "content": {"application/json": {"schema": {"type": "object"}}}},
            **{status: {"$ref": f"#/components/responses/{status}"} for status in _REFUSALS},
        },
    }


def _taking(body: type[BaseModel]) -> Object:
    schema = {"$ref": _REFERENCE.format(model=body.__name__)}
    return {
        "parameters": [
            {
                "name": "Gitcp-Request",
                "in": "header",
                "description": "The same request is carried out once, however often it is sent.",
                "schema": {"type": "string", "pattern": "^[0-9a-fA-F]{1,64}$"},
            }
        ],
        "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}},
    }


def _in_path(name: str) -> Object:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _in_query(name: str) -> Object:
    several = {"type": "array", "items": {"type": "string"}}
    return {"name": name, "in": "query", "schema": several if name == "status" else {"type": "string"}}


def _schemas(models: Sequence[type[BaseModel]]) -> Object:
    _, found = models_json_schema([(model, "validation") for model in models], ref_template=_REFERENCE)
    schemas: Object = found["$defs"]
    return schemas | {"Error": _error()}


def _error() -> Object:
    text = {"type": "string"}
    inner = {
        "type": "object",
        "required": ["kind", "message", "hint"],
        "properties": {"kind": text, "message": text, "hint": {"type": ["string", "null"]}},
    }
    return {"type": "object", "required": ["error"], "properties": {"error": inner}}


def _refusal(text: str) -> Object:
    schema = {"$ref": _REFERENCE.format(model="Error")}
    return {"description": text, "content": {"application/json": {"schema": schema}}}
