"""Measure how old everything is that must not get old, and write the health page.

Rule: the program fails for a cause that it names, and only for an age beyond `fail_after` in the limits.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from shopfloor import frontmatter, radar, schemas
from shopfloor.cli import DONE, FAILED, Job, launch, plural
from shopfloor.files import ROOT, listed, write
from shopfloor.knowledge import load_notes
from shopfloor.lines import line_names
from shopfloor.maintenance import Limit, load_limits, load_open_items
from shopfloor.markdown import table
from shopfloor.quality import BASELINE, load_baselines

HEALTH: Final = "maintenance/health.md"
HEAD: Final = (
    "# Health of the factory\n\nWritten by `skills/maint-health`; limits: `maintenance/limits.json`.\n"
)

LABELS: Final = {"too old": "too old", "look": "to look at", "ok": "ok"}


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing with an age."""

    what: str
    place: str
    since: date | None
    limit: Limit
    next_step: str

    def age(self, today: date) -> int | None:
        """Return the age in days; nothing if it never happened."""
        return None if self.since is None else max(0, (today - self.since).days)

    def state(self, today: date) -> str:
        """Return ok, look or too old."""
        age = self.age(today)
        if self.limit.fail_after is not None and (age is None or age > self.limit.fail_after):
            return "too old"
        return "look" if age is None or age > self.limit.look_after else "ok"

    def told(self, today: date) -> str:
        """Return one line that names the place, the age, the limit and the next step."""
        limit = self.limit.fail_after if self.state(today) == "too old" else self.limit.look_after
        age = self.age(today)
        old = "never happened" if age is None else f"{plural(age, 'day')} old (since {self.since})"
        return f"{self.place}: {self.what}: {old}, expected at most {plural(limit or 0, 'day')}; next: {self.next_step}"


def work(job: Job) -> int:
    """Measure, write the page, tell."""
    measures = measured(job.root)
    by_state = {
        state: [m for m in measures if m.state(job.today) == state] for state in ("too old", "look", "ok")
    }
    counts = ", ".join(f"{len(found)} {LABELS[state]}" for state, found in by_state.items())
    print(f"health on {job.today}: {counts}")
    for state in ("too old", "look"):
        for each in by_state[state]:
            print(f"  {LABELS[state]}: {each.told(job.today)}")
    print(write(job.root, HEALTH, _page(job.today, counts, measures)))
    return FAILED if by_state["too old"] and not job.options.report_only else DONE


def measured(root: Path) -> list[Measure]:
    """Return everything that has an age."""
    limits = load_limits(root)
    days = radar.scan_days(root)
    scan = Measure(
        "last scan", radar.SCANS, days[-1][1] if days else None, limits["scan"], "run skills/rd-scan"
    )
    notes = load_notes(root)
    newest = notes[0].written if notes else None
    note = Measure(
        "newest note", "knowledge/", newest, limits["newest_note"], "write down what was learned since"
    )
    return [
        scan,
        *_baselines(root, limits["baseline"]),
        *_processes(root, limits["process_review"]),
        note,
        *_items(root, limits),
    ]


def _baselines(root: Path, limit: Limit) -> list[Measure]:
    baselines = load_baselines(root)
    return [
        Measure(
            f"baseline of {name}",
            BASELINE,
            baselines[name].day if name in baselines else None,
            limit,
            f"run skills/qa-regression --line {name}",
        )
        for name in line_names(root)
    ]


def _processes(root: Path, limit: Limit) -> list[Measure]:
    pages = [frontmatter.load(root, path, schemas.PROCESS) for path in listed(root, "processes/*.md")]
    return [
        Measure(
            "review of the process",
            p.path,
            p.day("reviewed"),
            limit,
            f"{p.text('owner')} reads it and dates it",
        )
        for p in pages
    ]


def _items(root: Path, limits: Mapping[str, Limit]) -> list[Measure]:
    return [
        Measure(
            f"{i.id} {i.title} ({i.severity}, {i.owner})",
            "maintenance/items.json",
            i.opened,
            limits[f"item_{i.severity}"],
            i.next_step,
        )
        for i in load_open_items(root)
    ]


def _page(today: date, counts: str, measures: Sequence[Measure]) -> str:
    late = [m for m in measures if m.state(today) == "too old"]
    look = [m for m in measures if m.state(today) == "look"]
    lines = [HEAD, f"On {today}: {counts}.", ""]
    lines += ["## Too old", "", *([f"- {m.told(today)}" for m in late] or ["Nothing."]), ""]
    lines += ["## To look at", "", *([f"- {m.told(today)}" for m in look] or ["Nothing."]), ""]
    rows = [_row(m, today) for m in measures]
    head = ("What", "Since", "Days", "Look after", "Fails after", "State")
    return "\n".join([*lines, "## All measures", "", *table(head, rows), ""])


def _row(each: Measure, today: date) -> tuple[str, ...]:
    name = f"`{each.place}`" if each.what == "review of the process" else each.what
    age, fail = each.age(today), each.limit.fail_after
    return (
        name,
        str(each.since or "never"),
        "" if age is None else str(age),
        str(each.limit.look_after),
        "never" if fail is None else str(fail),
        each.state(today),
    )


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--report-only", action="store_true", help="write the page, and exit 0 whatever it says"
    )


def main(argv: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Run the skill."""
    about = "Measure the age of scans, notes, baselines, processes and open items."
    return launch(work, about=about, argv=argv, root=root, options=_options)


if __name__ == "__main__":
    sys.exit(main())
