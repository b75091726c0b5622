"""The histories that a test leaves, verified."""

from collections.abc import Iterator
from pathlib import Path

from gitcp.audit.finding import Finding
from gitcp.audit.joining import joined
from gitcp.audit.verification import verify
from gitcp.errors import GitcpError
from gitcp.store.passages import Passages


def findings_of(repository: Path, name: str = "HEAD") -> list[Finding]:
    """Verify all of a history."""
    with Passages.open(repository) as passages:
        done = verify(passages, passages.line(None, passages.resolve(name)).commits)
    return joined(done.findings, done.traces)


def violations_below(folder: Path) -> dict[Path, list[Finding]]:
    """Verify each history of a company below a folder; what cannot be opened has none."""
    found: dict[Path, list[Finding]] = {}
    seen: set[str] = set()
    for repository in _repositories(folder):
        try:
            tip = _tip_of_company(repository)
            if tip is None or tip in seen:
                continue
            seen.add(tip)
            heavy = [finding for finding in findings_of(repository) if finding.weight == "violation"]
        except GitcpError:  # a test broke it on purpose
            continue
        if heavy:
            found[repository] = heavy
    return found


def _repositories(folder: Path) -> Iterator[Path]:
    for head in sorted(folder.rglob("HEAD")):
        if (head.parent / "objects").is_dir() and head.is_file():
            yield head.parent


def _tip_of_company(repository: Path) -> str | None:
    with Passages.open(repository) as passages:
        tip = passages.resolve("HEAD")
        is_company = any(held.path == "gitcp.yaml" for held in passages.opening(tip))
    return tip if is_company else None
