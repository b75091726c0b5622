"""What gitcp gives an agent's command line beside its brief: a home that is kept, its session, its system prompt, the skill. All of it lies outside of the checkout."""

import shutil
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from gitcp.control.homes import home_of, note_of
from gitcp.control.job import Job
from gitcp.control.sessions import choose, remember
from gitcp.control.state import write_whole
from gitcp.control.templates import templates
from gitcp.model.base import format_instant
from gitcp.model.runtimes import CommandLineRuntime
from gitcp.runtimes.base import Ending, Launch

SKILL = "gitcp"


def provided(job: Job, launch: Launch, system_prompt: str) -> Launch:
    """Return the launch with all that its runtime takes; what is no command line takes nothing more."""
    if not isinstance(launch.config, CommandLineRuntime):
        return launch
    told = job.folder / "system-prompt.md"
    write_whole(told, system_prompt)
    return replace(
        launch,
        home=_made(_home(job)),
        resume=_resumed(job, launch),
        system_prompt=told,
        skill=_skill(job.folder / "skill" / SKILL),
    )


def kept(job: Job, launch: Launch, ending: Ending) -> None:
    """Note what the next run on the task may go on with."""
    if launch.home is not None and job.run.task is not None:
        with suppress(OSError):  # a full disk costs the next run its session, never this one its end
            remember(_note(job), launch, ending, job.plane.clock.now())


def _home(job: Job) -> Path:
    # Without a task there is nothing to go on with.
    if job.run.task is None:
        return job.folder / "kept"
    return home_of(job.plane.state, job.agent.id, job.run.task)


def _note(job: Job) -> Path:
    return note_of(_home(job))


def _made(folder: Path) -> Path:
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _resumed(job: Job, launch: Launch) -> str | None:
    if job.run.task is None:
        return None
    choice = choose(_note(job), launch, job.plane.clock.now())
    if choice.why_not:
        _tell(launch, f"a new session is begun: {choice.why_not}")
    if choice.session is None:
        return None
    _tell(launch, f"the session that was begun at {format_instant(choice.session.begun)} goes on")
    return choice.session.id


def _tell(launch: Launch, words: str) -> None:
    with suppress(OSError), launch.log.open("a", encoding="utf-8") as log:
        log.write(f"[gitcp: {words}]\n")


def _skill(folder: Path) -> Path:
    # Where gitcp is installed may be hidden from the program.
    shutil.copytree(templates() / "skill", folder, dirs_exist_ok=True)
    return folder
