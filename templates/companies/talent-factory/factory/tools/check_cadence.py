"""Check that the technology radar is scanned as often as it must be: exit 1 if the last scan is too old.

The limit is `scan.fail_after` in `maintenance/limits.json`, seven days: the same number that the health page uses.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from shopfloor.cli import DONE, FAILED, Job, launch, plural
from shopfloor.files import ROOT
from shopfloor.maintenance import load_limits
from shopfloor.radar import SCANS, scan_days


def work(job: Job) -> int:
    """Compare the last section of the scan log with today."""
    limit = load_limits(job.root)["scan"].fail_after or 0
    days = scan_days(job.root)
    if not days:
        print(
            f"{SCANS}:1: no scan yet, expected one in the last {plural(limit, 'day')}; next: run skills/rd-scan"
        )
        return FAILED
    line, last = days[-1]
    age = (job.today - last).days
    if age < -1:
        print(
            f"{SCANS}:{line}: the last scan is of {last}, expected {job.today} or earlier; next: correct its date"
        )
        return FAILED
    told = f"{SCANS}:{line}: the last scan is of {last}, {plural(max(0, age), 'day')} ago"
    if age > limit:
        print(f"{told}, expected at most {plural(limit, 'day')}; next: run skills/rd-scan")
        return FAILED
    print(f"{told}; at most {plural(limit, 'day')} are allowed")
    return DONE


def main(argv: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Run the check."""
    return launch(work, about="Check the age of the last scan of the radar.", argv=argv, root=root)


if __name__ == "__main__":
    sys.exit(main())
