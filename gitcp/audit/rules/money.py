"""Money: what claims reserve, what fits, what they charge, and how runs settle; all computed anew on the state before the commit."""

from collections.abc import Iterator
from datetime import datetime

from gitcp.audit.act import Act, Deed
from gitcp.audit.finding import Finding
from gitcp.core.budgets import Shortage, covering, reservation, shortage
from gitcp.model.amounts import Amounts, Metric
from gitcp.model.runs import Run, Settlement
from gitcp.model.tasks import Task


def money(act: Act) -> Iterator[Finding]:
    """Say which claims and settlements of a commit do not add up."""
    for deed, before, after in act.of(Run):
        if after is None or deed.is_archiving:
            continue
        if before is None:
            yield from _claim(act, deed, after)
        elif before.is_active and not after.is_active:
            yield from _settlement(act, deed, before, after)
        elif not before.is_active:
            yield from _again(act, deed, before, after)


def _claim(act: Act, deed: Deed, run: Run) -> Iterator[Finding]:
    wanted = reservation(run.limits)
    if run.reserved != wanted:
        yield act.broken("money/reservation", deed.path, _told(wanted), _told(run.reserved))
    task = act.world.get(Task, run.task) if run.task else None
    charges = tuple(budget.id for budget in covering(act.world, run.agent, task))
    if run.charges != charges:
        expected, found = (", ".join(each) or "none" for each in (charges, run.charges))
        yield act.broken("money/wrong-charges", deed.path, expected, found)
        run = run.evolve(charges=charges)
    short = _shortage(act, run, run.claimed_at)
    # At the end of a period it may have been decided in the one and committed in the next.
    if short is not None and _shortage(act, run, act.passage.entry.at) is not None:
        left = (
            f"at most {max(short.available, short.available * 0):f} {short.metric} of budget {short.budget}"
        )
        yield act.broken("money/over-limit", deed.path, left, f"{short.wanted:f} reserved")


def _shortage(act: Act, run: Run, at: datetime) -> Shortage | None:
    return shortage(act.world, run, at) if run.charges else None


def _settlement(act: Act, deed: Deed, before: Run, after: Run) -> Iterator[Finding]:
    usage = after.usage
    least = before.reserved if after.settled_by is Settlement.RESERVED else Amounts()
    # How long it took is measured also where nobody knows what it cost.
    short = [m for m in Metric if m is not Metric.MINUTES and (usage or Amounts()).of(m) < least.of(m)]
    if usage is None or short or usage.runs < 1:
        yield act.broken("money/settled-below", deed.path, f"{_told(least)} at least", _told(usage))


def _again(act: Act, deed: Deed, before: Run, after: Run) -> Iterator[Finding]:
    was, is_now = before.usage or Amounts(), after.usage or Amounts()
    lost = [metric for metric in Metric if is_now.of(metric) < was.of(metric)]
    if after.is_active or lost or before.outcome is not after.outcome or before.reserved != after.reserved:
        expected = f"{before.status}, {before.outcome}, {_told(before.usage)} or more"
        found = f"{after.status}, {after.outcome}, {_told(after.usage)}"
        yield act.broken("money/settled-again", deed.path, expected, found)


def _told(amounts: Amounts | None) -> str:
    if amounts is None:
        return "nothing"
    return ", ".join(f"{amounts.of(m):f} {m}" for m in Metric if amounts.of(m)) or "nothing"
