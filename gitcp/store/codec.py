"""Records as files and back: the one door to YAML for everything else.

Formats: every record is a YAML 1.2 file (`yaml_reader` says what of YAML is read), except documents, whose file is their text, and counters,
whose file is a number. Reading never raises: what is wrong is a problem with its line.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Final

from pydantic import ValidationError

from gitcp.errors import FormatVersionError, RecordError
from gitcp.model.base import Record, Value
from gitcp.model.company import Company
from gitcp.model.kinds import KINDS
from gitcp.model.members import Agent, Person
from gitcp.model.problem import Problem
from gitcp.model.tasks import Counter, Document
from gitcp.store.faults import Fault
from gitcp.store.format_version import check_format, check_parsed_format
from gitcp.store.layout import MEMBER, Place
from gitcp.store.retelling import bad_choice, quoted, retell, unknown_key
from gitcp.store.shapes import Keys, attribute_names, has_free_parts, same, settle_free, slots_of
from gitcp.store.yaml_editor import edit
from gitcp.store.yaml_reader import Parsed, not_utf8, parse, too_large
from gitcp.store.yaml_shortcut import Flow, values_of
from gitcp.store.yaml_tree import Mapping, Scalar, line_of, value_of
from gitcp.store.yaml_writer import document, to_data

__all__ = ["Reading", "check_format", "locate", "read", "rewrite", "write"]

MAX_DOCUMENT_BYTES: Final = 1024 * 1024
MAX_PROBLEMS: Final = 100
_REMEMBERED: Final = 1_000
_COUNTER = re.compile(rb"\s*([0-9]{1,9})\s*")
_MEMBERS: Final[dict[str, type[Record]]] = {Agent.kind: Agent, Person.kind: Person}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file says: its record, or the problems because of which there is none."""

    record: Record | None
    problems: tuple[Problem, ...] = ()


def read(place: Place, data: bytes) -> Reading:
    """Read a record from the bytes of its file. Never raises for what is in the file: all that is wrong is returned."""
    if place.kind == Document.kind:
        return _read_document(place, data)
    if place.kind == Counter.kind:
        return _read_counter(place, data)
    record = _read_shortly(place, data)
    return Reading(record) if record else _read_fully(place, data)


def _read_shortly(place: Place, data: bytes) -> Record | None:
    """Return the record of a file that is short to read and without fault; of any other file, none."""
    values = None if place.kind == Company.kind else values_of(data)
    if values is None:
        return None
    word = values.get("kind")
    model = KINDS.get(place.kind) or (_MEMBERS.get(word) if isinstance(word, str) else None)
    if model is None or not attribute_names(model).isdisjoint(values):
        return None
    try:
        return _record(place.id, model, values if has_free_parts(model) else values | _parts(model, values))
    except ValidationError:
        return None


def _parts(model: type[Record], values: dict[str, Any]) -> dict[str, Value]:
    """Return the parts of a record that are a line each."""
    kinds = _kinds_of_parts(model)
    return {
        key: _part(kinds[key], value) for key, value in values.items() if type(value) is Flow and key in kinds
    }


@cache
def _kinds_of_parts(model: type[Record]) -> dict[str, type[Value]]:
    slots = slots_of(model)
    return {key: slot.shape.model for key, slot in slots.items() if isinstance(slot.shape, Keys)}


# Limits and reservations are the same in run after run, and took a third of the time of a run. Nobody can change a value.
@lru_cache(_REMEMBERED)
def _part(kind: type[Value], values: Flow) -> Value:
    return kind.model_validate(values)


def _read_fully(place: Place, data: bytes) -> Reading:
    parsed = parse(data)
    faults = [*parsed.faults]
    if not isinstance(parsed.root, Mapping):
        return _broken(place, place.kind, faults or [_not_a_mapping(parsed)])
    model = _model(place, parsed.root, faults)
    if model is None or (model.kind == "company" and _format_fault(parsed, faults)):
        return _broken(place, place.kind, faults)
    record = _validated(place.id, model, parsed.root, faults)
    return _broken(place, model.kind, faults) if record is None or faults else Reading(record)


def write(record: Record) -> str:
    """Return the text of a new file for a record: UTF-8, line feeds.

    Raises:
        RecordError: the file could not be read again: too large, nested too deep, a key too long.
    """
    if isinstance(record, Document):
        return record.text
    text = f"{record.next}\n" if isinstance(record, Counter) else document(to_data(record))
    return _checked(text, record)


