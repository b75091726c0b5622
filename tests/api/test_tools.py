"""The tools of a model: few, complete, and each of them a call that the API knows."""

import json
import re
from typing import Any

import pytest

from gitcp.api import callback, visitor
from gitcp.api.tools import Tool, tools_of_person, tools_of_run
from gitcp.errors import GitcpError
from tests.api.served import Served

jsonschema = pytest.importorskip("jsonschema")

RUN_TOOLS = {tool.name: tool for tool in tools_of_run()}
PERSON_TOOLS = {tool.name: tool for tool in tools_of_person()}
EVERY = [*RUN_TOOLS.values(), *PERSON_TOOLS.values()]


@pytest.mark.parametrize("tool", EVERY, ids=lambda tool: tool.name)
def test_a_tool_says_what_it_does_and_what_it_takes(tool: Tool) -> None:
    jsonschema.Draft202012Validator.check_schema(tool.schema)

    assert re.fullmatch(r"[a-z_]{3,20}", tool.name)
    assert tool.about.endswith((".", "?", ")", "s"))
    assert tool.schema["additionalProperties"] is False


@pytest.mark.parametrize(
    ("tools", "offered"), [(RUN_TOOLS, callback.OFFERED), (PERSON_TOOLS, visitor.OFFERED)]
)
def test_every_operation_has_a_tool(tools: dict[str, Tool], offered: dict[str, object]) -> None:
    named = {"comment.create", "task.create", "task.edit", "task.assign", "task.review"}
    named |= {"document.write", "wake.request"}

    assert set(tools["apply"].schema["properties"]["operation"]["enum"]) | named == set(offered)


def test_all_tools_together_are_short_enough_to_be_read() -> None:
    told = [{"name": tool.name, "description": tool.about, "schema": tool.schema} for tool in tools_of_run()]

    assert len(told) < 25
    assert len(json.dumps(told)) < 20_000


CALLS: dict[str, dict[str, Any]] = {
    "whoami": {},
    "inbox": {},
    "brief": {},
    "list_tasks": {"status": ["todo", "in_progress"], "limit": 5},
    "show_task": {"task": "CI-0001"},
    "show_run": {"run": "RUN"},
    "may_i": {"verb": "task.edit", "task": "CI-0001", "label": ["scan"]},
    "comment": {"task": "CI-0001", "body": "Begun."},
    "create_task": {"project": "CI", "title": "A part", "parent": "CI-0001", "assignee": "nadia"},
    "edit_task": {"task": "CI-0001", "fields": {"labels": ["scan"]}},
    "assign_task": {"task": "CI-0004", "assignee": "riley"},
    "review_task": {"task": "CI-0003", "verdict": "approve", "comment": "Good."},
    "write_document": {"task": "CI-0001", "document": "plan", "text": "# Plan"},
    "show_document": {"task": "CI-0001", "document": "plan"},
    "wake_agent": {"agent": "nadia", "prompt": "Look."},
    "apply": {"operation": "task.start", "fields": {"task": "CI-0004"}},
    "report_cost": {"usd": 0.02, "input_tokens": 9},
    "block": {"reason": "No key.", "waits_for": "alex"},
    "continue_later": {"summary": "Half of it."},
    "finish": {"summary": "All of it."},
}


def test_every_tool_of_a_run_does_what_it_says(served: Served) -> None:
    for name, given in CALLS.items():
        arguments = {key: served.callback.run if value == "RUN" else value for key, value in given.items()}
        jsonschema.validate(arguments, RUN_TOOLS[name].schema)
        assert RUN_TOOLS[name].call(served.client, arguments)

    assert CALLS.keys() == RUN_TOOLS.keys()
    assert served.store.said("CI-0001") == ["Begun."]
    assert served.declarations.value.declared == "finish"
    assert served.declarations.value.summary == "All of it."


def test_a_name_with_a_slash_stays_one_part_of_the_path(served: Served) -> None:
    with pytest.raises(GitcpError, match=r"task CI-0001/\.\./CI-0002 does not exist"):
        RUN_TOOLS["show_task"].call(served.client, {"task": "CI-0001/../CI-0002"})
