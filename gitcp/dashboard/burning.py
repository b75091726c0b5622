"""A budget as a line that climbs to its limit: what is used day by day, and where that leads at the present pace."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from gitcp.dashboard.charts import LABELS, Chart, Dot, Label, Level, Stroke, Table
from gitcp.dashboard.figures import MONTHS, amount
from gitcp.dashboard.scales import WHOLE, Scale, length, scale, spread, unit_of
from gitcp.model.amounts import Metric

_ZERO: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class Burn:
    """What is known of one cap: `spent` for each of the days from `first` to today, `before` what was used earlier; `last` is the period's last day.

    `reserved` is held by runs that are under way; `per_day` is the pace, `dry` the day when nothing is left at it, in this period.
    """

    metric: Metric
    limit: Decimal
    warn_at: tuple[Decimal, ...]
    first: date
    last: date
    spent: tuple[Decimal, ...]
    before: Decimal = _ZERO
    reserved: Decimal = _ZERO
    per_day: Decimal | None = None
    dry: date | None = None

    @property
    def used(self) -> Decimal:
        """What is used by today."""
        return self.before + sum(self.spent, _ZERO)

    @property
    def gone(self) -> Decimal:
        """What is used or held."""
        return self.used + self.reserved

    @property
    def today(self) -> date:
        """The day that is shown."""
        return self.first + timedelta(days=len(self.spent) - 1)

    def text(self, value: Decimal) -> str:
        """Write an amount."""
        return amount(self.metric, value)


def chart(name: str, title: str, burn: Burn) -> Chart:
    """Draw a budget's use over its period."""
    ahead = _ahead(burn)
    scaled = scale(
        [burn.limit, burn.gone, *(value for _, value in ahead)],
        unit_of(burn.metric),
    )
    drawn = _Drawn(burn, scaled)
    used = drawn.used()
    strokes = [
        Stroke(f"{drawn.x(burn.first)},100 {used} {drawn.x(burn.today, 1)},100", "area"),
        Stroke(used, "used"),
    ]
    if ahead:
        strokes.append(
            Stroke(
                " ".join(drawn.point(day, value) for day, value in [(burn.today, burn.gone), *ahead]), "ahead"
            )
        )
    is_dry = burn.dry is not None and bool(ahead)
    return Chart(
        name=name,
        title=title,
        text=_text(burn),
        ticks=scaled.ticks,
        labels=drawn.labels(),
        table=_table(burn),
        strokes=tuple(strokes),
        levels=tuple(_levels(burn, scaled)),
        dots=(drawn.dot(*ahead[-1], "dry"),) if is_dry else (drawn.dot(burn.today, burn.used, "used"),),
    )


@dataclass(frozen=True, slots=True)
class _Drawn:
    burn: Burn
    scale: Scale

    @property
    def days(self) -> int:
        return (self.burn.last - self.burn.first).days + 1

    def x(self, day: date, ends: int = 0) -> str:
        """Return where a day begins, or ends."""
        return length(min(max(((day - self.burn.first).days + ends) / self.days, 0), 1) * WHOLE)

    def point(self, day: date, value: Decimal, ends: int = 1) -> str:
        return f"{self.x(day, ends)},{self.scale.down(value)}"

    def used(self) -> str:
        points, value = [self.point(self.burn.first, self.burn.before, 0)], self.burn.before
        for number, spent in enumerate(self.burn.spent):
            value += spent
            points.append(self.point(self.burn.first + timedelta(days=number), value))
        return " ".join(points)

    def dot(self, day: date, value: Decimal, kind: str) -> Dot:
        return Dot(self.x(day, 1), self.scale.down(value), kind)

    def labels(self) -> tuple[Label, ...]:
        days = [self.burn.first + timedelta(days=n) for n in spread(self.days, LABELS)]
        return tuple(Label(self.x(day), short(day), "start") for day in days)


def short(day: date) -> str:
    """Write a day under an axis."""
    return f"{day.day} {MONTHS[day.month - 1][:3]}"


def _ahead(burn: Burn) -> Sequence[tuple[date, Decimal]]:
    """Return where the pace leads: to the limit on the day when it runs dry, else to the end of the period."""
    left = (burn.last - burn.today).days
    if not burn.per_day or left <= 0 or burn.gone >= burn.limit:
        return ()
    if burn.dry is not None and burn.dry <= burn.last:
        return ((max(burn.dry, burn.today + timedelta(days=1)), burn.limit),)
    return ((burn.last, min(burn.gone + burn.per_day * left, burn.limit)),)


def _levels(burn: Burn, scaled: Scale) -> Sequence[Level]:
    warned = [
        Level(scaled.down(part * burn.limit), f"warns at {part:.0%}", "warn")
        for part in burn.warn_at
        if 0 < part < 1
    ]
    return [*warned, Level(scaled.down(burn.limit), f"limit {burn.text(burn.limit)}", "limit")]


def _text(burn: Burn) -> str:
    held = f", {burn.text(burn.reserved)} held by runs under way" if burn.reserved else ""
    used = f"{burn.text(burn.used)} of {burn.text(burn.limit)} used by {short(burn.today)}{held}"
    return f"{used}{_outlook(burn)}."


def _outlook(burn: Burn) -> str:
    if burn.gone >= burn.limit:
        return "; nothing is left"
    if not burn.per_day:
        return ""
    pace = f"; at {burn.text(burn.per_day)} a day"
    if burn.dry is not None:
        return f"{pace} it runs dry by {short(burn.dry)}"
    left = max((burn.last - burn.today).days, 0)
    return f"{pace} it ends at {burn.text(burn.gone + burn.per_day * left)}" if left else pace


def _table(burn: Burn) -> Table:
    rows, value = [], burn.before
    for number, spent in enumerate(burn.spent):
        value += spent
        rows.append((short(burn.first + timedelta(days=number)), burn.text(spent), burn.text(value)))
    return Table(("Day", "That day", "In all"), tuple(rows))
