"""What a verification comes to, and what of it is remembered until the next one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from gitcp.audit.finding import Finding, Weight
from gitcp.audit.verification import Trace
from gitcp.model.base import format_instant

FORMAT: Final = 1
_REMEMBERED: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was verified, and what was found.

    `root` is believed and was not verified itself. `known`: how many commits an earlier verification has verified, whose findings are among these.
    `assurance`: the level that the company asks for at the tip. `is_cut_off`: history before the root could not be seen.
    """

    root: str
    tip: str
    commits: int
    findings: tuple[Finding, ...]
    assurance: str
    known: int = 0
    is_cut_off: bool = False

    @property
    def violations(self) -> tuple[Finding, ...]:
        """What took effect and should not have."""
        return tuple(finding for finding in self.findings if finding.weight is Weight.VIOLATION)

    @property
    def is_clean(self) -> bool:
        """Whether there is no violation."""
        return not self.violations

    def view(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "root": self.root,
            "tip": self.tip,
            "commits": self.commits,
            "known_commits": self.known,
            "assurance": self.assurance,
            "cut_off": self.is_cut_off,
            "clean": self.is_clean,
            "violations": len(self.violations),
            "notes": len(self.findings) - len(self.violations),
            "findings": [finding.view() for finding in self.findings],
        }


@dataclass(frozen=True, slots=True)
class Memory:
    """The essence of a verification: where the next one goes on, what was found until there, and what is held against what comes.

    `resume` is the last commit at which nothing stood refused; `traces` are those of the last day, and of policies.
    """

    root: str
    tip: str
    resume: str
    commits: int
    findings: tuple[Finding, ...]
    traces: tuple[Trace, ...]

    def view(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "format": FORMAT,
            "root": self.root,
            "tip": self.tip,
            "resume": self.resume,
            "commits": self.commits,
            "findings": [finding.view() for finding in self.findings],
            "traces": [_trace_view(trace) for trace in self.traces],
        }

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "Memory | None":
        """Read it back; none if it is of another format or is damaged: then all is verified anew."""
        try:
            if data["format"] != FORMAT:
                return None
            root, tip, resume = (str(data[name]) for name in ("root", "tip", "resume"))
            findings = tuple(_finding(found) for found in data["findings"])
            traces = tuple(_trace(found) for found in data["traces"])
            return cls(root, tip, resume, int(data["commits"]), findings, traces)
        except (KeyError, TypeError, ValueError):
            return None


def worth_keeping(traces: Sequence[Trace]) -> tuple[Trace, ...]:
    """Return the traces that what comes is held against."""
    if not traces:
        return ()
    since = traces[-1].at - _REMEMBERED
    return tuple(trace for trace in traces if trace.policies or (trace.request and trace.at >= since))


def _trace_view(trace: Trace) -> list[Any]:
    policies = [list(pair) for pair in trace.policies]
    return [trace.commit, format_instant(trace.at), trace.request, policies, trace.is_merge]


def _trace(data: Sequence[Any]) -> Trace:
    commit, at, request, policies, is_merge = data
    pairs = tuple((str(path), str(blob)) for path, blob in policies)
    return Trace(str(commit), datetime.fromisoformat(at), request and str(request), pairs, bool(is_merge))


def _finding(data: Mapping[str, Any]) -> Finding:
    commit, rule, path, expected, found = (
        str(data[name]) for name in ("commit", "rule", "path", "expected", "found")
    )
    return Finding(commit, rule, path, expected, found, Weight(data["weight"]))
