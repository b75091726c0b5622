"""Operation by record by step: what the scheduler's commits wrote, held against the table of what they may write."""

from collections.abc import Iterator
from typing import Final

from gitcp.audit.act import Act, Deed
from gitcp.audit.finding import Finding
from gitcp.audit.rules.may_write import LATE, Writes, writes_of
from gitcp.core.implied import changed_fields
from gitcp.core.lifecycle import TRANSITIONS
from gitcp.core.operations.registry import OPERATIONS
from gitcp.model.runs import Run
from gitcp.model.tasks import Task

# These write exactly one run: a commit with more would settle or start beside what it names.
_OF_ONE_RUN: Final = frozenset({"run.claim", "run.finish", "run.reap", "run.resolve", "run.cancel"})
_APPLIES: Final = "approval.apply"


def operations(act: Act) -> Iterator[Finding]:
    """Say what a commit of the scheduler wrote that its operation does not."""
    if not act.is_by_scheduler:
        return
    if not act.operation:
        yield act.broken("operation/missing", "", "the trailer Gitcp-Op", "none")
        return
    if act.operation not in OPERATIONS:
        yield act.broken("operation/unknown", "", "an operation of gitcp", act.operation)
        return
    if act.operation != _APPLIES:  # which `approvals` holds against what was approved
        writes = writes_of(act.operation)
        for deed in act.deeds:
            yield from _of_deed(act, deed, writes)
    yield from _named(act)


def _of_deed(act: Act, deed: Deed, writes: Writes) -> Iterator[Finding]:
    if not _may(deed, writes):
        found = f"a {deed.kind} that is {_way(deed)}"
        yield act.broken("operation/record", deed.path, f"nothing of {act.operation} here", found)
    elif isinstance(deed.before, Run) and isinstance(deed.after, Run):
        yield from _run(act, deed, deed.before, deed.after, writes)
    elif isinstance(deed.before, Task) and isinstance(deed.after, Task):
        yield from _task(act, deed, deed.before, deed.after, writes)


def _may(deed: Deed, writes: Writes) -> bool:
    if deed.is_archiving:
        return writes.archives and deed.left is not None
    if deed.came is None:
        return deed.kind in writes.removes
    return deed.kind in (writes.creates if deed.left is None else writes.changes)


def _way(deed: Deed) -> str:
    if deed.is_archiving:
        return "archived"
    return "removed" if deed.came is None else "new" if deed.left is None else "changed"


def _run(act: Act, deed: Deed, before: Run, after: Run, writes: Writes) -> Iterator[Finding]:
    fields = changed_fields(before, after)
    allowed = writes.run_fields
    if "status" in allowed:
        allowed = allowed - {"late"} if before.is_active else LATE
    if "answers" in fields and not set(before.answers) <= set(after.answers):
        yield act.broken("operation/field", deed.path, "answers that grow", "fewer answers")
    yield from _fields(act, deed, fields - allowed - {"answers"})


def _task(act: Act, deed: Deed, before: Task, after: Task, writes: Writes) -> Iterator[Finding]:
    fields = changed_fields(before, after)
    if before.status is not after.status:
        possible = {TRANSITIONS[before.status].get(event) for event in writes.events}
        if after.status not in possible:
            steps = sorted(str(status) for status in possible if status)
            expected = ", ".join([str(before.status), *steps])
            yield act.broken("operation/illegal-step", deed.path, expected, str(after.status))
        fields -= {"status"}
    if writes.task_fields is not None:
        yield from _fields(act, deed, fields - writes.task_fields)


def _fields(act: Act, deed: Deed, others: frozenset[str]) -> Iterator[Finding]:
    for name in sorted(others):
        was, is_now = (str(getattr(record, name, None))[:200] for record in (deed.before, deed.after))
        yield act.broken("operation/field", deed.path, f"{name}: {was}", f"{name}: {is_now}")


def _named(act: Act) -> Iterator[Finding]:
    runs = [deed for deed in act.deeds if deed.kind == Run.kind]
    if act.operation not in _OF_ONE_RUN:
        return
    if [deed.id for deed in runs] != [act.trailers.get("Gitcp-Run")]:
        found = ", ".join(deed.id for deed in runs) or "none"
        yield act.broken("operation/record", "", f"the run {act.trailers.get('Gitcp-Run')} alone", found)
    task = next((deed for deed in act.deeds if deed.kind == Task.kind and not _is_of(deed, runs)), None)
    if task is not None:
        yield act.broken("operation/record", task.path, "the task of its run alone", task.id)
    for deed in runs:
        after = deed.after
        if act.operation == "run.claim" and isinstance(after, Run) and not after.is_active:
            yield act.broken("operation/field", deed.path, "status: active", f"status: {after.status}")


def _is_of(task: Deed, runs: list[Deed]) -> bool:
    return any(isinstance(run.after, Run) and run.after.task == task.id for run in runs)
