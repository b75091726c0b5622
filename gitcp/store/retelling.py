"""What does not fit the schema, told in the words of whoever wrote the file: pydantic's errors are never printed raw."""

import difflib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from gitcp.model.base import Line, Value
from gitcp.model.ids import ProjectKey, RunId, Sha, Slug, TaskId
from gitcp.store.faults import Fault
from gitcp.store.shapes import Free, Keys, Leaf, Many, OneOf, Shape, Table
from gitcp.store.yaml_tree import Mapping, Node, Scalar, Sequence, path_below, printable

_WORD_IN_QUOTES = re.compile(r"'([^']*)'")
_TIME: Final = "a time such as 2026-11-20T08:15:00Z"
_KEYS_AND_VALUES: Final = "keys and values"
_ALIKE: Final = 0.7

_EXPECTED: Final[dict[str, str]] = {
    "string_type": "text",
    "string_unicode": "text",
    "string_too_short": "text",
    "tuple_type": "a list",
    "dict_type": _KEYS_AND_VALUES,
    "mapping_type": _KEYS_AND_VALUES,
    "model_type": _KEYS_AND_VALUES,
    "model_attributes_type": _KEYS_AND_VALUES,
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_parsing_size": "a whole number that is smaller",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "decimal_type": "a number",
    "decimal_parsing": "a number",
    "finite_number": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "greater_than": "a number above {gt}",
    "greater_than_equal": "a number of at least {ge}",
    "less_than": "a number below {lt}",
    "less_than_equal": "a number of at most {le}",
    "decimal_max_digits": "a number of at most {max_digits} digits",
    "decimal_max_places": "a number with at most {decimal_places} digits after the point",
    "decimal_whole_digits": "a number with at most {whole_digits} digits before the point",
    "datetime_type": _TIME,
    "datetime_parsing": _TIME,
    "datetime_from_date_parsing": _TIME,
    "datetime_object_invalid": _TIME,
    "timezone_aware": f"{_TIME}, with its zone",
}


def _pattern(annotated: Any) -> str:
    return next(str(part.pattern) for part in get_args(annotated)[1].metadata if hasattr(part, "pattern"))


_PATTERNS: Final[dict[str, str]] = {
    _pattern(Slug): "an id of small letters, digits and single hyphens, such as riley",
    _pattern(ProjectKey): "a project's key of two to ten capital letters and digits, such as CI",
    _pattern(TaskId): "a task's id, such as CI-0028",
    _pattern(RunId): "a run's id, such as 20261122T090000Z-riley",
    _pattern(Sha): "a commit's 40 hexadecimal digits",
    _pattern(Line): "one line of text without control characters",
}


@dataclass(frozen=True, slots=True)
class _Spot:
    """A place in the file: the way to it, its line, what is there, what should be."""

    where: str
    line: int
    node: Node | None
    shape: Shape

    def below(self, step: str | int) -> "_Spot":
        where, shape = path_below(self.where, step), _shape_below(self.shape, step)
        if isinstance(step, int):
            items = self.node.items if isinstance(self.node, Sequence) else []
            node = items[step] if step < len(items) else None
            return _Spot(where, node.line if node else self.line, node, shape)
        entry = self.node.entry(step) if isinstance(self.node, Mapping) else None
        return _Spot(where, entry[0].line, entry[1], shape) if entry else _Spot(where, self.line, None, shape)


def retell(error: ValidationError, root: Node, model: type[Value]) -> list[Fault]:
    """Say every error of a validation as a fault at its line."""
    return [_fault(details, root, model) for details in error.errors(include_url=False)]


def unknown_key(key: str, line: int, where: str, known: Iterable[str]) -> Fault:
    """Say that a key is not known, and which one may be meant."""
    known = tuple(known)
    close = difflib.get_close_matches(key, known, n=1, cutoff=_ALIKE)
    if key == "id":
        hint = "remove it: the file's name is the id"
    elif close:
        hint = f"did you mean `{close[0]}`?"
    else:
        hint = f"known here: {', '.join(known)}" if known else "remove it"
    return Fault(line, where, f"unknown key `{printable(key)}`", hint)


def bad_choice(found: str, choices: Iterable[str]) -> tuple[str, str]:
    """Say that a word is none of those that it may be: message and hint."""
    choices = tuple(choices)
    close = difflib.get_close_matches(found, choices, n=1, cutoff=_ALIKE)
    words = f"one of {', '.join(choices)}" if len(choices) > 1 else f"`{choices[0]}`"
    shown = quoted(found) if found else "nothing"
    return f"expected {words}, found {shown}", f"did you mean `{close[0]}`?" if close else ""


def quoted(text: str) -> str:
    """Return a text as a message shows what was found."""
    return f"'{printable(text)}'"


def _fault(details: ErrorDetails, root: Node, model: type[Value]) -> Fault:
    spot = _Spot("", root.line, root, Keys(model))
    *above, last = details["loc"] or ("",)
    for step in above:
        spot = _follow(spot, step)
    if details["type"] == "extra_forbidden":
        below = spot.below(str(last))
        return unknown_key(str(last), below.line, below.where, _known(spot.shape))
    spot = _follow(spot, last) if details["loc"] else spot
    message, hint = _tell(details, spot)
    return Fault(spot.line, _where(details, spot), message, hint)


