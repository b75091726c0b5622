"""Verifying a stretch of history: admission, and what only an audit looks at, one commit after another.

Rule: what a stretch needs of what came before is its root's tree and what stood refused there; so stretches can be verified apart, and joined.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from gitcp.audit.act import Act, deeds_of
from gitcp.audit.finding import Finding, Weight
from gitcp.audit.rules import CHECKS
from gitcp.audit.standing import Refused, Standing, copied
from gitcp.audit.world import World
from gitcp.core.admission import judge
from gitcp.core.identity import keys_that_count, who_made
from gitcp.model.actors import SCHEDULER_EMAIL
from gitcp.model.change import RecordChange
from gitcp.model.chronicle import Chronicle, Passage
from gitcp.model.guards import Policy
from gitcp.model.problem import Problem, Severity

Progress = Callable[[int], None]
"""Told how many commits were verified since it was told last."""

_POLICIES: Final = "policies/"
_TOLD: Final = 100
# How operations keep books follows from what else they do.
_BOOKS: Final = frozenset({"run", "ledger", "counter"})


@dataclass(frozen=True, slots=True)
class Trace:
    """What of a commit is held against commits far from it: its request, and the policies that it put in force."""

    commit: str
    at: datetime
    request: str | None
    policies: tuple[tuple[str, str], ...] = ()
    is_merge: bool = False


@dataclass(slots=True)
class Stretch:
    """What was found in a stretch, and what its successor needs to know."""

    findings: list[Finding] = field(default_factory=list)
    traces: list[Trace] = field(default_factory=list)
    standing: dict[str, Refused] = field(default_factory=dict)
    commits: int = 0


def verify(
    chronicle: Chronicle,
    commits: Sequence[str],
    standing: Standing | None = None,
    progress: Progress | None = None,
) -> Stretch:
    """Verify what came after the first of these commits, which is believed; `standing` is what stood refused at it."""
    walk = _Walk(chronicle, commits[0], copied(standing.paths if standing else {}))
    done = Stretch()
    for commit in commits[1:]:
        done.findings += walk.step(commit, done.traces)
        done.commits += 1
        if progress is not None and done.commits % _TOLD == 0:
            progress(_TOLD)
    if progress is not None:
        progress(done.commits % _TOLD)
    done.standing = walk.standing.paths
    return done


class _Walk:
    def __init__(self, chronicle: Chronicle, root: str, standing: Standing) -> None:
        self._chronicle = chronicle
        self.standing = standing
        self._world = World(chronicle.opening(root), chronicle.read)
        standing.resume(self._world)
        self._world.revision = root
        self._at = chronicle.at(root)
        self._places: dict[str, int] = {root: 0}

    def step(self, commit: str, traces: list[Trace]) -> Iterator[Finding]:
        world = self._world
        passage = self._chronicle.passage(commit)
        changes = self.standing.changes(passage, world)
        keys = keys_that_count(world, changes)
        if keys is not None:
            passage = replace(passage, entry=self._chronicle.signed(passage.entry, keys))
        who = who_made(world, passage.entry)
        is_by_scheduler = passage.entry.committer_email == SCHEDULER_EMAIL and who.doubt is None
        problems = [] if is_by_scheduler else list(judge(passage.entry, changes))
        refused = frozenset(p.path for p in problems if p.severity is Severity.ERROR)
        traces.append(_trace(passage, refused))
        stood = {path: refused.found for path, refused in self.standing.paths.items()}
        act = Act(passage, world, who, self._at, refused, deeds_of(passage, world), stood)
        found = [finding for check in CHECKS for finding in check(act)]
        found += _refusals(act, problems) if not is_by_scheduler else self._of_scheduler(act)
        if is_by_scheduler:
            self.standing.take_as_given(passage, world)
        else:
            self.standing.take(passage, world, problems, self._chronicle.guards)
        self._at, world.revision = passage.entry.at, commit
        self._places[commit] = len(self._places)
        return iter(found)

    def _of_scheduler(self, act: Act) -> Iterator[Finding]:
        for touched in act.passage.touched:
            if touched.path in self.standing.paths:
                found = "a change on top of what was refused"
                yield act.broken(
                    "admission/laundered", touched.path, "what stands refused", found, weight=Weight.NOTE
                )
        yield from self._admitted(act)
        yield from _bypassed(act)

    def _admitted(self, act: Act) -> Iterator[Finding]:
        said, base = act.passage.entry.trailers.get("Gitcp-Admitted"), self.standing.base
        if said is None or base is None:
            return
        named = next((place for name, place in self._places.items() if name.startswith(said)), None)
        if named is not None and named > self._places.get(base, 0):
            yield act.broken("admission/too-far", "", f"{base} or before it", said)


def _trace(passage: Passage, refused: frozenset[str]) -> Trace:
    entry = passage.entry
    policies = tuple(
        (touched.path, touched.after.blob if touched.after else "")
        for touched in passage.touched
        if touched.path.startswith(_POLICIES) and touched.path not in refused
    )
    return Trace(
        entry.revision, entry.at, entry.trailers.get("Gitcp-Request"), policies, len(entry.parents) > 1
    )


def _refusals(act: Act, problems: Sequence[Problem]) -> Iterator[Finding]:
    for problem in problems:
        if problem.severity is Severity.ERROR:
            told = f"{problem.where}: {problem.message}" if problem.where else problem.message
            yield act.broken(
                "admission/refused", problem.path, "a change that is admitted", told, weight=Weight.NOTE
            )


def _bypassed(act: Act) -> Iterator[Finding]:
    """Ask the policies about what an agent did, or the scheduler for a person, as the door asks them."""
    if not act.world.all(Policy) or act.world.member(act.actor) is None:
        return
    changes = [_as_change(act, deed.path) for deed in act.deeds if deed.kind not in _BOOKS]
    for problem in judge(act.passage.entry, [change for change in changes if change is not None]):
        if problem.severity is Severity.ERROR:
            yield act.broken("policy/bypassed", problem.path, "what the policies allow", problem.message)


def _as_change(act: Act, path: str) -> RecordChange | None:
    deed = next(deed for deed in act.deeds if deed.path == path)
    left, came = deed.left, deed.came
    if deed.is_archiving or deed.is_return:
        return None
    return RecordChange(
        path, deed.kind, deed.id, deed.before, deed.after, act.world,
        base=left.blob if left else None, blob=came.blob if came else None,
    )  # fmt: skip
