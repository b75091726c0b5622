"""What a model can call: the callback's operations as few tools, described in words that an agent understands.

Rule: a tool only names what the API does anyway; what fits and what is allowed is decided there.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

from pydantic import BaseModel

from gitcp.api.callback import OFFERED as AGENT_OFFERED
from gitcp.api.caller import Filter, Object
from gitcp.api.client import CallbackClient
from gitcp.api.declarations import Cost
from gitcp.api.reads import TASK_FILTERS, VERDICT_FILTERS
from gitcp.api.schemas import own_schema
from gitcp.api.visitor import MEMBER, RUN_FILTERS
from gitcp.api.visitor import OFFERED as PERSON_OFFERED
from gitcp.api.writes import Block, Continue, Finish
from gitcp.errors import RecordError
from gitcp.model.operation import Operation

Call = Callable[[CallbackClient, Mapping[str, Any]], Object]


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool: its name, what it does, the JSON Schema of its arguments, and the call that it is. `reads`: it changes nothing."""

    name: str
    about: str
    schema: Object
    call: Call
    reads: bool = field(default=False)


# Tool → operation, and what an agent should know of it.
_DAILY: Final = {
    "comment": ("comment.create", "Comment on a task. `@id` in the text wakes that agent."),
    "create_task": (
        "task.create",
        "Create a task. To delegate, give `parent` (your task) and `assignee` (you, or somebody below you);"
        " when all parts of your task are closed, you are woken. `verify` holds commands as lists of words, which must exit 0 on what is delivered.",
    ),
    "edit_task": ("task.edit", "Set fields of a task, such as title, description, labels or priority."),
    "assign_task": ("task.assign", "Give a task to a member; null for nobody."),
    "review_task": (
        "task.review",
        "Decide on a task that waits for your review: approve, or request-changes. Both need a comment that says why.",
    ),
    "write_document": (
        "document.write",
        "Write a plan, a design or notes as a document of a task, in Markdown; it replaces the document of that name.",
    ),
    "wake_agent": ("wake.request", "Wake an agent, with a prompt, for a task, or both."),
}


def tools_of_run() -> tuple[Tool, ...]:
    """Return what an agent can call from within its run."""
    return (
        _read(
            "whoami", "Who you are, who is above and below you, your run, and what you have declared.", "me"
        ),
        _read("inbox", "What you may act on, the most urgent first, each with the reason.", "inbox"),
        _read("brief", "Your brief as it would be now: task, goals, comments, limits.", "brief"),
        *_shared(),
        *_daily(AGENT_OFFERED),
        _any_other(AGENT_OFFERED),
        _declaring(
            "finish",
            Finish,
            "Say that your task is done. Commit first; checks and reviewers decide after your run. Then exit.",
            lambda client, given: client.finish(**given),
        ),
        _declaring(
            "block",
            Block,
            "Say that your task cannot go on before somebody acts: why, and who. Then exit.",
            lambda client, given: client.block(**given),
        ),
        _declaring(
            "continue_later",
            Continue,
            "Say that more is to do, or that subtasks are open: you are woken again. Then exit.",
            lambda client, given: client.continue_(**given),
        ),
        _declaring(
            "report_cost",
            Cost,
            "Report what your run has cost beside what is metered; reports add up.",
            lambda client, given: client.cost(**given),
        ),
    )


def tools_of_person() -> tuple[Tool, ...]:
    """Return what can be called in the name of a person."""
    return (
        _read("whoami", "Which person you act for, and their open tasks.", "me"),
        _read("status", "How the company stands: what runs, what waits for whom, what it costs.", "status"),
        _read(
            "inbox", "What a member may act on, with reasons: your person, or whom you name.", "inbox", MEMBER
        ),
        _read("list_runs", "Runs of agents, the newest first.", "runs", *RUN_FILTERS),
        _read("org_chart", "All agents and persons, each below whom it reports to.", "members"),
        _named(
            "show_member", "An agent or a person with their tasks and runs.", "member", "members/{member}"
        ),
        *_shared(),
        *_daily(PERSON_OFFERED),
        _any_other(PERSON_OFFERED),
    )


