"""The description of the callback: complete, consistent, and made from the operations."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from gitcp.api.callback import OFFERED
from gitcp.api.routes import ROUTES, description
from tests.api.company import RUN
from tests.api.served import Served

jsonschema = pytest.importorskip("jsonschema")

DOCUMENT = description()


def every(value: Any, key: str) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from (part for name, part in value.items() if name == key)
        for part in value.values():
            yield from every(part, key)
    elif isinstance(value, list):
        for part in value:
            yield from every(part, key)


def entries() -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, entry)
        for path, methods in DOCUMENT["paths"].items()
        for method, entry in methods.items()
    ]


def test_it_is_served(served: Served) -> None:
    assert served.get("/v1/openapi.json") == (200, DOCUMENT)


def test_it_is_the_same_each_time_and_json() -> None:
    assert json.dumps(description.__wrapped__()) == json.dumps(DOCUMENT)
    assert DOCUMENT["openapi"] == "3.1.0"


def test_every_reference_leads_somewhere() -> None:
    for reference in every(DOCUMENT, "$ref"):
        place: Any = DOCUMENT
        for part in reference.removeprefix("#/").split("/"):
            place = place[part]

        assert isinstance(place, dict)


def test_every_route_is_described() -> None:
    described = {(method.upper(), path) for path, method, _ in entries()}
    routes = {(route.method, route.path) for route in ROUTES} - {("POST", "/v1/operations/{operation}")}
    operations = {("POST", f"/v1/operations/{name}") for name in OFFERED}

    assert described == routes | operations


def test_every_entry_has_its_own_name_a_summary_and_all_refusals() -> None:
    names = [entry["operationId"] for _, _, entry in entries()]

    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"\w+", name) for name in names)
    assert all(entry["summary"] for _, _, entry in entries())
    assert all({"200", "401", "403", "409", "422"} <= set(entry["responses"]) for _, _, entry in entries())


def test_every_variable_of_a_path_is_a_parameter() -> None:
    for path, _, entry in entries():
        named = {p["name"] for p in entry.get("parameters", []) if p["in"] == "path"}

        assert named == set(re.findall(r"{(\w+)}", path))


@pytest.mark.parametrize("name", sorted(OFFERED))
def test_an_operation_takes_exactly_its_fields(name: str) -> None:
    entry = DOCUMENT["paths"][f"/v1/operations/{name}"]["post"]
    reference = entry["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    schema = DOCUMENT["components"]["schemas"][reference.rpartition("/")[2]]

    assert set(schema["properties"]) == set(OFFERED[name].model_fields)
    assert schema["additionalProperties"] is False


def test_every_call_needs_the_token() -> None:
    assert DOCUMENT["security"] == [{"token": []}]
    assert DOCUMENT["components"]["securitySchemes"]["token"] == {"type": "http", "scheme": "bearer"}


def schema_of(path: str, method: str = "get") -> dict[str, Any]:
    schema = DOCUMENT["paths"][path][method]["responses"]["200"]["content"]["application/json"]["schema"]
    return {**schema, "components": DOCUMENT["components"]}


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/v1/me", "/v1/me"),
        ("/v1/inbox", "/v1/inbox"),
        ("/v1/brief", "/v1/brief"),
        ("/v1/tasks", "/v1/tasks"),
        ("/v1/tasks/{task}", "/v1/tasks/CI-0001"),
        ("/v1/tasks/{task}/documents/{document}", "/v1/tasks/CI-0001/documents/plan"),
        ("/v1/runs/{run}", f"/v1/runs/{RUN}"),
    ],
)
def test_an_answer_has_exactly_the_shape_that_is_described(served: Served, path: str, asked: str) -> None:
    served.post("/v1/operations/document.write", {"task": "CI-0001", "document": "plan", "text": "A plan."})
    served.post("/v1/operations/comment.create", {"task": "CI-0001", "body": "Begun."})
    status, found = served.get(asked)

    name = schema_of(path)["$ref"].rpartition("/")[2]
    assert status == 200
    jsonschema.Draft202012Validator(schema_of(path)).validate(found)
    assert set(found) == set(DOCUMENT["components"]["schemas"][name]["properties"])


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/operations/comment.create", {"task": "CI-0001", "body": "Begun."}),
        ("/v1/operations/task.block", {"task": "CI-0001", "reason": "No key"}),
        ("/v1/run/finish", {"summary": "done"}),
        ("/v1/run/block", {"reason": "No key", "waits_for": "alex"}),
        ("/v1/run/continue", {}),
        ("/v1/run/cost", {"usd": 0.5, "tokens": 9}),
    ],
)
def test_a_receipt_has_the_shape_that_is_described(served: Served, path: str, body: dict[str, Any]) -> None:
    status, found = served.post(path, body)

    assert status == 200
    jsonschema.Draft202012Validator(schema_of(path, "post")).validate(found)


def test_a_problem_has_the_shape_that_is_described(served: Served) -> None:
    _, found = served.get("/v1/tasks/CI-9999")

    jsonschema.Draft202012Validator(DOCUMENT["components"]["schemas"]["Problem"]).validate(found)


def test_a_runner_starts_without_what_only_a_description_needs() -> None:
    seldom = ["gitcp.api.descriptions", "gitcp.api.openapi", "gitcp.api.shapes", "mcp", "starlette"]
    code = f"import sys, gitcp.control.runner; print([name for name in {seldom} if name in sys.modules])"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"
