"""The real programs of agents, as far as they are installed, and how one is launched on the stub model."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from _pytest.mark import ParameterSet

from gitcp.model.runtimes import (
    ClaudeCodeRuntime,
    CodexRuntime,
    GeminiRuntime,
    LocalRuntime,
    OpenCodeRuntime,
)
from gitcp.runtimes import RUNTIMES, Ending, Launch, RuntimeConfig
from tests.agents.model_server import ModelServer
from tests.runtimes.programs import a_launch, never

VARIABLE: Final = "GITCP_TEST_AGENTS"
REQUIRED: Final = "required"


def program(name: str) -> str:
    """Return the path of an agent's program; skip the test where it is absent, or fail it in CI."""
    given = os.environ.get(VARIABLE, "")
    checkout = Path(__file__).resolve().parents[2]
    folders = [checkout / ".venv" / "agents" / "node_modules" / ".bin"]
    folders += [Path(given)] if given and given != REQUIRED else []
    found = shutil.which(name, path=os.pathsep.join(map(str, folders)))
    if found is not None:
        return found
    reason = f"{name} is not installed: make ci-deps"
    if given == REQUIRED:
        pytest.fail(reason)
    pytest.skip(reason)


def needs_namespaces() -> None:
    """Skip a test of an agent's own sandbox where the machine has none to give: containers and hardened systems."""
    unshare = shutil.which("unshare")
    command = [unshare or "", "--user", "--map-root-user", "--pid", "--fork", "true"]
    if unshare is None or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("this machine gives programs no namespaces, which the agent's sandbox is made of")


def an_agents_launch(
    folder: Path, config: RuntimeConfig, model: ModelServer, prompt: str, **given: Any
) -> Launch:
    """Return a launch in a checkout below `folder`, whose other hosts are refused by the model and remembered."""
    for name in ("checkout", "home", "tmp"):
        (folder / name).mkdir(exist_ok=True)
    brief = folder / "brief.md"
    brief.write_text(prompt)
    environment = {
        "PATH": os.environ["PATH"],
        "LC_ALL": "C.UTF-8",
        "HOME": str(folder / "tmp"),
        "TMPDIR": str(folder / "tmp"),
        **model.as_proxy,
        **(config.environment if isinstance(config, LocalRuntime) else {}),
    }
    fields: dict[str, Any] = {
        "cwd": folder / "checkout",
        "home": folder / "home",
        "log": folder / "agent.log",
        "brief": brief,
        "environment": environment,
        "minutes": 3,  # so long that only a program that hangs is stopped by it, also on a busy machine
    }
    return a_launch(folder, config, **(fields | given))


def claude(model: ModelServer, /, **given: Any) -> ClaudeCodeRuntime:
    """Return Claude Code, signed in at the stub."""
    environment = {
        "ANTHROPIC_BASE_URL": model.url,
        "ANTHROPIC_API_KEY": "key-of-the-test",
        "CLAUDE_CODE_MAX_RETRIES": "1",
        **given.pop("environment", {}),
    }
    return ClaudeCodeRuntime(type="claude-code", program=program("claude"), environment=environment, **given)


def codex(model: ModelServer, /, **given: Any) -> CodexRuntime:
    """Return Codex, signed in at the stub, without its sandbox. Its model is one whose shell is a plain function."""
    stub = {
        "name": "stub", "base_url": f"{model.url}/v1", "env_key": "CODEX_API_KEY", "wire_api": "responses",
        "request_max_retries": 1, "stream_max_retries": 1,
    }  # fmt: skip
    config = {"model_provider": "stub", "model_providers": {"stub": stub}, **given.pop("config", {})}
    environment = {"CODEX_API_KEY": "key-of-the-test", **given.pop("environment", {})}
    fields = {
        "model": "gpt-5.2-codex",
        "permission_mode": "danger-full-access",
        "environment": environment,
        "config": config,
    }
    return CodexRuntime(type="codex", program=program("codex"), **(fields | given))


def opencode(model: ModelServer, **given: Any) -> OpenCodeRuntime:
    """Return OpenCode, signed in at the stub; what its model costs is in its configuration."""
    stub = {
        "npm": "@ai-sdk/openai-compatible",
        "options": {"baseURL": f"{model.url}/v1", "apiKey": "{env:STUB_KEY}"},
        "models": {"m1": {"cost": {"input": 3, "output": 15, "cache_read": 0.3}}},
    }
    config = {"provider": {"stub": stub}, **given.pop("config", {})}
    environment = {"STUB_KEY": "key-of-the-test", **given.pop("environment", {})}
    fields = {"model": "stub/m1", "environment": environment, "config": config}
    return OpenCodeRuntime(type="opencode", program=program("opencode"), **(fields | given))


def gemini(model: ModelServer, **given: Any) -> GeminiRuntime:
    """Return Gemini CLI, signed in at the stub; with a model named it asks no other which one to take."""
    environment = {
        "GOOGLE_GEMINI_BASE_URL": model.url,
        "GEMINI_API_KEY": "key-of-the-test",
        **given.pop("environment", {}),
    }
    fields = {"model": "gemini-2.5-flash", "environment": environment}
    return GeminiRuntime(type="gemini", program=program("gemini"), **(fields | given))


AGENTS: Final[dict[str, Callable[..., RuntimeConfig]]] = {
    "claude-code": claude,
    "codex": codex,
    "opencode": opencode,
    "gemini": gemini,
}
# Those whose programs are in the default tier of tests.
QUICK: Final = frozenset({"claude-code", "codex"})


def agents() -> list[ParameterSet]:
    """Return the names of all agents, the slow ones marked."""
    return [pytest.param(name, marks=() if name in QUICK else pytest.mark.slow) for name in sorted(AGENTS)]


def run_agent(name: str, folder: Path, model: ModelServer, prompt: str, **given: Any) -> Ending:
    """Run an agent on a prompt; `config` are fields of its configuration, `watch` is asked as usual."""
    watch, config = given.pop("watch", never), given.pop("config", {})
    launch = an_agents_launch(folder, AGENTS[name](model, **config), model, prompt, **given)
    return RUNTIMES[name].run(launch, watch)
