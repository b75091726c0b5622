"""The baseline: how each case of each line went when quality last accepted it."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from shopfloor.files import line_of, read, read_object
from shopfloor.frontmatter import a_date
from shopfloor.problems import InputError, Problem

BASELINE: Final = "quality/baseline.json"


@dataclass(frozen=True, slots=True)
class Earlier:
    """The last baseline of an earlier day, as far as a report speaks of it."""

    day: str
    version: str
    failed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Baseline:
    """The accepted results of one line: case id to passed."""

    day: date
    version: str
    cases: dict[str, bool]
    earlier: Earlier | None

    def as_earlier(self) -> Earlier:
        """Return what a later baseline remembers of this one."""
        return Earlier(
            str(self.day), self.version, tuple(sorted(id_ for id_, ok in self.cases.items() if not ok))
        )


def load_baselines(root: Path) -> dict[str, Baseline]:
    """Read the baseline of every line that has one."""
    text, found = read(root, BASELINE), read_object(root, BASELINE).get("lines")
    if not isinstance(found, dict):
        raise InputError([Problem(BASELINE, 1, "no lines", '"lines": {…}', "restore the file from Git")])
    return {name: _baseline(text, name, entry) for name, entry in sorted(found.items())}


def as_json(baselines: dict[str, Baseline]) -> dict[str, Any]:
    """Return what the file holds."""
    return {"lines": {name: _entry(each) for name, each in sorted(baselines.items())}}


def _entry(each: Baseline) -> dict[str, Any]:
    cases = {case: "pass" if passed else "fail" for case, passed in sorted(each.cases.items())}
    before = each.earlier
    earlier = (
        {"accepted": before.day, "version": before.version, "failed": list(before.failed)} if before else None
    )
    return {"accepted": str(each.day), "version": each.version, "earlier": earlier, "cases": cases}


def _baseline(text: str, name: str, entry: object) -> Baseline:
    cases = entry.get("cases") if isinstance(entry, dict) else None
    fine = isinstance(cases, dict) and all(value in ("pass", "fail") for value in cases.values())
    if (
        not isinstance(entry, dict)
        or not isinstance(cases, dict)
        or not fine
        or a_date(entry.get("accepted", ""))
    ):
        expected = "accepted (a date), version, and cases that say pass or fail"
        line = line_of(text, f'"{name}"')
        raise InputError(
            [Problem(BASELINE, line, f"{name} is incomplete", expected, "restore the file from Git")]
        )
    results = {case: outcome == "pass" for case, outcome in cases.items()}
    return Baseline(
        date.fromisoformat(entry["accepted"]),
        str(entry.get("version", "")),
        results,
        _earlier(entry.get("earlier")),
    )


def _earlier(entry: object) -> Earlier | None:
    if not isinstance(entry, dict):
        return None
    failed = entry.get("failed")
    names = tuple(str(each) for each in failed) if isinstance(failed, list) else ()
    return Earlier(str(entry.get("accepted", "")), str(entry.get("version", "")), names)
