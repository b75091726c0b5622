"""The commits of an outbox, delivered from where the right to do so is."""

import tempfile
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from gitcp.control.outbox.box import Contents
from gitcp.control.outbox.form import BUNDLE, BUNDLE_BYTES, Work
from gitcp.control.plain_files import copy_whole
from gitcp.control.plane import Plane
from gitcp.control.repositories import compare_page, integration_now, repository_of
from gitcp.control.result import Delivery, Worked, outcome_of
from gitcp.core.workspaces import branch_of, project_of
from gitcp.errors import GitcpError
from gitcp.model.operation import Actor
from gitcp.model.planning import Integration
from gitcp.model.runs import Declared, Outcome, Run, Verification
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Task, TaskStatus
from gitcp.workspaces import Collected, Delivered, Nothing, RepositorySpec, Sent, Undelivered, Workspace


@dataclass(frozen=True, slots=True)
class _Case:
    """One run whose commits came from elsewhere."""

    plane: Plane
    snapshot: Snapshot
    run: Run
    agent: Actor
    task: Task | None
    worked: Worked
    work: Work
    spec: RepositorySpec


def delivered(plane: Plane, run: Run, agent: Actor, contents: Contents, worked: Worked) -> Delivery:
    """Deliver as the project says now, if all is as it has to be; what is not delivered is kept under the run's rescue ref here.

    Raises:
        WorkspaceError: the execution repository cannot be reached; nothing is lost, settle again.
        GitcpError: the repository is not configured any more.
    """
    snapshot, work = plane.snapshot(), contents.result.work if contents.result else None
    if work is None or run.repository is None:
        return Delivery(undelivered=worked.delivery.undelivered)
    task = snapshot.get(Task, run.task) if run.task else None
    spec = repository_of(plane, snapshot, run, run.repository)
    case = _Case(plane, snapshot, run, agent, task, worked, work, spec)
    plane.state.make()
    with tempfile.TemporaryDirectory(dir=plane.state.folder, prefix="settle-") as folder:
        return _delivered(case, _own_copy(contents, Path(folder)))


def _own_copy(contents: Contents, folder: Path) -> Path | None:
    # From here on nobody else can change it.
    copy = folder / BUNDLE
    return copy if copy_whole(contents.folder / BUNDLE, copy, BUNDLE_BYTES) else None


def _delivered(case: _Case, bundle: Path | None) -> Delivery:
    run, work = case.run, case.work
    author = (case.agent.name, case.agent.email)
    branch = branch_of(project_of(case.snapshot, run), run)
    sent = Sent(run.id, run.agent, run.task, author, branch, work.base, work.head)
    workspace, parcel = case.plane.workspaces.unpack(case.spec, sent, bundle)
    collected = parcel.collected
    why = case.worked.delivery.undelivered or parcel.obstacle or _why_not(case)
    if outcome_of(case.worked.ending) is not Outcome.SUCCEEDED or _is_review(case):
        return Delivery(rescue=_saved(case, workspace, collected))
    if why is not None:
        has_work = collected.commits or parcel.obstacle or case.worked.delivery.undelivered
        return Delivery(rescue=_saved(case, workspace, collected), undelivered=why if has_work else None)
    return _handed_over(case, workspace, collected)


def _handed_over(case: _Case, workspace: Workspace, collected: Collected) -> Delivery:
    if not collected.commits:
        return _checked(case, Delivery(rescue=collected.rescue), case.work.base)
    project = project_of(case.snapshot, case.run)
    workspaces = case.plane.workspaces
    way = integration_now(case.snapshot, case.run)
    match workspaces.deliver(workspace, collected, way, case.spec.branch):
        case Delivered(commit=commit, branch=branch, commits=commits):
            found = commits or workspaces.delivered_before(workspace, collected, branch)
            page = compare_page(project, case.spec, branch)
            return _checked(case, Delivery(branch, found, collected.rescue, compare_url=page), commit)
        case Undelivered(reason=reason, hint=hint, rescue=rescue):
            return Delivery(rescue=rescue, undelivered=f"{reason} ({hint})" if hint else reason)
        case Nothing(rescue=rescue):
            return _checked(case, Delivery(rescue=rescue), case.work.base)


def _saved(case: _Case, workspace: Workspace, collected: Collected) -> str | None:
    with suppress(GitcpError):
        kept = case.plane.workspaces.deliver(workspace, collected, Integration.NONE, case.spec.branch)
        return getattr(kept, "rescue", None) or collected.rescue
    return collected.rescue


def _why_not(case: _Case) -> str | None:
    """Return why a task takes no work of this run any more, or none."""
    task, run = case.task, case.run
    if not run.is_active:
        return f"the run had ended before it was settled: {run.outcome}"
    if run.task is None:
        return None
    if task is None:
        return f"{run.task} cannot be read"
    if task.assignee != run.agent or task.status not in {TaskStatus.TODO, TaskStatus.IN_PROGRESS}:
        return f"{task.id} is {task.status} and assigned to {task.assignee or 'nobody'}"
    return None


def _is_review(case: _Case) -> bool:
    # Whoever looks at somebody else's work has nothing to deliver.
    return case.run.found is TaskStatus.IN_REVIEW


def _checked(case: _Case, delivery: Delivery, commit: str) -> Delivery:
    """Let the checks count that ran on the very commit, and are the task's still."""
    found = case.worked.delivery.verification
    counts = (
        found is not None
        and case.task is not None
        and case.worked.said is not None
        and case.worked.said.declared is Declared.FINISH
        and commit == case.work.checked_at
        and case.work.checked == case.task.verify
        and _fits(found, case.task)
    )
    return replace(delivery, verification=found if counts else None)


def _fits(found: Verification, task: Task) -> bool:
    return found.command == task.verify[-1] if found.passed else found.command in task.verify
