from datetime import timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from gitcp.core.budgets import (
    DEFAULT_LIMITS,
    Line,
    company_zone,
    covering,
    limits_of,
    period_end,
    period_start,
    reservation,
    scopes,
    shortage,
    unknown_scope,
    unreadable,
    use,
)
from gitcp.model.amounts import Amounts, Charged, Metric, RunLimits, Usage
from gitcp.model.guards import Ledger, LedgerEntry, Period
from gitcp.model.memory import Records
from gitcp.model.problem import Severity
from gitcp.model.runs import charged_by
from gitcp.model.runtimes import Billing, ClaudeCodeRuntime, CodexRuntime
from tests.helpers import (
    NOW,
    a_budget,
    a_company,
    a_goal,
    a_problem,
    a_project,
    a_run,
    a_task,
    an_agent,
    an_ended_run,
    at,
    later,
    snapshot_of,
    task_in,
    ticked,
)

MADRID, HAVANA = ZoneInfo("Europe/Madrid"), ZoneInfo("America/Havana")


@pytest.mark.parametrize(
    ("period", "now", "place", "start", "end"),
    [
        ("day", "2026-11-23T09:00:00Z", MADRID, "2026-11-22T23:00:00Z", "2026-11-23T23:00:00Z"),
        ("day", "2026-11-22T23:00:00Z", MADRID, "2026-11-22T23:00:00Z", "2026-11-23T23:00:00Z"),
        ("day", "2026-11-22T22:59:59Z", MADRID, "2026-11-21T23:00:00Z", "2026-11-22T23:00:00Z"),
        # the days on which the clocks change have 23 and 25 hours
        ("day", "2026-03-29T12:00:00Z", MADRID, "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"),
        ("day", "2026-10-25T12:00:00Z", MADRID, "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"),
        # in Havana midnight itself is skipped in spring, and there twice in autumn
        ("day", "2026-03-08T12:00:00Z", HAVANA, "2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z"),
        ("day", "2026-11-01T05:30:00Z", HAVANA, "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z"),
        # weeks begin on Monday
        ("week", "2026-11-23T09:00:00Z", MADRID, "2026-11-22T23:00:00Z", "2026-11-29T23:00:00Z"),
        ("week", "2026-11-22T22:00:00Z", MADRID, "2026-11-15T23:00:00Z", "2026-11-22T23:00:00Z"),
        ("week", "2026-03-29T12:00:00Z", MADRID, "2026-03-22T23:00:00Z", "2026-03-29T22:00:00Z"),
        ("month", "2026-11-30T22:59:59Z", MADRID, "2026-10-31T23:00:00Z", "2026-11-30T23:00:00Z"),
        ("month", "2026-11-30T23:00:00Z", MADRID, "2026-11-30T23:00:00Z", "2026-12-31T23:00:00Z"),
        ("month", "2026-01-31T12:00:00Z", MADRID, "2025-12-31T23:00:00Z", "2026-01-31T23:00:00Z"),
        ("month", "2028-02-29T12:00:00Z", MADRID, "2028-01-31T23:00:00Z", "2028-02-29T23:00:00Z"),
        ("month", "2026-03-31T12:00:00Z", MADRID, "2026-02-28T23:00:00Z", "2026-03-31T22:00:00Z"),
    ],
)
def test_a_period_begins_and_ends_at_midnight_of_the_company(
    period: str, now: str, place: ZoneInfo, start: str, end: str
) -> None:
    assert period_start(Period(period), at(now), place) == at(start)
    assert period_end(Period(period), at(now), place) == at(end)


@pytest.mark.parametrize("period", [Period.RUN, Period.TOTAL])
def test_a_run_and_all_time_have_neither_beginning_nor_end(period: Period) -> None:
    assert period_start(period, NOW, MADRID) is None
    assert period_end(period, NOW, MADRID) is None


def test_the_zone_is_the_companys_and_utc_where_that_does_not_exist() -> None:
    assert company_zone(a_company(timezone="Europe/Madrid")) == MADRID
    assert company_zone(a_company(timezone="Nowhere/At-All")) == ZoneInfo("UTC")
    assert company_zone(None) == ZoneInfo("UTC")


_ABOVE_RILEY = ["company", "subtree/clara", "subtree/oscar", "subtree/riley", "agent/riley"]


def _company() -> Records:
    return snapshot_of(
        an_agent("riley", reports_to="oscar"),
        an_agent("oscar", reports_to="clara"),
        a_project("CI", goal="quality"),
        a_goal("growth"),
        a_goal("quality", parent="growth"),
        a_goal("speed", parent="nowhere"),
        a_task("CI-0001"),
        a_task("CI-0002", goal="speed"),
    )


