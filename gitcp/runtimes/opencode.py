"""The runtime `opencode`: how OpenCode is started, and what its events say."""

import json
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from gitcp.model.runs import FailureClass
from gitcp.model.runtimes import OpenCodeRuntime
from gitcp.runtimes.base import Launch
from gitcp.runtimes.command_line import Invocation
from gitcp.runtimes.events import (
    Call,
    Ended,
    Happening,
    Opened,
    Reader,
    StepBegun,
    Text,
    Tokens,
    ToolCall,
    ToolResult,
)
from gitcp.runtimes.failures import failure_of
from gitcp.runtimes.folders import own_folder, put, put_copy
from gitcp.runtimes.stream import Event, count, look, money, text

# Nothing is asked of others than the model: no newer version, no list of models, no language server.
_QUIET: Final[Mapping[str, str]] = {
    "OPENCODE_DISABLE_AUTOUPDATE": "1",
    "OPENCODE_DISABLE_MODELS_FETCH": "1",
    "OPENCODE_DISABLE_LSP_DOWNLOAD": "1",
    "OPENCODE_DISABLE_DEFAULT_PLUGINS": "1",
    "OPENCODE_DISABLE_TERMINAL_TITLE": "1",
}
_FOLDERS: Final = ("data", "config", "state", "cache")
# Each step that goes on says so; any other reason is the last one.
_GOES_ON: Final = frozenset({"tool-calls", "unknown", ""})
_ARGUMENTS: Final = ("command", "filePath", "pattern", "url", "path", "description", "name", "query")
_FAILED: Final = "failed"
_PLUGIN: Final = "@opencode-ai/plugin"
_NOT_PERMITTED: Final = "rejected permission"


class OpenCode:
    """How OpenCode is spoken to."""

    type: str = "opencode"
    program: str = "opencode"
    provider: str | None = None
    credentials: tuple[str, ...] = (
        *("ANTHROPIC_API_KEY", "OPENAI_API_KEY", "GEMINI_API_KEY", "OPENROUTER_API_KEY", "GROQ_API_KEY"),
        *(
            "MISTRAL_API_KEY",
            "XAI_API_KEY",
            "DEEPSEEK_API_KEY",
            "AWS_BEARER_TOKEN_BEDROCK",
            "OPENCODE_API_KEY",
        ),
        "OPENCODE_AUTH_CONTENT",
    )
    passing: frozenset[str] = frozenset()

    def invocation(self, program: str, launch: Launch) -> Invocation:
        """Start it on the prompt of its standard input, with folders of its own; its title is given, as it asks the model for one otherwise."""
        config = _config(launch)
        home = (launch.home or launch.folder) / "opencode"
        _tell(home / "config" / "opencode", launch)
        argv = (
            *(program, "run", "--format", "json", "--title", launch.run),
            *(("--agent", config.agent) if config.agent else ()),
            *(("--session", launch.resume) if launch.resume else ()),
            *config.arguments,
        )
        folders = {f"XDG_{name.upper()}_HOME": str(home / name) for name in _FOLDERS}
        settings = json.dumps(_settings(config, launch))
        return Invocation(argv, {**_QUIET, **folders, "OPENCODE_CONFIG_CONTENT": settings})

    def reader(self, launch: Launch) -> Reader:
        """Return what reads its events."""
        config = _config(launch)
        return OpenCodeReader(config.model or "", free=_is_free(config))


def _config(launch: Launch) -> OpenCodeRuntime:
    assert isinstance(launch.config, OpenCodeRuntime)
    return launch.config


def _settings(config: OpenCodeRuntime, launch: Launch) -> dict[str, Any]:
    own: dict[str, Any] = {
        "$schema": "https://opencode.ai/config.json",
        "autoupdate": False,
        "share": "disabled",
        "snapshot": False,
        # What subagents use is not in its events: they are for who allows them by `config`.
        "permission": {"*": config.permission_mode, "task": "deny"},
    }
    if config.model:
        own["model"] = config.model
    merged = {**own, **config.config}
    if launch.system_prompt:
        merged["instructions"] = [*merged.get("instructions", ()), str(launch.system_prompt)]
    return merged


