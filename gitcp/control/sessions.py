"""The sessions that agents' programs keep: which one a run goes on with, or why it begins a new one.

Rule: what is noted lies beside the home of the program, never in it: the agent writes there. What a program calls its session is believed only where it can be
nothing but a name, because it becomes an argument.
"""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Final, TypeGuard

from pydantic import Field

from gitcp.control.state import write_whole
from gitcp.model.base import Count, Instant, Line, Value, format_instant
from gitcp.model.runs import FailureClass
from gitcp.model.runtimes import CommandLineRuntime, Sessions
from gitcp.runtimes.base import Ending, Launch, StopCause

# They look for their sessions by the folder that they are started in.
BOUND_TO_FOLDER: Final = frozenset({"claude-code", "gemini"})

_NAME: Final = r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,199}$"


class Session(Value):
    """A conversation that a program can go on with. `tokens`: what its last model call read and wrote."""

    id: Annotated[str, Field(pattern=_NAME)]
    runtime: Line
    model: Line | None = None
    folder: str
    begun: Instant
    used: Instant
    tokens: Count | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """The session to go on with; or none, and why not where there was one."""

    session: Session | None = None
    why_not: str | None = None


def choose(note: Path, launch: Launch, now: datetime) -> Choice:
    """Choose the session that a run goes on with."""
    session = _read(note)
    if session is None:
        return Choice()
    why_not = _why_not(session, launch, now)
    return Choice(why_not=why_not) if why_not else Choice(session)


def remember(note: Path, launch: Launch, ending: Ending, now: datetime) -> None:
    """Note the session of a run that has ended, for the next one; forget what cannot be gone on with.

    A program that was stopped mends what it was in the middle of when it goes on. One that hung, or whose conversation the model
    refuses, would do it again.
    """
    name = ending.session if _is_name(ending.session) else None
    was_cut_short = ending.stopped is not None or ending.exit_code is None
    if name is None and launch.resume and was_cut_short and ending.stopped is not StopCause.SILENCE:
        return
    if name is None or _would_fail_again(ending):
        note.unlink(missing_ok=True)
        return
    before = _read(note) if ending.resumed else None
    now = now.replace(microsecond=0)
    session = Session(
        id=name,
        runtime=launch.config.type,
        model=_model(launch),
        folder=str(launch.cwd),
        begun=before.begun if before else now,
        used=now,
        tokens=ending.context,
    )
    write_whole(note, session.model_dump_json(exclude_none=True))


def _why_not(session: Session, launch: Launch, now: datetime) -> str | None:
    config, wanted = launch.config, _wanted(launch)
    if not wanted.resume:
        return "sessions are not gone on with"
    if session.runtime != config.type or session.model != _model(launch):
        return f"the last one was of {session.runtime}, model {session.model or 'unnamed'}"
    if now - session.begun > timedelta(hours=wanted.hours):
        return (
            f"the last one was begun at {format_instant(session.begun)}, more than {wanted.hours} hours ago"
        )
    if session.tokens is not None and session.tokens > wanted.tokens:
        return f"the last one has grown to {session.tokens} tokens, more than {wanted.tokens}"
    if config.type in BOUND_TO_FOLDER and session.folder != str(launch.cwd):
        return "the last one was in another checkout"
    return None


def _wanted(launch: Launch) -> Sessions:
    config = launch.config
    return config.sessions if isinstance(config, CommandLineRuntime) else Sessions(resume=False)


def _would_fail_again(ending: Ending) -> bool:
    return ending.stopped is StopCause.SILENCE or ending.failure is FailureClass.AGENT


def _model(launch: Launch) -> str | None:
    return launch.config.model if isinstance(launch.config, CommandLineRuntime) else None


def _is_name(session: str | None) -> TypeGuard[str]:
    return session is not None and re.fullmatch(_NAME, session) is not None


def _read(note: Path) -> Session | None:
    # One that is damaged, or of another version, is as good as none.
    with suppress(OSError, ValueError):
        return Session.model_validate_json(note.read_bytes())
    return None
