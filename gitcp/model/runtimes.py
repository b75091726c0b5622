"""What runs an agent, as the agent's record says it: one model for each runtime."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field

from gitcp.model.base import Amount, Flag, Line, Positive, Value

SecretReference = Annotated[str, Field(pattern=r"^(env|file|keyring):\S.*$", max_length=1_000)]
VariableName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", max_length=200)]
Arguments = Annotated[tuple[Annotated[str, Field(max_length=4_000)], ...], Field(max_length=100)]


class Sandbox(StrEnum):
    """What a program is kept in: `auto` is the strongest that the machine gives, any other that one or no start."""

    AUTO = "auto"
    BUBBLEWRAP = "bubblewrap"
    CGROUP = "cgroup"
    PROCESS_GROUP = "process-group"


class Billing(StrEnum):
    """Who pays for the model: `api` by the token; `subscription` nothing for a run, whose list price is then imputed."""

    API = "api"
    SUBSCRIPTION = "subscription"


class Sessions(Value):
    """Whether a run goes on with the session of its agent's last run on the task.

    One that is older than `hours`, or whose last call read more than `tokens`, is not gone on with.
    """

    resume: Flag = True
    hours: Positive = 168
    tokens: Positive = 150_000


class LocalRuntime(Value):
    """A program of this machine, and what it gets of it.

    `pass_environment` names variables of the runner; `secrets` are references: `env:NAME`, `file:PATH`, `keyring:SERVICE/USER`.
    `readable` and `writable`: paths outside of the checkout that it may also read, or write. `network`: whether it reaches any.
    """

    type: str  # first, as people write it
    environment: Mapping[str, str] = Field(default_factory=dict)
    pass_environment: tuple[Line, ...] = ()
    secrets: Mapping[VariableName, SecretReference] = Field(default_factory=dict)
    sandbox: Sandbox = Sandbox.AUTO
    network: Flag = True
    readable: tuple[Line, ...] = ()
    writable: tuple[Line, ...] = ()


class ProcessRuntime(LocalRuntime):
    """Any program: started with `command`, told its brief by files and environment."""

    type: Literal["process"]
    command: Annotated[
        tuple[Annotated[str, Field(max_length=4000)], ...], Field(min_length=1, max_length=100)
    ]


class CommandLineRuntime(LocalRuntime):
    """The command line of an agent. `program` is its name or path where that is not the usual one; `arguments` are added as they are."""

    program: Line | None = None
    model: Line | None = None
    arguments: Arguments = ()
    sessions: Sessions = Sessions()
    billing: Billing = Billing.API


class ClaudeCodeRuntime(CommandLineRuntime):
    """Claude Code. Tools that are neither allowed here nor by the permission mode are denied: nobody is there to ask."""

    type: Literal["claude-code"]
    permission_mode: Literal["default", "acceptEdits", "plan", "dontAsk", "bypassPermissions"] = "acceptEdits"
    allowed_tools: tuple[Line, ...] = ("Bash", "Edit", "Write", "NotebookEdit", "WebFetch", "WebSearch")
    disallowed_tools: tuple[Line, ...] = ()


class CodexRuntime(CommandLineRuntime):
    """Codex. `config` is set over its own configuration, as `-c` does.

    Without a permission mode its own sandbox is `workspace-write`, unless gitcp keeps it in namespaces, which it would only be a weaker second of.
    """

    type: Literal["codex"]
    permission_mode: Literal["read-only", "workspace-write", "danger-full-access"] | None = None
    config: Mapping[str, Any] = Field(default_factory=dict)


class OpenCodeRuntime(CommandLineRuntime):
    """OpenCode. `config` is its configuration; `agent` one of its agents."""

    type: Literal["opencode"]
    permission_mode: Literal["allow", "ask"] = "allow"
    agent: Line | None = None
    config: Mapping[str, Any] = Field(default_factory=dict)


class GeminiRuntime(CommandLineRuntime):
    """Gemini CLI."""

    type: Literal["gemini"]
    permission_mode: Literal["yolo", "auto_edit", "default"] = "yolo"


class HttpRuntime(Value):
    """An agent at an address: it gets the brief by POST, and is asked how far it is, or says so itself by calling back.

    `headers` are sent as they are, `secret_headers` hold references; `sign_with` refers to the key that both sides sign with (HMAC-SHA256).
    `callback_url` is where the endpoint reaches the callback of a run, which listens on the runner's loopback alone; `{port}` in it is the run's port.
    """

    type: Literal["http"]
    url: Annotated[str, Field(pattern=r"^https?://\S+$", max_length=2_000)]
    model: Line | None = None
    answer: Literal["poll", "callback"] = "poll"
    poll_seconds: Annotated[Amount, Field(gt=0, le=3_600)] = Decimal(5)
    headers: Mapping[Line, Line] = Field(default_factory=dict)
    secret_headers: Mapping[Line, SecretReference] = Field(default_factory=dict)
    sign_with: SecretReference | None = None
    callback_url: Annotated[str, Field(pattern=r"^https?://\S+$", max_length=2_000)] | None = None
    billing: Billing = Billing.API


Runtime = Annotated[
    ProcessRuntime | ClaudeCodeRuntime | CodexRuntime | OpenCodeRuntime | GeminiRuntime | HttpRuntime,
    Field(discriminator="type"),
]
