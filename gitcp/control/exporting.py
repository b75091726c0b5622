"""Writing the evidence of a range of commits: a bundle that an auditor verifies alone, JSON lines, or a table."""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from gitcp.audit.bundle import Evidence, files, stream, sums, table
from gitcp.audit.log import Told
from gitcp.audit.world import World
from gitcp.control.auditing import Progress, Wish, verify_history
from gitcp.errors import GitcpError
from gitcp.model.history import Entry
from gitcp.model.runs import Run
from gitcp.store.git_store import GitStore
from gitcp.store.passages import Passages
from gitcp.store.remote import Git

_ENDS: Final = frozenset({"run.finish", "run.reap"})
# The first that a ZIP archive can say, so that the same files are the same archive.
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


class Form(StrEnum):
    """In which form evidence is written."""

    BUNDLE = "bundle"
    JSONL = "jsonl"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class Choice:
    """Which commits, by time or by name, and in which form. `after` is not part of it."""

    form: Form = Form.BUNDLE
    since: datetime | None = None
    until: datetime | None = None
    after: str | None = None
    to: str | None = None
    jobs: int = 1


def export(path: Path, choice: Choice, progress: Progress | None = None) -> tuple[bytes, Evidence]:
    """Return the evidence of the record branch of a repository, as a file's bytes and as values.

    Raises:
        GitcpError: a named commit does not exist, or git cannot be run.
    """
    with GitStore.open(path) as store, Passages.open(path) as passages:
        tip = passages.resolve(choice.to) if choice.to else store.tip()
        if not tip:
            raise GitcpError("the record branch has no commit yet", hint="gitcp init")
        entries = _entries(passages, choice, tip)
        last = entries[-1].revision if entries else tip
        state = World(passages.opening(last), passages.read)
        told = [_told(state, entry) for entry in entries]
        verdict = verify_history(path, Wish(to=last, jobs=choice.jobs), progress)
        evidence = Evidence(told, state, verdict)
        return _written(store, passages, choice.form, evidence), evidence


def _entries(passages: Passages, choice: Choice, tip: str) -> list[Entry]:
    commits = list(passages.line(None, tip).commits)
    first = passages.resolve(choice.after) if choice.after else None
    if first is not None and first not in commits:
        raise GitcpError(f"{choice.after}: is no commit of this history", hint="see `gitcp audit log --json`")
    wanted = commits[commits.index(first) + 1 :] if first is not None else commits
    entries = (passages.passage(commit).entry for commit in wanted)
    return [
        entry
        for entry in entries
        if (choice.since is None or entry.at >= choice.since)
        and (choice.until is None or entry.at < choice.until)
    ]


def _told(state: World, entry: Entry) -> Told:
    name = entry.trailers.get("Gitcp-Run") if entry.trailers.get("Gitcp-Op") in _ENDS else None
    run = state.get(Run, name) if name else None
    return Told(entry, run.usage.usd, run.usage.minutes) if run and run.usage else Told(entry)


def _written(store: GitStore, passages: Passages, form: Form, evidence: Evidence) -> bytes:
    match form:
        case Form.JSONL:
            return stream(evidence).encode()
        case Form.CSV:
            return table(evidence.told).encode()
        case Form.BUNDLE:
            held = {name: text.encode() for name, text in files(evidence).items()}
            held["history.bundle"] = _history(store, passages, evidence.verdict.tip)
            return _packed({**held, "SHA256SUMS": sums(held).encode()})


def _history(store: GitStore, passages: Passages, tip: str) -> bytes:
    """Return a bundle of the branch that holds a commit: git writes bundles of branches alone."""
    branches = (f"refs/heads/{store.branch}", f"refs/remotes/origin/{store.branch}", "HEAD")
    name = next((name for name in branches if passages.holds(name, tip)), "HEAD")
    with TemporaryDirectory(prefix="gitcp-") as folder:
        file = Path(folder) / "history.bundle"
        done = Git(store.git_directory).run("bundle", "create", "--quiet", str(file), name)
        if done.status:
            raise GitcpError(f"git bundle failed: {done.said.strip()}", hint="see `git fsck`")
        return file.read_bytes()


def _packed(held: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(held.items()):
            info = zipfile.ZipInfo(f"evidence/{name}", _EPOCH)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(info, data)
    return packed.getvalue()
