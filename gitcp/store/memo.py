"""The records that a process has validated already."""

import pickle
from collections.abc import Mapping
from typing import Final

from gitcp.model.base import Record

MOST: Final = 20_000
_OPEN: Final = 8  # packs that are open at a time


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


Key = tuple[str, str]
"""Kind and id of a record."""


class Answers:
    """The records of one state that were asked for last, no more than `most` at a time."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: dict[Key, Found] = {}

    def get(self, key: Key) -> Found | None:
        """Return what is known of a record, or none if nothing is."""
        return self._held.get(key)

    def keep(self, key: Key, found: Found) -> Found:
        """Know a record until too many others are."""
        if len(self._held) >= self._most:
            self._held.clear()
        self._held[key] = found
        return found


class Ahead:
    """Records that were read before anybody asked, no more than `most`: the first `plain` of them as they are, and others packed.

    A pack is of records that are asked for together. It takes a seventh of their room, and is opened in a tenth of the time
    in which they are read again; with that in which it is packed it is a third.
    """

    def __init__(self, most: int, plain: int = MOST) -> None:
        self._most_plain = plain
        self._most = most
        self._plain: dict[Key, Found] = {}
        self._packs: list[bytes] = []
        self._pack_of: dict[Key, int] = {}
        self._open: dict[int, Mapping[Key, Found]] = {}

    def get(self, key: Key) -> Found | None:
        """Return a record, or none if it is not held."""
        pack = self._pack_of.get(key)
        return self._plain.get(key) if pack is None else self._opened(pack)[key]

    def keep(self, found: Mapping[Key, Found]) -> None:
        """Know some records from now on, if there is room."""
        plain, packed = len(self._plain), len(self._pack_of)
        if plain + packed + len(found) > self._most:
            return
        if not packed and plain + len(found) <= self._most_plain:
            self._plain.update(found)
        else:
            self._pack_of.update(dict.fromkeys(found, len(self._packs)))
            self._packs.append(pickle.dumps(found, pickle.HIGHEST_PROTOCOL))

    def _opened(self, pack: int) -> Mapping[Key, Found]:
        opened = self._open.get(pack)
        if opened is None:
            if len(self._open) >= _OPEN:
                del self._open[next(iter(self._open))]
            opened = self._open[pack] = pickle.loads(self._packs[pack])  # noqa: S301 - packed here
        return opened
