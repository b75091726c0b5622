"""What runs an agent: one protocol, and the values that go in and come out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from gitcp.model.amounts import Usage
from gitcp.model.runs import FailureClass
from gitcp.model.runtimes import (
    ClaudeCodeRuntime,
    CodexRuntime,
    GeminiRuntime,
    HttpRuntime,
    OpenCodeRuntime,
    ProcessRuntime,
)
from gitcp.runtimes.redaction import Redactor

RuntimeConfig = (
    ProcessRuntime | ClaudeCodeRuntime | CodexRuntime | OpenCodeRuntime | GeminiRuntime | HttpRuntime
)


class StopCause(StrEnum):
    """Why gitcp ended a program that would have gone on."""

    MINUTES = "minutes"
    TURNS = "turns"
    SILENCE = "silence"
    BUDGET = "budget"
    CANCEL = "cancel"
    LEASE = "lease"
    SHUTDOWN = "shutdown"


Watch = Callable[[], StopCause | None]


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a program may run, how long it may say nothing, how long it has to end when it is told to, and what it may use.

    `usd` holds for billed money, `usd_imputed` for list prices that nobody bills; `tokens` for what goes in and out; `turns` for model calls.
    """

    minutes: float
    silence_minutes: float | None = None
    grace_seconds: float = 10.0
    usd: Decimal | None = None
    usd_imputed: Decimal | None = None
    tokens: int | None = None
    turns: int | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """What the agent said by the callback of its run: whether it said how the run ends, and a value that is another one whenever it said more."""

    ended: bool
    said: object = None


@dataclass(frozen=True, slots=True)
class Launch:
    """One start of one run.

    `environment` is the whole environment of the program; nothing is inherited. `brief` is the prompt in Markdown. `folder` belongs to
    the run and is outside of the checkout `cwd`; `log` takes what the program prints. `home` is kept from run to run of one agent on one task: what the program
    knows of its sessions lies there. `resume` is the session to go on with. `system_prompt` is a file with what is added to the program's own, `skill` the folder of a skill.

    What follows matters where a program is confined to what it is shown. `clone`: the bare clone that `cwd` is a checkout of; `readable` and `writable`: other paths
    that the run needs; `hidden`: folders and files that it may not see, whatever shows them. Of `folder` it may write what lies in the folders there.
    `heard` tells what came in by the callback, for a runtime that has no program whose end and output it could see.

    `redactor` knows the secrets that are in `environment`: they are taken out of what the program prints before anybody gets it.
    """

    run: str
    config: RuntimeConfig
    cwd: Path
    environment: Mapping[str, str]
    folder: Path
    log: Path
    limits: Limits
    brief: Path | None = None
    home: Path | None = None
    resume: str | None = None
    system_prompt: Path | None = None
    skill: Path | None = None
    clone: Path | None = None
    readable: tuple[Path, ...] = ()
    writable: tuple[Path, ...] = ()
    hidden: tuple[Path, ...] = ()
    heard: Callable[[], Heard] | None = None
    redactor: Redactor = field(default_factory=Redactor)


@dataclass(frozen=True, slots=True)
class Ending:
    """How a program ended.

    `stopped` is set when gitcp ended it, `failure` when it failed by itself; `error` is a sentence about either. `left` names the
    processes that outlived the program and that gitcp then ended. `usage` is what was metered, in the money that is billed and the list price that is not; `priced_by`
    the price library and its version where the program told tokens alone; `priced` is false where nobody knows what these tokens cost, so that the money of `usage` is no
    more than a part of it. `resumed`: whether it went on with the session that was asked for; `context`: the tokens of its last model call, which is what the next one would
    read. `isolation` is what it was kept in, none where it was never started here; `started` is false where the program never ran, so that it can have cost nothing.
    """

    exit_code: int | None = None
    stopped: StopCause | None = None
    failure: FailureClass | None = None
    error: str | None = None
    final_text: str = ""
    usage: Usage | None = None
    session: str | None = None
    resumed: bool = False
    context: int | None = None
    model: str | None = None
    priced_by: str | None = None
    priced: bool = True
    left: tuple[str, ...] = ()
    isolation: str | None = None
    started: bool = True


@dataclass(frozen=True, slots=True)
class Probe:
    """What a look at a runtime's program found. `signed_in` is none where that cannot be known; `problem` says what is missing, and the next step."""

    program: str | None = None
    version: str | None = None
    signed_in: bool | None = None
    problem: str | None = None


class Runtime(Protocol):
    """A kind of program that an agent can be."""

    def check(self, config: RuntimeConfig) -> str | None:
        """Say why a program with this configuration cannot be started on this machine, or none. Starts nothing."""
        ...

    def probe(self, config: RuntimeConfig) -> Probe:
        """Look what a program with this configuration is and whether it is signed in, for a person who sets it up.

        It may be started to ask for its version, for ten seconds at most; no model is asked and nothing is raised.
        """
        ...

    def run(self, launch: Launch, watch: Watch) -> Ending:
        """Start the program, wait for its end, and return how it ended.

        `watch` is asked about twice a second, in the caller's thread, and must answer at once; a cause ends the program. When this
        returns or raises, whatever the reason, no process of the run is left. What goes wrong with the program is in the
        ending and never raised; what `watch` raises is raised once the processes are gone.
        """
        ...
