"""The published schemas agree with what is written and read."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from gitcp.model.base import Plain, Record
from gitcp.model.kinds import KINDS
from gitcp.model.tasks import Counter, Document
from gitcp.store import codec
from gitcp.store.json_schema import schemas
from gitcp.store.yaml_reader import parse
from gitcp.store.yaml_scalars import resolve
from gitcp.store.yaml_tree import value_of
from tests.store.strategies import any_record, place

jsonschema = pytest.importorskip("jsonschema")

SCHEMAS = schemas()


def test_there_is_a_schema_for_every_kind_of_yaml_file() -> None:
    assert set(SCHEMAS) == set(KINDS) - {"agent", "person", "counter", "document"} | {"member"}


@pytest.mark.parametrize("kind", sorted(SCHEMAS))
def test_a_schema_is_one_and_closed(kind: str) -> None:
    schema = SCHEMAS[kind]
    jsonschema.Draft202012Validator.check_schema(schema)

    assert (schema["$id"], schema["$schema"]) == (
        f"{kind}.schema.json",
        "https://json-schema.org/draft/2020-12/schema",
    )
    for part in [schema, *schema.get("$defs", {}).values()]:
        if part.get("type") == "object":
            assert part["additionalProperties"] is False
            assert part["description"]
        assert "id" not in part.get("properties", {})


@settings(max_examples=200, suppress_health_check=list(HealthCheck))
@given(any_record())
def test_what_is_written_fits_its_schema(record: Record) -> None:
    if isinstance(record, Counter | Document):
        return

    jsonschema.validate(in_yaml_1_2(codec.write(record)), SCHEMAS[place(type(record)).kind])


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("task", "title: x\n"),
        ("task", "title: x\ncreated: 2026-11-20T08:15:00Z\nid: CI-0028\n"),
        ("task", "title: x\ncreated: 2026-11-20T08:15:00Z\nassigne: riley\n"),
        ("member", "name: x\nruntime: {type: codex}\n"),
        ("member", "kind: robot\nname: x\n"),
        ("member", "kind: agent\nname: x\nruntime: {type: codx}\n"),
        ("member", 'kind: agent\nname: x\nruntime: {type: codex}\nlimits: {usd: "2"}\n'),
        ("member", "kind: agent\nname: x\nruntime: {type: codex}\nlimits: {usd: -1}\n"),
        ("company", "name: x\n"),
        ("company", "format: 1\nname: x\nrepositories: {Bad Name: {url: x}}\n"),
        ("budget", "period: month\nlimits: {}\nwarn_at: [80]\n"),
    ],
)
def test_what_does_not_fit_is_marked_in_an_editor_too(kind: str, text: str) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(in_yaml_1_2(text), SCHEMAS[kind])


def in_yaml_1_2(text: str) -> Any:
    parsed = parse(text.encode())
    assert parsed.root is not None
    return _resolved(value_of(parsed.root))


def _resolved(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _resolved(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_resolved(inner) for inner in value]
    return resolve(value) if isinstance(value, Plain) else value
