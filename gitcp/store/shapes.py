"""The shape of records as the codec needs it: which keys a mapping has, in which order, and what is below each."""

import types
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from gitcp.model.base import Value
from gitcp.model.company import Company
from gitcp.model.guards import Approval, Ledger
from gitcp.model.members import Agent, Person
from gitcp.model.runs import Run
from gitcp.model.tasks import Task
from gitcp.store.yaml_scalars import settle

# Written even where they hold the default: what tells a file apart, and what operations flip.
_ALWAYS: Final[dict[type[BaseModel], str]] = {
    Agent: "type",
    Person: "type",
    Company: "format",
    Task: "status",
    Run: "status",
    Approval: "status",
    Ledger: "entries",
}
_ARGV: Final = frozenset({"command", "verify"})


@dataclass(frozen=True, slots=True)
class Leaf:
    """A scalar, with the words that it may be if they are few."""

    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Free:
    """Anything that YAML can say."""


@dataclass(frozen=True, slots=True)
class Many:
    """A list."""

    item: "Shape"


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping with keys of the writer's choice."""

    value: "Shape"


@dataclass(frozen=True, slots=True)
class Keys:
    """A mapping with the keys of a model."""

    model: type[Value]

    @property
    def slots(self) -> "dict[str, Slot]":
        """The keys, in the order of the model."""
        return slots_of(self.model)


@dataclass(frozen=True, slots=True)
class OneOf:
    """A mapping whose `type` says which model it is."""

    models: tuple[tuple[str, type[Value]], ...]

    @property
    def tags(self) -> tuple[str, ...]:
        """What `type` may be."""
        return tuple(tag for tag, _ in self.models)

    def chosen(self, tag: object) -> "Shape":
        """Return the shape that a tag stands for."""
        return next((Keys(model) for name, model in self.models if name == tag), Leaf())


Shape = Leaf | Free | Many | Table | Keys | OneOf


@dataclass(frozen=True, slots=True)
class Slot:
    """One key of a model. `name` is the attribute; `is_argv`: it holds the words of command lines."""

    name: str
    key: str
    required: bool
    default: Any
    always: bool
    is_argv: bool
    shape: Shape

    def is_written(self, value: Any) -> bool:
        """Whether a new file has this key for a value."""
        return self.required or self.always or value != self.default

    def is_blank(self, value: Any) -> bool:
        """Whether a value says the same as a missing key, and would say nothing."""
        nothing = value is None or value in ((), {}) or isinstance(value, Value)
        return not self.required and not self.always and nothing and value == self.default


@cache
def slots_of(model: type[Value]) -> dict[str, Slot]:
    """Return the keys of a model by their names in YAML, in order; the id is none of them."""
    fields = {name: info for name, info in model.model_fields.items() if not info.exclude}
    return {info.alias or name: _slot(model, name, info) for name, info in fields.items()}


@cache
def has_free_parts(model: type[Value]) -> bool:
    """Return whether some value of a model may be anything."""
    return _is_free(Keys(model))


@cache
def attribute_names(model: type[Value]) -> frozenset[str]:
    """Return the names of attributes that are no keys in YAML: the id, and what goes by an alias."""
    slots = slots_of(model)
    return frozenset(model.model_fields) - slots.keys()


def settle_free(value: Any, shape: Shape) -> Any:
    """Resolve plain scalars to numbers, truth values and nothing where a value may be anything."""
    if isinstance(shape, Free):
        return settle(value)
    if isinstance(shape, OneOf) and isinstance(value, dict):
        return settle_free(value, shape.chosen(value.get("type")))
    if isinstance(shape, Keys) and isinstance(value, dict):
        return {key: settle_free(inner, _shape_of_key(shape, key)) for key, inner in value.items()}
    if isinstance(shape, Table) and isinstance(value, dict):
        return {key: settle_free(inner, shape.value) for key, inner in value.items()}
    if isinstance(shape, Many) and isinstance(value, list):
        return [settle_free(inner, shape.item) for inner in value]
    return value


def same(left: Any, right: Any) -> bool:
    """Return whether two values are written alike: equal, and `1` is neither `true` nor `1.0`."""
    if isinstance(left, Value):
        return left == right and all(same(value, getattr(right, name)) for name, value in left)
    if isinstance(left, AnyMapping):
        return left == right and all(same(value, right[key]) for key, value in left.items())
    if isinstance(left, tuple | list):
        return left == right and all(map(same, left, right))
    return bool(left == right) and all(
        isinstance(left, kind) == isinstance(right, kind) for kind in (bool, float)
    )


def _shape_of_key(shape: Keys, key: str) -> Shape:
    slot = shape.slots.get(key)
    return slot.shape if slot else Leaf()


def _is_free(shape: Shape) -> bool:
    if isinstance(shape, Keys):
        return any(_is_free(slot.shape) for slot in shape.slots.values())
    if isinstance(shape, OneOf):
        return any(_is_free(Keys(model)) for _, model in shape.models)
    inner = shape.item if isinstance(shape, Many) else shape.value if isinstance(shape, Table) else None
    return isinstance(shape, Free) if inner is None else _is_free(inner)


def _slot(model: type[Value], name: str, info: FieldInfo) -> Slot:
    required = info.is_required()
    default = None if required else info.get_default(call_default_factory=True, validated_data={})
    shape = _shape(info.annotation)
    return Slot(name, info.alias or name, required, default, _ALWAYS.get(model) == name, name in _ARGV, shape)


def _shape(annotation: Any) -> Shape:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _shape(arguments[0])
    if origin in {Union, types.UnionType}:
        return _union([argument for argument in arguments if argument is not types.NoneType])
    if origin is tuple:
        return Many(_shape(arguments[0]))
    if origin is AnyMapping:
        return Table(_shape(arguments[1]))
    if origin is Literal:
        return Leaf(tuple(map(str, arguments)))
    return _plain_shape(annotation)


def _plain_shape(annotation: Any) -> Shape:
    if annotation is Any:
        return Free()
    if isinstance(annotation, type) and issubclass(annotation, Value):
        return Keys(annotation)
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return Leaf(tuple(str(member.value) for member in annotation))
    return Leaf()


def _union(members: list[Any]) -> Shape:
    if len(members) == 1:
        return _shape(members[0])
    tagged = [(tag, model) for model in members for tag in get_args(model.model_fields["type"].annotation)]
    return OneOf(tuple(tagged))
