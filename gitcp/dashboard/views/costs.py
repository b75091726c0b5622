"""What a month cost: by day, by whom, for what, on what; and the same as a file of figures."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from gitcp.dashboard import links
from gitcp.dashboard.charts import Chart, Column, Series, bars
from gitcp.dashboard.figures import MONTHS, NONE, count, money, plural, tokens
from gitcp.dashboard.refs import Ref, goal_ref, member_ref
from gitcp.dashboard.register import Register
from gitcp.dashboard.scales import length, unit_of
from gitcp.dashboard.spending import Month, Share, Taken, around, done_in, each_month, spent_in, today, total
from gitcp.dashboard.views.embed import Embedded, embedded
from gitcp.dashboard.views.tabs import Tab
from gitcp.model.amounts import Metric

MOST: Final = 12
MONTHS_SHOWN: Final = 12

_BILLED: Final = Series("billed")
_LIST: Final = Series("at list price, not billed", "second")
_USD: Final = unit_of(Metric.USD)


@dataclass(frozen=True, slots=True)
class Figure:
    """One sum."""

    label: str
    value: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a month's cost; `width` of 100 is the largest."""

    ref: Ref
    runs: str
    billed: str
    imputed: str
    tokens: str
    width: str


@dataclass(frozen=True, slots=True)
class Split:
    """A month's cost by one trait, the dearest first."""

    name: str
    title: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Costs:
    """A month's costs. `note` says what the sums rest on; `months` is drawn on the page of all months alone."""

    title: str
    lead: str
    tabs: tuple[Tab, ...]
    figures: tuple[Figure, ...]
    note: str | None
    days: Chart | None
    months: Chart | None
    splits: tuple[Split, ...]
    is_imputed: bool
    file: str | None
    earlier: tuple[Ref, ...] = ()
    badges: tuple[Embedded, ...] = ()


def present(register: Register) -> Costs:
    """Show the present month, and all months beside it."""
    name = f"{today(register, ''):%Y-%m}"
    known = each_month(register, "")
    earlier = tuple(Ref(month_name(m), links.cost_page(m), "text") for m, _ in reversed(known))
    shown = _costs(register, name, (), _months(known), earlier)
    return replace(shown, badges=tuple(embedded(register)))


def month(register: Register, name: str) -> Costs | None:
    """Show a month, written as 2026-11; none where nothing ran."""
    if not spent_in(register, name):
        return None
    before, after = around(register, name)
    tabs = [
        Tab("This month", links.COSTS, current=False),
        *(Tab(month_name(m), links.cost_page(m), current=m == name) for m in (before, name, after) if m),
    ]
    return _costs(register, name, tuple(tabs), None, ())


def month_name(month: str) -> str:
    """Write a month, given as 2026-11."""
    year, number = month.split("-")
    return f"{MONTHS[int(number) - 1]} {year}"


def day_name(day: date) -> str:
    """Write a day, without its year."""
    return f"{day.day} {MONTHS[day.month - 1][:3]}"


def _costs(
    register: Register, name: str, tabs: tuple[Tab, ...], months: Chart | None, earlier: tuple[Ref, ...]
) -> Costs:
    spent = spent_in(register, name)
    whole = total(taken for _, taken in spent)
    return Costs(
        title=f"Costs in {month_name(name)}",
        lead=_lead(whole),
        tabs=tabs,
        figures=tuple(_figures(whole, done_in(register, name))) if whole.runs else (),
        note=_note(whole),
        days=_days(name, spent) if whole.runs else None,
        months=months,
        splits=tuple(_split(register, trait, spent) for trait in _TRAITS) if whole.runs else (),
        is_imputed=whole.imputed > 0,
        file=links.cost_file(name) if spent else None,
        earlier=earlier,
    )


def _lead(whole: Taken) -> str:
    if not whole.runs:
        return "No run has ended this month."
    imputed = f", and {money(whole.imputed)} at list price that nobody billed" if whole.imputed else ""
    return f"{plural(whole.runs, 'run')} for {money(whole.usd)}{imputed}."