def _follow(spot: _Spot, step: str | int) -> _Spot:
    if isinstance(spot.shape, OneOf):
        return _Spot(spot.where, spot.line, spot.node, spot.shape.chosen(step))
    return spot if step == "[key]" else spot.below(step)


def _shape_below(shape: Shape, step: str | int) -> Shape:
    if isinstance(shape, Keys):
        slot = shape.slots.get(str(step))
        return slot.shape if slot else Leaf()
    if isinstance(shape, Many):
        return shape.item
    return shape.value if isinstance(shape, Table) else Free()


def _known(shape: Shape) -> Iterable[str]:
    return shape.slots if isinstance(shape, Keys) else ()


def _where(details: ErrorDetails, spot: _Spot) -> str:
    of_type = details["type"] in {"union_tag_invalid", "union_tag_not_found"} and isinstance(
        spot.node, Mapping
    )
    return path_below(spot.where, "type") if of_type else spot.where


def _tell(details: ErrorDetails, spot: _Spot) -> tuple[str, str]:
    teller = _TELLERS.get(details["type"])
    if teller:
        return teller(_Case(details, spot))
    expected = _EXPECTED.get(details["type"])
    if expected:
        return f"expected {expected.format(**details.get('ctx', {}))}, found {_found(spot.node)}", _hint(
            details, spot
        )
    message = details["msg"]
    return f"{message[:1].lower()}{message[1:]}, found {_found(spot.node)}", ""


def _found(node: Node | None) -> str:
    if isinstance(node, Scalar):
        return "nothing" if not node.style and not node.value else quoted(node.value)
    return "nothing" if node is None else "a list" if isinstance(node, Sequence) else _KEYS_AND_VALUES


def _hint(details: ErrorDetails, spot: _Spot) -> str:
    node = spot.node
    if not isinstance(node, Scalar):
        return ""
    if not node.style and not node.value:
        return "write a value, or remove the key"
    if isinstance(spot.shape, Many):
        key = "" if spot.where.endswith("]") else f"{spot.where.rpartition('.')[2]}: "
        return (
            f"write `{key}[{printable(node.value)}]`" if " " not in node.value else "write a list: `[…, …]`"
        )
    wants_text = details["type"].startswith("string")
    return "" if wants_text or node.style not in {"'", '"'} else "remove the quotes"


@dataclass(frozen=True, slots=True)
class _Case:
    """An error whose text depends on more than its type."""

    details: ErrorDetails
    spot: _Spot

    @property
    def context(self) -> dict[str, Any]:
        return self.details.get("ctx", {})


def _choice(case: _Case) -> tuple[str, str]:
    choices = _WORD_IN_QUOTES.findall(case.context.get("expected") or case.context.get("expected_tags", ""))
    found = case.spot.node.entry("type") if isinstance(case.spot.node, Mapping) else None
    node = found[1] if found else case.spot.node
    if isinstance(node, Scalar) and node.value:
        return bad_choice(node.value, choices)
    return f"expected one of {', '.join(choices)}, found {_found(node)}", ""


def _no_tag(case: _Case) -> tuple[str, str]:
    tags = case.spot.shape.tags if isinstance(case.spot.shape, OneOf) else ("…",)
    if isinstance(case.spot.node, Mapping):
        return "missing key `type`", f"add `type:` with one of {', '.join(tags)}"
    return f"expected {_KEYS_AND_VALUES}, found {_found(case.spot.node)}", f"such as {{type: {tags[0]}}}"


def _missing(case: _Case) -> tuple[str, str]:
    key = case.details["loc"][-1]
    choices = case.spot.shape.choices if isinstance(case.spot.shape, Leaf) else ()
    return f"missing key `{key}`", f"add `{key}:`" + (f" with one of {', '.join(choices)}" if choices else "")


def _unlike(case: _Case) -> tuple[str, str]:
    words = _PATTERNS.get(case.context["pattern"], f"text like {case.context['pattern']}")
    return f"expected {words}, found {quoted(str(case.details['input']))}", ""


def _length(case: _Case) -> tuple[str, str]:
    context, found = case.context, len(case.details["input"])
    most, number = "max_length" in context, context.get("max_length") or context["min_length"]
    thing = "character" if case.details["type"].startswith("string") else "item"
    things = thing if number == 1 else f"{thing}s"
    return f"expected at {'most' if most else 'least'} {number:,} {things}, found {found:,}", ""


def _own_words(case: _Case) -> tuple[str, str]:
    message = str(case.context.get("error", case.details["msg"]))
    found = f", found {_found(case.spot.node)}" if message.startswith("expected") else ""
    return message + found, _hint(case.details, case.spot)


_TELLERS: Final[dict[str, Callable[[_Case], tuple[str, str]]]] = {
    "enum": _choice,
    "literal_error": _choice,
    "union_tag_invalid": _choice,
    "union_tag_not_found": _no_tag,
    "missing": _missing,
    "string_pattern_mismatch": _unlike,
    "string_too_long": _length,
    "too_short": _length,
    "too_long": _length,
    "value_error": _own_words,
    "assertion_error": _own_words,
}
