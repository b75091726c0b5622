"""Finding and making records so that what goes wrong is told in words."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import ValidationError

from gitcp.errors import RecordError, UnknownRecordError
from gitcp.model.base import Record
from gitcp.model.company import Company, SchedulerSettings
from gitcp.model.members import Member
from gitcp.model.snapshot import Snapshot

R = TypeVar("R", bound=Record)


def existing(snapshot: Snapshot, kind: type[R], record_id: str) -> R:
    """Return a record that must exist.

    Raises:
        UnknownRecordError: it does not; the hint names the nearest that does.
    """
    record = snapshot.get(kind, record_id)
    if record is None:
        raise UnknownRecordError(
            f"{kind.kind} {record_id} does not exist", hint=_nearest(snapshot, kind, record_id)
        )
    return record


def settings_of(snapshot: Snapshot) -> SchedulerSettings:
    """Return the company's settings of the scheduler; the defaults where `gitcp.yaml` cannot be read."""
    return snapshot.company.scheduler if snapshot.company else SchedulerSettings()


def existing_company(snapshot: Snapshot) -> Company:
    """Return the company, which must be readable.

    Raises:
        UnknownRecordError: it is not.
    """
    if snapshot.company is None:
        raise UnknownRecordError("gitcp.yaml cannot be read", hint="gitcp check")
    return snapshot.company


def existing_member(snapshot: Snapshot, member_id: str) -> Member:
    """Return a member that must exist.

    Raises:
        UnknownRecordError: there is no such agent or person.
    """
    member = snapshot.member(member_id)
    if member is None:
        near = get_close_matches(member_id, [m.id for m in snapshot.members()], n=1)
        hint = f"did you mean {near[0]}?" if near else "list the members with `gitcp org`"
        raise UnknownRecordError(f"member {member_id} does not exist", hint=hint)
    return member


def _nearest(snapshot: Snapshot, kind: type[R], record_id: str) -> str:
    near = get_close_matches(record_id, [record.id for record in snapshot.all(kind)], n=1)
    return f"did you mean {near[0]}?" if near else f"list them with `gitcp {kind.kind}`"


def made(kind: type[R], record_id: str, fields: dict[str, Any]) -> R:
    """Make a record from given fields.

    Raises:
        RecordError: they do not fit the schema.
    """
    _refuse_id(kind, record_id, fields)
    try:
        return kind(id=record_id, **fields)
    except ValidationError as error:
        raise _retold(kind.kind, record_id, error) from error


def changed(record: R, **changes: Any) -> R:
    """Return a record with some fields changed.

    Raises:
        RecordError: the result does not fit the schema.
    """
    _refuse_id(type(record), record.id, changes)
    try:
        return record.evolve(**changes)
    except ValidationError as error:
        raise _retold(record.kind, record.id, error) from error


def _refuse_id(kind: type[Record], record_id: str, fields: Mapping[str, Any]) -> None:
    if "id" in fields:
        raise RecordError(
            f"{kind.kind} {record_id}: id: expected no such field, the id is the name of the file",
            hint=f"`gitcp schema {kind.kind}` prints what may stand in it",
        )


def _retold(kind: str, record_id: str, error: ValidationError) -> RecordError:
    first = error.errors(include_url=False)[0]
    where = ".".join(str(part) for part in first["loc"]) or "the record"
    found = repr(first["input"])
    shown = found if len(found) <= 80 else f"{found[:77]}…"  # noqa: PLR2004 — what fits a line
    said = str(first["msg"]).removeprefix("Value error, ")
    hint = f"`gitcp schema {kind}` prints what may stand in it"
    return RecordError(f"{kind} {record_id}: {where}: {said}, found {shown}", hint=hint)
