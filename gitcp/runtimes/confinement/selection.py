"""Which level a program gets: the one that its configuration names or none, and with `auto` the strongest that this machine gives."""

from typing import Final

from gitcp.model.runtimes import HttpRuntime, Sandbox
from gitcp.runtimes.base import RuntimeConfig
from gitcp.runtimes.confinement.base import Confinement
from gitcp.runtimes.confinement.bubblewrap import Bubblewrap
from gitcp.runtimes.confinement.cgroup import ControlGroup
from gitcp.runtimes.confinement.process_group import ProcessGroup

# The strongest first.
CONFINEMENTS: Final[tuple[Confinement, ...]] = (Bubblewrap(), ControlGroup(), ProcessGroup())


def confinement_for(config: RuntimeConfig) -> Confinement | None:
    """Return the level that a program with this configuration is kept in here, or none if it may not be started."""
    return next((level for level in _wanted(config) if _why_not(level, config) is None), None)


def why_unconfined(config: RuntimeConfig) -> str:
    """Say why `confinement_for` finds none."""
    reasons = "; ".join(filter(None, (_why_not(level, config) for level in _wanted(config))))
    sandbox = Sandbox.AUTO if isinstance(config, HttpRuntime) else config.sandbox
    return f"runtime.sandbox: {sandbox.value} is not to be had on this machine: {reasons}"


def is_boxed(config: RuntimeConfig) -> bool:
    """Whether files and processes of others are hidden from a program with this configuration, so that its own sandbox adds nothing."""
    level = confinement_for(config)
    return level is not None and level.level is Sandbox.BUBBLEWRAP


def _wanted(config: RuntimeConfig) -> tuple[Confinement, ...]:
    if isinstance(config, HttpRuntime) or config.sandbox is Sandbox.AUTO:
        return CONFINEMENTS
    return tuple(level for level in CONFINEMENTS if level.level is config.sandbox)


def _why_not(level: Confinement, config: RuntimeConfig) -> str | None:
    return level.why_not(network=isinstance(config, HttpRuntime) or config.network)
