"""What a called workflow is given: inputs and secrets that it declares, and no others."""

from collections.abc import Mapping
from typing import Any

from tests.workflows.runner.language import RefusedError
from tests.workflows.runner.reading import expect_known


def inputs_of(declared: Mapping[str, Any], given: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Return all declared inputs, those that were not given as their defaults.

    Raises:
        RefusedError: one is missing, strange or of another type.
    """
    expect_known(given, frozenset(declared), f"{where}: with")
    found: dict[str, Any] = {}
    kinds: dict[str, type | tuple[type, ...]] = {"string": str, "number": (int, float), "boolean": bool}
    for name, wanted in declared.items():
        value = given.get(name, wanted.get("default"))
        if value is None and wanted.get("required"):
            raise RefusedError(f"{where}: expected the input {name}, found nothing")
        if value is None:
            value = {"string": "", "number": 0, "boolean": False}[wanted["type"]]
        if not isinstance(value, kinds[wanted["type"]]):
            raise RefusedError(f"{where}: {name}: expected a {wanted['type']}, found {value!r}")
        found[name] = value
    return found


def secrets_of(declared: Mapping[str, Any], given: Mapping[str, str], where: str) -> dict[str, str]:
    """Return all declared secrets, those that were not given as nothing.

    Raises:
        RefusedError: one is missing or strange.
    """
    expect_known(given, frozenset(declared), f"{where}: secrets")
    lacking = [
        name for name, wanted in declared.items() if (wanted or {}).get("required") and not given.get(name)
    ]
    if lacking:
        raise RefusedError(f"{where}: expected the secrets {', '.join(lacking)}, found nothing")
    return {name: given.get(name, "") for name in declared}
