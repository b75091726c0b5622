"""Rules as they are typed: a gate is its verdict, its operations and conditions, an access rule whom it lets, what, and conditions."""

import shlex
from collections.abc import Callable, Mapping
from typing import Any, Final

import click

from gitcp.cli.words import VERDICTS

Fields = dict[str, Any]

_LEAST: Final = 2


def _names(text: str) -> list[str]:
    return [name for name in text.split(",") if name]


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else -1


_OF_ACCESS: Final[Mapping[str, Callable[[str], Any]]] = {"projects": _names, "paths": _names}
_OF_GATE: Final[Mapping[str, Callable[[str], Any]]] = {
    **_OF_ACCESS,
    "who": _names,
    "unless": _names,
    "labels": _names,
    "priorities": _names,
    "above_usd": str,
    "approvers": _names,
    "quorum": _whole,
    "expires_days": _whole,
    "reason": str,
}


class GateText(click.ParamType[Fields]):
    """A gate: `approval agent.hire,agent.terminate approvers=owner reason='…'`."""

    name = "gate"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Fields:
        """Read the verdict, the operations and then fields."""
        verdict, operations, fields = _parts(self, value, "VERDICT OPERATIONS [FIELD=VALUE…]", _OF_GATE)
        if verdict not in VERDICTS:
            self.fail(f"expected {', '.join(VERDICTS)} at its start, found {verdict!r}", param, ctx)
        return {"operations": _names(operations), **fields, "verdict": verdict}


class AccessText(click.ParamType[Fields]):
    """An access rule: `lead task.*,comment.* projects=CI`."""

    name = "access rule"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Fields:
        """Read whom it lets, the operations and then fields."""
        who, operations, fields = _parts(self, value, "WHO OPERATIONS [FIELD=VALUE…]", _OF_ACCESS)
        return {"who": _names(who), "operations": _names(operations), **fields}


def _parts(
    kind: click.ParamType[Fields], value: Any, form: str, known: Mapping[str, Callable[[str], Any]]
) -> tuple[str, str, Fields]:
    try:
        words = shlex.split(str(value))
    except ValueError as error:
        kind.fail(f"expected {form} with its quotes closed, found {value!r}: {error}")
    if len(words) < _LEAST:
        kind.fail(f"expected {form}, found {value!r}")
    fields: Fields = {}
    for word in words[_LEAST:]:
        name, equals, text = word.partition("=")
        if not equals or name not in known:
            kind.fail(
                f"expected one of {', '.join(known)} with its value, such as projects=CI, found {word!r}"
            )
        fields[name] = known[name](text)
    return words[0], words[1], fields