@pytest.mark.parametrize(
    ("task", "expected"),
    [
        (None, _ABOVE_RILEY),
        (
            "CI-0001",
            [*_ABOVE_RILEY, "project/CI", "goal/growth", "goal/quality", "task/CI-0001"],
        ),
        (
            "CI-0002",
            [*_ABOVE_RILEY, "project/CI", "goal/speed", "task/CI-0002"],
        ),
    ],
)
def test_a_run_is_covered_by_its_chain_of_command_its_project_its_goals_and_its_task(
    task: str | None, expected: list[str]
) -> None:
    snapshot = _company()

    assert scopes(snapshot, "riley", task_in(snapshot, task) if task else None) == expected


def test_only_budgets_that_exist_cover() -> None:
    snapshot = snapshot_of(
        a_budget("company"), a_budget("agent/riley"), a_budget("agent/oscar"), a_budget("project/QA")
    )

    assert [budget.id for budget in covering(snapshot, "riley", a_task())] == ["company", "agent/riley"]


def test_a_cycle_in_the_org_chart_or_the_goals_ends() -> None:
    snapshot = snapshot_of(
        an_agent("riley", reports_to="oscar"),
        an_agent("oscar", reports_to="riley"),
        a_goal("quality", parent="growth"),
        a_goal("growth", parent="quality"),
    )

    assert set(scopes(snapshot, "riley", a_task(goal="quality"))) >= {
        "subtree/oscar",
        "goal/growth",
        "goal/quality",
    }


def test_a_live_run_holds_its_reservation_and_an_ended_one_what_it_used() -> None:
    live, ended = a_run(), an_ended_run()
    unknown = an_ended_run(usage=None)

    assert charged_by([live]) == Charged.of([], [live.reserved])
    assert ended.usage is not None
    assert charged_by([ended, unknown]) == Charged.of([ended.usage, unknown.reserved], [])


def test_available_is_the_limit_less_settled_less_reserved_in_exact_decimals() -> None:
    spent = [
        an_ended_run(
            charges=("company",),
            claimed_at=later(-60 * hour),
            usage=Usage(usd=Decimal("0.1"), tokens=3, runs=1, minutes=Decimal("0.2")),
        )
        for hour in (1, 2, 3)
    ]
    live = a_run("oscar", None, charges=("company",))
    snapshot = snapshot_of(*spent, live)

    (usd, tokens, runs, minutes) = use(snapshot, a_budget(usd=10, tokens=5000, runs=9, minutes=90), NOW).lines

    assert usd == Line(Metric.USD, Decimal(10), Decimal("0.3"), Decimal(1))
    assert usd.available == Decimal("8.7")
    assert tokens == Line(Metric.TOKENS, Decimal(5000), Decimal(9), Decimal(1000))
    assert tokens.available == 3991
    assert runs == Line(Metric.RUNS, Decimal(9), Decimal(3), Decimal(1))
    assert minutes == Line(Metric.MINUTES, Decimal(90), Decimal("0.6"), Decimal(30))


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ("day", Decimal("0.5")),
        ("week", Decimal("0.5")),
        ("month", Decimal("1.0")),
        ("total", Decimal("1.5")),
        ("run", 0),
    ],
)
def test_a_run_counts_in_the_period_of_its_claim(period: str, expected: Decimal) -> None:
    # Claimed a minute before midnight, it counts in that day although it ended in the next.
    today = an_ended_run(claimed_at=at("2026-11-23T00:00:00Z"), charges=("company",))
    last_week = an_ended_run(claimed_at=at("2026-11-22T23:59:00Z"), charges=("company",))
    last_month = an_ended_run(claimed_at=at("2026-10-31T23:59:00Z"), charges=("company",))
    snapshot = snapshot_of(today, last_week, last_month)

    (line,) = use(snapshot, a_budget(period=period, usd=10), NOW).lines

    assert line.settled == expected


def test_a_run_counts_in_the_budgets_that_its_claim_charged_and_in_no_other() -> None:
    snapshot = snapshot_of(an_ended_run(charges=("company",)))

    (line,) = use(snapshot, a_budget("agent/riley", usd=10), NOW).lines

    assert line.settled == 0


def test_a_budget_with_backfill_counts_what_its_agents_ran_under_former_names() -> None:
    former = an_ended_run("rick", charges=())
    snapshot = snapshot_of(former, a_task(), an_agent("riley", previously=("rick",)))

    for budget in ("agent/riley", "agent/rick", "subtree/clara", "subtree/rick", "company"):
        (line,) = use(snapshot, a_budget(budget, usd=10, backfill=True), NOW).lines
        assert line.settled == Decimal("0.5"), budget


