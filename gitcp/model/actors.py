"""Who acts, as commits name them."""

from typing import Final

from gitcp.model.members import Agent, Person
from gitcp.model.operation import SCHEDULER, Actor, ActorKind

SCHEDULER_NAME: Final = "gitcp scheduler"
SCHEDULER_EMAIL: Final = "scheduler@gitcp.invalid"


def the_scheduler() -> Actor:
    """Return the scheduler as an actor."""
    return Actor(SCHEDULER, ActorKind.SCHEDULER, SCHEDULER_NAME, SCHEDULER_EMAIL)


def as_agent(agent: Agent, run: str | None) -> Actor:
    """Return an agent as an actor; its address can receive nothing."""
    return Actor(agent.id, ActorKind.AGENT, agent.name, f"{agent.id}@agents.invalid", run)


def as_person(person: Person, email: str) -> Actor:
    """Return a person as an actor, under one of their Git identities."""
    return Actor(person.id, ActorKind.PERSON, person.name, email)
