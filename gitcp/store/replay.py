"""Bringing the cache to a commit: by the difference of two trees, or from the beginning.

Rule: both ways end with the same cache. With a judge, the commits of others are taken one by one, each on the state before it.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from gitcp.errors import NotAllowedError
from gitcp.model.change import RecordChange
from gitcp.model.company import FORMAT_VERSION
from gitcp.model.guards import Approval
from gitcp.model.problem import Problem
from gitcp.model.snapshot import Snapshot
from gitcp.store import messages, rows
from gitcp.store.admission import GUARDS, Judge, Standing, is_applied, judged
from gitcp.store.cache import Cache
from gitcp.store.filling import Progress, fill
from gitcp.store.judging import COMPANY, Judging, Pair
from gitcp.store.layout import place_of
from gitcp.store.objects import Commit, Objects
from gitcp.store.proposing import proposed
from gitcp.store.readings import FileReading, is_of_interest, read_leaf
from gitcp.store.requests import Requests
from gitcp.store.trees import FileChange, Leaf

Deepen = Callable[[], bool]
"""Fetch more of the history of a shallow clone; return whether that brought anything."""

_CUT_SHORT: Final = "cut short"
_FORMAT = re.compile(rb"^format:[ \t]*([0-9]{1,9})[ \t\r]*(?:#.*)?$", re.MULTILINE)


class Replay:
    """Moves a cache along the first parents of the record branch."""

    def __init__(
        self,
        cache: Cache,
        objects: Objects,
        git_dir: Path,
        judge: Judge | None,
        view: Callable[[], Snapshot],
        progress: Progress | None = None,
    ) -> None:
        self._git_dir = git_dir
        self._progress = progress
        self._cache = cache
        self._objects = objects
        self._judging = Judging(judge, objects, view) if judge else None

    @property
    def admitted(self) -> str | None:
        """The last commit up to which no refused change still stands; none if this process does not judge."""
        if self._judging is None:
            return None
        return self._standing.base or self._cache.revision or None

    def bring_to(self, tip: str, deepen: Deepen | None = None) -> None:
        """Make the cache hold a commit's records; empty for a branch without commits.

        Without `deepen` a shallow clone has to do as it is; the next call with it makes that good.

        Raises:
            FormatVersionError: the commit is of another format than this gitcp reads; the cache stays as it was.
        """
        with self._cache.transaction():
            known = None if deepen and self._cache.get(_CUT_SHORT) else self._cache.revision
            if known == tip:
                return
            later = self._since(known, tip) if known and tip else None
            if tip:
                self._check_format(tip)
            if later is None:
                self._build(tip, deepen)
            else:
                self._take_all(later)
                self._requests.remember(later)
                self._requests.forget(later[-1])

    def add(self, commit: Commit, changes: Sequence[FileChange]) -> Sequence[Problem]:
        """Take one commit on top of what the cache holds; return what the judge says of it."""
        self._requests.remember([commit])
        self._requests.forget(commit)
        return self._take_one(commit, changes)

    def ask(self, commit: Commit, changes: Sequence[FileChange]) -> Sequence[Problem]:
        """Return what the judge says of one commit on top of what the cache holds, and take nothing."""
        return () if self._judging is None else self._judging.problems(commit, self._pairs(changes))

    def proposed(
        self, tree: str | None, texts: Mapping[str, str | None], known: Snapshot
    ) -> list[RecordChange]:
        """Return what files would come to as records, had they these texts; what is admitted already is left out."""
        return proposed(self._objects, self._admitted, tree, texts, known)

    def expect_admitted(self, changes: Sequence[FileChange]) -> None:
        """Let nobody who is not judged write over what stands refused, but where a record shows what was last admitted anyway.

        Raises:
            NotAllowedError: a path stands.
        """
        for change in changes:
            place = place_of(change.path)
            if place is not None and place.kind not in GUARDS and self._standing.holds(change.path):
                raise NotAllowedError(
                    f"{change.path}: a change of it stands refused, and nothing is written over that",
                    hint="ask a person to take the change back or to have it admitted: gitcp check says what it lacks",
                )

    @property
    def _standing(self) -> Standing:
        return Standing(self._cache.writer)

    @property
    def _requests(self) -> Requests:
        return Requests(self._cache.writer)

    def _since(self, known: str, tip: str) -> list[Commit] | None:
        later: list[Commit] = []
        for commit in self._objects.first_parents(tip):
            if commit.oid == known:
                return later[::-1]
            later.append(commit)
        return None

    def _check_format(self, tip: str) -> None:
        leaf = self._objects.leaf(self._objects.commit(tip).tree, COMPANY)
        if leaf is None or leaf.oid == self._cache.get("format"):
            return
        data = self._objects.data(leaf.oid)
        said = _FORMAT.search(data)
        if said and int(said[1]) != FORMAT_VERSION:
            from gitcp.store.codec import check_format  # noqa: PLC0415 - see `readings`

            check_format(data)
        self._cache.set("format", leaf.oid)

    def _build(self, tip: str, deepen: Deepen | None) -> None:
        start, later = self._start(tip, deepen) if tip else (None, [])
        with self._cache.refilled():
            self._cache.set("revision", start.oid if start else "")
            if start is not None:
                fill(self._cache, self._objects, self._git_dir, start.tree, self._progress)
        rows.choose_all(self._cache.writer)
        if tip:
            self._check_format(tip)
            self._take_all(later)
            self._requests.recall(self._history(tip, deepen))

    def _start(self, tip: str, deepen: Deepen | None) -> tuple[Commit, list[Commit]]:
        """Return the commit to build from, up to which all is admitted, and those after it, oldest first."""
        if self._judging is None:
            return self._objects.commit(tip), []
        judging, said, wanted = self._judging, None, None
        later: list[Commit] = []
        for commit in self._history(tip, deepen):
            later.append(commit)
            if said is not None and wanted is not None and commit.oid.startswith(wanted):
                if judging.is_schedulers(said, self._company_at(commit)):
                    break
                said = wanted = None
            if wanted is None and messages.is_by_scheduler(commit):
                said, wanted = commit, messages.admitted(commit)
        start = later.pop()
        while later and judging.is_schedulers(later[-1], self._company_at(start)):
            start = later.pop()  # what it made is taken as it is
        return start, later[::-1]

    def _company_at(self, commit: Commit) -> Leaf | None:
        return self._objects.leaf(commit.tree, COMPANY)

    def _history(self, tip: str, deepen: Deepen | None) -> Iterator[Commit]:
        following: str | None = tip
        while following is not None:
            commit = None
            for commit in self._objects.first_parents(following):
                yield commit
            following = None
            if commit is not None and commit.parents:  # a shallow clone ends here
                if deepen is None:
                    self._cache.set(_CUT_SHORT, "yes")
                elif deepen():
                    following = commit.parents[0]

    def _take_all(self, commits: Iterable[Commit]) -> None:
        batch: list[Commit] = []
        company = self._company() if self._judging else None
        for commit in commits:
            if not self._is_given(commit, company):
                self._take_batch(batch)
                batch = []
                self._take_one(commit, self._changes(commit))
                company = self._company()
                continue
            batch.append(commit)
            if self._judging and self._objects.leaf(commit.tree, COMPANY) != company:
                self._take_batch(batch)  # from here on others may be believed
                batch = []
                company = self._company()
        self._take_batch(batch)

    def _is_given(self, commit: Commit, company: Leaf | None) -> bool:
        judging = self._judging
        return judging is None or (not self._standing and judging.is_schedulers(commit, company))

    def _take_batch(self, batch: Sequence[Commit]) -> None:
        if batch:
            self._take_as_given(batch[-1], self._changes(batch[-1]))

    def _changes(self, commit: Commit) -> list[FileChange]:
        known = self._cache.revision
        return list(self._objects.diff(self._objects.commit(known).tree if known else None, commit.tree))

    def _take_one(self, commit: Commit, changes: Sequence[FileChange]) -> Sequence[Problem]:
        judging = self._judging
        if judging is None or not commit.parents or judging.is_schedulers(commit, self._company()):
            self._take_as_given(commit, changes)
            return ()
        return self._take_judged(judging, commit, changes)

    def _company(self) -> Leaf | None:
        """Return what was last admitted of `gitcp.yaml`."""
        known = self._cache.revision
        here = self._objects.leaf(self._objects.commit(known).tree, COMPANY) if known else None
        return self._standing.admitted(COMPANY, here)

    def _take_as_given(self, commit: Commit, changes: Sequence[FileChange]) -> None:
        for change in changes:
            found = self._read(change.path, change.after)
            self._take_file(found)
            if is_applied(found.record) and not is_applied(self._read(change.path, change.before).record):
                self._take_applied(commit, found.record)
        self._cache.set("revision", commit.oid)

    def _take_applied(self, commit: Commit, approval: Approval) -> None:
        """Let what was agreed to stand refused no more, where the file is what was agreed to."""
        for file in approval.change:
            if self._standing.holds(file.path):
                leaf = self._objects.leaf(commit.tree, file.path)
                text = None if leaf is None else self._objects.data(leaf.oid)
                if text == (None if file.text is None else file.text.encode()):
                    self._take_file(self._read(file.path, leaf))

    def _take_file(self, found: FileReading) -> None:
        self._standing.lift(found.path)
        self._write(found, found)

    def _pairs(self, changes: Sequence[FileChange]) -> list[Pair]:
        return [(self._admitted(change), self._read(change.path, change.after)) for change in changes]

    def _take_judged(
        self, judging: Judging, commit: Commit, changes: Sequence[FileChange]
    ) -> Sequence[Problem]:
        pairs = self._pairs(changes)
        said = judging.problems(commit, pairs)
        problems = [replace(problem, commit=commit.oid, by=commit.author.name) for problem in said]
        for admitted, found in pairs:
            self._settle(commit, admitted, found, problems if found.leaf != admitted.leaf else ())
        changed = {change.path for change in changes}
        rows.put_problems(self._cache.writer, [p for p in problems if p.path not in changed], refused=True)
        self._cache.set("revision", commit.oid)
        return problems

    def _settle(
        self, commit: Commit, admitted: FileReading, found: FileReading, problems: Sequence[Problem]
    ) -> None:
        verdict = judged(found.path, admitted, found, problems)
        if verdict.stands:
            self._standing.add(found.path, admitted.leaf, commit.parents[0])
        else:
            self._standing.lift(found.path)
        self._write(verdict.shown, found, verdict.problems)

    def _admitted(self, change: FileChange) -> FileReading:
        return self._read(change.path, self._standing.admitted(change.path, change.before))

    def _read(self, path: str, leaf: Leaf | None) -> FileReading:
        if not is_of_interest(path, leaf):
            return FileReading(path, None, leaf)
        return read_leaf(path, leaf, self._objects.data)

    def _write(self, shown: FileReading, found: FileReading, refused: Sequence[Problem] = ()) -> None:
        writer = self._cache.writer
        rows.remove_path(writer, found.path)
        if shown.leaf is not None and shown.place is not None:
            rows.put_record(writer, shown.place, shown.leaf.oid, shown.record)
        rows.put_problems(writer, found.problems, refused=False)
        rows.put_problems(writer, refused, refused=True)
