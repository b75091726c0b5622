"""What is published of the HTTP interfaces is what they are."""

import json
from pathlib import Path
from typing import Any

import pytest

from gitcp.api.refusals import STATUSES
from tests.api.reference import files

FILES = files()


@pytest.mark.parametrize("name", FILES)
def test_a_page_is_what_the_operations_say(project_root: Path, name: str) -> None:
    published = (project_root / name).read_text(encoding="utf-8")

    assert published == FILES[name], "write it anew: python -m tests.api.reference"


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".json")])
def test_a_client_can_be_made_from_a_description(name: str) -> None:
    document: dict[str, Any] = json.loads(FILES[name])
    answers = [
        entry["responses"]["200"]["content"]["application/json"]["schema"]
        for methods in document["paths"].values()
        for entry in methods.values()
        if entry["operationId"] not in {"openapi_json", "records_kind_id"}
    ]

    assert all("$ref" in answer or "anyOf" in answer for answer in answers)


def test_every_status_of_a_refusal_is_described() -> None:
    for name in (name for name in FILES if name.endswith(".json")):
        described = json.loads(FILES[name])["components"]["responses"]

        assert {str(status) for status in STATUSES.values()} <= set(described)
        assert all("application/problem+json" in answer["content"] for answer in described.values())
