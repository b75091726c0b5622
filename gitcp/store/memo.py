"""The records that a process has validated already."""

from typing import Final

from gitcp.model.base import Record

MOST: Final = 20_000


class Memo:
    """Records by path and blob; no more than `most` of them are held at a time."""

    def __init__(self, most: int = MOST) -> None:
        self.most = most
        self._held: dict[tuple[str, str], Record] = {}

    def get(self, path: str, oid: str) -> Record | None:
        """Return the record of a path and a blob, or none if it is not known."""
        return self._held.get((path, oid))

    def keep(self, path: str, oid: str, record: Record) -> None:
        """Know a record from now on."""
        if len(self._held) >= self.most:
            self._held.clear()
        self._held[path, oid] = record
