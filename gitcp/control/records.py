"""Telling from an id what it names."""

from gitcp.errors import UnknownRecordError
from gitcp.model.kinds import KINDS
from gitcp.model.snapshot import Snapshot


def kind_of(snapshot: Snapshot, record_id: str) -> str:
    """Return the kind of the record that has this id.

    Raises:
        UnknownRecordError: no record has it.
    """
    for name, kind in KINDS.items():
        if snapshot.get(kind, record_id) is not None:
            return name
    raise UnknownRecordError(
        f"{record_id} is the id of no record", hint="tasks are named like CI-0028, members like riley"
    )