def _figures(whole: Taken, done: int) -> Iterable[Figure]:
    yield Figure("Billed", money(whole.usd), f"by {plural(whole.runs, 'run')}")
    if whole.imputed:
        yield Figure("At list price", money(whole.imputed), "not billed")
    yield Figure("Tokens", tokens(whole.tokens), f"{tokens(whole.tokens // whole.runs)} a run")
    price = whole.usd + whole.imputed
    yield Figure("Each run", money(price / whole.runs), "on average")
    yield Figure(
        "Each done task",
        money(price / done) if done else NONE,
        f"{plural(done, 'task')} done" if done else "none was done",
    )


def _note(whole: Taken) -> str | None:
    if not whole.guessed:
        return None
    runs = plural(whole.guessed, "run")
    return f"Of {runs} nobody knows the use: what had been reserved counts, so the true cost may be less."


def _days(name: str, spent: Month) -> Chart:
    sums: dict[str, Taken] = defaultdict(Taken)
    for share, taken in spent:
        sums[share.day] = sums[share.day].plus(taken)
    days = [_column(day, sums[day.isoformat()]) for day in days_of(name)]
    return _bars("by-day", "By day", days)


def days_of(month: str) -> list[date]:
    """Return the days of a month, given as 2026-11."""
    first = date.fromisoformat(f"{month}-01")
    days = (first + timedelta(days=n) for n in range(31))
    return [day for day in days if day.month == first.month]


def _column(day: date, taken: Taken) -> Column:
    return Column(str(day.day), day_name(day), (taken.usd, taken.imputed))


def _months(known: Sequence[tuple[str, Taken]]) -> Chart | None:
    if len(known) < 2:  # noqa: PLR2004 - one month is on the page already
        return None
    columns = [
        Column(month_name(m)[:3], month_name(m), (taken.usd, taken.imputed))
        for m, taken in known[-MONTHS_SHOWN:]
    ]
    return _bars("by-month", "By month", columns)


def _bars(name: str, title: str, columns: Sequence[Column]) -> Chart:
    if any(imputed for _, imputed in (column.parts for column in columns)):
        return bars(name, title, columns, (_BILLED, _LIST), _USD)
    billed = [Column(column.label, column.name, column.parts[:1]) for column in columns]
    return bars(name, title, billed, (_BILLED,), _USD)


@dataclass(frozen=True, slots=True)
class _Trait:
    """What costs are split by, and how one of them is mentioned."""

    name: str
    title: str
    of: Callable[[Share], str | None]
    ref: Callable[[Register, str], Ref]
    none: str


def _project(register: Register, key: str) -> Ref:
    project = register.project(key)
    return Ref(project.name if project else key, None, "project")


def _plain(_: Register, text: str) -> Ref:
    return Ref(text, None)


_TRAITS: Final = (
    _Trait("agent", "By agent", lambda share: share.agent, member_ref, "nobody"),
    _Trait("project", "By project", lambda share: share.project, _project, "no task"),
    _Trait("goal", "By goal", lambda share: share.goal, goal_ref, "no goal"),
    _Trait("repository", "By repository", lambda share: share.repository, _plain, "none"),
    _Trait("runtime", "By runtime", lambda share: share.runtime, _plain, "none"),
    _Trait("model", "By model", lambda share: share.model, _plain, "not told"),
)


def _split(register: Register, trait: _Trait, spent: Month) -> Split:
    sums: dict[str | None, Taken] = defaultdict(Taken)
    for share, taken in spent:
        sums[trait.of(share)] = sums[trait.of(share)].plus(taken)
    ordered = sorted(sums.items(), key=lambda pair: (-_price(pair[1]), -pair[1].runs, pair[0] or ""))
    most = max(_price(taken) for _, taken in ordered) or Decimal(1)
    parts = [
        _part(trait.ref(register, name) if name else Ref(trait.none, None), taken, most)
        for name, taken in ordered[:MOST]
    ]
    if len(ordered) > MOST:
        rest = total(taken for _, taken in ordered[MOST:])
        parts.append(_part(Ref(f"{len(ordered) - MOST:,} others", None), rest, most))
    return Split(f"by-{trait.name}", trait.title, tuple(parts))


def _price(taken: Taken) -> Decimal:
    return taken.usd + taken.imputed


def _part(ref: Ref, taken: Taken, most: Decimal) -> Part:
    return Part(
        ref,
        count(taken.runs),
        money(taken.usd),
        money(taken.imputed) if taken.imputed else NONE,
        tokens(taken.tokens),
        length(min(float(_price(taken) / most) * 100, 100)),
    )
