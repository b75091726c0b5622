"""All runtimes, written out."""

from typing import Final

from gitcp.errors import RuntimeUnavailableError
from gitcp.runtimes.base import Runtime, RuntimeConfig
from gitcp.runtimes.claude_code import ClaudeCode
from gitcp.runtimes.codex import Codex
from gitcp.runtimes.command_line import CommandLine
from gitcp.runtimes.gemini import Gemini
from gitcp.runtimes.http import Http
from gitcp.runtimes.opencode import OpenCode
from gitcp.runtimes.process import Process

RUNTIMES: Final[dict[str, Runtime]] = {
    "process": Process(),
    "claude-code": CommandLine(ClaudeCode()),
    "codex": CommandLine(Codex()),
    "opencode": CommandLine(OpenCode()),
    "gemini": CommandLine(Gemini()),
    "http": Http(),
}


def runtime_for(config: RuntimeConfig) -> Runtime:
    """Return the runtime that a configuration names.

    Raises:
        RuntimeUnavailableError: this version does not have it.
    """
    runtime = RUNTIMES.get(config.type)
    if runtime is None:
        raise RuntimeUnavailableError(
            f"runtime.type: expected one of {', '.join(RUNTIMES)}, found {config.type!r}",
            hint="this version of gitcp cannot start it; a newer one may",
        )
    return runtime
