"""What a worker does in a run: from the wake's context to an ordered list of steps, the last of which says how the run ends. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gitcp.cli.worker.orders import Delegation, Orders, Skill, orders

Context = Mapping[str, Any]

_CLOSED = {"done", "cancelled"}


@dataclass(frozen=True, slots=True)
class Answer:
    """Answer a comment that names the agent."""

    comment: Mapping[str, Any]
    task: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Delegate:
    """Create a subtask."""

    delegation: Delegation


@dataclass(frozen=True, slots=True)
class RunSkill:
    """Run a skill, commit what it changed, and report."""

    skill: Skill


@dataclass(frozen=True, slots=True)
class Review:
    """Look at what was delivered, and give a verdict."""

    task: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Finish:
    """Say that it is done; without a summary of its own the last report is it."""

    summary: str | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """Say that somebody must act."""

    reason: str
    waits_for: str | None = None


@dataclass(frozen=True, slots=True)
class GoOn:
    """Say that more is to do."""

    summary: str


Step = Answer | Delegate | RunSkill | Review | Finish | Block | GoOn


def decide(context: Context) -> tuple[Step, ...]:
    """Return the steps of a run."""
    task = context["task"]
    answers = tuple(Answer(each["comment"], each["task"]) for each in context["mentions"])
    asked = orders(context["prompt"])
    if context["review"]:
        return (*answers, *_run(asked.skills), Review(task))
    if task is None or task["assignee"] != context["agent"]["id"]:
        return (*answers, *_run(asked.skills), Finish(None if asked.skills else _nothing(answers)))
    return (*answers, *_on_task(context, task, asked))


def _on_task(context: Context, task: Mapping[str, Any], asked: Orders) -> tuple[Step, ...]:
    told = orders(task["description"])
    # What a heartbeat asks for is work beside the task; what somebody asks for by hand is work on it.
    by_hand = any(cause["reason"] == "manual" for cause in context["causes"])
    own = told.skill or (asked.skill if by_hand else None)
    beside = _run(tuple(skill for skill in asked.skills if skill != own))
    created = tuple(Delegate(each) for each in told.delegations if not _exists(task, each))
    waiting = [*(each.delegation.title for each in created), *_open_children(task)]
    if waiting:
        return (*created, *beside, GoOn(f"waits for its children: {', '.join(waiting)}"))
    return (*beside, *(_run((own,)) if own else ()), _end(context, task, told, own))


def _end(context: Context, task: Mapping[str, Any], told: Orders, own: Skill | None) -> Step:
    if told.blocked is not None and not _was_blocked(context, task):
        return Block(told.blocked, told.waits_for)
    if own is None and not told.delegations and told.blocked is None:
        return Block(
            "the description names no skill: a worker does what a line such as `/skill arguments` says"
        )
    return Finish()


def _run(skills: tuple[Skill, ...]) -> tuple[RunSkill, ...]:
    return tuple(RunSkill(skill) for skill in skills)


def _exists(task: Mapping[str, Any], delegation: Delegation) -> bool:
    return any(" ".join(child["title"].split()) == delegation.title for child in task["children"])


def _open_children(task: Mapping[str, Any]) -> list[str]:
    return [child["id"] for child in task["children"] if child["status"] not in _CLOSED]


def _was_blocked(context: Context, task: Mapping[str, Any]) -> bool:
    # Once somebody has acted, the task goes on: saying it again would end nowhere.
    agent = context["agent"]["id"]
    return any(run["agent"] == agent and run["declared"] == "block" for run in task["runs"])


def _nothing(answers: tuple[Answer, ...]) -> str:
    return f"answered {len(answers)}" if answers else "nothing to do"