def test_a_budget_with_backfill_counts_runs_from_before_it_existed() -> None:
    mine, task = an_ended_run(charges=()), a_task()
    others = an_ended_run("oscar", None, charges=())
    snapshot = snapshot_of(mine, others, task, an_agent("oscar"))

    def settled(budget: str) -> Decimal:
        (line,) = use(snapshot, a_budget(budget, usd=10, backfill=True), NOW).lines
        return line.settled

    assert settled("agent/riley") == Decimal("0.5")
    assert settled("project/CI") == Decimal("0.5")
    assert settled("company") == Decimal("1.0")


def test_a_total_counts_what_the_ledger_holds_of_archived_runs() -> None:
    amounts = Amounts(usd=Decimal(3), runs=2)
    entries = (
        LedgerEntry(agent="riley", budgets=("company", "agent/riley"), runs=2, amounts=amounts),
        LedgerEntry(agent="riley", budgets=("agent/riley",), runs=2, amounts=amounts),
    )
    snapshot = snapshot_of(Ledger(id="2026-01", entries=entries))

    def settled(period: str) -> Decimal:
        return use(snapshot, a_budget(period=period, usd=10), NOW).lines[0].settled

    assert settled("total") == 3
    assert settled("month") == 0


def test_planned_claims_count_as_reserved() -> None:
    planned = a_run(charges=("company",))
    snapshot = snapshot_of(a_budget(usd=2))

    (line,) = use(snapshot, a_budget(usd=2), NOW, [planned, a_run("oscar", charges=())]).lines

    assert line.reserved == 1


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ({"usd": 1}, None),
        ({"usd": Decimal("0.999999")}, "budget company: 0.999999 usd left, the run would reserve 1"),
        ({"tokens": 999}, "budget company: 999 tokens left, the run would reserve 1000"),
        ({"runs": 0}, "budget company: 0 runs left, the run would reserve 1"),
        ({"minutes": 29}, "budget company: 29 minutes left, the run would reserve 30"),
        ({"usd_imputed": 0}, None),
        ({}, None),
    ],
)
def test_a_run_fits_if_every_capped_metric_has_room_for_its_reservation(
    limits: dict[str, Any], expected: str | None
) -> None:
    found = shortage(snapshot_of(a_budget(**limits)), a_run(charges=("company",)), NOW)

    assert (str(found) if found else None) == expected


def test_a_shortage_says_until_when_it_lasts() -> None:
    run = a_run(charges=("gone", "agent/riley"))
    found = shortage(snapshot_of(a_budget("agent/riley", "day", usd=0)), run, NOW)

    assert found is not None
    assert found.until == at("2026-11-24T00:00:00Z")


def test_an_overspent_budget_has_nothing_left_and_stops_only_what_would_take_from_it() -> None:
    spent = an_ended_run(charges=("company",), usage=Usage(usd=Decimal(5), runs=1))
    snapshot = snapshot_of(a_budget(usd=2), spent)
    free = a_run(charges=("company",), reserved=Amounts(runs=1))

    assert str(shortage(snapshot, a_run(charges=("company",)), NOW)) == (
        "budget company: 0 usd left, the run would reserve 1"
    )
    assert shortage(snapshot, free, NOW) is None


def test_a_limit_for_each_run_does_not_add_up() -> None:
    spent = an_ended_run(charges=("company",), usage=Usage(usd=Decimal(5), runs=1))
    snapshot = snapshot_of(a_budget(period="run", usd=1), spent)

    assert shortage(snapshot, a_run(charges=("company",)), NOW) is None
    assert shortage(snapshot_of(a_budget(period="run", usd=0)), a_run(charges=("company",)), NOW) is not None


@pytest.mark.parametrize(
    ("budget", "severity", "expected"),
    [
        ("company", Severity.ERROR, "budget company"),
        ("subtree/clara", Severity.ERROR, "budget subtree/clara"),
        ("task/CI-0001", Severity.ERROR, "budget task/CI-0001"),
        ("agent/oscar", Severity.ERROR, None),
        ("company", Severity.WARNING, None),
    ],
)
def test_a_budget_that_cannot_be_read_is_known_by_its_place(
    budget: str, severity: Severity, expected: str | None
) -> None:
    elsewhere = a_problem("budget", budget, record=None)
    snapshot = snapshot_of(problems=[elsewhere, a_problem("budget", budget, severity=severity)])

    assert unreadable(snapshot, "riley", a_task()) == expected


@pytest.mark.parametrize(
    ("kind", "name", "expected"),
    [
        ("person", "clara", "member clara"),
        ("member", "oscar", "member oscar"),
        ("agent", "oscar", "member oscar"),
        ("goal", "quality", "goal quality"),
        ("goal", "growth", "goal growth"),
        ("goal", "speed", None),
        ("agent", "hugo", None),
    ],
)
def test_what_cannot_be_read_above_a_run_hides_budgets(kind: str, name: str, expected: str | None) -> None:
    snapshot = _company()
    broken = Records.of(snapshot.by_key.values(), problems=[a_problem(kind, name)])

    assert unknown_scope(snapshot, "riley", a_task()) is None
    assert unknown_scope(broken, "riley", a_task()) == expected


