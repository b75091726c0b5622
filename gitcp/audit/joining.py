"""Stretches of one history joined, and what can only be seen over all of them: requests that come back, and policies that do."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from gitcp.audit.finding import Finding, Weight
from gitcp.audit.verification import Trace

# As long as the door remembers a request at least.
_REMEMBERED: Final = timedelta(hours=24)


def replayed(traces: Sequence[Trace]) -> Iterator[Finding]:
    """Yield the commits that carry out a request that another one carried out less than a day before."""
    seen: dict[str, tuple[datetime, str]] = {}
    for trace in traces:
        if trace.request is None:
            continue
        before = seen.get(trace.request)
        if before is not None and abs(trace.at - before[0]) <= _REMEMBERED:
            found = f"{trace.request}, carried out by {before[1][:12]}"
            yield Finding(trace.commit, "request/replayed", "", "a request of its own", found)
        seen[trace.request] = trace.at, trace.commit


def rolled_back(traces: Sequence[Trace]) -> Iterator[Finding]:
    """Yield the commits after which a policy is what it was before a later change: in a merge, where nobody wrote that, a violation."""
    seen: dict[str, dict[str, str]] = {}
    for trace in traces:
        for path, blob in trace.policies:
            known = seen.setdefault(path, {})
            if blob and blob in known:
                weight = Weight.VIOLATION if trace.is_merge else Weight.NOTE
                found = f"{blob}, as in {known[blob][:12]}"
                yield Finding(trace.commit, "policy/rolled-back", path, "a version of its own", found, weight)
            known[blob] = trace.commit


def joined(findings: Sequence[Finding], traces: Sequence[Trace]) -> list[Finding]:
    """Return all findings of a history, in the order of its commits."""
    order = {trace.commit: number for number, trace in enumerate(traces)}
    found = [*findings, *replayed(traces), *rolled_back(traces)]
    return sorted(
        dict.fromkeys(found),
        key=lambda each: (order.get(each.commit, -1), each.rule, each.path, each.expected, each.found),
    )
