"""Whose turn it is: nobody starves, however much the others are given."""

from collections.abc import Iterable
from datetime import timedelta
from random import Random
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from gitcp.core.actions import Observed
from gitcp.core.operations.registry import FinishRun
from gitcp.core.plan import to_do
from gitcp.model.base import Record
from gitcp.model.ids import project_of
from gitcp.model.memory import Records
from gitcp.model.runs import Declared, Outcome, Run
from gitcp.model.tasks import Priority, Task, TaskStatus
from tests.core.waking import planned
from tests.helpers import (
    NOW,
    a_company,
    a_project,
    a_run,
    a_task,
    an_agent,
    an_ended_run,
    carry_out,
    later,
    operation_of,
    snapshot_of,
)

AGENTS: Final = ("hugo", "oscar", "riley")
PROJECTS: Final = ("CI", "QA")
ROUNDS: Final = 30


def started(*records: Record, places: int = 1) -> list[tuple[str, str | None]]:
    """Return whose turn it is where only so many runs may start."""
    company = a_company(scheduler={"concurrency": places})
    others = (an_agent("oscar"), a_project("QA"))
    return [(claim.run.agent, claim.run.task) for claim in planned(company, *others, *records).claims]


def test_who_was_never_claimed_goes_first_and_then_who_waited_longest() -> None:
    tasks = (a_task("CI-0001"), a_task("CI-0002", assignee="oscar", priority="low"))
    mine = an_ended_run(task=None, claimed_at=later(-60))
    older = an_ended_run("oscar", task=None, claimed_at=later(-70))

    assert started(*tasks) == [("riley", "CI-0001")]
    assert started(*tasks, mine) == [("oscar", "CI-0002")]
    assert started(*tasks, mine, older) == [("oscar", "CI-0002")]
    assert started(*tasks, older) == [("riley", "CI-0001")]


def test_who_has_fewer_runs_goes_first_however_long_ago_the_others_were_claimed() -> None:
    tasks = (a_task("CI-0001", priority="critical"), a_task("CI-0002", assignee="oscar", priority="low"))
    records = (an_agent(concurrency=2), *tasks, a_run(task="CI-0009", claimed_at=later(-20)))
    recent = an_ended_run("oscar", task=None, claimed_at=later(-10))

    assert started(*records, recent, places=2) == [("oscar", "CI-0002")]


def test_agents_take_turns_within_one_plan() -> None:
    tasks = [a_task(f"CI-000{n}", priority="critical") for n in (1, 2, 3)]
    other = a_task("CI-0004", assignee="oscar", priority="low")

    assert started(an_agent(concurrency=3), *tasks, other, places=3) == [
        ("riley", "CI-0001"),
        ("oscar", "CI-0004"),
        ("riley", "CI-0002"),
    ]


def test_a_project_that_an_agent_was_long_not_claimed_for_is_lifted() -> None:
    old = a_task("QA-0001", priority="high", created=later(-49 * 60))
    new = [a_task("CI-0001", priority="critical"), a_task("CI-0002", priority="critical")]

    assert started(old, *new) == [("riley", "QA-0001")]
    served = an_ended_run(task="QA-0009", claimed_at=later(-60))
    assert started(old, *new, served) == [("riley", "CI-0001")]


def test_within_a_project_nothing_is_lifted_past_what_is_more_urgent() -> None:
    old = a_task("CI-0001", priority="low", created=later(-60 * 24 * 365))

    assert started(old, a_task("CI-0002", priority="high")) == [("riley", "CI-0002")]


class Company:
    """Agents that are given critical work without end, beside what has waited from the beginning."""

    def __init__(self, dice: Random, places: int) -> None:
        self.dice, self.now, self.made = dice, NOW, 0
        settings = {"concurrency": places, "aging_hours": 1, "continue_runs": 5}
        self.records = snapshot_of(
            a_company(scheduler=settings),
            *(a_project(key) for key in PROJECTS),
            *(an_agent(name, concurrency=dice.choice((1, 2))) for name in AGENTS),
            *self.waiting(),
        )

    def waiting(self) -> Iterable[Task]:
        """Return a task of least urgency for each agent in each project."""
        for number, agent in enumerate(AGENTS, 1):
            for key in PROJECTS:
                yield a_task(f"{key}-000{number}", assignee=agent, priority=Priority.LOW)

    def live_on(self) -> None:
        """Let an hour pass: tasks arrive, mostly for those who are busy; runs start, and end."""
        self.now += timedelta(hours=1)
        favourite = self.dice.choice(AGENTS)
        arrived = [self.arrival(favourite) for _ in range(2)]
        self.records = Records.of([*self.records.by_key.values(), *arrived])
        for action in to_do(self.records, Observed(), self.now).actions:
            operation = operation_of(action)
            if operation is not None:
                self.records = carry_out(self.records, operation, now=self.now)
        for run in self.records.runs(active=True):
            if self.dice.random() < 0.7:
                self.end(run)

    def arrival(self, agent: str) -> Task:
        self.made += 1
        status = self.dice.choice((TaskStatus.TODO, TaskStatus.IN_PROGRESS))
        task = f"CI-{1000 + self.made}"
        return a_task(task, assignee=agent, priority=Priority.CRITICAL, status=status, created=self.now)

    def end(self, run: Run) -> None:
        ending = FinishRun(run=run.id, outcome=Outcome.SUCCEEDED, declared=Declared.FINISH)
        self.records = carry_out(self.records, ending, now=self.now + timedelta(minutes=10))


@settings(max_examples=5)
@given(seed=st.integers(0, 2**32), places=st.integers(1, 2))
def test_whatever_arrives_every_agent_comes_to_each_of_its_projects(seed: int, places: int) -> None:
    company = Company(Random(seed), places)

    for _ in range(ROUNDS):
        company.live_on()

    claimed = {(run.agent, project_of(run.task)) for run in company.records.runs() if run.task}
    assert claimed == {(agent, key) for agent in AGENTS for key in PROJECTS}


def test_whoever_is_due_has_its_turn_within_as_many_claims_as_there_are_agents() -> None:
    company = Company(Random(1), 1)

    for _ in range(9):
        company.live_on()

    claims = sorted(company.records.runs(), key=lambda run: run.claimed_at)
    assert {run.agent for run in claims[: len(AGENTS)]} == set(AGENTS)
