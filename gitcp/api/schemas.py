"""JSON Schemas of what is taken and what is told, for the description.

Rule: what is told has every field, whatever its default; its schemas are named `…View`, so that they never meet those of what is taken.
"""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue, models_json_schema
from pydantic_core import core_schema

from gitcp.api.field_schemas import fields_of
from gitcp.api.shapes import Shape

Object = dict[str, Any]

TAKEN: Final = "#/components/schemas/{model}"
TOLD: Final = "#/components/schemas/{model}View"
_LIMITS: Final = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum"}
_UNTOLD: Final = frozenset({"max_digits", "decimal_places"})


class _Generator(GenerateJsonSchema):
    """Pydantic's generator, with decimals as the numbers that JSON has."""

    def decimal_schema(self, schema: core_schema.DecimalSchema) -> JsonSchemaValue:  # noqa: ARG002
        return {"type": "number"}

    def encode_default(self, dft: Any) -> Any:
        return float(dft) if isinstance(dft, Decimal) else super().encode_default(dft)


def taken(models: Sequence[type[BaseModel]]) -> Object:
    """Return the schemas of what callers send, by name; the `fields` of an operation are those of its record."""
    fields = {model: found for model in models if (found := fields_of(model)) is not None}
    records = dict.fromkeys(each.record for each in fields.values())
    _, made = models_json_schema(
        [(model, "validation") for model in [*models, *records]],
        ref_template=TAKEN,
        schema_generator=_Generator,
    )
    schemas: Object = _tidied(made.get("$defs", {}))
    for model, each in fields.items():
        schemas[each.name] = each.schema(schemas[each.record.__name__])
        schemas[model.__name__]["properties"]["fields"] = {"$ref": TAKEN.format(model=each.name)}
    for record in records:
        del schemas[record.__name__]
    return schemas


def own_schema(model: type[BaseModel]) -> Object:
    """Return the schema of what a caller sends, with all that it refers to."""
    schemas = taken([model])
    whole: Object = json.loads(json.dumps(schemas).replace(TAKEN.format(model=""), "#/$defs/"))
    own = {
        key: value for key, value in whole.pop(model.__name__).items() if key not in {"title", "description"}
    }
    return own | ({"$defs": whole} if whole else {})


def told(shapes: Sequence[type[BaseModel]]) -> Object:
    """Return the schemas of what is answered, by name."""
    every = list(dict.fromkeys(shape for each in shapes for shape in _within(each)))
    records = [shape.record for shape in every if shape.record is not None]
    models = list(dict.fromkeys([*shapes, *records]))
    _, found = models_json_schema(
        [(model, "serialization") for model in models], ref_template=TOLD, schema_generator=_Generator
    )
    schemas: Object = _tidied(found["$defs"])
    for shape in every:
        if shape.record is not None:
            own = schemas[shape.__name__]
            own["properties"] = schemas[shape.record.__name__]["properties"] | own["properties"]
    return {f"{name}View": _whole(schema) for name, schema in schemas.items()}


def _within(model: type[BaseModel]) -> list[type[Shape]]:
    """Return a shape and all shapes that it has parts of."""
    found = [model] if issubclass(model, Shape) else []
    for field in model.model_fields.values():
        found += [shape for part in _parts(field.annotation) for shape in _within(part)]
    return found


def _parts(annotation: Any) -> list[type[Shape]]:
    if isinstance(annotation, type) and issubclass(annotation, Shape):
        return [annotation]
    return [part for inner in getattr(annotation, "__args__", ()) for part in _parts(inner)]


def _tidied(part: Any) -> Any:
    """Return a schema with the names of JSON Schema for limits."""
    if isinstance(part, list):
        return [_tidied(each) for each in part]
    if not isinstance(part, Mapping):
        return part
    told = {_LIMITS.get(key, key): _tidied(inner) for key, inner in part.items() if key not in _UNTOLD}
    # Pydantic writes the limits of a decimal as text.
    return {
        key: float(inner) if key in _LIMITS.values() and isinstance(inner, str) else inner
        for key, inner in told.items()
    }


def _whole(schema: Object) -> Object:
    if "properties" not in schema:
        return schema
    properties = {
        name: {key: value for key, value in part.items() if key != "default"}
        for name, part in schema["properties"].items()
    }
    # More may be told by the next version; who reads an answer has to bear that.
    return {**schema, "properties": properties, "required": sorted(properties), "additionalProperties": True}
