"""What to do first in a company that has not worked yet: the steps that are still to do, each with its command."""

from collections.abc import Iterator
from dataclasses import dataclass

from gitcp.dashboard.register import Register
from gitcp.model.guards import Budget
from gitcp.model.members import Agent, Person


@dataclass(frozen=True, slots=True)
class Step:
    """One step; `is_done` says whether somebody has done it."""

    text: str
    command: str
    is_done: bool


def steps(register: Register) -> tuple[Step, ...]:
    """Return the way to the first run, of which only the last step where that alone is left; nothing once there was a run.

    Nothing either where the company's file is broken and members show that there was one: founding another would not mend it.
    """
    is_broken = register.snapshot.company is None and bool(register.members)
    found = () if register.runs or is_broken else tuple(_steps(register))
    return found[-1:] if all(step.is_done for step in found[:-1]) else found


def _steps(register: Register) -> Iterator[Step]:
    members, projects = register.members.values(), register.projects
    key = next(iter(projects), "CI")
    agent = next((member.id for member in members if isinstance(member, Agent)), "riley")
    company = register.snapshot.company
    repository = next(iter(company.repositories), "work") if company else "work"
    has_budget = register.snapshot.get(Budget, "company") is not None
    yield Step("Found the company", "gitcp init .", company is not None)
    yield Step(
        "Say who you are",
        "gitcp person new ada --name Ada --email ada@example.org",
        any(isinstance(member, Person) for member in members),
    )
    yield Step(
        "Hire an agent",
        "gitcp agent hire riley --runtime claude-code --usd 2",
        any(isinstance(member, Agent) for member in members),
    )
    yield Step(
        "Open a project",
        f'gitcp project new {key} --name "First steps" --repository {repository}',
        bool(projects),
    )
    yield Step("Cap what all of it may cost", "gitcp budget new company --period month --usd 100", has_budget)
    yield Step(
        "Give the agent a task",
        f'gitcp task new --project {key} --title "Say hello" --assignee {agent}',
        bool(register.tasks),
    )
    yield Step("Let it run", "gitcp scheduler", False)
