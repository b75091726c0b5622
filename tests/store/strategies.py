"""Random records: a strategy for every kind, derived from the model's annotations."""

import re
import types
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from hypothesis import strategies as st
from pydantic import AwareDatetime, ValidationError
from pydantic.fields import FieldInfo

from gitcp.model.base import Record, Value
from gitcp.model.company import FORMAT_VERSION, Company
from gitcp.model.kinds import KINDS
from gitcp.model.tasks import Counter
from gitcp.store.layout import path_of, place_of

IDS = {
    "company": "gitcp",
    "agent": "riley",
    "person": "oscar",
    "goal": "quality",
    "project": "CI",
    "task": "CI-0028",
    "new-task": "CI/scan",
    "counter": "CI",
    "comment": "CI-0028/20261122T090000000Z-riley-1f3a",
    "document": "CI-0028/plan",
    "routine": "weekly-scan",
    "budget": "agent/riley",
    "policy": "releases",
    "approval": "AP-12",
    "wake": "riley/1f3a09c2",
    "run": "20261122T090000Z-riley",
    "ledger": "2026-11",
}

_FRAGMENTS = [
    "a", "b c", "no", "yes", "on", "null", "~", "", "12:30", "010", "0o17", "0x1f", "1_000", "1e3", ".5", "2026-11-20", "=", "<<",
    "- x", "? y", ": z", "a: b", "a:b", "a #b", "#c", "&d", "*e", "!f", "|", ">", "@g", "`h`", "%i", "{j}", "[k]", "l, m", "'n'", '"o"',
    "\\p", "---", "...", " ", "  ", "\t", "\n", "\n\n", "\r\n", "\r", "\x85", "\u2028", "\u2029", "\ufeff", "\xa0", "\u200d", "\x00",
    "\x7f", "\u202e", "é", "漢", "🦊", "\U000f0000", "\U000f0001", "\ufffd", "<<<<<<< x", "=======", "$q", "/r", "\\n", "key: |\n  x",
]  # fmt: skip

_NAMES = [
    "a", "riley", "r-2", "no", "null", "on", "a" * 60, "CI", "NO", "X1", "CI-0001", "NO-1", "CI-123456789", "20261122T090000Z-riley",
    "20261122T090000Z-riley.2", "0" * 40, "0123456789" * 4, "1e1" + "0" * 37, "a" * 40,
    "AP-1", "AP-12", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGFiYw==", "ABCDEF0123" * 4,
    "env:A_KEY", "file:~/key", "keyring:a/b c", "https://a.example:8443/x?y=z", "https://git.example.org/acme/company", "A_KEY",
]  # fmt: skip

nasty = st.lists(st.one_of(st.sampled_from(_FRAGMENTS), st.text(max_size=5)), max_size=8).map("".join)
prose = st.lists(
    st.sampled_from(["a", "word", "", "  indented", "# no comment", "- item", "x: y", " "]), max_size=6
).map("\n".join)
instants = st.integers(0, 4_000_000_000_000).map(
    lambda ms: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)
)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    nasty.filter(lambda t: "\ud800" not in t),
)
free = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(nasty, inner, max_size=3)),
    max_leaves=6,
)


@cache
def records(kind: type[Record]) -> st.SearchStrategy[Any]:
    """Records of one kind, all with the same id."""
    given: dict[str, st.SearchStrategy[Any]] = {"id": st.just(IDS[kind.kind])}
    if kind is Company:
        given["format"] = st.just(FORMAT_VERSION)
    if kind is Counter:
        given["next"] = st.integers(0, 999_999_999)
    return _values(kind, **given)


@cache
def any_record() -> st.SearchStrategy[Any]:
    """Records of every kind."""
    return st.one_of([records(kind) for kind in KINDS.values()])


def place(kind: type[Record]) -> Any:
    """The place of the records of a kind."""
    return place_of(path_of(kind, IDS[kind.kind]))


def _values(model: type[Value], **given: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    parts: dict[str, st.SearchStrategy[Any]] = dict(given)
    optional: dict[str, st.SearchStrategy[Any]] = {}
    for name, info in model.model_fields.items():
        if name not in given:
            (parts if info.is_required() else optional)[info.alias or name] = _field(info)
    return (
        st.fixed_dictionaries(parts, optional=optional).map(lambda fields: _valid(model, fields)).filter(bool)
    )


def _valid(model: type[Value], fields: dict[str, Any]) -> Any:
    try:
        return model.model_validate(fields)
    except ValidationError:
        return None


def _field(info: FieldInfo) -> st.SearchStrategy[Any]:
    return _of(info.annotation, info.metadata)


def _of(annotation: Any, metadata: list[Any]) -> st.SearchStrategy[Any]:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        inner = [
            part
            for extra in arguments[1:]
            for part in (extra.metadata if isinstance(extra, FieldInfo) else [extra])
        ]
        return _of(arguments[0], [*inner, *metadata])
    if origin in {Union, types.UnionType}:
        return st.one_of([_of(argument, metadata) for argument in arguments])
    if origin is tuple:
        return st.lists(_of(arguments[0], []), min_size=_limit(metadata, "min_length", 0), max_size=4)
    if origin is Mapping:
        keys = nasty if arguments[0] is str else _of(arguments[0], [])
        return st.dictionaries(keys, _of(arguments[1], []), max_size=3)
    return st.sampled_from(arguments) if origin is Literal else _leaf(annotation, metadata)


def _leaf(annotation: Any, metadata: list[Any]) -> st.SearchStrategy[Any]:
    if annotation is Any:
        return free
    if annotation is str:
        return _text(metadata)
    if annotation is int:
        return st.integers(_limit(metadata, "ge", -5), 10**12)
    if annotation is float:
        return st.floats(0, 1)
    if isinstance(annotation, type) and issubclass(annotation, Value):
        return _values(annotation)
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return st.sampled_from(list(annotation))
    plain = {
        bool: st.booleans(),
        AwareDatetime: instants,
        Decimal: st.decimals(0, 10**9, places=2),
        type(None): st.none(),
    }
    return plain[annotation]


def _text(metadata: list[Any]) -> st.SearchStrategy[str]:
    pattern = next((str(part.pattern) for part in metadata if getattr(part, "pattern", None)), None)
    if pattern is None:
        return st.one_of(nasty, prose)
    if "x00" not in pattern:
        return st.sampled_from([name for name in _NAMES if re.fullmatch(pattern, name)])
    return nasty.map(lambda text: re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", "", text)).filter(bool)


def _limit(metadata: list[Any], name: str, otherwise: int) -> int:
    return next(
        (getattr(part, name) for part in metadata if getattr(part, name, None) is not None), otherwise
    )
