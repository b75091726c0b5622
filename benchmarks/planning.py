"""How long it takes to plan: from the cache of a large company, and beside it over all its records in memory.

    python benchmarks/planning.py --agents 10000 --tasks 100000 [--json]

`due`: all tasks are new, for everybody. `waiting`: half of them were worked on and wait for the other half, so that nothing is due.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, os.fspath(Path(__file__).parent.parent))

from benchmarks import busy
from gitcp.core.actions import Observed
from gitcp.core.plan import plan, to_do
from gitcp.model.kinds import KINDS
from gitcp.model.memory import Records
from gitcp.store.git_store import GitStore

PART: Final = 50  # of the company is planned the naive way


def plan_10k_agents_s(folder: Path, agents: int = 10_000, tasks: int = 100_000) -> dict[str, Any]:
    """Measure the tick's part of the plan from the cache: cold, as a new process finds it, and warm; and the naive way beside it."""
    found: dict[str, Any] = {"agents": agents, "tasks": tasks}
    for name in ("due", "waiting"):
        with GitStore.open(busy.found(folder / name, agents, tasks, is_due=name == "due")) as store:
            store.snapshot()  # fills the cache
        with GitStore.open(folder / name / "company.git") as store:
            cold, told = timed(lambda: to_do(store.snapshot(), Observed(), busy.NOW))
            warm = min(timed(lambda: to_do(store.snapshot(), Observed(), busy.NOW))[0] for _ in range(3))
            found |= {f"{name}_cold_s": cold, f"{name}_warm_s": warm, f"{name}_claims": len(told.claims)}
    found |= naive(folder / "naive", agents // PART, tasks // PART)
    return {**found, "plan_10k_agents_s": max(found["due_cold_s"], found["waiting_cold_s"])}


def naive(folder: Path, agents: int, tasks: int) -> dict[str, float]:
    """Measure the plan over all records in memory, for a part of the company: the time grows with its square."""
    with GitStore.open(busy.found(folder, agents, tasks, is_due=True)) as store:
        snapshot = store.snapshot()
        records = Records.of([record for kind in KINDS.values() for record in snapshot.all(kind)])
        seconds, whole = timed(lambda: plan(records, Observed(), busy.NOW))
        assert whole.claims == to_do(snapshot, Observed(), busy.NOW).claims
    return {"naive_agents": agents, "naive_tasks": tasks, "naive_s": seconds}


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return how long something took, in seconds, and its result."""
    began = time.perf_counter()
    result = work()
    return round(time.perf_counter() - began, 3), result


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agents", type=int, default=10_000)
    parser.add_argument("--tasks", type=int, default=100_000)
    parser.add_argument("--json", action="store_true")
    wanted = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        found = plan_10k_agents_s(Path(folder), wanted.agents, wanted.tasks)
    print(
        json.dumps(found) if wanted.json else "\n".join(f"{name}: {value}" for name, value in found.items())
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
