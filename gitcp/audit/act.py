"""One commit as rules see it: who did what, to which records, and on which state."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from gitcp.audit.finding import Finding, Weight
from gitcp.audit.world import World
from gitcp.core.identity import Who
from gitcp.model.actors import SCHEDULER_EMAIL
from gitcp.model.base import Record
from gitcp.model.chronicle import Held, Passage
from gitcp.model.operation import SCHEDULER
from gitcp.model.snapshot import R


@dataclass(frozen=True, slots=True)
class Deed:
    """What a commit did to one record, wherever its file lay; a move within a folder is a change.

    `left` and `came`: the files before and after; `before` and `after`: what they say, archived or not, none where there is none or it is broken.
    """

    kind: str
    id: str
    left: Held | None
    came: Held | None
    before: Record | None
    after: Record | None

    @property
    def path(self) -> str:
        """Where to look."""
        held = self.came or self.left
        return held.path if held else ""

    @property
    def is_archiving(self) -> bool:
        """Whether it went into the archive."""
        return self.came is not None and self.came.archived and not (self.left and self.left.archived)

    @property
    def is_return(self) -> bool:
        """Whether it came back from the archive."""
        return (
            self.left is not None and self.left.archived and self.came is not None and not self.came.archived
        )


@dataclass(frozen=True)
class Act:
    """One commit. `refused`: paths that admission refuses in it; `parent_at`: when its first parent was committed.

    `standing`: what the tree held before it where a change stands refused; the world may show there what was last admitted.
    """

    passage: Passage
    world: World
    who: Who
    parent_at: datetime | None = None
    refused: frozenset[str] = frozenset()
    deeds: tuple[Deed, ...] = ()
    standing: Mapping[str, Held | None] = field(default_factory=dict)

    @property
    def commit(self) -> str:
        """Its name."""
        return self.passage.entry.revision

    def holds(self, path: str) -> Held | None:
        """Return the file that its tree has at a path."""
        for touched in self.passage.touched:
            if touched.path == path:
                return touched.after
        return self.standing[path] if path in self.standing else self.world.at(path)

    @property
    def trailers(self) -> dict[str, str]:
        """What it says of itself."""
        return dict(self.passage.entry.trailers)

    @cached_property
    def operation(self) -> str:
        """The operation that it says it is; empty for none."""
        return self.passage.entry.trailers.get("Gitcp-Op", "")

    @property
    def actor(self) -> str:
        """Who it says acted."""
        return self.passage.entry.trailers.get("Gitcp-Actor", SCHEDULER)

    @cached_property
    def is_by_scheduler(self) -> bool:
        """Whether the scheduler made it, as far as that is believed: at the level `signed` by its signature alone."""
        return self.passage.entry.committer_email == SCHEDULER_EMAIL and self.who.doubt is None

    def of(self, kind: type[R]) -> Iterator[tuple[Deed, R | None, R | None]]:
        """Yield what it did to records of a kind."""
        for deed in self.deeds:
            before = deed.before if isinstance(deed.before, kind) else None
            after = deed.after if isinstance(deed.after, kind) else None
            if before is not None or after is not None:
                yield deed, before, after

    def broken(
        self, rule: str, path: str, expected: str, found: str, *, weight: Weight | None = None
    ) -> Finding:
        """Return a finding; what admission refuses had no effect, and is a note."""
        heavy = Weight.NOTE if path and path in self.refused else Weight.VIOLATION
        return Finding(self.commit, rule, path, expected, found, weight or heavy)


def deeds_of(passage: Passage, world: World) -> tuple[Deed, ...]:
    """Return what a commit did, record by record, to what was in force before it."""
    left: dict[tuple[str, str], Held] = {}
    came: dict[tuple[str, str], Held] = {}
    for touched in passage.touched:
        if touched.before is not None and touched.before.kind:
            left[touched.before.key] = touched.before
        if touched.after is not None and touched.after.kind:
            came[touched.after.key] = touched.after
    return tuple(_deed(world, left.get(key), came.get(key)) for key in {**left, **came})


def _deed(world: World, left: Held | None, came: Held | None) -> Deed:
    held = came or left
    assert held is not None
    is_move = left is not None and came is not None and left.blob == came.blob
    # Where a change stands refused a guard says what it was admitted with, and the world shows that.
    before = world.record(world.at(left.path)) if left else None
    after = before if is_move else world.record(came)
    record = after or before
    return Deed(record.kind if record else held.kind, held.id, left, came, before, after)
