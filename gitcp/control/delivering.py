"""The run's checkout: where the agent works, how its commits are delivered, and how the task's checks look at them."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from gitcp.control.job import Job
from gitcp.control.launching import Place, run_agent
from gitcp.control.repositories import compare_page, integration_now, integration_of, repository_of
from gitcp.control.result import Delivery, Worked, outcome_of
from gitcp.control.verification import verify
from gitcp.core.workspaces import branch_of, goes_on, project_of
from gitcp.errors import WorkspaceError
from gitcp.model.planning import Integration, WorkspaceMode
from gitcp.model.runs import Declared, Outcome, Verification
from gitcp.runtimes.base import Ending, Launch, StopCause
from gitcp.workspaces import (
    Collected,
    Delivered,
    Purpose,
    RepositorySpec,
    Undelivered,
    Workspace,
    changes,
    clone_of,
    made,
)

_LATE = {StopCause.CANCEL, StopCause.LEASE, StopCause.SHUTDOWN}


def work(job: Job) -> Worked:
    """Do the run: in a checkout of its repository, or in an empty folder where it has none.

    Raises:
        GitcpError: the checkout or the program cannot be had here; nothing was started.
    """
    if job.run.repository is None:
        return _in_folder(job)
    spec = repository_of(job.plane, job.snapshot, job.run, job.run.repository)
    if job.is_review and job.task is not None and job.task.delivery is not None:
        return _in_review(job, spec, job.task.delivery.commit)
    return _in_workspace(job, spec)


def _in_folder(job: Job) -> Worked:
    folder = job.folder / "workspace"
    folder.mkdir(exist_ok=True)
    started_at = job.plane.clock.now()
    ending, _ = run_agent(job, Place(folder))
    return Worked(started_at, job.plane.clock.now(), ending, said=job.declarations.value)


def _in_review(job: Job, spec: RepositorySpec, commit: str) -> Worked:
    # A reviewer looks at what was delivered, in a checkout that nothing is taken from.
    with job.plane.workspaces.at_commit(spec, commit) as checkout:
        started_at = job.plane.clock.now()
        ending, _ = run_agent(job, Place(checkout, clone_of(checkout)))
        return Worked(started_at, job.plane.clock.now(), ending, said=job.declarations.value)


def _in_workspace(job: Job, spec: RepositorySpec) -> Worked:
    workspaces = job.plane.workspaces
    workspace = workspaces.prepare(spec, _purpose(job))
    job.progress.rescue = workspace.rescued
    job.progress.checkout = told_of(workspace)
    try:
        started_at = job.plane.clock.now()
        ending, launch = run_agent(job, Place(workspace.path, workspace.clone, workspace.branch))
        ended_at = job.plane.clock.now()
        collected = workspaces.collect(workspace)
        delivery = _deliver(job, spec, workspace, collected, ending)
        checked = _check(job, spec, _commit_to_check(delivery, workspace), ending, launch)
    finally:
        _release(job, workspace)
    delivery = _with(delivery, job.progress.rescue or collected.rescue, checked)
    return Worked(started_at, ended_at, _stopped_late(job, ending), delivery, job.declarations.value)


def _purpose(job: Job) -> Purpose:
    project = project_of(job.snapshot, job.run)
    return Purpose(
        run=job.run.id,
        agent=job.agent.id,
        task=job.run.task,
        author=(job.actor.name, job.actor.email),
        branch=branch_of(project, job.run),
        mode=project.workspace if project else WorkspaceMode.RUN,
        restores=goes_on(job.snapshot, job.run),
    )


def told_of(workspace: Workspace) -> tuple[str, ...]:
    """Say what an agent should know of its checkout: what of earlier work is in it, and what is not."""
    told = []
    if workspace.continues:
        told.append(f"It goes on from what was delivered on its branch `{workspace.branch}` before.")
    if workspace.restored:
        told.append(
            "What the last run left undelivered is in the checkout again: its commits, and what was not committed as changes. "
            "Look with `git status` and `git log`, and go on from there."
        )
    if workspace.rescued:
        told.append(
            f"Work that was found in this place is kept under {workspace.rescued}: `git show --stat {workspace.rescued}`; "
            f"bring a file back with `git checkout {workspace.rescued} -- FILE`."
        )
    return tuple(told)


def _release(job: Job, workspace: Workspace) -> None:
    # What cannot be removed now is a leftover of a run that has ended; the next tick tries again.
    with suppress(WorkspaceError, OSError):
        job.progress.rescue = job.plane.workspaces.release(workspace) or job.progress.rescue


def _stopped_late(job: Job, ending: Ending) -> Ending:
    # Cancelled, or taken over, while its work was delivered and checked.
    cause = job.stop_cause()
    return replace(ending, stopped=cause) if cause in _LATE and ending.stopped is None else ending


def _deliver(
    job: Job, spec: RepositorySpec, workspace: Workspace, collected: Collected, ending: Ending
) -> Delivery:
    held = _secret_in(job, workspace, collected)
    if held is not None:
        return Delivery(undelivered=held)
    if job.outbox is not None:
        from gitcp.control.outbox.packing import pack  # noqa: PLC0415 - most runs need none

        integrate = integration_of(project_of(job.snapshot, job.run))
        return pack(job.plane.workspaces, workspace, collected, integrate, job.outbox)
    if outcome_of(ending) is not Outcome.SUCCEEDED or job.is_review:
        return Delivery()
    return _handed_over(job, spec, workspace, collected)


def _handed_over(job: Job, spec: RepositorySpec, workspace: Workspace, collected: Collected) -> Delivery:
    project = project_of(job.snapshot, job.run)
    integrate = integration_of(project)
    if not collected.commits:
        return Delivery(undelivered=_forgotten(job, workspace, collected, integrate))
    try:
        # By the rules as they are now: some may have come while it ran.
        way = integration_now(job.plane.snapshot(), job.run)
        delivered = job.plane.workspaces.deliver(workspace, collected, way, spec.branch)
    except WorkspaceError as error:
        return Delivery(undelivered=error.message)
    match delivered:
        case Delivered(branch=branch, commits=commits):
            return Delivery(branch=branch, commits=commits, compare_url=compare_page(project, spec, branch))
        case Undelivered(reason=reason, hint=hint):
            return Delivery(undelivered=f"{reason} ({hint})" if hint else reason)
        case _:
            return Delivery()


def _forgotten(job: Job, workspace: Workspace, collected: Collected, integrate: Integration) -> str | None:
    """Say that an agent which calls its task done has committed nothing and left changes: what it made is then not delivered."""
    is_done = job.task is not None and job.declarations.value.declared is Declared.FINISH
    if not is_done or not collected.dirty or workspace.continues or integrate is Integration.NONE:
        return None
    return (
        "it said finish, but committed nothing, and the checkout holds changes that are not committed "
        f"(kept under {collected.rescue}): commit what belongs to the work, and throw the rest away"
    )


def _secret_in(job: Job, workspace: Workspace, collected: Collected) -> str | None:
    """Say which commit brings a secret of the run with it, if one does: pushed, it would be everybody's."""
    redactor = job.progress.redactor
    for change in changes(workspace.clone, _leaving(job, workspace, collected)):
        found, known = redactor.found_in(change.after), redactor.found_in(change.before)
        for name, times in found.items():
            if times > known.get(name, 0):
                place = f"in {change.path}" if change.path else "in its message"
                return (
                    f"commit {change.commit[:10]} holds the secret {name} {place}, so that nothing was pushed"
                    " (make the commits again without it, and give the secret a new value)"
                )
    return None


