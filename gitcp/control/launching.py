"""Start a run's program with its brief, its way back and nothing else, and wait for its end."""

import json
import os
import shlex
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from gitcp.api.callback import Callback
from gitcp.api.declarations import Declaration
from gitcp.api.server import CallbackServer
from gitcp.control.clock import new_request, new_token
from gitcp.control.compat import aliases
from gitcp.control.job import Job
from gitcp.control.plane import Plane
from gitcp.control.provisions import kept, provided
from gitcp.control.redacting import Redacting
from gitcp.control.state import state_home, write_whole
from gitcp.core.brief import brief
from gitcp.model.runs import Declared
from gitcp.model.runtimes import LocalRuntime
from gitcp.runtimes.base import Ending, Heard, Launch, Limits, StopCause
from gitcp.runtimes.environment import Identity, child_environment
from gitcp.runtimes.output import note_end
from gitcp.runtimes.redaction import Redactor
from gitcp.runtimes.registry import runtime_for
from gitcp.runtimes.secrets import secrets_of

Variables = tuple[dict[str, str], dict[str, str]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where an agent works: a folder, the clone that it is a checkout of, the branch that it is on."""

    folder: Path
    clone: Path | None = None
    branch: str | None = None


def run_agent(job: Job, place: Place) -> tuple[Ending, Launch]:
    """Run the agent's program in a place; return how it ended, and how it was launched, for the checks that follow.

    Raises:
        RuntimeUnavailableError: this version does not have the runtime.
        UnknownRecordError: the agent is gone.
        SecretError: a secret that its record names cannot be had; nothing was started.
    """
    told = brief(job.snapshot, job.run, job.progress.checkout)
    context, prompt = job.folder / "context.json", job.folder / "brief.md"
    write_whole(context, json.dumps(told.context, indent=2, ensure_ascii=False))
    write_whole(prompt, told.markdown)
    token, secrets = new_token(), secrets_of(job.agent.runtime)
    redactor = Redactor({**secrets, "GITCP_API_KEY": token})
    job.progress.redactor = redactor
    callback = Callback(
        run=job.run.id,
        actor=job.actor,
        operations=Redacting(job.operations, redactor),
        declarations=job.declarations,
        now=job.plane.clock.now,
        new_request=new_request,
        until=job.run.deadline,
    )
    server = CallbackServer(callback, token, _socket(job))
    url = server.start()
    # From here on the run has cost something, whatever happens.
    job.progress.launched_at = job.plane.clock.now()
    job.plane.state.note_launched(job.run.id)
    try:
        injected = _injected(job, url, token, context)
        injected |= aliases(job, injected, place.folder, place.branch)
        launch = provided(job, _launch(job, place, prompt, (secrets, injected)), told.system)
        ending = _within_limits(job, runtime_for(job.agent.runtime).run(launch, job.stop_cause))
        job.progress.ending = ending
        kept(job, launch, ending)
        ending = _redacted(ending, redactor)
        if ending.error:
            note_end(launch.log, ending.error)
        return ending, launch
    finally:
        job.declarations.close()
        server.stop()


def _socket(job: Job) -> Path | None:
    # Who has no network of its own still reaches a socket that lies in its run's folder.
    config = job.agent.runtime
    return job.folder / "api.sock" if isinstance(config, LocalRuntime) and not config.network else None


def _within_limits(job: Job, ending: Ending) -> Ending:
    # What it reported last may be more than it could use, and it may have ended before anybody looked.
    is_over = job.declarations.value.over(job.run.limits) is not None
    return replace(ending, stopped=StopCause.BUDGET) if is_over and ending.stopped is None else ending


def _launch(job: Job, place: Place, prompt: Path, variables: Variables) -> Launch:
    secrets, injected = variables
    environment = child_environment(
        folder=job.folder,
        programs=programs(job.plane.state.folder),
        identity=Identity(job.actor.name, job.actor.email),
        config=job.agent.runtime,
        secrets=secrets,
        injected=injected,
    )
    keep_path(environment, job.folder)
    return Launch(
        run=job.run.id,
        config=job.agent.runtime,
        cwd=place.folder,
        environment=environment,
        folder=job.folder,
        log=job.folder / "agent.log",
        limits=_limits(job),
        brief=prompt,
        clone=place.clone,
        hidden=(*hidden(job.plane), *((job.outbox.folder,) if job.outbox else ())),
        heard=lambda: _heard(job.declarations.value),
        redactor=job.progress.redactor,
    )


def _redacted(ending: Ending, redactor: Redactor) -> Ending:
    # A runtime also reads files that its program wrote.
    error = None if ending.error is None else redactor.text(ending.error)
    return replace(ending, error=error, final_text=redactor.text(ending.final_text))


def hidden(plane: Plane) -> tuple[Path, ...]:
    """Return what no agent may see: the control repository, what gitcp keeps of this and other companies and their runs, and the scheduler's key."""
    key = plane.store.signing.key_file
    kept = (plane.store.root, plane.store.git_directory, plane.state.folder, state_home(os.environ))
    return kept if key is None else (*kept, key)


def keep_path(environment: Mapping[str, str], folder: Path) -> None:
    """Write what keeps the path in a home below a folder: some run each command in a login shell, where the system's profile sets it anew."""
    home = Path(environment["HOME"])
    if home.is_relative_to(folder):
        for profile in (".profile", ".zprofile"):
            write_whole(home / profile, f"export PATH={shlex.quote(environment['PATH'])}\n")


def _limits(job: Job) -> Limits:
    given = job.run.limits
    silence = given.silence_minutes
    return Limits(
        minutes=min(float(given.minutes or 30), job.minutes_left()),
        silence_minutes=None if silence is None else float(silence),
        usd=given.usd,
        usd_imputed=given.usd_imputed,
        tokens=given.tokens,
        turns=given.turns,
    )


def _heard(said: Declaration) -> Heard:
    return Heard(ended=said.declared is not Declared.NOTHING, said=said)


def _injected(job: Job, url: str, token: str, context: Path) -> dict[str, str]:
    company = job.snapshot.company
    reasons = dict.fromkeys(cause.reason.value for cause in job.run.answers)
    return {
        "GITCP_API_URL": url,
        "GITCP_API_KEY": token,
        "GITCP_RUN_ID": job.run.id,
        "GITCP_TASK_ID": job.run.task or "",
        "GITCP_AGENT_ID": job.agent.id,
        "GITCP_COMPANY": company.name if company else "",
        "GITCP_WAKE_REASON": ",".join(reasons),
        "GITCP_WAKE_CONTEXT": str(context),
    }


def programs(state: Path) -> Path:
    """Return a folder for the front of an agent's path: in it `gitcp` is this very gitcp, and `python` exists."""
    folder = state / "bin"
    wanted = {"gitcp": f'exec "{sys.executable}" -P -m gitcp "$@"'}
    if shutil.which("python") is None:
        # Systems that only have python3: what tasks and skills call `python` is the Python that gitcp runs on.
        wanted["python"] = f'exec "{sys.executable}" "$@"'
    for name, line in wanted.items():
        text = f"#!/bin/sh\n{line}\n"
        script = folder / name
        if not script.exists() or script.read_text() != text:
            folder.mkdir(parents=True, exist_ok=True)
            write_whole(script, text)
            script.chmod(0o755)
    return folder
