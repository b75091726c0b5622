"""`gitcp mcp` with Claude Code, as it is: it finds the tools, calls them, and reads what they say."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.agents.model_server import ModelServer
from tests.api.served import Served

pytest.importorskip("mcp", reason="the extra is not installed: pip install 'gitcp[mcp]'")


def claude() -> str:
    """Return the program; where it is absent skip the test, or fail it in CI."""
    checkout = Path(__file__).resolve().parents[2]
    folders = [os.environ.get("GITCP_TEST_AGENTS", ""), str(checkout / ".venv/agents/node_modules/.bin")]
    found = shutil.which("claude", path=os.pathsep.join(filter(None, folders)))
    if found is None and os.environ.get("GITCP_TEST_AGENTS") == "required":
        pytest.fail("claude is not installed: make ci-deps")
    return found or pytest.skip("claude is not installed: make ci-deps")


def ask(served: Served, model: ModelServer, folder: Path, prompt: str) -> list[dict[str, Any]]:
    """Let Claude Code work on a prompt with the tools of the run; return its events."""
    checkout, home = folder / "checkout", folder / "home"
    checkout.mkdir()
    home.mkdir()
    config = folder / "mcp.json"
    server = {"command": sys.executable, "args": ["-m", "gitcp", "mcp"]}
    config.write_text(json.dumps({"mcpServers": {"gitcp": server}}))
    command = [claude(), "--print", "--output-format", "stream-json", "--verbose", "--max-turns", "6"]
    command += ["--mcp-config", str(config), "--strict-mcp-config", "--allowedTools", "mcp__gitcp"]
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "CLAUDE_CONFIG_DIR": str(home / "claude"),
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        "ANTHROPIC_BASE_URL": model.url,
        "ANTHROPIC_API_KEY": "dummy",
        **model.as_proxy,
        **served.environment,
    }
    done = subprocess.run(
        command,
        cwd=checkout,
        env=environment,
        input=prompt,
        text=True,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_claude_code_does_an_agents_work_with_the_tools(served: Served, tmp_path: Path) -> None:
    part = {"project": "CI", "parent": "CI-0001", "assignee": "nadia", "title": "Index the notes"}
    marks = [
        'tool: mcp__gitcp__comment {"task": "CI-0001", "body": "Begun."}',
        f"tool: mcp__gitcp__create_task {json.dumps(part)}",
        'tool: mcp__gitcp__continue_later {"summary": "Nadia indexes the notes."}',
    ]
    with ModelServer() as model:
        events = ask(served, model, tmp_path, "\n".join(f"[[{mark}]]" for mark in marks))

    begun = next(event for event in events if event.get("subtype") == "init")
    assert {server["name"]: server["status"] for server in begun["mcp_servers"]} == {"gitcp": "connected"}
    assert {"mcp__gitcp__inbox", "mcp__gitcp__comment", "mcp__gitcp__finish"} <= set(begun["tools"])
    assert served.store.said("CI-0001") == ["Begun."]
    assert served.store.task("CI-0004").assignee == "nadia"
    assert served.declarations.value.declared == "continue"
    assert "it takes effect when the run ends" in json.dumps(events[-1])
    assert model.elsewhere == []
