"""What one commit did to one record."""

import hashlib
from dataclasses import dataclass

from gitcp.model.base import Record
from gitcp.model.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class RecordChange:
    """What a commit did to one record.

    `before` is what was last admitted, `known` the records as they were before the commit, good for as long as it is judged; guards show there what was last
    admitted. `base` and `blob`: the names of the files' contents. `is_broken`: there is a file after it, and it cannot be read. Archived records are not read.
    `is_mixed`: a merge made this content itself, none of the commits that it brings wrote it. `left`: where the file was, if it was moved here.
    """

    path: str
    kind: str
    id: str
    before: Record | None
    after: Record | None
    known: Snapshot
    is_broken: bool = False
    is_archived: bool = False
    base: str | None = None
    blob: str | None = None
    is_mixed: bool = False
    left: str | None = None


def blob_of(text: str) -> str:
    """Return the name that Git has for a file of this text."""
    data = text.encode()
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
