"""The runtime `process`: any program. Its brief is on standard input, and in the file that `GITCP_BRIEF` names."""

import os
import shutil
import signal
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from gitcp.errors import RuntimeUnavailableError
from gitcp.model.runs import FailureClass
from gitcp.model.runtimes import ProcessRuntime
from gitcp.runtimes.base import Ending, Launch, Limits, Probe, RuntimeConfig, StopCause, Watch
from gitcp.runtimes.child import Exit, supervise
from gitcp.runtimes.output import Log

# Somebody outside ended the program: memory ran out, the machine goes down, a person typed kill. Any other signal is its own crash.
FROM_OUTSIDE: Final = frozenset(
    {signal.SIGKILL, signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT}
)
_SHELL_SIGNAL: Final = 128

STOPPED: Final[Mapping[StopCause, str]] = {
    StopCause.MINUTES: "stopped at its limit of {0.minutes:g} minutes",
    StopCause.TURNS: "stopped at its limit of {0.turns} turns",
    StopCause.SILENCE: "stopped after {0.silence_minutes:g} minutes without output",
    StopCause.BUDGET: "stopped because its budget is used up",
    StopCause.CANCEL: "stopped because it was cancelled",
    StopCause.LEASE: "stopped because its lease could not be renewed",
    StopCause.SHUTDOWN: "stopped because its runner was told to end",
}


class Process:
    """Any program, started with the command of the agent's record; no shell."""

    def check(self, config: RuntimeConfig) -> str | None:
        """Say whether the program is found; one that is named by a relative path is known only in its checkout."""
        command = _command(config)
        path = config.environment.get("PATH") if isinstance(config, ProcessRuntime) else None
        if os.sep in command[0] and not Path(command[0]).is_absolute():
            return None
        if shutil.which(command[0], path=path) is None:
            return f"runtime.command: the program {command[0]!r} was not found or may not be executed"
        return None

    def probe(self, config: RuntimeConfig) -> Probe:
        """Say where the program is: any program can be one, so that nothing is known of its version or its account."""
        path = config.environment.get("PATH") if isinstance(config, ProcessRuntime) else None
        return Probe(program=shutil.which(_command(config)[0], path=path), problem=self.check(config))

    def run(self, launch: Launch, watch: Watch) -> Ending:
        """Start the command and wait for its end."""
        command = _command(launch.config)
        if launch.brief:
            told = {**launch.environment, "GITCP_BRIEF": str(launch.brief)}
            launch = replace(launch, environment=told)
        try:
            log = Log(launch.log)
        except OSError as error:
            return Ending(
                failure=FailureClass.PLATFORM, error=f"the log cannot be written: {error}", started=False
            )
        with log:
            exit_ = supervise(command, launch, watch, log.write)
            return ending(exit_, launch.limits, log.text())


def ending(exit_: Exit, limits: Limits, final_text: str) -> Ending:
    """Judge how a program ended by its exit alone."""
    failure, error = _verdict(exit_, limits)
    if exit_.remains.survivors:
        survivors = ", ".join(exit_.remains.survivors)
        error = f"{error + '; ' if error else ''}could not be ended: {survivors}"
    return Ending(
        exit_code=exit_.code,
        stopped=exit_.stopped,
        failure=failure,
        error=error,
        final_text=final_text,
        left=() if exit_.stopped else exit_.remains.found,
        isolation=exit_.isolation,
        started=exit_.error is None,
    )


def _verdict(exit_: Exit, limits: Limits) -> tuple[FailureClass | None, str | None]:
    if exit_.stopped is not None:
        return None, STOPPED[exit_.stopped].format(limits)
    if exit_.code is None:
        return FailureClass.PLATFORM, exit_.error
    if exit_.code == 0:
        return None, None
    number = -exit_.code if exit_.code < 0 else exit_.code - _SHELL_SIGNAL
    if number in FROM_OUTSIDE:
        return FailureClass.PLATFORM, f"ended from outside by {signal.Signals(number).name}"
    if exit_.code < 0:
        return FailureClass.AGENT, f"crashed with {_signal_name(number)}"
    return FailureClass.AGENT, f"exited with code {exit_.code}"


def _signal_name(number: int) -> str:
    return signal.Signals(number).name if number in set(signal.Signals) else f"signal {number}"


def _command(config: RuntimeConfig) -> tuple[str, ...]:
    if not isinstance(config, ProcessRuntime):
        raise RuntimeUnavailableError(f"runtime.type: expected 'process', found {config.type!r}")
    return config.command
