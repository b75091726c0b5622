"""Where a proposal meets what happened meanwhile: records that both sides changed, and ids that are taken."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from gitcp.core.differences import Pair, difference
from gitcp.core.differences.headlines import subject, title_of


class Collision(StrEnum):
    """What kind of meeting it is; the last one merges by itself."""

    TAKEN = "id taken"
    CONFLICT = "conflict"
    BOTH = "both sides"


@dataclass(frozen=True, slots=True)
class Meeting:
    """A record that the proposal and the branch both changed: what each did, and whether git can merge it."""

    collision: Collision
    kind: str
    id: str
    path: str
    here: str
    meanwhile: str

    @property
    def stops(self) -> bool:
        """Whether somebody has to solve it before it can be merged."""
        return self.collision is not Collision.BOTH


def meetings(here: Iterable[Pair], meanwhile: Iterable[Pair], unmerged: Collection[str]) -> Iterator[Meeting]:
    """Yield where two changes of one state meet; `unmerged` are the paths that git could not merge."""
    theirs: Mapping[tuple[str, str], Pair] = {(_kind(pair), pair.id): pair for pair in meanwhile}
    told: set[str] = set()
    for pair in here:
        other = theirs.get((_kind(pair), pair.id))
        if other is None or (pair.before, pair.after) == (other.before, other.after):
            continue
        told |= {pair.path, other.path}
        yield Meeting(
            _collision(pair, other, unmerged), pair.kind, pair.id, pair.path, _said(pair), _said(other)
        )
    for path in unmerged:
        if path not in told:
            yield Meeting(Collision.CONFLICT, "file", path, path, "changed", "changed otherwise")


def _kind(pair: Pair) -> str:
    return "member" if pair.kind in {"agent", "person"} else pair.kind


def _collision(pair: Pair, other: Pair, unmerged: Collection[str]) -> Collision:
    if pair.before is None and other.before is None and None not in (pair.after, other.after):
        return Collision.TAKEN
    stops = pair.path in unmerged or other.path in unmerged
    return Collision.CONFLICT if stops else Collision.BOTH


def _said(pair: Pair) -> str:
    if pair.is_broken:
        return "cannot be read"
    found = difference(pair.before, pair.after)
    if found is not None:
        return found.sentence.removeprefix(subject(pair.kind, pair.id)).lstrip(": ")
    record = pair.after or pair.before
    return f"only the wording of the file of {title_of(record) if record else pair.id} differs"
