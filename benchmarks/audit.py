"""How fast a history is verified: commits a second on one core, on several, and from where it was verified last.

    python benchmarks/audit.py [--commits N] [--jobs N] [--json]

A company works until its history is so long (see worked.py); then the history is verified. Beside it stands what one would do without
gitcp, measured in the same run: `git log -p` reads every change and judges none; `git fsck` checks that the objects are what their names
say. Needs git and an installed gitcp.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from worked import worked

from gitcp.audit.verdict import Verdict
from gitcp.control.auditing import Wish, verify_history


def measured(repository: Path, jobs: int) -> dict[str, Any]:
    """Verify a history in several ways; return the figures."""
    verdict, alone = _timed(lambda: verify_history(repository, Wish(is_full=True)))
    resident = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    _, again = _timed(lambda: verify_history(repository, Wish()))
    together, many = _timed(lambda: verify_history(repository, Wish(is_full=True, jobs=jobs)))
    assert isinstance(verdict, Verdict)
    assert together == verdict
    if not verdict.is_clean:
        raise SystemExit(f"the history is not clean: {verdict.violations[0]}")
    _, log = _timed(lambda: _git(repository, "log", "-p", "--first-parent", "main"))
    _, fsck = _timed(lambda: _git(repository, "fsck", "--full"))
    return {
        "commits": verdict.commits,
        "verify_s": round(alone, 2),
        "verify_commits_per_s": round(verdict.commits / alone),
        "jobs": jobs,
        "verify_parallel_commits_per_s": round(verdict.commits / many),
        "verify_again_ms": round(again * 1000, 1),
        "peak_mib": round(resident),
        "git_log_p_commits_per_s": round(verdict.commits / log),
        "git_fsck_commits_per_s": round(verdict.commits / fsck),
    }


def _timed(act: Callable[[], object]) -> tuple[object, float]:
    begin = time.perf_counter()
    result = act()
    return result, time.perf_counter() - begin


def _git(repository: Path, *arguments: str) -> None:
    subprocess.run(
        ["git", "-C", str(repository), *arguments],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description="How fast a history is verified.")
    parser.add_argument("--commits", type=int, default=10_000)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--keep", type=Path, help="make the company here, or use the one that is here")
    wish = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_STATE_HOME"] = folder
        repository = wish.keep or Path(folder) / "company.git"
        if not repository.exists():
            worked(repository, wish.commits)
            _git(repository, "gc", "--quiet")
        figures = measured(repository, wish.jobs)
    if wish.json:
        print(json.dumps(figures, indent=2))
    else:
        for name, value in figures.items():
            print(f"{name:32} {value:>12,}")


if __name__ == "__main__":
    sys.exit(main())
