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


Found = tuple[str, Record | None]
"""Where a record is, and the record; `NOTHING` of one that is not there."""

NOTHING: Final[Found] = ("", None)


class Answers:
    """The records of one state by kind and id: the last `most` that were asked for, and the first `ahead` that were read before anybody asked."""

    def __init__(self, most: int, ahead: int) -> None:
        self._most = most
        self._most_ahead = ahead
        self._asked: dict[tuple[str, str], Found] = {}
        self._ahead: dict[tuple[str, str], Found] = {}

    def get(self, kind: str, record_id: str) -> Found | None:
        """Return what is known of a record, or none if nothing is."""
        key = kind, record_id
        return self._asked.get(key) or self._ahead.get(key)

    def keep(self, kind: str, record_id: str, found: Found) -> Found:
        """Know a record until too many others are."""
        if len(self._asked) >= self._most:
            self._asked.clear()
        self._asked[kind, record_id] = found
        return found

    def hold(self, kind: str, record_id: str, found: Found) -> None:
        """Know a record from now on, if there is room."""
        if len(self._ahead) < self._most_ahead:
            self._ahead[kind, record_id] = found
