"""`gitcp doctor`: whether this machine can do what the company wants of it, as a list of looks; each says what it found and what to do."""

import re
import shutil
from collections.abc import Callable, Iterator
from typing import Final

from gitcp.control import assurance, reaching, ticked
from gitcp.control.clocks import APART
from gitcp.control.finding import Finding, State
from gitcp.control.plane import Plane
from gitcp.errors import GitcpError
from gitcp.model.base import format_instant
from gitcp.model.members import Agent, AgentStatus
from gitcp.model.runtimes import CommandLineRuntime, HttpRuntime, Sandbox
from gitcp.runtimes.base import RuntimeConfig
from gitcp.runtimes.confinement import CONFINEMENTS, confinement_for, why_unconfined
from gitcp.runtimes.registry import runtime_for
from gitcp.runtimes.secrets import references_in, resolved
from gitcp.workspaces.program import Git

OLDEST_GIT: Final = (2, 30)
FULL_BYTES: Final = 1024**3
SCARCE_BYTES: Final = 5 * 1024**3
_NUMBERS: Final = re.compile(r"(\d+)\.(\d+)")


Look = Callable[[Plane], Iterator[Finding]]


def examine(plane: Plane) -> list[Finding]:
    """Return what all looks find. Nothing is changed, but for a ref that comes and goes in the remote; no secret is told."""
    return [finding for look in LOOKS for finding in look(plane)]


def _git(plane: Plane) -> Iterator[Finding]:
    try:
        output = Git(10).attempt("version", clone=plane.store.git_directory)
    except GitcpError as error:
        yield Finding("git", State.ERROR, error.message, error.hint)
        return
    numbers = _NUMBERS.search(output.stdout)
    version = (int(numbers[1]), int(numbers[2])) if numbers else (0, 0)
    wanted = ".".join(map(str, OLDEST_GIT))
    if version < OLDEST_GIT:
        yield Finding(
            "git",
            State.ERROR,
            f"expected {wanted} or newer, found {output.stdout.strip()}",
            "install a newer git",
        )
    else:
        yield Finding("git", State.OK, output.stdout.strip())


def _isolation(_: Plane) -> Iterator[Finding]:
    for level in CONFINEMENTS:
        why = level.why_not(network=True)
        if level.level is Sandbox.PROCESS_GROUP:
            continue
        if why is None:
            yield Finding(f"isolation {level.level.value}", State.OK, "is to be had here")
        elif level.level is Sandbox.BUBBLEWRAP:
            remedy = "install bubblewrap, and let its user make user namespaces: see docs/security.md"
            yield Finding(f"isolation {level.level.value}", State.WARNING, why, remedy)
        else:
            yield Finding(f"isolation {level.level.value}", State.OK, f"not here: {why}")


def _agents(plane: Plane) -> Iterator[Finding]:
    for agent in _at_work(plane):
        about = f"agent {agent.id}"
        yield _program(about, agent.runtime)
        yield _kept(about, agent.runtime)
        yield from _secrets(about, agent.runtime)


def _program(about: str, config: RuntimeConfig) -> Finding:
    try:
        runtime = runtime_for(config)
        problem = runtime.check(config)
    except GitcpError as error:
        return Finding(about, State.ERROR, error.message, error.hint)
    if problem is not None:
        return Finding(
            about, State.ERROR, problem, "install it where the runner runs, or mend the agent's record"
        )
    found = runtime.probe(config)
    known = ", ".join(filter(None, (found.program, found.version))) or "there"
    if found.problem is not None or found.signed_in is False:
        why = found.problem or "it is not signed in"
        return Finding(about, State.WARNING, f"{config.type}: {known}: {why}", "see docs/runtimes.md")
    signed_in = ", signed in" if found.signed_in else ""
    return Finding(about, State.OK, f"{config.type}: {known}{signed_in}")


def _kept(about: str, config: RuntimeConfig) -> Finding:
    if isinstance(config, HttpRuntime):
        message = "isolation: NONE: it runs elsewhere, and what it may do there is not gitcp's to say"
        return Finding(
            about, State.WARNING, message, "keep it in its place where it runs: see docs/security.md"
        )
    level = confinement_for(config)
    if level is None:
        return Finding(
            about, State.ERROR, why_unconfined(config), "install it, or set runtime.sandbox or network"
        )
    if isinstance(config, CommandLineRuntime) and not config.network:
        message = (
            "is kept in bubblewrap, without network: it cannot reach its model, not even one of this machine"
        )
        return Finding(about, State.WARNING, message, "set runtime.network to true")
    if level.level is Sandbox.BUBBLEWRAP:
        network = "" if config.network else ", without network"
        return Finding(about, State.OK, f"is kept in bubblewrap{network}")
    return Finding(
        about,
        State.WARNING,
        f"isolation: {level.level.value}, which HIDES NOTHING: the agent can read and write all that this user can,"
        " the control repository, keys and other runs included",
        "install bubblewrap, or run gitcp as a user of its own: see docs/security.md",
    )


def _secrets(about: str, config: RuntimeConfig) -> Iterator[Finding]:
    for reference in references_in(config):
        try:
            resolved(reference)
        except GitcpError as error:
            yield Finding(about, State.ERROR, error.message, error.hint)
        else:
            yield Finding(about, State.OK, f"secret {reference}: there")


def _state_folder(plane: Plane) -> Iterator[Finding]:
    folder = plane.state.folder
    if not folder.exists():
        yield Finding("state folder", State.OK, f"{folder} is made with the first run")
        return
    mode = folder.stat().st_mode & 0o777
    if mode & 0o077:
        yield Finding(
            "state folder",
            State.ERROR,
            f"{folder}: expected it for its owner alone, found mode {mode:o}",
            f"chmod 700 {folder}",
        )
    else:
        yield Finding("state folder", State.OK, f"{folder}, for its owner alone")


def _disk(plane: Plane) -> Iterator[Finding]:
    folder = next(path for path in (plane.state.folder, *plane.state.folder.parents) if path.exists())
    free = shutil.disk_usage(folder).free
    message = f"{free / 1024**3:.1f} GiB are free for {folder}"
    if free < FULL_BYTES:
        yield Finding("disk", State.ERROR, message, "make room: runs that cannot write fail")
    elif free < SCARCE_BYTES:
        yield Finding("disk", State.WARNING, message, "make room before checkouts fill it")
    else:
        yield Finding("disk", State.OK, message)


def _clock(plane: Plane) -> Iterator[Finding]:
    now = plane.clock.now()
    last = next(plane.store.history().entries(limit=1), None)
    if last is not None and last.at > now + APART:
        yield Finding(
            "clock",
            State.ERROR,
            f"it is {format_instant(now)} here, and the last commit is of {format_instant(last.at)}",
            "set the clock, of this machine or of the one that made the commit",
        )
    else:
        yield Finding("clock", State.OK, format_instant(now))


def _github(plane: Plane) -> Iterator[Finding]:
    from gitcp.control.github import looks  # noqa: PLC0415 - most companies ask nobody

    yield from looks.look(plane)


def _at_work(plane: Plane) -> list[Agent]:
    return [agent for agent in plane.snapshot().all(Agent) if agent.status is AgentStatus.ACTIVE]


LOOKS: Final[tuple[Look, ...]] = (
    _git,
    assurance.look,
    _isolation,
    _agents,
    _state_folder,
    _disk,
    _clock,
    ticked.look,
    reaching.look,
    _github,
)
