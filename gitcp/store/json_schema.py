"""The schema of every kind of file as JSON Schema (draft 2020-12), so that editors complete and check."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from gitcp.model.base import Record
from gitcp.model.company import Company
from gitcp.model.kinds import KINDS
from gitcp.model.members import Agent, Person
from gitcp.model.tasks import Counter, Document
from gitcp.store.layout import MEMBER

_DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
_REFERENCE: Final = "#/$defs/{model}"
_LIMITS: Final = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum"}
_UNTOLD: Final = frozenset({"max_digits", "decimal_places"})
# What a file must say although the model has a default for it.
_REQUIRED: Final[dict[type[Record], set[str]]] = {Agent: {"kind"}, Person: {"kind"}, Company: {"format"}}
_NO_YAML: Final = (Agent, Person, Counter, Document)


def schemas() -> dict[str, dict[str, Any]]:
    """Return the schemas by kind, `member` for org/; each has the name of its file, such as `task.schema.json`, as its `$id`."""
    kinds = {name: _of_record(kind) for name, kind in KINDS.items() if kind not in _NO_YAML}
    return {name: _named(name, schema) for name, schema in sorted({**kinds, MEMBER: _of_member()}.items())}


class _Generator(GenerateJsonSchema):
    """Pydantic's generator, with numbers as YAML has them: a decimal is a number, never a string."""

    def decimal_schema(self, schema: core_schema.DecimalSchema) -> JsonSchemaValue:  # noqa: ARG002
        return {"type": "number"}

    def encode_default(self, dft: Any) -> Any:
        return _number(dft) if isinstance(dft, Decimal) else super().encode_default(dft)

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        made = super().default_schema(schema)
        return {key: value for key, value in made.items() if key != "default" or _is_telling(value)}


def _of_record(kind: type[Record]) -> dict[str, Any]:
    schema = _tidied(kind.model_json_schema(schema_generator=_Generator, ref_template=_REFERENCE))
    required = {name for name in schema["required"] if name != "id"} | _REQUIRED.get(kind, set())
    properties = {name: part for name, part in schema["properties"].items() if name != "id"}
    return {**schema, "properties": properties, "required": [name for name in properties if name in required]}


def _of_member() -> dict[str, Any]:
    schemas_of = {kind: _of_record(kind) for kind in (Agent, Person)}
    definitions: dict[str, Any] = {}
    for kind, schema in schemas_of.items():
        definitions |= schema.pop("$defs", {}) | {kind.__name__: schema}
    return {
        "title": "Member",
        "description": "A member of the org chart: `org/<id>.yaml`.",
        "oneOf": [{"$ref": _REFERENCE.format(model=kind.__name__)} for kind in schemas_of],
        "$defs": definitions,
    }


def _named(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"$schema": _DRAFT, "$id": f"{name}.schema.json", **schema}


def _tidied(part: Any) -> Any:
    """Return a schema with the names of JSON Schema for limits, closed where pydantic leaves keys open."""
    if isinstance(part, list):
        return [_tidied(each) for each in part]
    if not isinstance(part, Mapping):
        return part
    tidied = {_LIMITS.get(key, key): _tidied(inner) for key, inner in part.items() if key not in _UNTOLD}
    return {**tidied, "additionalProperties": False} if "patternProperties" in tidied else tidied


def _is_telling(default: Any) -> bool:
    return default is not None and not isinstance(default, Mapping | list)


def _number(value: Decimal) -> int | float:
    return int(value) if value == int(value) else float(value)
