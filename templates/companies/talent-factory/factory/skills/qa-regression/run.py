"""Run the regression cases of the lines against their talents, and compare with the accepted baseline.

Rule: a baseline only ever gets better; a line with a regressed case keeps its old one, and the program fails.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from shopfloor.cli import Job, launch, plural, report
from shopfloor.files import ROOT, to_json, write
from shopfloor.lines import Line, Result, chosen, load_line, run_cases
from shopfloor.markdown import table
from shopfloor.quality import BASELINE, Baseline, Earlier, as_json, load_baselines


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a line did, and what it is compared with."""

    line: Line
    results: tuple[Result, ...]
    before: Baseline | None
    earlier: Earlier | None

    @property
    def failed(self) -> list[Result]:
        """Return the cases that did not pass."""
        return [each for each in self.results if not each.passed]

    @property
    def regressed(self) -> list[Result]:
        """Return the cases that passed in the baseline and do not pass now."""
        return [each for each in self.failed if self.before and self.before.cases.get(each.case.id)]

    @property
    def dropped(self) -> list[str]:
        """Return the cases that passed in the baseline and are gone."""
        now = {each.case.id for each in self.results}
        cases = self.before.cases if self.before else {}
        return sorted(id_ for id_, passed in cases.items() if passed and id_ not in now)

    @property
    def repaired(self) -> list[Result]:
        """Return the cases that failed in the last baseline of an earlier day and pass now."""
        failed = self.earlier.failed if self.earlier else ()
        return [each for each in self.results if each.passed and each.case.id in failed]

    def reasons(self) -> list[str]:
        """Return why the line may not be released, one line each."""
        since = self.before.day if self.before else None
        gone = [
            f"lines/{self.line.name}/cases: {each} passed on {since} and is gone; restore the case"
            for each in self.dropped
        ]
        return gone + [
            f"{each.case.path}:{each.case.line}: {each.case.id} passed on {since} and fails now: {'; '.join(each.differences)}"
            for each in self.regressed
        ]


def work(job: Job) -> int:
    """Run, write reports and baseline, tell."""
    baselines = load_baselines(job.root)
    lines = [load_line(job.root, name) for name in chosen(job.root, job.options.line, job.text)]
    outcomes = [_outcome(line, baselines.get(line.name), job.today) for line in lines]
    for each in outcomes:
        print(_told(each))
        print(write(job.root, f"quality/reports/{job.today}-{each.line.name}.md", _page(each, job.today)))
        if not each.reasons():
            cases = {result.case.id: result.passed for result in each.results}
            baselines[each.line.name] = Baseline(job.today, each.line.version, cases, each.earlier)
    print(write(job.root, BASELINE, to_json(as_json(baselines))))
    reasons = [reason for each in outcomes for reason in each.reasons()]
    return report(reasons, fine=f"no regression in {plural(len(outcomes), 'line')}", failed="regressed")


def _outcome(line: Line, before: Baseline | None, today: date) -> Outcome:
    """Run the cases; a second run of a day speaks of the same earlier baseline as the first."""
    earlier = before.as_earlier() if before else None
    if before and before.day == today:
        earlier = before.earlier
    return Outcome(line, tuple(run_cases(line)), before, earlier)


def _told(each: Outcome) -> str:
    passed = len(each.results) - len(each.failed)
    known = len(each.failed) - len(each.regressed)
    parts = [
        f"{passed} of {len(each.results)} pass",
        f"{len(each.regressed) + len(each.dropped)} regressed",
        f"{known} known to fail",
    ]
    return f"{each.line.name} {each.line.version}: {', '.join(parts)}"


def _page(each: Outcome, today: date) -> str:
    before = (
        f"the baseline of {each.earlier.day} ({each.earlier.version})"
        if each.earlier
        else "nothing: its first baseline is of this day"
    )
    verdict = "red: not to be released" if each.reasons() else "accepted; the baseline was updated"
    lines = [f"# Regression of {each.line.name}, {today}", "", "Written by `skills/qa-regression`.", ""]
    lines += [f"{_told(each)}.", f"Compared with {before}.", f"Verdict: {verdict}.", ""]
    lines += _section(
        "Regressed",
        [_shown(r) for r in each.regressed] + [f"- `{d}`: the case is gone" for d in each.dropped],
    )
    lines += _section("Repaired", [f"- `{r.case.id}`" for r in each.repaired])
    lines += _section("Known to fail", [_shown(r) for r in each.failed if r not in each.regressed])
    rows = [
        (f"`{r.case.id}`", r.case.path.rpartition("/")[2], "pass" if r.passed else "fail")
        for r in each.results
    ]
    return "\n".join([*lines, "## All cases", "", *table(("Case", "File", "Result"), rows), ""])


def _section(head: str, lines: Sequence[str]) -> list[str]:
    return [f"## {head}", "", *lines, ""] if lines else []


def _shown(result: Result) -> str:
    return f"- `{result.case.id}`: {'; '.join(result.differences)}"


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--line", metavar="NAME", help="one line; default: those that the text names, else all"
    )


def main(argv: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Run the skill."""
    about = "Run the regression cases of the production lines."
    return launch(work, about=about, argv=argv, root=root, options=_options)


if __name__ == "__main__":
    sys.exit(main())
