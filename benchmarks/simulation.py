"""How long it takes to simulate a company: agents that are woken daily, beside a full plan for each minute of the same time.

    python benchmarks/simulation.py [--agents 1000] [--days 30] [--json]

Each agent has a daily heartbeat with a prompt, a task, a budget, and one manager for seven. The other way is measured on a smaller
company for some hours and extrapolated: minutes times agents, for a plan takes as long as there are agents.
"""

import argparse
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from gitcp.control.simulation.draws import Draws
from gitcp.control.simulation.history import History
from gitcp.control.simulation.simulation import Simulation
from gitcp.core.actions import Observed
from gitcp.core.plan import plan
from gitcp.model.amounts import BudgetLimits
from gitcp.model.base import Record
from gitcp.model.company import Company, Repository, SchedulerSettings
from gitcp.model.guards import Budget, Period
from gitcp.model.members import Agent, Heartbeat, Person
from gitcp.model.memory import Records
from gitcp.model.planning import Project
from gitcp.model.runtimes import ProcessRuntime
from gitcp.model.tasks import Task

NOW = datetime(2026, 11, 23, tzinfo=UTC)
SMALL_AGENTS = 50
SMALL_MINUTES = 30


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agents", type=int, default=1000)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    figures = measure(arguments.agents, arguments.days)
    if arguments.json:
        print(json.dumps(figures, indent=2))
        return
    for name, value in figures.items():
        print(f"{name:<56}{value:>12,.1f}")


def measure(agents: int, days: int) -> dict[str, float]:
    name = f"simulate_{agents}x{days}_s"
    start = time.perf_counter()
    simulation = Simulation.begin(company(agents), NOW, Draws(1, History()))
    simulation.run(NOW + timedelta(days=days))
    taken = time.perf_counter() - start
    small = by_the_minute(SMALL_AGENTS, SMALL_MINUTES)
    whole = small * (agents / SMALL_AGENTS) * (days * 24 * 60 / SMALL_MINUTES)
    return {
        name: taken,
        "wakes": float(sum(simulation.tally.reasons.values())),
        f"a plan a minute, {SMALL_AGENTS} agents, {SMALL_MINUTES} minutes, s": small,
        f"the same extrapolated to {agents} agents and {days} days, s": whole,
    }


def by_the_minute(agents: int, minutes: int) -> float:
    snapshot = company(agents)
    start = time.perf_counter()
    for minute in range(minutes):
        plan(snapshot, Observed(), NOW + timedelta(minutes=minute))
    return time.perf_counter() - start


def company(agents: int) -> Records:
    return Records.of(_records(agents))


def _records(count: int) -> Iterator[Record]:
    repositories = {"factory": Repository(url="../factory")}
    settings = SchedulerSettings(concurrency=max(4, count // 25))
    yield Company(id="gitcp", name="Simulated", scheduler=settings, repositories=repositories)
    yield Person(id="clara", name="Clara")
    yield Project(id="CI", name="CI", repository="factory")
    yield Budget(id="company", period=Period.MONTH, limits=BudgetLimits(usd=Decimal(1_000_000)))
    for number in range(count):
        agent = f"agent{number}"
        yield Agent(
            id=agent,
            name=agent,
            reports_to=f"agent{(number - 1) // 7}" if number else "clara",
            runtime=ProcessRuntime(type="process", command=("true",)),
            repository="factory",
            heartbeat=Heartbeat(cron=f"{number % 60} {number % 24} * * *", prompt="/look", since=NOW),
        )
        limits = BudgetLimits(usd=Decimal(20))
        yield Budget(id=f"agent/{agent}", period=Period.MONTH, limits=limits)
        yield Task(id=f"CI-{number + 1:04d}", title="Look", assignee=agent, created=NOW)


if __name__ == "__main__":
    main()
