"""Admission over all history: which changes by hand stand refused, and what their records show meanwhile.

Rule: the same as the store's at every tick, so that an audit and a scheduler never differ about what was in force.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from gitcp.audit.world import World
from gitcp.model.base import Record
from gitcp.model.change import RecordChange, blob_of
from gitcp.model.chronicle import Held, Passage, Touched
from gitcp.model.guards import Approval, ApprovalStatus
from gitcp.model.problem import Problem, Severity

_POLICY: Final = frozenset({"policy"})


@dataclass(frozen=True, slots=True)
class Refused:
    """A path that stands: what was last admitted there, what its tree held, what it shows, and the commit before."""

    admitted: Held | None
    found: Held | None
    shown: Held | None
    base: str


@dataclass(slots=True)
class Standing:
    """The paths that do not hold what was last admitted there."""

    paths: dict[str, Refused] = field(default_factory=dict)

    @property
    def base(self) -> str | None:
        """The last commit at which nothing stood that stands now, or none if nothing does."""
        return next(iter(self.paths.values())).base if self.paths else None

    def admitted(self, touched: Touched) -> Held | None:
        """Return what was last admitted at a path."""
        found = self.paths.get(touched.path)
        return found.admitted if found else touched.before

    def take_as_given(self, passage: Passage, world: World) -> None:
        """Let a commit of the scheduler, or the root, be in force."""
        steps = []
        for touched in passage.touched:
            stood = self.paths.pop(touched.path, None)
            world.lift(touched.path)
            steps.append((stood.shown if stood else touched.before, touched.after))
        world.move(steps)
        for touched in passage.touched:
            if is_applied(world.record(touched.after)) and not is_applied(world.record(touched.before)):
                self._take_applied(world.record(touched.after), world)

    def _take_applied(self, approval: Record | None, world: World) -> None:
        """Let what was agreed to stand refused no more, where the file is what was agreed to."""
        for file in approval.change if isinstance(approval, Approval) else ():
            stood = self.paths.get(file.path)
            wanted = None if file.text is None else blob_of(file.text)
            if stood is not None and (stood.found.blob if stood.found else None) == wanted:
                del self.paths[file.path]
                world.lift(file.path)
                world.move([(stood.shown, stood.found)])

    def changes(self, passage: Passage, world: World) -> list[RecordChange]:
        """Return what a commit did to records, from what was last admitted."""
        changes = [
            _change(touched, admitted, world, is_mixed=touched.path in passage.mixed)
            for touched in passage.touched
            if _blob(admitted := self.admitted(touched)) != _blob(touched.after)
        ]
        return [change for change in changes if change.kind]

    def take(
        self, passage: Passage, world: World, problems: Sequence[Problem], guards: frozenset[str]
    ) -> None:
        """Let a commit by hand be in force, but for what is refused."""
        refused = {problem.path for problem in problems if problem.severity is Severity.ERROR}
        parent = passage.entry.parents[0] if passage.entry.parents else ""
        steps = []
        for touched in passage.touched:
            admitted, stood = self.admitted(touched), self.paths.pop(touched.path, None)
            shown, stands = _verdict(touched, admitted, world, guards, is_refused=touched.path in refused)
            if stands:
                base = stood.base if stood else self.base or parent
                self.paths[touched.path] = Refused(admitted, touched.after, shown, base)
                named = touched.after or admitted
                world.refuse(touched.path, named.key if named else ("", touched.path))
            else:
                world.lift(touched.path)
            steps.append((stood.shown if stood else touched.before, shown))
        world.move(steps)

    def resume(self, world: World) -> None:
        """Let a world that was opened at a tree show what these paths show."""
        for path, refused in self.paths.items():
            named = refused.found or refused.admitted
            world.refuse(path, named.key if named else ("", path))
        world.move([(refused.found, refused.shown) for refused in self.paths.values()])


def _verdict(
    touched: Touched, admitted: Held | None, world: World, guards: frozenset[str], *, is_refused: bool
) -> tuple[Held | None, bool]:
    found = touched.after
    is_broken = _is_broken(found, world) and world.record(admitted) is not None
    named = found or admitted
    keeps = named is not None and named.kind in (guards if is_refused else _POLICY if is_broken else ())
    stands = (is_refused or is_broken) and _blob(admitted) != _blob(found)
    return (admitted if keeps else found), stands


def is_applied(record: Record | None) -> bool:
    """Whether a record is an approval whose change is in the branch."""
    return isinstance(record, Approval) and record.status is ApprovalStatus.APPLIED


def _is_broken(held: Held | None, world: World) -> bool:
    return held is not None and not held.archived and world.record(held) is None


def _blob(held: Held | None) -> tuple[str, bool] | None:
    return (held.blob, held.is_strange) if held else None


def _change(touched: Touched, admitted: Held | None, world: World, *, is_mixed: bool) -> RecordChange:
    named = touched.after or touched.before or admitted
    before, after = (
        (None if h is None or h.archived else world.record(h)) for h in (admitted, touched.after)
    )
    return RecordChange(
        path=touched.path,
        kind=named.kind if named else "",
        id=named.id if named else "",
        before=before,
        after=after,
        known=world,
        is_broken=_is_broken(touched.after, world),
        is_archived=named is not None and named.archived,
        base=admitted.blob if admitted else None,
        blob=touched.after.blob if touched.after else None,
        is_mixed=is_mixed,
    )


def copied(paths: Mapping[str, Refused]) -> Standing:
    """Return a standing of its own that begins with these paths."""
    return Standing(dict(paths))
