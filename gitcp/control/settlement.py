"""What a run is charged when it has ended, and which of its limits it passed.

Rule: the larger of what was metered and what was reported; what nobody knows is charged as reserved, never as nothing. Time is always known.
"""

from collections.abc import Iterator
from decimal import ROUND_UP, Decimal

from gitcp.api.declarations import Declaration
from gitcp.model.amounts import RunLimits, Usage
from gitcp.model.runs import Run, Settlement
from gitcp.runtimes.base import Ending


def settlement(
    run: Run, seconds: float, ending: Ending, said: Declaration | None
) -> tuple[Usage, Settlement]:
    """Return what a run that was started is charged, and where the amounts come from."""
    time = max(Decimal(seconds) / 60, Decimal(0)).quantize(Decimal("0.001"), rounding=ROUND_UP)
    always = {"runs": 1, "minutes": time}
    metered, reported = ending.usage, _reported(run, said)
    known = [usage for usage in (reported, metered) if usage is not None]
    if not known:
        return Usage(**(run.reserved.model_dump() | always)), Settlement.RESERVED
    most = known[0].at_least(known[-1])
    details = {name: value for usage in known for name, value in usage.model_dump(exclude_none=True).items()}
    by = Settlement.REPORTED if metered is None else Settlement.METERED
    if not is_priced(ending, said):
        most = most.at_least(run.reserved.only("usd", "usd_imputed"))
    money = {"usd": cents(most.usd), "usd_imputed": cents(most.usd_imputed)}
    return Usage(**(details | most.model_dump() | money | always)), by


def overrun(limits: RunLimits, used: Usage) -> str | None:
    """Say which limit a run has passed, and what it used; none where it kept them all."""
    for limit, amount, unit in _measured(limits, used):
        if limit is not None and amount > limit:
            return f"stopped at its limit of {limit:f} {unit}, {amount:f} used"
    return None


def cents(amount: Decimal) -> Decimal:
    """Write money as people do: two places, and more only where there is more."""
    rounded = amount.quantize(Decimal("0.01"))
    return rounded if rounded == amount else amount.normalize()


def _measured(limits: RunLimits, used: Usage) -> Iterator[tuple[Decimal | None, Decimal, str]]:
    yield _money(limits.usd), used.usd, "USD"
    if limits.is_imputed:
        yield _money(limits.usd_imputed), used.usd_imputed, "USD at list price"
    yield _whole(limits.tokens), Decimal(used.tokens), "tokens"
    yield _whole(limits.turns), Decimal(used.turns or 0), "turns"


def _money(limit: Decimal | None) -> Decimal | None:
    return None if limit is None else cents(limit)


def _whole(limit: int | None) -> Decimal | None:
    return None if limit is None else Decimal(limit)


def _reported(run: Run, said: Declaration | None) -> Usage | None:
    usage = said.usage if said else None
    if usage is None or not run.limits.is_imputed:
        return usage
    # The account bills nothing for a run: what its agent says it costs can only be the list price.
    return Usage(**(usage.model_dump() | {"usd": Decimal(0), "usd_imputed": usage.usd}))


def is_priced(ending: Ending, said: Declaration | None) -> bool:
    """Whether anybody knows what a run costs: tokens alone tell no price."""
    by_meter = ending.usage is not None and ending.priced
    return by_meter or (said is not None and said.costs.priced)