def rewrite(text: str, before: Record, after: Record) -> str:
    """Return the text of a record's file with what differs between two states changed, and every other line as it was.

    Args:
        text: the file, which reads as `before`; byte order mark and line ends as in its bytes.
        before: the record that the text holds.
        after: the record that the result holds.

    Raises:
        RecordError: the text does not read as `before`, or the result could not be read again.
    """
    if isinstance(after, Document):
        return after.text
    if isinstance(after, Counter):
        return _checked(re.sub(r"[0-9]+", str(after.next), text, count=1), after)
    parsed = parse(text.encode())
    if parsed.faults or not isinstance(parsed.root, Mapping):
        raise RecordError(
            f"{after.kind} {after.id}: its file cannot be edited while it is broken", hint="run `gitcp check`"
        )
    for edited in edit(parsed.source, parsed.root, before, after):
        if _reads_as(edited, after):
            return edited
    write(after)
    raise RecordError(
        f"{after.kind} {after.id}: its file does not hold what is to be changed",
        hint="read it again, then try again",
    )


def locate(data: bytes, where: str) -> int:
    """Return the line of a way down into a file (`heartbeat.cron`, `blocked_by[2]`), or of the nearest thing above; 0 if unreadable."""
    root = parse(data).root
    return line_of(root, where) if root else 0


def _read_document(place: Place, data: bytes) -> Reading:
    if len(data) > MAX_DOCUMENT_BYTES:
        return _broken(place, place.kind, [too_large(len(data), MAX_DOCUMENT_BYTES)])
    try:
        return Reading(Document(id=place.id, text=data.decode()))
    except UnicodeDecodeError as error:
        return _broken(place, place.kind, [not_utf8(data, error)])
    except ValidationError as error:
        faults = [
            Fault(0, "", fault.message, "shorten the document")
            for fault in retell(error, Scalar("", "|", 0, 0, 1), Document)
        ]
        return _broken(place, place.kind, faults)


def _read_counter(place: Place, data: bytes) -> Reading:
    match = _COUNTER.fullmatch(data)
    if match:
        return Reading(Counter(id=place.id, next=int(match[1])))
    found = quoted(data[:80].decode(errors="replace").strip())
    fault = Fault(
        1, "", f"expected the next number of the project alone, found {found}", "write a number such as 29"
    )
    return _broken(place, place.kind, [fault])


def _broken(place: Place, kind: str, faults: list[Fault]) -> Reading:
    path = place.path or place.expected_path
    return Reading(None, tuple(fault.at(path, (kind, place.id)) for fault in sorted(faults[:MAX_PROBLEMS])))


def _not_a_mapping(parsed: Parsed) -> Fault:
    if parsed.root is None:
        return Fault(
            0,
            "",
            "the file is empty, expected keys and values",
            "write `key: value` lines, or delete the file",
        )
    found = "text" if isinstance(parsed.root, Scalar) else "a list"
    return Fault(parsed.root.line, "", f"expected keys and values, found {found}", "write `key: value` lines")


def _model(place: Place, root: Mapping, faults: list[Fault]) -> type[Record] | None:
    if place.kind != MEMBER:
        return KINDS[place.kind]
    entry = root.entry("kind")
    if entry is None:
        faults.append(
            Fault(root.line, "kind", "missing key `kind`", f"add `kind:` with one of {', '.join(_MEMBERS)}")
        )
        return None
    key, node = entry
    word = node.value if isinstance(node, Scalar) else ""
    if word not in _MEMBERS:
        message, hint = bad_choice(word, _MEMBERS)
        faults.append(Fault(key.line, "kind", message, hint))
    return _MEMBERS.get(word)


def _format_fault(parsed: Parsed, faults: list[Fault]) -> bool:
    try:
        check_parsed_format(parsed)
    except FormatVersionError as error:
        line = line_of(parsed.root, "format") if parsed.root else 0
        message = error.message.removeprefix("gitcp.yaml: format: ")
        faults.append(Fault(line, "format", message, error.hint or ""))
        return True
    return False


def _validated(record_id: str, model: type[Record], root: Mapping, faults: list[Fault]) -> Record | None:
    values = value_of(root)
    for name in attribute_names(model) & values.keys():
        # Pydantic would take an attribute's name as well as its key in YAML.
        key = root.entry(name)
        faults.append(unknown_key(name, key[0].line if key else 0, name, slots_of(model)))
        del values[name]
    try:
        return _record(record_id, model, values)
    except ValidationError as error:
        known = {fault.line for fault in faults}
        faults.extend(fault for fault in retell(error, root, model) if fault.line not in known)
        return None


def _record(record_id: str, model: type[Record], values: dict[str, Any]) -> Record:
    if has_free_parts(model):
        values = settle_free(values, Keys(model))
    return model.model_validate({**values, "id": record_id})


def _reads_as(text: str, record: Record) -> bool:
    reading = read(Place(_place_kind(record), record.id, path="file"), text.encode())
    return reading.record is not None and same(reading.record, record)


def _checked(text: str, record: Record) -> str:
    reading = read(Place(_place_kind(record), record.id, path="its file"), text.encode())
    if reading.record is None:
        problem = reading.problems[0]
        raise RecordError(f"{record.kind} {record.id}: cannot be written: {problem}", hint=problem.hint)
    return text


def _place_kind(record: Record) -> str:
    return MEMBER if record.kind in _MEMBERS else record.kind
