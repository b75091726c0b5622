"""Run a task's checks on what was delivered: after the agent has gone, in a clean checkout, under the same roof as the agent.

Rule: nothing that the agent has left outside of its commits is found by them; a file in its home can be a part of every program that starts there.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from gitcp.control.launching import keep_path
from gitcp.model.runs import Verification
from gitcp.model.runtimes import LocalRuntime, ProcessRuntime
from gitcp.runtimes.base import Ending, Launch, Limits, RuntimeConfig, StopCause
from gitcp.runtimes.registry import RUNTIMES

CHECK_MINUTES = 10.0
_TAIL = 2000
# A check talks to nobody, by either name.
_CALLBACK = frozenset({"GITCP_API_URL", "GITCP_API_KEY", "PAPERCLIP_API_URL", "PAPERCLIP_API_KEY"})


def verify(
    commands: tuple[tuple[str, ...], ...],
    checkout: Path,
    launch: Launch,
    watch: Callable[[], StopCause | None],
    minutes: float = CHECK_MINUTES,
) -> Verification | None:
    """Run each argv in the checkout until one fails; none without checks.

    They have a home of their own: what the agent left in its own could make anything green. `launch` is the agent's, from which the rest is taken; `minutes` are for all of them.
    """
    with TemporaryDirectory(prefix="checks-", dir=launch.folder, ignore_cleanup_errors=True) as folder:
        return _checked(commands, checkout, _at_home(launch, Path(folder)), watch, minutes)


def _checked(
    commands: tuple[tuple[str, ...], ...],
    checkout: Path,
    launch: Launch,
    watch: Callable[[], StopCause | None],
    minutes: float,
) -> Verification | None:
    passed: Verification | None = None
    until = time.monotonic() + minutes * 60
    for number, command in enumerate(commands, start=1):
        left = max((until - time.monotonic()) / 60, 0.0)
        limited = replace(
            launch, limits=Limits(min(CHECK_MINUTES, left)), log=launch.folder / f"check-{number}.log"
        )
        ending = _run(command, checkout, limited, watch)
        tail = (ending.error or "") if ending.exit_code is None else ending.final_text
        passed = Verification(
            passed=_is_green(ending),
            command=command,
            exit_code=ending.exit_code,
            tail=tail.strip()[-_TAIL:] or None,
        )
        if not passed.passed:
            return passed
    return passed


def _at_home(launch: Launch, folder: Path) -> Launch:
    own = {"HOME": folder / "home", "TMPDIR": folder / "tmp"}
    environment = {name: value for name, value in launch.environment.items() if name not in _CALLBACK}
    for name, path in own.items():
        # One that the agent's record names is the company's.
        if Path(environment.get(name, "/")).is_relative_to(launch.folder):
            path.mkdir()
            environment[name] = str(path)
    if environment.get("HOME") == str(own["HOME"]):
        keep_path(environment, folder)
    return replace(launch, environment=environment)


def _is_green(ending: Ending) -> bool:
    return ending.exit_code == 0 and ending.stopped is None and ending.failure is None


def _config(command: tuple[str, ...], agent: RuntimeConfig) -> ProcessRuntime:
    if not isinstance(agent, LocalRuntime):
        return ProcessRuntime(type="process", command=command)
    return ProcessRuntime(
        type="process",
        command=command,
        sandbox=agent.sandbox,
        network=agent.network,
        readable=agent.readable,
        writable=agent.writable,
    )


def _run(
    command: tuple[str, ...], checkout: Path, launch: Launch, watch: Callable[[], StopCause | None]
) -> Ending:
    check = replace(
        launch,
        config=_config(command, launch.config),
        cwd=checkout,
        brief=None,
        home=None,
        resume=None,
        system_prompt=None,
        skill=None,
    )
    return RUNTIMES["process"].run(check, watch)
