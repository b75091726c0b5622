"""Two states of a record, field by field."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel

from gitcp.core.differences.phrases import NAMES_ALONE, label, lines, listed, said
from gitcp.core.views.plain import plain
from gitcp.model.base import Record

_LONG: Final = 80
# What a field is called where its own name says less, or more than is needed.
_LABELS: Final[Mapping[tuple[str, str], str]] = {
    ("task", "status"): "",
    ("new-task", "status"): "",
    ("run", "status"): "",
    ("approval", "status"): "",
    ("goal", "status"): "",
    **{("budget", f"limits.{metric}"): metric for metric in ("usd", "usd_imputed", "tokens", "runs", "minutes")},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that differs: the way to it (`limits.usd`), what it was and is, and both in words."""

    field: str
    before: Any
    after: Any
    words: str


def field_changes(before: Record, after: Record) -> tuple[FieldChange, ...]:
    """Return what differs between two states of a record; nothing exactly where they are equal."""
    if before == after:
        return ()
    if type(before) is not type(after):
        words = f"was of kind {before.kind}, is of kind {after.kind}"
        return (FieldChange("kind", before.kind, after.kind, words),)
    found = tuple(_of_models(after.kind, "", before, after))
    # Something differs: that nothing of it can be told must not look as if nothing did.
    return found or (FieldChange("", None, None, "changed"),)


def _of_models(kind: str, prefix: str, before: BaseModel, after: BaseModel) -> Iterator[FieldChange]:
    for name, info in type(after).model_fields.items():
        field = f"{prefix}{info.serialization_alias or name}"
        was, now = getattr(before, name), getattr(after, name)
        yield from _of_names(field, was, now) if name in NAMES_ALONE else _of_values(kind, field, was, now)


def _of_names(field: str, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[FieldChange]:
    for key in sorted({*before, *after}):
        if before.get(key) != after.get(key):
            verb = "changed" if key in before and key in after else "added" if key in after else "removed"
            yield FieldChange(f"{field}.{said(key)}", None, None, f"{label(field)} {said(key)} {verb}")


def _of_values(kind: str, field: str, before: Any, after: Any) -> Iterator[FieldChange]:
    if before == after:
        return
    if isinstance(before, BaseModel) and type(before) is type(after):
        yield from _of_models(kind, f"{field}.", before, after)
    elif isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in (*before, *(key for key in after if key not in before)):
            yield from _of_values(kind, f"{field}.{said(key)}", before.get(key), after.get(key))
    else:
        name = _LABELS.get((kind, field), label(field))
        yield FieldChange(field, _shown(before), _shown(after), _words(name, before, after))


def _shown(value: Any) -> Any:
    found = plain(value)
    if not isinstance(value, BaseModel):
        return found
    return {key: sorted(part) if key in NAMES_ALONE else part for key, part in found.items()}


def _words(name: str, before: Any, after: Any) -> str:
    if isinstance(before, tuple | list) and isinstance(after, tuple | list):
        return _of_lists(name, before, after)
    if _is_long(before) or _is_long(after):
        return _of_texts(name, before, after)
    return f"{name} {said(before)} → {said(after)}".strip()


def _of_lists(name: str, before: Sequence[Any], after: Sequence[Any]) -> str:
    gone, come = _left_over(before, after), _left_over(after, before)
    told = [f"{sign} {listed(values)}" for sign, values in (("+", come), ("-", gone)) if values]
    return f"{name} {'; '.join(told)}" if told else f"{name} in another order"


def _left_over(values: Sequence[Any], others: Sequence[Any]) -> list[Any]:
    known = Counter(repr(plain(other)) for other in others)
    left: list[Any] = []
    for value in values:
        key = repr(plain(value))
        known[key] -= 1
        if known[key] < 0:
            left.append(value)
    return left


def _is_long(value: Any) -> bool:
    return isinstance(value, str) and (len(value) > _LONG or "\n" in value)


def _of_texts(name: str, before: Any, after: Any) -> str:
    if before is None:
        return f"{name} added ({lines(str(after))})"
    if after is None:
        return f"{name} removed ({lines(str(before))})"
    was, now = lines(str(before)), lines(str(after))
    return f"{name} rewritten ({now})" if was == now else f"{name} rewritten ({was} → {now})"
