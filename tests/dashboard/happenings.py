"""What may happen to a company, drawn at random: each happening is a function of the input of a site that returns the next one."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from hypothesis import strategies as st

from gitcp.control.site import gathered
from gitcp.core.operations.registry import ArchiveRecords
from gitcp.dashboard import SiteInput
from gitcp.dashboard.index.known import Key, record_key
from gitcp.model.actors import the_scheduler
from gitcp.model.amounts import BudgetLimits
from gitcp.model.base import Record, format_instant
from gitcp.model.company import Company
from gitcp.model.guards import Approval, ApprovalStatus, Budget, Period, Policy
from gitcp.model.members import Agent, AgentStatus, Person, WakeReason
from gitcp.model.memory import Records
from gitcp.model.operation import Call, Change, Put, Remove
from gitcp.model.planning import Goal, Project
from gitcp.model.problem import Problem
from gitcp.model.runs import Cause, Outcome, Run, RunStatus, Wake
from gitcp.model.tasks import Comment, Document, Priority, Task, TaskStatus
from tests.dashboard.company import Log, a_comment, a_person, a_run, a_site, a_task, an_agent, an_entry, sha

TEXTS: Final = (
    "see CI-0021 and @riley",
    "@nobody said `x`",
    "[it](tasks/CI/CI-0028.yaml)",
    "WEB-0001, of @ada",
    "**all** of 20261121T123000Z-riley",
    "",
)
TASKS: Final = ("CI-0021", "CI-0022", "CI-0028", "CI-0029", "WEB-0001", "CI-0900", "CI-0901")
MEMBERS: Final = ("ada", "ben", "riley", "clara", "theo", "zara")
FILES: Final[Mapping[str, str]] = {
    "agent": "org",
    "person": "org",
    "task": "tasks/CI",
    "run": "runs/2026/11/22",
}


@dataclass(frozen=True)
class Told:
    """A site, and the records whose files are other than in the one before."""

    site: SiteInput
    keys: tuple[Key, ...] = ()


Happening = Callable[[SiteInput, Callable[..., Any]], Iterator[Change]]
"""Yields changes of records; what is to be chosen is drawn from a strategy."""


def start() -> SiteInput:
    """Return the company as everything begins."""
    site = a_site()
    return _gathered(site, records_of(site), site.history)


def records_of(site: SiteInput) -> Records:
    """Return the records of a site, which are in memory."""
    assert isinstance(site.snapshot, Records)
    return site.snapshot


def happen(site: SiteInput, draw: Callable[..., Any]) -> Told:
    """Let something happen."""
    before = records_of(site)
    later = replace(site, now=site.now + draw(st.sampled_from(PAUSES)))
    changes = list(draw(st.sampled_from(HAPPENINGS))(later, draw))
    after = before.edited(changes, revision=sha(f"{before.revision}{changes}"))
    after = replace(after, found=draw(st.sampled_from((before.found, before.found, (), _trouble(draw)))))
    keys = tuple(_changed(before, after))
    return Told(_gathered(later, after, _written(later, keys, draw)), keys)


PAUSES: Final = (timedelta(minutes=1), timedelta(hours=1), timedelta(days=1), timedelta(days=25))


def _gathered(site: SiteInput, records: Records, history: Any) -> SiteInput:
    return replace(gathered(records, history, site.now), text_of=site.text_of)


def _changed(before: Records, after: Records) -> Iterator[Key]:
    for old, new in ((before.by_key, after.by_key), (before.put_away, after.put_away)):
        for kind, name in old.keys() | new.keys():
            if old.get((kind, name)) != new.get((kind, name)):
                yield record_key(kind, name)


def _written(site: SiteInput, keys: tuple[Key, ...], draw: Callable[..., Any]) -> Log:
    assert isinstance(site.history, Log)
    paths = [f"{FILES.get(kind, 'org' if kind == 'member' else kind)}/{name}.yaml" for kind, name in keys]
    trailers = draw(st.sampled_from(({}, {"task": "CI-0028"}, {"run": "20261121T123000Z-riley", "op": "x"})))
    who = draw(st.sampled_from(("Ada Okafor", "Riley", "Theo")))
    number = len(site.history.commits)
    new = an_entry(site.now, who, f"change {number}: {draw(st.sampled_from(TEXTS))}", *paths, **trailers)
    return Log((new, *site.history.commits))


def _trouble(draw: Callable[..., Any]) -> tuple[Problem, ...]:
    task = draw(st.sampled_from(TASKS))
    return (Problem(f"tasks/CI/{task}.yaml", message="is broken", record=("task", task)),)


def _one(site: SiteInput, draw: Callable[..., Any], *kinds: type[Record]) -> Record | None:
    found = [record for record in records_of(site).by_key.values() if isinstance(record, kinds)]
    return draw(st.sampled_from(found)) if found else None


def _with(record: Record | None, **fields: Any) -> Iterator[Change]:
    if record is not None:
        yield Put(record.model_copy(update=fields))


def edit_task(site: SiteInput, draw: Callable[..., Any]) -> Iterator[Change]:
    """Change a field of a task."""
    name, values = draw(st.sampled_from(tuple(_task_fields(site).items())))
    yield from _with(_one(site, draw, Task), **{name: draw(st.sampled_from(values))})


def _task_fields(site: SiteInput) -> Mapping[str, tuple[Any, ...]]:
    return {
        "title": ("Another", "Look at CI-0021"),
        "priority": (Priority.CRITICAL, Priority.LOW),
        "assignee": ("riley", "clara", "ada", None),
        "description": TEXTS,
        "labels": ((), ("night",)),
        "due": (None, site.now + timedelta(hours=30), site.now - timedelta(days=2)),
        "goal": (None, "scan", "season"),
    }


def relate(site: SiteInput, draw: Callable[..., Any]) -> Iterator[Change]:
    """Let a new task be part of one, and wait for another."""
    parent, blocker, name = (draw(st.sampled_from(TASKS)) for _ in range(3))
    fields = {
        "parent": parent if parent != name else None,
        "blocked_by": (blocker,) if blocker != name else (),
    }
    yield Put(a_task(name, title=f"New {name}", assignee=draw(st.sampled_from(MEMBERS)), **fields))


def close(site: SiteInput, draw: Callable[..., Any]) -> Iterator[Change]:
    """Close a task."""
    status = draw(st.sampled_from((TaskStatus.DONE, TaskStatus.CANCELLED)))
    fields = {"status": status, "closed": site.now, "blocked": None}
    yield from _with(_one(site, draw, Task), **fields)


def remove(site: SiteInput, draw: Callable[..., Any]) -> Iterator[Change]:
    """Delete the file of a record."""
    record = _one(site, draw, Task, Comment, Document, Run, Agent, Person, Goal, Approval, Budget, Project)
    if record is not None:
        yield Remove(type(record), record.id)


def say(site: SiteInput, draw: Callable[..., Any]) -> Iterator[Change]:
    """Write a comment or a document."""
    task, text = draw(st.sampled_from(TASKS)), draw(st.sampled_from(TEXTS)) or "x"
    yield Put(a_comment(task, draw(st.sampled_from(MEMBERS)), site.now, text))
    if draw(st.booleans()):
        yield Put(Document(id=f"{task}/plan", text=text))


def claim(site: SiteInput, draw: Callable[..., Any]) -> Iterator[Change]:
    """Claim a run."""
    beat = Cause(
        reason=WakeReason.HEARTBEAT, record="x", digest=format_instant(site.now - timedelta(hours=1))
    )
    answers = draw(st.sampled_from(((), (beat,))))
    task = draw(st.sampled_from((*TASKS, None)))
    yield Put(a_run(draw(st.sampled_from(MEMBERS)), site.now, task=task, answers=answers))


def end(site: SiteInput, draw: Callable[..., Any]) -> Iterator[Change]:
    """End a run, or change what one says."""
    run = _one(site, draw, Run)
    fields = {
        "outcome": draw(st.sampled_from(tuple(Outcome))),
        "status": RunStatus.ENDED,
        "ended_at": site.now,
    }
    yield from _with(run, summary=draw(st.sampled_from(TEXTS)) or None, **fields)


def employ(site: SiteInput, draw: Callable[..., Any]) -> Iterator[Change]:
    """Hire a member, or change one."""
    if draw(st.booleans()):
        yield Put(draw(st.sampled_from((a_person("zara"), an_agent("zara", reports_to="ada")))))
        return
    fields = draw(
        st.sampled_from(
            (
                {"name": "Somebody Else"},
                {"title": "Else"},
                {"reports_to": "ben"},
                {"status": AgentStatus.PAUSED},
            )
        )
    )
    yield from _with(_one(site, draw, *((Agent,) if "status" in fields else (Agent, Person))), **fields)


def plan(site: SiteInput, draw: Callable[..., Any]) -> Iterator[Change]:
    """Change a goal, a project, a budget or the company."""
    record = _one(site, draw, Goal, Project, Budget, Policy)
    if isinstance(record, Goal):
        yield from _with(record, title="Another goal", parent=draw(st.sampled_from((None, "season"))))
    elif isinstance(record, Project):
        yield from _with(record, name="Another project")
    else:
        yield Put(
            Budget(
                id="agent/riley",
                period=Period.WEEK,
                limits=BudgetLimits(usd=Decimal(draw(st.sampled_from((1, 100))))),
            )
        )


def rename(site: SiteInput, draw: Callable[..., Any]) -> Iterator[Change]:
    """Change the company."""
    fields = draw(
        st.sampled_from(({"name": "Another Press"}, {"mission": "Another"}, {"timezone": "Asia/Tokyo"}))
    )
    yield from _with(_one(site, draw, Company), **fields)


def ask(site: SiteInput, draw: Callable[..., Any]) -> Iterator[Change]:
    """Ask for approval, or withdraw it."""
    found = _one(site, draw, Approval)
    if found is not None and draw(st.booleans()):
        yield from _with(found, status=draw(st.sampled_from(tuple(ApprovalStatus))))
        return
    fields = {"title": draw(st.sampled_from(TEXTS)) or "May I?", "task": draw(st.sampled_from(TASKS))}
    yield Put(Approval(id="AP-900", requested_by="riley", requested_at=site.now, **fields))


def wake(site: SiteInput, draw: Callable[..., Any]) -> Iterator[Change]:
    """Ask an agent to look at a task."""
    yield Put(Wake(id="riley/1f3a", by="ada", at=site.now, task=draw(st.sampled_from(TASKS))))


def archive(site: SiteInput, draw: Callable[..., Any]) -> Iterator[Change]:
    """Put away what is closed."""
    call = Call(the_scheduler(), site.now, "1f3a")
    yield from ArchiveRecords(days=1).decide(site.snapshot, call).changes


def nothing(site: SiteInput, draw: Callable[..., Any]) -> Iterator[Change]:
    """Let time pass."""
    return iter(())


HAPPENINGS: Final[tuple[Happening, ...]] = (
    edit_task, relate, close, remove, say, claim, end, employ, plan, rename, ask, wake, archive, nothing,
)  # fmt: skip
