"""Heartbeats that are too dense, told from the runs that they woke."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from gitcp.core.cadence import LATEST_SLOTS, LEAST_SLOTS, Overscheduled, findings
from gitcp.core.checks import findings as checked
from gitcp.model.amounts import Usage
from gitcp.model.base import Record, format_instant
from gitcp.model.problem import Severity
from gitcp.model.runs import Run
from tests.helpers import NOW, a_budget, a_cause, a_heartbeat, an_agent, an_ended_run, snapshot_of

FIRST = NOW - timedelta(days=30)


def slots(useful: str, hours: float = 24, usd: str = "0.5", minute: int = 0) -> Iterator[Run]:
    """Yield a run for each letter, so many hours apart: `w` found a task, `p` made progress, `.` got nowhere, `?` nobody knows."""
    for number, letter in enumerate(useful):
        at = FIRST + timedelta(hours=hours * number, minutes=minute)
        beat = a_cause("heartbeat", "riley", format_instant(at))
        usage = Usage(usd=Decimal(usd), runs=1, minutes=Decimal(10))
        progress = {"p": True, ".": False, "w": False}.get(letter)
        task = "CI-0001" if letter == "w" else None
        yield an_ended_run("riley", task, answers=(beat,), claimed_at=at, usage=usage, progress=progress)


def found(cron: str, *records: Record, **heartbeat: Any) -> Overscheduled | None:
    beat = a_heartbeat(cron, prompt="/look", **({"since": FIRST} | heartbeat))
    told = list(findings(snapshot_of(an_agent(heartbeat=beat), *records), NOW))
    assert len(told) <= 1
    return told[0] if told else None


@pytest.mark.parametrize(
    ("cron", "hours", "useful", "fits"),
    [
        ("15 * * * *", 1, "p...p...p...", "15 */4 * * *"),
        ("0 */2 * * *", 2, "..........", "0 1 * * MON"),
        ("*/30 * * * *", 0.5, "p..p..p..", "0 */2 * * *"),
        ("30 9 * * *", 24, "p...p...p...", "30 9 * * MON"),
        ("0 9 * * *", 24, ".....", "0 9 * * MON"),
        ("0 9 * * MON-FRI", 24, "p....p....", "0 9 * * MON"),
        ("0 9 * * MON", 168, ".....", None),
        ("0 9 * * *", 24, "p.p.p.", "enough"),
        ("0 9 * * *", 24, "w.w.w.", "enough"),
        ("0 9 * * *", 24, "??????", "enough"),
        ("0 9 * * *", 24, "." * (LEAST_SLOTS - 1), "enough"),
        ("0 9 * * *", 24, "." * 20 + "p" * LATEST_SLOTS, "enough"),
        ("0 9 * * *", 24, "p" * 20 + "." * LATEST_SLOTS, "0 9 * * MON"),
        ("nonsense", 24, ".....", "enough"),
        ("0 0 30 2 *", 24, ".....", "enough"),
    ],
)
def test_the_cron_that_would_fit_follows_from_the_slots_that_were_of_use(
    cron: str, hours: float, useful: str, fits: str | None
) -> None:
    minute = int(cron[:2]) if cron[:2].isdecimal() else 0
    told = found(cron, *slots(useful, hours, minute=minute))

    assert (told.fits if told else "enough") == fits


def test_a_finding_says_what_the_slots_found_and_took() -> None:
    told = found("0 9 * * *", *slots("p....", usd="0.4"))

    assert told is not None
    assert (told.agent, told.cron, told.slots, told.useful, told.usd) == (
        "riley",
        "0 9 * * *",
        5,
        1,
        Decimal("0.4"),
    )
    assert told.reasons == (
        "expected a heartbeat that finds work at least every other time, found work or progress in 1 of its last 5 slots, at 0.40 usd a slot",
    )


@pytest.mark.parametrize(
    ("budget", "fits"),
    [
        (a_budget("agent/riley", "month", usd=15), "enough"),
        (a_budget("agent/riley", "month", usd=12), "0 9 * * MON-FRI"),
        (a_budget("agent/riley", "month", usd=5), "0 9 * * MON"),
        (a_budget("subtree/clara", "week", minutes=30), "0 9 * * MON"),
        (a_budget("company", "day", runs=0), "0 9 * * MON"),
        (a_budget("agent/riley", "total", usd=1), "enough"),
        (a_budget("agent/oscar", "month", usd=1), "enough"),
    ],
)
def test_a_heartbeat_that_its_budgets_do_not_carry_is_found(budget: Record, fits: str) -> None:
    told = found("0 9 * * *", budget, *slots("pppppppppp"))

    assert (told.fits if told else "enough") == fits


def test_what_a_budget_does_not_carry_is_told_by_name() -> None:
    told = found("0 9 * * *", a_budget("agent/riley", "month", usd=5), *slots("pppppp"))

    assert told is not None
    assert told.reasons == (
        "expected a heartbeat that budget agent/riley carries, found one that takes 15.00 usd a month of 5",
    )


def test_slots_that_woke_nobody_cost_nothing() -> None:
    every_third = list(slots("pppppp", hours=72))

    assert found("0 9 * * *", a_budget("agent/riley", "month", usd=6), *every_third) is None
    assert found("0 9 * * *", a_budget("agent/riley", "month", usd=4), *every_third) is not None


def test_the_zone_and_the_minute_stay() -> None:
    told = found("45 8 * * *", *slots("....."), timezone="Asia/Kolkata")

    # The slots of the table are at 9:00 UTC: 14:30 in Kolkata.
    assert told is not None
    assert told.fits == "30 14 * * MON"


@pytest.mark.parametrize(
    ("agent", "useful"),
    [
        ({"status": "paused"}, "....."),
        ({"heartbeat": None}, "....."),
        ({"heartbeat": a_heartbeat(since=NOW)}, "....."),
        ({"heartbeat": a_heartbeat(timezone="Not/There")}, "....."),
    ],
)
def test_agents_that_the_clock_does_not_wake_are_not_judged(agent: dict[str, Any], useful: str) -> None:
    riley = an_agent(**({"heartbeat": a_heartbeat(since=FIRST)} | agent))

    assert list(findings(snapshot_of(riley, *slots(useful)), NOW)) == []


@pytest.mark.parametrize("digest", ["nonsense", "2026-11-01T09:00:00", "0"])
def test_a_slot_that_is_no_time_is_none(digest: str) -> None:
    odd = [run.evolve(answers=(a_cause("heartbeat", "riley", digest),)) for run in slots(".....")]

    assert found("0 9 * * *", *odd) is None


def test_check_warns_at_the_expression_and_says_what_would_fit() -> None:
    riley = an_agent(heartbeat=a_heartbeat(since=FIRST))
    runs = [*slots("....."), an_ended_run(task=None, claimed_at=NOW)]

    (told,) = [f for f in checked(snapshot_of(riley, *runs)) if f.where == "heartbeat.cron"]

    assert (told.kind, told.id, told.severity) == ("agent", "riley", Severity.WARNING)
    assert told.message.startswith("expected a heartbeat that finds work at least every other time")
    assert told.hint == "heartbeat.cron: '0 9 * * MON' would fit"


def test_check_of_a_heartbeat_that_is_seldom_enough_as_it_is_names_other_ways() -> None:
    riley = an_agent(heartbeat=a_heartbeat("0 9 * * MON", since=FIRST))

    (told,) = [f for f in checked(snapshot_of(riley, *slots("....."))) if f.where == "heartbeat.cron"]

    assert told.hint == "wake it by hand, or by a routine"
