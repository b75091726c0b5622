from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitcp.core.budgets import company_zone, period_start, use
from gitcp.core.budgets.spending import earlier
from gitcp.dashboard import BudgetRow, BudgetUse
from gitcp.dashboard.charging import LATEST, asked_for, charged_days, charged_last
from gitcp.dashboard.register import Register
from gitcp.dashboard.views.budget import periods
from gitcp.model.amounts import BudgetLimits, Metric
from gitcp.model.base import Record
from gitcp.model.guards import Approval, Budget, OnExceed, Period
from gitcp.model.planning import Goal, GoalLevel, Project
from gitcp.model.runs import Run
from tests.dashboard.company import COMPANY, NOW, a_bare_site, a_person, a_run, a_task, an_agent, an_ended_run

LIMITS = BudgetLimits(usd=Decimal(40), tokens=10**7, runs=100, minutes=Decimal(900))
PLACE = company_zone(COMPANY)
PERIODS = (Period.DAY, Period.WEEK, Period.MONTH)


def a_budget(name: str = "company", **fields: object) -> Budget:
    return Budget(**({"id": name, "period": Period.MONTH, "limits": LIMITS} | fields))


def a_register(*records: Record) -> Register:
    budgets = [record for record in records if isinstance(record, Budget)]
    site = a_bare_site(COMPANY, *records)
    rows = [BudgetUse(each, use(site.snapshot, each, NOW).since, ()) for each in budgets]
    return Register(a_bare_site(COMPANY, *records, budgets=rows))


@st.composite
def runs(draw: st.DrawFn) -> Sequence[Run]:
    hours = draw(st.lists(st.integers(1, 24 * 90), max_size=25, unique=True))
    zones = st.sampled_from(["Europe/Madrid", "UTC", None])
    return [
        an_ended_run(
            "riley",
            NOW - timedelta(hours=hour),
            draw(st.integers(0, 90)),
            str(draw(st.decimals(0, 5, places=4))),
            zone=draw(zones),
            charges=draw(st.sampled_from([("company",), ("company", "agent/riley"), ()])),
        )
        for hour in hours
    ]


@given(runs(), st.sampled_from(PERIODS))
def test_the_days_of_a_period_add_up_to_what_the_budget_has_settled(
    found: Sequence[Run], period: Period
) -> None:
    budget = a_budget(period=period)
    register = a_register(budget, *found)
    since = period_start(period, NOW, PLACE)
    assert since is not None
    first = since.astimezone(PLACE).date().isoformat()

    days = charged_days(register, budget.id)

    for line in use(register.site.snapshot, budget, NOW).lines:
        assert line.settled == sum((days[day].of(line.metric) for day in days if day >= first), Decimal(0))


@given(runs(), st.sampled_from(PERIODS))
def test_earlier_periods_took_what_core_says(found: Sequence[Run], period: Period) -> None:
    budget = a_budget(period=period)
    register = a_register(budget, *found)
    sums = periods(charged_days(register, budget.id), period)

    for past in earlier(register.site.snapshot, budget, NOW):
        mine = sums.get(past.since.astimezone(PLACE).date().isoformat(), dict.fromkeys(Metric, Decimal(0)))
        assert mine == past.sums


def _covering() -> Iterator[tuple[str, bool]]:
    yield from (("company", True), ("agent/riley", True), ("subtree/clara", True), ("subtree/riley", True))
    yield from (("agent/clara", False), ("project/CI", True), ("project/WEB", False))
    yield from (("goal/fresh", True), ("goal/season", True), ("goal/other", False))
    yield from (("task/CI-0001", True), ("task/CI-0002", False), ("agent/old", True))


@pytest.mark.parametrize(("name", "counts"), list(_covering()))
def test_with_backfill_what_lies_in_the_scope_counts_though_it_charged_nothing(
    name: str, counts: bool
) -> None:
    budget = a_budget(name, backfill=True, period=Period.TOTAL)
    run = an_ended_run("riley", NOW - timedelta(days=3), 5, "0.50", task="CI-0001", charges=())
    register = a_register(
        budget,
        run,
        an_agent("riley", reports_to="clara", previously=("old",)),
        an_agent("clara"),
        a_task("CI-0001"),
        Project(id="CI", name="CI", repository="r", goal="fresh"),
        Goal(id="fresh", title="Fresh", level=GoalLevel.TEAM, parent="season"),
        Goal(id="season", title="Season", level=GoalLevel.COMPANY),
    )

    (line, *_) = use(register.site.snapshot, budget, NOW).lines

    assert [taken.usd for taken in charged_days(register, name).values()] == [Decimal("0.50")] * counts
    assert line.settled == Decimal("0.50") * counts


def test_the_newest_runs_that_charged_it_come_first_and_are_not_too_many() -> None:
    ended = [an_ended_run("riley", NOW - timedelta(hours=n), 1, "0.1") for n in range(1, LATEST + 5)]
    register = a_register(a_budget(), *ended, a_run("mira", NOW))

    assert [run.id for run in charged_last(register, "company")] == [run.id for run in ended[:LATEST]]
    assert charged_last(register, "agent/mira") == charged_last(register, "nothing") == ()


def test_what_was_asked_for_is_told_in_its_period_alone() -> None:
    def asked(number: int, at: datetime) -> Approval:
        return Approval(
            id=f"AP-{number}", title="More", requested_by="ada", requested_at=at, budget="company"
        )

    budget = a_budget(on_exceed=OnExceed.ASK)
    before = datetime(2026, 10, 3, tzinfo=UTC)

    assert asked_for(a_register(budget, a_person(), asked(1, NOW)), "company") == "AP-1"
    assert asked_for(a_register(budget, a_person(), asked(1, before)), "company") is None
    assert asked_for(a_register(budget), "nothing") is None


def test_a_budget_says_the_same_all_day_of_when_it_runs_dry() -> None:
    budget = a_budget()

    def dry(at: datetime) -> object:
        row = BudgetRow(Metric.USD, Decimal(40), Decimal(4), Decimal(0), Decimal(0), Decimal(1), at)
        site = a_bare_site(COMPANY, budget, budgets=(BudgetUse(budget, None, (row,)),))
        return Register(site).budget("company")

    morning, evening, next_day = (datetime(2026, 11, 27, hour, 30, tzinfo=UTC) for hour in (0, 22, 23))

    assert dry(morning) == dry(evening) != dry(next_day)
