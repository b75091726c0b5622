"""Cron expressions that cannot be read or never fire, and time zones that do not exist."""

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from gitcp.core.checks.finding import Finding
from gitcp.core.schedule import is_cron, next_fire, zone
from gitcp.model.base import Record
from gitcp.model.planning import Routine
from gitcp.model.snapshot import Snapshot, agents

# Any instant does: an expression that fires at all fires again within a leap cycle.
_ANY_TIME = datetime(2024, 1, 1, tzinfo=UTC)


def schedules(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield what is wrong with times."""
    company = snapshot.company
    if company is not None:
        yield from _zone(company, "timezone", company.timezone)
    for agent in agents(snapshot):
        if agent.heartbeat is not None:
            yield from _cron(agent, "heartbeat.cron", agent.heartbeat.cron)
            yield from _zone(agent, "heartbeat.timezone", agent.heartbeat.timezone)
    for routine in snapshot.all(Routine):
        yield from _cron(routine, "cron", routine.cron)
        yield from _zone(routine, "timezone", routine.timezone)


def _cron(record: Record, where: str, expression: str) -> Iterator[Finding]:
    if not is_cron(expression):
        hint = "five fields, e.g. '0 9 * * 1-5', or @daily, @weekly, @monthly"
        yield Finding(
            record.kind, record.id, where, f"expected a cron expression, found '{expression}'", hint
        )
    elif next_fire(expression, ZoneInfo("UTC"), _ANY_TIME) is None:
        yield Finding(
            record.kind,
            record.id,
            where,
            f"expected a cron expression that fires, '{expression}' never does",
            "check day and month",
        )


def _zone(record: Record, where: str, name: str | None) -> Iterator[Finding]:
    if name is not None and zone(name) is None:
        hint = "an IANA name such as Europe/Madrid or UTC"
        yield Finding(record.kind, record.id, where, f"expected a time zone, found '{name}'", hint)
