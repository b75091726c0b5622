"""`gitcp mcp`, tried with the client of the MCP library: in this process, and as a program."""

import json
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.api.served import Served

pytest.importorskip("mcp", reason="the extra is not installed: pip install 'gitcp[mcp]'")

import anyio
from mcp import Client, StdioServerParameters

from gitcp.api.mcp_server import server_of
from gitcp.api.tools import tools_of_run

Story = Callable[[Client], Awaitable[None]]


def talk(server: Any, story: Story) -> None:
    """Let a client go through a story."""

    async def told() -> None:
        async with Client(server) as client:
            await story(client)

    anyio.run(told)


def as_a_program(served: Served) -> StdioServerParameters:
    return StdioServerParameters(command=sys.executable, args=["-m", "gitcp", "mcp"], env=served.environment)


def text_of(result: Any) -> str:
    (content,) = result.content
    return str(content.text)


def test_a_client_finds_the_tools_and_what_they_take(served: Served) -> None:
    async def story(client: Client) -> None:
        found = (await client.list_tools()).tools
        assert [tool.name for tool in found] == [tool.name for tool in tools_of_run()]
        assert [tool.input_schema for tool in found] == [tool.schema for tool in tools_of_run()]
        assert {tool.name for tool in found if tool.annotations and tool.annotations.read_only_hint} >= {
            "inbox",
            "show_task",
        }

    talk(server_of(served.client), story)


def test_a_client_does_an_agents_work(served: Served) -> None:
    async def story(client: Client) -> None:
        inbox = json.loads(text_of(await client.call_tool("inbox", {})))
        assert inbox["member"] == "riley"
        receipt = await client.call_tool("comment", {"task": "CI-0001", "body": "Begun."})
        assert not receipt.is_error
        assert json.loads(text_of(receipt))["task"] == "CI-0001"
        await client.call_tool("finish", {"summary": "Done."})

    talk(as_a_program(served), story)

    assert served.store.said("CI-0001") == ["Begun."]
    assert served.declarations.value.summary == "Done."


@pytest.mark.parametrize(
    ("tool", "arguments", "message"),
    [
        ("comment", {"task": "CI-9999", "body": "x"}, "CI-9999 does not exist"),
        ("comment", {"task": "CI-0001"}, "comment: body is missing; it takes task, body"),
        ("comment", {"task": "CI-0001", "body": "x", "by": "alex"}, "there is no by"),
        ("comment", {"task": 1, "body": []}, "body: Input should be a valid string"),
        ("assign_task", {"task": "CI-0002", "assignee": "riley"}, "may not task.assign CI-0002"),
        ("apply", {"operation": "agent.hire", "fields": {}}, "may not agent.hire"),
        ("apply", {"operation": "task.start", "fields": "all"}, "expected"),
        ("show_task", {}, "task is missing"),
        ("nonsense", {}, "there is no tool nonsense; there are whoami"),
    ],
)
def test_what_is_refused_is_told_with_the_next_step(
    served: Served, tool: str, arguments: dict[str, Any], message: str
) -> None:
    async def story(client: Client) -> None:
        result = await client.call_tool(tool, arguments)
        assert result.is_error
        assert message in text_of(result)

    talk(server_of(served.client), story)
    assert served.store.log == []


def test_after_the_run_every_tool_says_that_it_is_over(served: Served) -> None:
    served.server.close()

    async def story(client: Client) -> None:
        result = await client.call_tool("inbox", {})
        assert result.is_error
        assert text_of(result).endswith("nothing is answered any more\nnext step: exit")

    talk(server_of(served.client), story)
