"""JSON files as text, and the schema that all of them keep."""

import json
from collections.abc import Callable, Iterable
from functools import cache
from typing import Annotated, Any, Final

from pydantic import Field, TypeAdapter

from gitcp.dashboard.kinds import Extra, Kind, single
from gitcp.dashboard.register import Register
from gitcp.dashboard.surfaces.files import SurfaceFile
from gitcp.dashboard.surfaces.record_files import BESIDE
from gitcp.dashboard.surfaces.site_file import (
    SCHEMA,
    SITE,
    data_path,
    shard_path,
    shards,
    site_file,
    tasks_file,
)

_ADAPTERS: Final[dict[type[Any], TypeAdapter[Any]]] = {}


def surfaces(kinds: Iterable[Kind]) -> tuple[Extra, ...]:
    """Return the JSON beside pages of these kinds, the company in one file, and the schema."""
    return (
        single(SITE, lambda register: dumped(site_file(register))),
        single(SCHEMA, lambda _: schema()),
        Extra("tasks-data", shards, shard_path, lambda register, name: dumped(tasks_file(register, name))),
        *(_beside(kind, BESIDE[kind.name]) for kind in kinds if kind.name in BESIDE),
    )


def _beside(kind: Kind, make: Callable[[Register, str, str], Any]) -> Extra:
    def write(register: Register, name: str) -> bytes | None:
        found = make(register, name, kind.path(name))
        return None if found is None else dumped(found)

    return Extra(f"{kind.name}-data", kind.names, lambda name: data_path(kind.path(name)), write)


def dumped(file: Any) -> bytes:
    """Return a file as JSON in one line, with a newline at its end."""
    kind = type(file)
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind].dump_json(file, by_alias=True) + b"\n"


@cache
def schema() -> str:
    """Return the JSON Schema of every file, told apart by `kind`."""
    every: TypeAdapter[Any] = TypeAdapter(Annotated[SurfaceFile, Field(discriminator="kind")])
    found = every.json_schema(by_alias=True, mode="serialization")
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "gitcp's dashboard as JSON"}
    return json.dumps(head | found, indent=1, sort_keys=True) + "\n"
