"""What runs cost, as far as the records of this revision tell."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from gitcp.dashboard.figures import money
from gitcp.dashboard.rows import RunRow
from gitcp.model.amounts import Amounts
from gitcp.model.runs import Run


@dataclass(frozen=True, slots=True)
class Cost:
    """Money that was billed, and the list price of what was not."""

    usd: Decimal = Decimal(0)
    imputed: Decimal = Decimal(0)

    def plus(self, other: "Cost") -> "Cost":
        """Add."""
        return Cost(self.usd + other.usd, self.imputed + other.imputed)

    @property
    def text(self) -> str:
        """The billed money; the list price, marked, where only that is known."""
        if not self.usd and self.imputed:
            return f"≈ {money(self.imputed)}"
        return money(self.usd)


def settled(run: Run) -> Amounts:
    """Return what an ended run used; one whose use is unknown used what was reserved."""
    return Amounts() if run.is_active else run.charge


def cost_of(runs: Iterable[RunRow]) -> Cost:
    """Add up what ended runs cost; one that is active has cost nothing yet, its money is reserved."""
    usd = imputed = Decimal(0)
    for run in runs:
        usd += run.usd
        imputed += run.usd_imputed
    return Cost(usd, imputed)
