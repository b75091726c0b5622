"""Files as they are to become, read as records before anything is written."""

from collections.abc import Callable, Mapping

from gitcp.model.change import RecordChange, blob_of
from gitcp.model.snapshot import Snapshot
from gitcp.store.judging import record_change
from gitcp.store.objects import Objects
from gitcp.store.readings import FileReading, read_leaf
from gitcp.store.trees import FileChange, Leaf

Admitted = Callable[[FileChange], FileReading]
"""Read what was last admitted at the path of a change."""


def proposed(
    objects: Objects, admitted: Admitted, tree: str | None, texts: Mapping[str, str | None], known: Snapshot
) -> list[RecordChange]:
    """Return what files would come to as records, had they these texts; what is admitted already is left out."""
    blobs = {blob_of(text): text.encode() for text in texts.values() if text is not None}

    def data(oid: str) -> bytes:
        return blobs[oid] if oid in blobs else objects.data(oid)

    found: list[RecordChange] = []
    for path, text in texts.items():
        before = admitted(FileChange(path, objects.leaf(tree, path), None))
        reading = read_leaf(path, None if text is None else Leaf(blob_of(text)), data)
        if reading.place is not None and _oid(reading) != _oid(before):
            found.append(record_change(reading.place, before, reading, known))
    return found


def _oid(reading: FileReading) -> str | None:
    return reading.leaf.oid if reading.leaf else None
