"""Random small companies: few names, so that records meet."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from gitcp.model.amounts import BudgetLimits
from gitcp.model.base import Record
from gitcp.model.company import Company
from gitcp.model.guards import Budget, Period
from gitcp.model.members import Agent, Person, WakeReason
from gitcp.model.operation import Archive, Change, Put, Remove
from gitcp.model.planning import Goal, GoalLevel
from gitcp.model.runs import Cause, Run, RunStatus
from gitcp.model.runtimes import ProcessRuntime
from gitcp.model.tasks import Comment, Document, Task, TaskStatus
from tests.store.steps import NOW

MEMBERS = ("clara", "oscar", "riley")
TASKS = ("CI-0001", "CI-0002", "CI-0003", "QA-0001", "QA-1044")
BUDGETS = ("company", "agent/riley", "project/CI")

members = st.sampled_from(MEMBERS)
tasks = st.sampled_from(TASKS)
instants = st.integers(0, 100_000).map(lambda ms: NOW + timedelta(milliseconds=ms))
comment_ids = st.tuples(tasks, st.integers(0, 5), members, st.sampled_from(["1f3a", "09c2"])).map(
    lambda parts: f"{parts[0]}/20261122T09000000{parts[1]}Z-{parts[2]}-{parts[3]}"
)
causes = st.builds(
    Cause,
    reason=st.sampled_from([WakeReason.MENTION, WakeReason.ASSIGNMENT]),
    record=st.one_of(tasks, comment_ids),
    digest=st.sampled_from(["a1", "b2"]),
)
run_ids = st.tuples(st.integers(0, 3), members).map(lambda parts: f"20261122T09000{parts[0]}Z-{parts[1]}")


def _tuples(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(inner, max_size=3, unique=True).map(tuple)


_tasks = st.builds(
    Task,
    id=tasks,
    title=st.just("Scan"),
    created=instants,
    status=st.sampled_from(TaskStatus),
    assignee=st.none() | members,
    parent=st.none() | tasks,
    blocked_by=_tuples(tasks),
)
_comments = st.builds(
    Comment,
    id=comment_ids,
    body=st.lists(st.sampled_from(["@riley", "@oscar", "look", "\n"]), max_size=4).map(" ".join),
)
_runs = st.builds(
    Run,
    id=run_ids,
    agent=members,
    task=st.none() | tasks,
    answers=_tuples(causes),
    charges=_tuples(st.sampled_from(BUDGETS)),
    runtime=st.just("process"),
    claimed_at=instants,
    claimed_by=st.just("here"),
    deadline=instants,
    status=st.sampled_from(RunStatus),
    pending=st.booleans(),
)
_others = st.one_of(
    st.builds(
        Agent,
        id=st.just("riley"),
        name=st.sampled_from(["R", "S"]),
        runtime=st.just(ProcessRuntime(type="process", command=("x",))),
    ),
    st.builds(Person, id=st.sampled_from(["clara", "oscar"]), name=st.sampled_from(["C", "O"])),
    st.builds(Goal, id=st.just("quality"), title=st.just("Quality"), level=st.sampled_from(GoalLevel)),
    st.builds(
        Budget,
        id=st.sampled_from(BUDGETS),
        period=st.sampled_from(Period),
        limits=st.just(BudgetLimits(usd=Decimal(1))),
    ),
    st.builds(Company, id=st.just("gitcp"), name=st.sampled_from(["Scan Works", "Other"])),
)

_documents = st.builds(
    Document, id=tasks.map(lambda task: f"{task}/plan"), text=st.sampled_from(["first", "second"])
)
a_record: st.SearchStrategy[Record] = st.one_of(_tasks, _tasks, _comments, _documents, _runs, _runs, _others)
archivable: st.SearchStrategy[Record] = st.one_of(_tasks, _comments, _documents, _runs)
changes: st.SearchStrategy[list[Change]] = st.lists(
    st.one_of(
        a_record.map(Put),
        a_record.map(lambda record: Remove(type(record), record.id)),
        archivable.map(lambda record: Archive(type(record), record.id)),
    ),
    max_size=15,
)
