"""Verifying the history of a control repository: from a root or from where it was verified last, on one core or on several.

What was verified is remembered in the machine's folder, outside of the repository: who rewrites the history cannot rewrite that.
"""

import json
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from typing import Final
from urllib.parse import quote

from gitcp.audit.finding import Finding, Weight
from gitcp.audit.joining import joined
from gitcp.audit.standing import Standing
from gitcp.audit.verdict import Memory, Verdict, worth_keeping
from gitcp.audit.verification import Stretch, Trace, verify
from gitcp.control.state import State, default_state, write_whole
from gitcp.errors import GitcpError
from gitcp.model.chronicle import Line
from gitcp.store.collector import without_collector
from gitcp.store.git_store import GitStore
from gitcp.store.passages import Passages

Progress = Callable[[int, int], None]
"""Told how many commits of how many are verified."""

# A stretch begins with reading the records at its root, which a few commits are not worth.
_LEAST: Final = 250


@dataclass(frozen=True, slots=True)
class Wish:
    """What to verify. `root`: which commit is believed, none: the first, or where it was verified last; `is_full`: not from there."""

    root: str | None = None
    to: str | None = None
    is_full: bool = False
    is_partial: bool = False
    jobs: int = 1


def verify_history(path: Path, wish: Wish, progress: Progress | None = None) -> Verdict:
    """Verify the record branch of the repository that a path lies in; nothing of the repository is changed.

    Raises:
        NotAControlRepositoryError: there is no repository.
        GitcpError: a named commit does not exist, or the root is not in the history of the tip.
    """
    with _opened(path) as (store, passages), without_collector():
        tip = passages.resolve(wish.to) if wish.to else store.tip()
        if not tip:
            raise GitcpError("the record branch has no commit yet", hint="gitcp init")
        place = _place(store)
        known = None if wish.root or wish.is_full or wish.to else _remembered(place)
        root = passages.resolve(wish.root) if wish.root else None
        verdict, memory = _Audit(path, passages, wish, progress).run(root, tip, known)
    if wish.to is None:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(place, json.dumps(memory.view()))
    return verdict


@contextmanager
def _opened(path: Path) -> Iterator[tuple[GitStore, Passages]]:
    with GitStore.open(path) as store, Passages.open(path) as passages:
        yield store, passages


def _place(store: GitStore) -> Path:
    folder = store.config("gitcp.state")
    place = Path(folder).expanduser() if folder else default_state(store.git_directory, os.environ)
    return State(store.root / place).folder / "audit" / f"{quote(store.branch, safe='')}.json"


def _remembered(place: Path) -> Memory | None:
    try:
        data = json.loads(place.read_text())
    except (OSError, ValueError):
        return None
    return Memory.of(data) if isinstance(data, dict) else None


@dataclass(frozen=True, slots=True)
class _Audit:
    path: Path
    passages: Passages
    wish: Wish
    progress: Progress | None

    def run(self, root: str | None, tip: str, known: Memory | None) -> tuple[Verdict, Memory]:
        line = self.passages.line(None, tip) if root is None else self.passages.line(root, tip)
        places = {commit: number for number, commit in enumerate(line.commits)}
        lost = known is not None and known.tip not in places
        begin = places.get(known.resume) if known is not None and not lost else None
        at = begin or 0
        stretch = self._verified(line.commits[at:])
        kept = known if begin is not None else None
        findings = [found for found in (kept.findings if kept else ()) if places.get(found.commit, 0) <= at]
        if lost and known is not None:
            findings.append(_rewritten(tip, known))
        findings += self._cut_off(line, root)
        traces = [*(kept.traces if kept else ()), *stretch.traces]
        findings = joined([*findings, *stretch.findings], traces)
        base = Standing(stretch.standing).base or tip
        first = kept.root if kept else line.commits[0]
        memory = Memory(first, tip, base, len(line.commits) - 1, tuple(findings), worth_keeping(traces))
        verdict = Verdict(
            first,
            tip,
            stretch.commits,
            tuple(findings),
            self._assurance(tip),
            at,
            line.is_cut_off and root is None,
        )
        return verdict, memory

    def _cut_off(self, line: Line, root: str | None) -> list[Finding]:
        if root is not None or not line.is_cut_off:
            return []
        weight = Weight.NOTE if self.wish.is_partial else Weight.VIOLATION
        commit = line.commits[0]
        return [
            Finding(
                commit,
                "history/cut-short",
                "",
                "the whole history",
                "a shallow clone that begins here",
                weight,
            )
        ]

    def _assurance(self, tip: str) -> str:
        company = next((h for h in self.passages.opening(tip) if h.kind == "company"), None)
        record = self.passages.read(company) if company else None
        trust = getattr(record, "trust", None)
        return str(trust.assurance) if trust else "local"

    def _verified(self, commits: Sequence[str]) -> Stretch:
        parts = _parts(commits, self.wish.jobs)
        if len(parts) == 1:
            return verify(self.passages, commits, progress=self._counting(len(commits) - 1))
        context = get_context("spawn")
        with ProcessPoolExecutor(len(parts), mp_context=context) as pool:
            waiting = [pool.submit(verify_part, str(self.path), part) for part in parts]
            tell = self._counting(len(commits) - 1)
            whole = Stretch()
            for part, each in zip(parts, waiting, strict=True):
                done = each.result()
                if whole.standing:  # it began as if nothing stood refused
                    done = verify(self.passages, part, Standing(whole.standing))
                whole = _after(whole, done)
                tell(done.commits)
        return whole

    def _counting(self, total: int) -> Callable[[int], None]:
        done = 0

        def tell(more: int) -> None:
            nonlocal done
            done += more
            if self.progress is not None:
                self.progress(done, total)

        return tell


def verify_part(path: str, commits: Sequence[str]) -> Stretch:
    """Verify a stretch in a process of its own, as if nothing stood refused at its beginning."""
    with Passages.open(Path(path)) as passages, without_collector():
        return verify(passages, commits)


def _parts(commits: Sequence[str], jobs: int) -> list[Sequence[str]]:
    """Split a line into stretches, each of which begins with the last commit of the one before."""
    steps = len(commits) - 1
    count = max(1, min(jobs, steps // _LEAST))
    cuts = [steps * number // count for number in range(count + 1)]
    return [commits[begin : end + 1] for begin, end in pairwise(cuts)]


def _after(whole: Stretch, part: Stretch) -> Stretch:
    traces: list[Trace] = [*whole.traces, *part.traces]
    return Stretch([*whole.findings, *part.findings], traces, part.standing, whole.commits + part.commits)


def _rewritten(tip: str, known: Memory) -> Finding:
    found = f"a history of {tip[:12]} without it"
    return Finding(tip, "history/rewritten", "", f"{known.tip}, which was verified before", found)
