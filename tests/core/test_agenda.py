from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitcp.core.agenda import Recurring, recurring
from gitcp.core.causes.heartbeats import spread_of
from gitcp.core.schedule import next_fire, next_slot
from gitcp.core.spans import during
from gitcp.model.company import Company
from gitcp.model.members import Agent, AgentStatus, Heartbeat
from gitcp.model.memory import Records
from gitcp.model.planning import Project, ProjectStatus, Routine, RoutineStatus, TaskTemplate
from gitcp.model.runtimes import ClaudeCodeRuntime

EXPRESSIONS = (
    "*/5 * * * *",
    "7 * * * *",
    "30 2 * * *",
    "0,20,40 0-3 * * *",
    "*/20 1-3 * * *",
    "*/7 */5 * */2 SUN",
    "5 2 25-31 3,10 *",
    "0 9 * * MON-FRI",
    "0 0 1 * MON",
    "0 4 */2 * SUN",
    "0 2 * * L5",
    "0 8 L * *",
    "0 0 30 2 *",
    "@hourly",
    "@daily",
    "@weekly",
)
ZONES = (
    "Europe/Madrid",
    "UTC",
    "America/New_York",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
)
CHANGES = (
    datetime(2026, 3, 29, tzinfo=UTC),
    datetime(2026, 10, 25, tzinfo=UTC),
    datetime(2026, 11, 1, tzinfo=UTC),
)
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
WEEK = timedelta(days=7)

near_changes = st.builds(
    lambda change, minutes: change + timedelta(minutes=minutes),
    st.sampled_from(CHANGES),
    st.integers(-4 * 1440, 4 * 1440),
)


@given(st.sampled_from(EXPRESSIONS), st.sampled_from(ZONES), near_changes, st.integers(0, 4 * 1440))
def test_all_firings_of_a_span_are_those_that_follow_one_another(
    expression: str, zone: str, after: datetime, minutes: int
) -> None:
    place, until = ZoneInfo(zone), after + timedelta(minutes=minutes)

    assert during(expression, place, after, until) == tuple(_one_by_one(expression, place, after, until))


def _one_by_one(expression: str, place: ZoneInfo, after: datetime, until: datetime) -> Iterator[datetime]:
    at = next_fire(expression, place, after)
    while at is not None and at <= until:
        yield at
        at = next_fire(expression, place, at)


def an_agent(name: str = "riley", **fields: object) -> Agent:
    runtime = ClaudeCodeRuntime(type="claude-code", model="sonnet")
    return Agent(**({"id": name, "name": name, "runtime": runtime} | fields))


def a_company(**fields: object) -> Company:
    return Company(**({"id": "gitcp", "name": "x", "timezone": "Europe/Madrid"} | fields))


def a_routine(name: str = "brief", **fields: object) -> Routine:
    task = TaskTemplate(project="CI", title="Brief")
    return Routine(**({"id": name, "title": "Brief", "cron": "0 8 * * *", "task": task} | fields))


@given(
    st.sampled_from(EXPRESSIONS),
    near_changes,
    st.none() | st.integers(0, 3 * 1440),
    st.sampled_from([None, 0, 10, 45, 600]),
    st.sampled_from([None, 5, 90]),
)
def test_a_heartbeat_wakes_at_the_slots_that_the_scheduler_will_see(
    expression: str, since: datetime, wait: int | None, jitter: int | None, window: int | None
) -> None:
    heartbeat = Heartbeat(
        cron=expression,
        since=since,
        jitter_minutes=jitter,
        window_minutes=Decimal(window) if window else None,
    )
    agent = an_agent(heartbeat=heartbeat)
    snapshot = Records.of([a_company(), agent])
    (found,) = recurring(snapshot)
    after = since + timedelta(minutes=wait or 0)
    until = after + timedelta(days=2)

    expected, at = [], next_slot(heartbeat, "Europe/Madrid", after, spread_of(snapshot, agent))
    while at is not None and at <= until:
        expected.append(at)
        at = next_slot(heartbeat, "Europe/Madrid", at, spread_of(snapshot, agent))

    assert list(found.between(after, until)) == expected


def test_what_cannot_be_read_never_wakes() -> None:
    bad = [Recurring("agent", "a", cron, zone) for cron, zone in (("x", "UTC"), ("* * * * *", "No/Where"))]

    assert [(each.is_readable, each.between(NOW, NOW + WEEK)) for each in bad] == [(False, ())] * 2


def test_everybody_who_wakes_by_the_clock_is_named_with_what_keeps_them() -> None:
    beat = Heartbeat(cron="0 9 * * MON")
    snapshot = Records.of(
        [
            a_company(),
            an_agent("active", heartbeat=beat),
            an_agent("gone", heartbeat=beat, status=AgentStatus.TERMINATED),
            an_agent("none"),
            an_agent(
                "paused", heartbeat=Heartbeat(cron="0 9 * * MON", timezone="UTC"), status=AgentStatus.PAUSED
            ),
            Project(id="CI", name="CI", repository="r"),
            Project(id="OLD", name="Old", repository="r", status=ProjectStatus.COMPLETED),
            a_routine("on"),
            a_routine("off", status=RoutineStatus.PAUSED),
            a_routine("over", task=TaskTemplate(project="OLD", title="x")),
        ]
    )

    assert [(each.kind, each.id, each.zone, each.why) for each in recurring(snapshot)] == [
        ("agent", "active", "Europe/Madrid", None),
        ("agent", "paused", "UTC", "agent paused is paused"),
        ("routine", "off", "Europe/Madrid", "routine off is paused"),
        ("routine", "on", "Europe/Madrid", None),
        ("routine", "over", "Europe/Madrid", "project OLD is not active"),
    ]


@pytest.mark.parametrize(("cron", "count"), [("*/5 * * * *", 2016), ("0 9 * * MON", 1), ("@hourly", 168)])
def test_a_week_has_as_many_wakes_as_the_clock_says(cron: str, count: int) -> None:
    assert len(Recurring("agent", "a", cron, "Europe/Madrid").between(NOW, NOW + WEEK)) == count
