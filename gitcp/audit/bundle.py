"""An evidence bundle: what happened in a range of commits, who agreed, what it cost, and whether it verifies. The same range gives the same text."""

import csv
import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from gitcp.audit.accounts import accounts
from gitcp.audit.log import Told, rows
from gitcp.audit.verdict import Verdict
from gitcp.model.guards import Approval
from gitcp.model.snapshot import Snapshot, ever

_README: Final = """\
# Evidence

What happened in the control repository of "{company}" from commit {first} to {last}.

| File | Holds |
|---|---|
| `events.jsonl`, `events.csv` | every commit of the range: who did what, when, why, in which run, at what cost |
| `approvals.jsonl` | every request for approval as it is at the last commit, with its decisions |
| `budgets.jsonl` | what each budget's runs came to, period by period, summed from the runs themselves |
| `verification.json` | what `gitcp audit verify` found from commit {root} to the last commit |
| `history.bundle` | the repository itself, as `git bundle` writes it |
| `SHA256SUMS` | what the other files must come to: `sha256sum -c SHA256SUMS` |

Nobody has to be believed for this: clone the history, hold its last commit against {last}, and verify it again.

    git clone history.bundle control
    gitcp -C control audit verify --to {last}
"""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a bundle is made of. `told`: the commits of the range, oldest first, none if it is empty; `state`: the records at its last commit."""

    told: Sequence[Told]
    state: Snapshot
    verdict: Verdict

    @property
    def ends(self) -> tuple[str, str]:
        """The first and the last commit; of an empty range, the last commit that was verified."""
        return (
            (self.told[0].entry.revision, self.told[-1].entry.revision)
            if self.told
            else (self.verdict.tip,) * 2
        )


def files(evidence: Evidence) -> dict[str, str]:
    """Return the files of a bundle, but for the history and the sums."""
    first, last = evidence.ends
    company = evidence.state.company.name if evidence.state.company else ""
    return {
        "README.md": _README.format(company=company, first=first, last=last, root=evidence.verdict.root),
        "approvals.jsonl": _lines(_approvals(evidence.state)),
        "budgets.jsonl": _lines(accounts(evidence.state)),
        "events.csv": table(evidence.told),
        "events.jsonl": _lines([told.view() for told in evidence.told]),
        "verification.json": json.dumps(evidence.verdict.view(), indent=2, ensure_ascii=False) + "\n",
    }


def stream(evidence: Evidence) -> str:
    """Return all of it as JSON lines, each of which says what it is."""
    first, last = evidence.ends
    verdict = evidence.verdict.view()
    findings = verdict.pop("findings")
    parts: Sequence[tuple[str, Sequence[Mapping[str, Any]]]] = [
        ("about", [{"first": first, "last": last, **verdict}]),
        ("event", [told.view() for told in evidence.told]),
        ("approval", _approvals(evidence.state)),
        ("budget", accounts(evidence.state)),
        ("finding", findings),
    ]
    return "".join(_lines([{"is": name, **each} for each in held]) for name, held in parts)


def table(told: Sequence[Told]) -> str:
    """Return the events as a table for spreadsheets."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows(told))
    return text.getvalue()


def sums(held: Mapping[str, bytes]) -> str:
    """Return what `sha256sum -c` reads."""
    return "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(held.items()))


def _approvals(state: Snapshot) -> list[dict[str, Any]]:
    return [{"id": each.id, **each.model_dump(mode="json", exclude={"id"})} for each in ever(state, Approval)]


def _lines(values: Sequence[Mapping[str, Any]]) -> str:
    return "".join(json.dumps(value, ensure_ascii=False, sort_keys=True) + "\n" for value in values)
