"""When agents and routines wake next."""

from typing import Any

import pytest

from gitcp.core.views import next_wakes
from gitcp.model.base import Record
from tests.helpers import (
    NOW,
    a_company,
    a_goal,
    a_heartbeat,
    a_hold,
    a_project,
    a_routine,
    an_agent,
    at,
    snapshot_of,
)

MADRID = a_company(timezone="Europe/Madrid")


def _told(*records: Record, **asked: Any) -> list[tuple[str, str | None, str | None, str | None]]:
    rows = next_wakes(snapshot_of(*records), asked.pop("now", NOW), **asked)
    return [(row["id"], row["at"], row["local"], row["offset"]) for row in rows]


def _why(*records: Record) -> list[str | None]:
    return [row["why"] for row in next_wakes(snapshot_of(*records), NOW) if row["cron"] is not None]


def test_the_next_ones_go_on_across_the_change_of_the_clocks() -> None:
    riley = an_agent(heartbeat=a_heartbeat("30 2 * * SAT,SUN"))

    # Clocks go forward at two on the 28th of March; what is due at half past two comes after the gap.
    told = _told(MADRID, riley, now=at("2027-03-26T12:00:00Z"), count=3)
    assert told[0] == ("riley", "2027-03-27T01:30:00Z", "2027-03-27 02:30", "+01:00")
    assert told[1][0::3] == ("riley", "+02:00")
    assert told[2] == ("riley", "2027-04-03T00:30:00Z", "2027-04-03 02:30", "+02:00")


def test_a_fixed_time_comes_once_when_clocks_go_back() -> None:
    riley = an_agent(heartbeat=a_heartbeat("30 2 * * *"))

    assert _told(MADRID, riley, now=at("2027-10-29T12:00:00Z"), count=3) == [
        ("riley", "2027-10-30T00:30:00Z", "2027-10-30 02:30", "+02:00"),
        ("riley", "2027-10-31T00:30:00Z", "2027-10-31 02:30", "+02:00"),
        ("riley", "2027-11-01T01:30:00Z", "2027-11-01 02:30", "+01:00"),
    ]


def test_every_agent_and_routine_is_told_the_earliest_first_in_its_own_zone() -> None:
    riley = an_agent(heartbeat=a_heartbeat("0 9 * * *", timezone="Asia/Kolkata"))
    routine = a_routine(cron="0 12 * * *")

    assert _told(MADRID, riley, routine, count=2) == [
        ("weekly-scan", "2026-11-23T11:00:00Z", "2026-11-23 12:00", "+01:00"),
        ("riley", "2026-11-24T03:30:00Z", "2026-11-24 09:00", "+05:30"),
        ("weekly-scan", "2026-11-24T11:00:00Z", "2026-11-24 12:00", "+01:00"),
        ("riley", "2026-11-25T03:30:00Z", "2026-11-25 09:00", "+05:30"),
    ]


def test_one_agent_is_told_with_the_routines_that_make_its_tasks() -> None:
    mine = a_routine("mine", task={"project": "CI", "title": "Scan", "assignee": "oscar"})
    records = [an_agent(heartbeat=a_heartbeat()), an_agent("oscar"), mine, a_routine("other")]

    assert [row[0] for row in _told(*records, agent="oscar")] == ["mine", "oscar"]


@pytest.mark.parametrize(
    ("agent", "why"),
    [
        (an_agent(), "has no heartbeat"),
        (an_agent(heartbeat=a_heartbeat("nonsense")), "its time cannot be read"),
        (an_agent(heartbeat=a_heartbeat(timezone="Nowhere/At-All")), "its time cannot be read"),
        (an_agent(heartbeat=a_heartbeat("0 0 30 2 *")), "it never comes"),
    ],
)
def test_who_has_no_slot_is_told_with_the_reason(agent: Record, why: str) -> None:
    (row,) = next_wakes(snapshot_of(agent), NOW, 10)

    assert (row["at"], row["local"], row["offset"], row["why"]) == (None, None, None, why)


def test_a_terminated_agent_is_not_told() -> None:
    assert _told(an_agent(status="terminated", heartbeat=a_heartbeat())) == []


def test_what_keeps_it_from_waking_then_is_said() -> None:
    riley, routine = an_agent(heartbeat=a_heartbeat()), a_routine()

    assert _why(riley, routine) == [None, None]
    assert _why(riley.evolve(status="paused")) == ["agent riley is paused"]
    assert _why(routine.evolve(status="paused")) == ["routine weekly-scan is paused"]
    assert _why(routine, a_project(status="completed")) == ["project CI is not active"]
    assert _why(routine, a_project(paused=a_hold("so"))) == ["project CI is paused by clara: so"]
    assert _why(routine, a_project(goal="quality"), a_goal(paused=a_hold())) == [
        "goal quality is paused by clara"
    ]
    assert _why(riley, routine, a_company(paused=a_hold())) == ["the company is paused by clara"] * 2
