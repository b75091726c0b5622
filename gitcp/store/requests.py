"""Which requests the record branch has carried out already."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from gitcp.model.urgency import ticks
from gitcp.store import messages
from gitcp.store.objects import Commit

REMEMBERED: Final = timedelta(hours=24) // timedelta(microseconds=1)

SECOND: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Known:
    """The commit that carried a request out."""

    revision: str
    operation: str
    actor: str


class Requests:
    """The requests of the last 24 hours, and of the time since the oldest run that is still active was claimed."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def find(self, request: str) -> Known | None:
        """Return what carried a request out, or none."""
        row = self._connection.execute(
            "SELECT revision, operation, actor FROM requests WHERE request = ?", (request,)
        ).fetchone()
        return None if row is None else Known(*map(str, row))

    def remember(self, commits: Iterable[Commit]) -> None:
        """Keep the requests that commits, oldest first, say they carried out."""
        for commit in commits:
            said = messages.trailers(commit.message)
            if messages.REQUEST in said:
                self._connection.execute(
                    "INSERT OR IGNORE INTO requests VALUES (?, ?, ?, ?, ?)",
                    (
                        said[messages.REQUEST],
                        commit.oid,
                        said.get(messages.OPERATION, ""),
                        said.get(messages.ACTOR, ""),
                        ticks(commit.committer.at),
                    ),
                )

    def recall(self, newest_first: Iterable[Commit]) -> None:
        """Keep the requests of a history from its end back to as far as they count."""
        held: list[Commit] = []
        horizon: int | None = None
        for commit in newest_first:
            at = ticks(commit.committer.at)
            horizon = self._horizon(at) if horizon is None else horizon
            if at < horizon:
                break
            held.append(commit)
        self.remember(reversed(held))

    def forget(self, tip: Commit) -> None:
        """Drop the requests that count no more at a commit."""
        self._connection.execute(
            "DELETE FROM requests WHERE at < ?", (self._horizon(ticks(tip.committer.at)),)
        )

    def _horizon(self, tip: int) -> int:
        (oldest,) = self._connection.execute(
            "SELECT min(claimed_at) FROM records WHERE run_status = 'active'"
        ).fetchone()
        return min(tip - REMEMBERED, tip if oldest is None else int(oldest) - SECOND)