def test_a_manager_that_cannot_be_read_hides_budgets_from_a_run_without_a_task() -> None:
    assert (
        unknown_scope(snapshot_of(problems=[a_problem("member", "clara")]), "riley", None) == "member clara"
    )
    assert unknown_scope(snapshot_of(problems=[a_problem("goal", "quality")]), "riley", None) is None


def test_limits_come_from_the_agent_then_the_company_then_gitcp() -> None:
    snapshot = snapshot_of(a_company(limits=RunLimits(usd=Decimal(3), tokens=7)))
    agent = an_agent(limits=RunLimits(usd=Decimal(2)))

    found = limits_of(snapshot, agent)
    assert (found.usd, found.tokens, found.minutes) == (Decimal(2), 7, DEFAULT_LIMITS.minutes)
    assert limits_of(Records.of([]), an_agent()) == DEFAULT_LIMITS


def test_what_a_run_may_use_is_what_it_reserves() -> None:
    limits = RunLimits(usd=Decimal("0.5"), tokens=10, minutes=Decimal(5), turns=3)

    assert reservation(limits) == Amounts(usd=Decimal("0.5"), tokens=10, minutes=Decimal(5), runs=1)
    assert reservation(RunLimits()) == Amounts(runs=1)


def test_the_period_of_a_use_is_told() -> None:
    assert use(snapshot_of(), a_budget(period="day", usd=1), NOW).since == NOW.replace(hour=0)
    assert use(snapshot_of(), a_budget(period="total", usd=1), NOW + timedelta(days=1)).since is None


def test_a_budget_with_backfill_keeps_what_was_charged_to_it_when_the_agent_moves() -> None:
    moved = an_agent("riley", reports_to=None)
    snapshot = snapshot_of(moved, an_ended_run(charges=("subtree/clara",)))

    (line,) = use(snapshot, a_budget("subtree/clara", usd=10, backfill=True), NOW).lines

    assert line.settled == Decimal("0.5")


def test_a_run_of_a_command_line_may_read_its_conversation_again_and_again_and_not_be_silent_for_long() -> (
    None
):
    agent = an_agent(runtime=ClaudeCodeRuntime(type="claude-code"))

    found = limits_of(Records.of([]), agent)

    assert (found.tokens, found.silence_minutes) == (2_000_000, Decimal(15))
    assert limits_of(Records.of([]), an_agent()).silence_minutes is None


@pytest.mark.parametrize(
    ("billing", "given", "usd", "usd_imputed"),
    [
        (Billing.API, RunLimits(), Decimal(1), None),
        (Billing.API, RunLimits(usd=Decimal(3), usd_imputed=Decimal(4)), Decimal(3), None),
        (Billing.SUBSCRIPTION, RunLimits(), None, Decimal(1)),
        (Billing.SUBSCRIPTION, RunLimits(usd=Decimal(3)), None, Decimal(3)),
        (Billing.SUBSCRIPTION, RunLimits(usd=Decimal(3), usd_imputed=Decimal(4)), None, Decimal(4)),
    ],
)
def test_a_run_has_one_limit_of_money_by_who_pays(
    billing: Billing, given: RunLimits, usd: Decimal | None, usd_imputed: Decimal | None
) -> None:
    agent = an_agent(limits=given, runtime=CodexRuntime(type="codex", billing=billing))

    found = limits_of(Records.of([]), agent)

    assert (found.usd, found.usd_imputed) == (usd, usd_imputed)
    assert found.is_imputed == (billing is Billing.SUBSCRIPTION)
    assert reservation(found).usd == (usd or 0)
    assert reservation(found).usd_imputed == (usd_imputed or 0)


def test_a_run_counts_by_the_zone_that_the_company_had_when_it_was_claimed() -> None:
    # In Madrid it was the first of November already, in New York it is October still; the company moved on the third.
    claimed = at("2026-10-31T23:30:00Z")
    madrid = an_ended_run(charges=("company",), claimed_at=claimed, zone="Europe/Madrid")
    nowhere = an_ended_run("oscar", charges=("company",), claimed_at=claimed, zone="../etc/passwd")
    snapshot = snapshot_of(a_company(timezone="America/New_York"), madrid, nowhere)

    for backfill in (False, True):
        [line] = use(snapshot, a_budget(usd=10, backfill=backfill), at("2026-11-03T12:00:00Z")).lines
        assert line.settled == Decimal("0.5")


def test_a_claim_keeps_the_zone_that_it_counts_in_where_that_is_not_utc() -> None:
    def zone(company: str) -> str | None:
        return next(iter(ticked(snapshot_of(a_company(timezone=company), a_task())).runs())).zone

    assert zone("Europe/Madrid") == "Europe/Madrid"
    assert zone("UTC") is None