def _is_free(config: OpenCodeRuntime) -> bool:
    provider, _, model = (config.model or "").partition("/")
    cost = look(config.config, "provider", provider, "models", model, "cost")
    return isinstance(cost, Mapping) and bool(cost) and not any(cost.values())


def _tell(folder: Path, launch: Launch) -> None:
    """Write what it reads of its configuration, with its plugin library marked as installed, which it would fetch otherwise."""
    needed = {"dependencies": {_PLUGIN: "*"}}
    for path in (folder.parent.parent, folder.parent, folder, folder / "node_modules"):
        own_folder(path)
    put(folder / "package.json", json.dumps(needed).encode())
    put(folder / "package-lock.json", json.dumps({"packages": {"": needed}}).encode())
    if launch.skill:
        put_copy(launch.skill, folder / "skills" / launch.skill.name)


class OpenCodeReader:
    """Reads the events of one start. It has no last one: a step that does not go on is the last, until another begins."""

    def __init__(self, model: str, *, free: bool = False) -> None:
        self._model = model.rpartition("/")[2]
        self._free = free
        self._opened = False

    def read(self, event: Event) -> Iterable[Happening]:
        """Say what an event tells."""
        yield from self._open(event)
        part = look(event, "part")
        match text(event, "type"):
            case "step_start":
                yield StepBegun()
            case "text" if said := text(part, "text"):
                yield Text(said)
            case "tool_use":
                yield from _tool(part)
            case "step_finish":
                yield from self._finished(part)
            case "error":
                # The call that failed is known to have used nothing.
                yield Call(_FAILED, self._model, Tokens(), Decimal(0))
                yield _error(look(event, "error"))

    def poll(self) -> Iterable[Happening]:
        """Its events say everything."""
        return ()

    def close(self) -> None:
        """Nothing is kept: what it tells is of one start alone."""

    def _open(self, event: Event) -> Iterator[Happening]:
        session = text(event, "sessionID")
        if session and not self._opened:
            self._opened = True
            yield Opened(session, self._model)

    def _finished(self, part: Any) -> Iterator[Happening]:
        tokens, usd = tokens_of(look(part, "tokens")), money(part, "cost")
        # A model whose price it does not know costs nothing by its word; that counts where the record says the same.
        known = usd if usd or self._free else None
        yield Call(text(part, "messageID") or text(part, "id"), self._model, tokens, known)
        if text(part, "reason") not in _GOES_ON:
            yield Ended()


def tokens_of(used: Any) -> Tokens:
    """Read tokens as OpenCode tells them: what a cache held and what was thought stand beside the rest."""
    read, written, reasoning = (
        count(used, "cache", "read"),
        count(used, "cache", "write"),
        count(used, "reasoning"),
    )
    return Tokens(
        input=count(used, "input") + read + written,
        cached=read,
        written=written,
        output=count(used, "output") + reasoning,
        reasoning=reasoning,
    )


def _tool(part: Any) -> Iterator[Happening]:
    state = look(part, "state")
    given = look(state, "input")
    argument = next((found for name in _ARGUMENTS if (found := text(given, name))), "")
    name, failed = text(part, "tool"), text(state, "status") == "error"
    yield ToolCall(name, argument)
    said = text(state, "error") if failed else text(state, "output")
    yield ToolResult(said, failed=failed)
    if failed and _NOT_PERMITTED in said:  # it goes no further
        yield Ended(error=f"the tool {name} is not permitted: {argument}", failure=FailureClass.AGENT)


def _error(error: Any) -> Ended:
    name, said = text(error, "name"), text(error, "data", "message")
    status = count(error, "data", "statusCode") or None
    why = f"{name}: {said}" if name and said else said or name or "an error without words"
    return Ended(error=why, failure=failure_of(why, status))
