"""What a run has used so far, and whether it is over its limits.

Rule: a program's own word on money beats the price list; where neither knows, the money is unknown, and said so, never nought.
"""

from collections.abc import Callable, Iterable
from decimal import Decimal

from gitcp.model.amounts import Usage
from gitcp.model.runtimes import Billing
from gitcp.runtimes.base import Limits, StopCause
from gitcp.runtimes.events import Call, Tokens, Total
from gitcp.runtimes.prices import price_of, priced_by
from gitcp.runtimes.stream import MOST_USD

Prices = Callable[[str, Tokens, str | None], Decimal | None]


class Meter:
    """Counts what the calls of one run use. `provider`: whose models they are, for the price list."""

    def __init__(
        self, limits: Limits, billing: Billing, provider: str | None = None, prices: Prices = price_of
    ) -> None:
        self._limits = limits
        self._billing = billing
        self._provider = provider
        self._prices = prices
        self._calls: dict[str, Call] = {}
        self._money: dict[str, Decimal | None] = {}
        self._total: Total | None = None
        self._summed: frozenset[str] = frozenset()
        self.model: str | None = None

    def take(self, used: Call | Total) -> None:
        """Count a call, or the sum of all of them."""
        self.model = used.model or self.model
        if isinstance(used, Total):
            self._total, self._summed = used, frozenset(self._calls)
        elif self._calls.get(used.id) != used:
            self._calls[used.id] = used
            self._money[used.id] = self._price(used.model, used.tokens) if used.usd is None else used.usd

    @property
    def turns(self) -> int:
        """How many model calls were begun."""
        return len(self._calls)

    @property
    def context(self) -> int | None:
        """What the last model call read and wrote: what one that went on would read."""
        return next((call.tokens.all for call in reversed(self._calls.values())), None)

    @property
    def tokens(self) -> Tokens:
        """What went in and out."""
        if self._total is None:
            return self._counted(self._calls)
        return self._total.tokens.plus(self._counted(self._newer()))

    @property
    def money(self) -> Decimal | None:
        """What it costs in USD, whoever pays; none where a price is not known."""
        total = self._total
        if total and total.usd is not None:
            newer = (self._money[name] for name in self._newer())
            return sum((amount for amount in newer if amount is not None), total.usd)
        if total and total.tokens != self._counted(self._calls):
            return self._price(self.model or "", self.tokens)
        known = [amount for amount in self._money.values() if amount is not None]
        return sum(known, Decimal(0)) if len(known) == len(self._money) else None

    @property
    def priced_by(self) -> str | None:
        """The price list that money comes from, where the program did not tell it."""
        told = (
            self._total.usd is not None and not self._newer()
            if self._total
            else all(c.usd is not None for c in self._calls.values())
        )
        return None if told or self.money is None else priced_by()

    def over(self) -> StopCause | None:
        """Say which limit is passed, if any. What just reaches its limit keeps it."""
        limits, money = self._limits, self.money or Decimal(0)
        allowed = limits.usd if self._billing is Billing.API else limits.usd_imputed
        if allowed is not None and money > allowed:
            return StopCause.BUDGET
        if limits.tokens is not None and self.tokens.all > limits.tokens:
            return StopCause.BUDGET
        if limits.turns is not None and self.turns > limits.turns:
            return StopCause.TURNS
        return None

    def usage(self) -> Usage | None:
        """Return what was metered, or none where nothing is known at all."""
        if self._total is None and not self._calls:
            return None
        tokens, money = self.tokens, min(self.money or Decimal(0), MOST_USD)
        is_billed = self._billing is Billing.API
        return Usage(
            usd=money if is_billed else Decimal(0),
            usd_imputed=Decimal(0) if is_billed else money,
            tokens=tokens.all,
            input_tokens=tokens.input,
            cached_tokens=tokens.cached,
            output_tokens=tokens.output,
            reasoning_tokens=tokens.reasoning,
            turns=self.turns if self._calls or not tokens.all else None,
        )

    def _newer(self) -> list[str]:
        """Return the calls that came after the sum and are not in it: one that is only told late is."""
        if self._total is None or self._counted(self._calls).all <= self._total.tokens.all:
            return []
        return [name for name in self._calls if name not in self._summed]

    def _counted(self, names: Iterable[str]) -> Tokens:
        counted = Tokens()
        for name in names:
            counted = counted.plus(self._calls[name].tokens)
        return counted

    def _price(self, model: str, tokens: Tokens) -> Decimal | None:
        return self._prices(model, tokens, self._provider) if tokens.all else Decimal(0)