def _shared() -> tuple[Tool, ...]:
    return (
        _read("list_tasks", "Tasks that fit every given condition.", "tasks", *TASK_FILTERS),
        _named("show_task", "A task with its comments, parts, documents and runs.", "task", "tasks/{task}"),
        _named(
            "show_document",
            "A document of a task with its text.",
            "task document",
            "tasks/{task}/documents/{document}",
        ),
        _named("show_run", "A run: why it woke, how it ended, what it cost.", "run", "runs/{run}"),
        _named(
            "may_i",
            "What the rules say of an operation before you ask for it, such as `task.cancel` as `verb`: allowed, denied, or whose approval it needs.",
            "verb",
            "verdicts/{verb}",
            *VERDICT_FILTERS,
        ),
    )


def _read(name: str, about: str, path: str, *filters: Filter) -> Tool:
    properties = {each.name: {"description": each.about, **_condition(each)} for each in filters}
    return Tool(name, about, _object(properties), lambda client, given: client.get(path, **given), reads=True)


def _condition(condition: Filter) -> Object:
    return {"type": "array", "items": dict(condition.schema)} if condition.several else dict(condition.schema)


def _named(name: str, about: str, ids: str, path: str, *filters: Filter) -> Tool:
    named: Object = {each: {"type": "string", "minLength": 1} for each in ids.split()}
    others = {each.name: {"description": each.about, **_condition(each)} for each in filters}

    def call(client: CallbackClient, given: Mapping[str, Any]) -> Object:
        conditions = {key: value for key, value in given.items() if key in others}
        return client.get(path.format_map(_Quoted(given)), **conditions)

    return Tool(name, about, _object({**named, **others}, required=list(named)), call, reads=True)


class _Quoted(dict[str, Any]):
    def __getitem__(self, name: str) -> str:
        return quote(str(super().__getitem__(name)), safe="")


def _daily(offered: Mapping[str, type[Operation]]) -> tuple[Tool, ...]:
    return tuple(
        Tool(name, about, own_schema(offered[operation]), _applying(operation))
        for name, (operation, about) in _DAILY.items()
    )


def _any_other(offered: Mapping[str, type[Operation]]) -> Tool:
    daily = {operation for operation, _ in _DAILY.values()}
    others = {name: kind for name, kind in offered.items() if name not in daily}
    told = "\n".join(f"- {name}({_fields(kind)}): {_first_line(kind)}" for name, kind in others.items())
    properties = {
        "operation": {"type": "string", "enum": list(others)},
        "fields": {"type": "object", "description": "The operation's fields by name."},
    }
    return Tool(
        "apply",
        f"Carry out another operation; a field with ? may be left out.\n{told}",
        _object(properties, required=["operation", "fields"]),
        _apply,
    )


def _apply(client: CallbackClient, given: Mapping[str, Any]) -> Object:
    fields = given["fields"]
    if not isinstance(fields, Mapping):
        raise RecordError(f"apply: fields: expected an object, found {fields!r:.60}")
    return client.apply(str(given["operation"]), fields)


def _fields(kind: type[Operation]) -> str:
    return ", ".join(name if part.is_required() else f"{name}?" for name, part in kind.model_fields.items())


def _first_line(kind: type[Operation]) -> str:
    return (kind.__doc__ or "").strip().partition("\n")[0]


def _declaring(name: str, body: type[BaseModel], about: str, call: Call) -> Tool:
    return Tool(name, about, own_schema(body), call)


def _applying(operation: str) -> Call:
    return lambda client, given: client.apply(operation, given)


def _object(properties: Mapping[str, Any], required: list[str] | None = None) -> Object:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": required or [],
        "additionalProperties": False,
    }
