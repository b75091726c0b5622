"""The runtime `claude-code`: how Claude Code is started, and the files that it gets."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from gitcp.model.runtimes import Billing, ClaudeCodeRuntime
from gitcp.runtimes.base import Launch, Limits
from gitcp.runtimes.claude_reader import ClaudeReader
from gitcp.runtimes.command_line import Invocation
from gitcp.runtimes.events import Reader
from gitcp.runtimes.folders import own_folder, put, put_copy

_QUIET: Final = {
    "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
    "DISABLE_AUTOUPDATER": "1",
    "DISABLE_ERROR_REPORTING": "1",
    "DISABLE_TELEMETRY": "1",
}


class ClaudeCode:
    """How Claude Code is spoken to."""

    type: str = "claude-code"
    program: str = "claude"
    provider: str | None = "anthropic"
    credentials: tuple[str, ...] = (
        "ANTHROPIC_API_KEY",
        "ANTHROPIC_AUTH_TOKEN",
        "CLAUDE_CODE_OAUTH_TOKEN",
        "CLAUDE_CODE_USE_BEDROCK",
        "CLAUDE_CODE_USE_VERTEX",
    )
    passing = frozenset({"stream_event"})

    def invocation(self, program: str, launch: Launch) -> Invocation:
        """Start it on the prompt of its standard input, with a configuration folder of its own."""
        config = launch.config
        assert isinstance(config, ClaudeCodeRuntime)
        folder = own_folder((launch.home or launch.folder) / "claude")
        argv = (
            program,
            *("--print", "--output-format", "stream-json", "--verbose", "--include-partial-messages"),
            *_permissions(config),
            *_limits(launch.limits, config.billing),
            *(("--model", config.model) if config.model else ()),
            *(("--resume", launch.resume) if launch.resume else ()),
            *_told(launch),
            *config.arguments,
        )
        return Invocation(argv, {**_QUIET, "CLAUDE_CONFIG_DIR": str(folder)})

    def reader(self, _: Launch) -> Reader:
        """Return what reads its events; each start is read by itself."""
        return ClaudeReader()


def _permissions(config: ClaudeCodeRuntime) -> Iterator[str]:
    if config.permission_mode != "default":
        yield from ("--permission-mode", config.permission_mode)
    if config.allowed_tools:
        yield from ("--allowedTools", *config.allowed_tools)
    if config.disallowed_tools:
        yield from ("--disallowedTools", *config.disallowed_tools)


def _limits(limits: Limits, billing: Billing) -> Iterator[str]:
    if limits.turns is not None:
        yield from ("--max-turns", str(limits.turns))
    usd = limits.usd if billing is Billing.API else limits.usd_imputed
    if usd is not None and usd > 0:
        yield from ("--max-budget-usd", f"{usd:f}")


def _told(launch: Launch) -> Iterator[str]:
    if launch.system_prompt:
        yield from ("--append-system-prompt-file", str(launch.system_prompt))
    if launch.skill:
        yield from ("--plugin-dir", str(_plugin(launch.skill, launch.folder / "plugin")))


def _plugin(skill: Path, folder: Path) -> Path:
    """Make the skill a plugin, which Claude loads for this one start."""
    manifest = {"name": "gitcp", "description": "Work with the control plane", "version": "1.0.0"}
    put(own_folder(own_folder(folder) / ".claude-plugin") / "plugin.json", json.dumps(manifest).encode())
    put_copy(skill, folder / "skills" / skill.name)
    return folder