def _leaving(job: Job, workspace: Workspace, collected: Collected) -> tuple[str, ...]:
    # Rescued work stays on this machine, unless all of it is packed for another one.
    if job.outbox is None or collected.rescue is None:
        return collected.commits
    return made(workspace.clone, collected.rescue, workspace.base)


def _commit_to_check(delivery: Delivery, workspace: Workspace) -> str | None:
    # Without commits of this run, what counts is where it began: work that was delivered before, or the repository as it is.
    if delivery.undelivered is not None:
        return None
    return delivery.commits[-1] if delivery.commits else workspace.base


def _check(
    job: Job, spec: RepositorySpec, commit: str | None, ending: Ending, launch: Launch
) -> Verification | None:
    finished = outcome_of(ending) is Outcome.SUCCEEDED and job.declarations.value.declared is Declared.FINISH
    if not finished or commit is None or job.is_review or job.task is None or not job.task.verify:
        return None
    with job.plane.workspaces.at_commit(spec, commit) as checkout:
        launch = replace(launch, clone=clone_of(checkout))
        return verify(job.task.verify, checkout, launch, _watch_of_checks(job), job.minutes_left())


def _watch_of_checks(job: Job) -> Callable[[], StopCause | None]:
    # What the agent spent is no reason not to look at what it made.
    def watch() -> StopCause | None:
        cause = job.stop_cause()
        return None if cause is StopCause.BUDGET else cause

    return watch


def _with(delivery: Delivery, rescue: str | None, checked: Verification | None) -> Delivery:
    return replace(delivery, rescue=rescue, verification=checked)
