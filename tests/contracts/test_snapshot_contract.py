"""What `gitcp.model.snapshot.Snapshot` promises: the cache answers each question as records in memory do."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gitcp.model.kinds import KINDS
from gitcp.model.layered import Layered
from gitcp.model.memory import Records
from gitcp.model.operation import Archive, Change, Put, Remove
from gitcp.model.runs import Run
from gitcp.model.snapshot import Snapshot, agents, comments_ever, ever, persons, runs_ever
from gitcp.model.tasks import Comment, Document, Task, TaskStatus
from gitcp.store import codec
from gitcp.store.git_store import GitStore
from gitcp.store.layout import archive_path_of, path_of
from tests.contracts.companies import BUDGETS, MEMBERS, TASKS, a_record, causes, changes
from tests.store.repositories import begin_anew, commit_files, new_bare
from tests.store.steps import NOW

ANY_STATUSES = [None, [], list(TaskStatus), [TaskStatus.TODO], [TaskStatus.DONE, TaskStatus.CANCELLED]]
ARCHIVED: list[type[Task | Comment | Document | Run]] = [Task, Comment, Document, Run]
TIMES = [None, NOW, NOW + timedelta(milliseconds=50_000), NOW + timedelta(days=1)]

QUESTIONS: dict[str, Callable[[Snapshot], Any]] = {
    "company": lambda s: s.company,
    "all": lambda s: {name: list(s.all(kind)) for name, kind in KINDS.items()},
    "get": lambda s: {
        (name, i): s.get(kind, i)
        for name, kind in KINDS.items()
        for i in (*TASKS, *MEMBERS, *BUDGETS, "gitcp")
    },
    "member": lambda s: [s.member(name) for name in (*MEMBERS, "nobody")],
    "members": lambda s: list(s.members()),
    "agents and persons": lambda s: (agents(s), persons(s)),
    "tasks by status": lambda s: [list(s.tasks(statuses=statuses)) for statuses in ANY_STATUSES],
    "tasks by assignee": lambda s: [list(s.tasks(assignee=name)) for name in MEMBERS],
    "tasks by reviewer": lambda s: [list(s.tasks(reviewer=name)) for name in MEMBERS],
    "tasks by project": lambda s: [list(s.tasks(project=key)) for key in ("CI", "QA", "NO")],
    "tasks by parent": lambda s: [list(s.tasks(parent=task)) for task in TASKS],
    "tasks by all": lambda s: list(
        s.tasks(
            statuses=[TaskStatus.TODO, TaskStatus.BLOCKED], assignee="riley", project="CI", parent="CI-0001"
        )
    ),
    "dependents": lambda s: [list(s.dependents(task)) for task in TASKS],
    "comments": lambda s: [list(s.comments(task)) for task in TASKS],
    "mentions": lambda s: [list(s.mentions(name)) for name in MEMBERS],
    "runs": lambda s: list(s.runs()),
    "runs by state": lambda s: [
        list(s.runs(active=a, pending=p)) for a in (None, True, False) for p in (None, True, False)
    ],
    "runs by agent": lambda s: [list(s.runs(agent=name, limit=2)) for name in MEMBERS],
    "runs by task": lambda s: [list(s.runs(task=task)) for task in TASKS],
    "runs by time": lambda s: [list(s.runs(claimed_from=time, active=False, limit=3)) for time in TIMES],
    "charged": lambda s: [s.charged(budget, time) for budget in BUDGETS for time in TIMES],
    "newest claims": lambda s: {lead.agent: lead.claimed for lead in s.leads(dict.fromkeys(MEMBERS))},
    "newest claims by project": lambda s: [
        s.claimed_last(name, key) for name in MEMBERS for key in ("CI", "QA", "NO")
    ],
    "is archived": lambda s: [
        (name, i) for name, kind in KINDS.items() for i in (*TASKS, *MEMBERS) if s.is_archived(kind, i)
    ],
    "archived": lambda s: {kind.kind: list(s.archived(kind)) for kind in ARCHIVED},
    "archived of a task": lambda s: {
        (kind.kind, task): list(s.archived(kind, task=task)) for kind in ARCHIVED[1:] for task in TASKS
    },
    "archived around": lambda s: [list(s.archived_around(task)) for task in TASKS],
    "ever": lambda s: ([ever(s, kind) for kind in ARCHIVED], [runs_ever(s, task=task) for task in TASKS]),
    "comments ever": lambda s: [comments_ever(s, task) for task in TASKS],
    "problems": lambda s: list(s.problems()),
    "inert": lambda s: [
        s.is_inert(kind, i) for kind, i in (("task", "CI-0001"), ("agent", "riley"), ("budget", "company"))
    ],
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitStore]:
    with GitStore.open(new_bare(tmp_path_factory.mktemp("snapshots") / "bare.git")) as opened:
        yield opened


def files(records: Records) -> dict[str, str]:
    """Return the file of each record; the runs of a task are archived in its own folder."""
    live = {path_of(type(record), record.id): codec.write(record) for record in records.by_key.values()}
    put_away = {
        archive_path_of(type(r), r.id, r.task if isinstance(r, Run) else None): codec.write(r)
        for r in records.put_away.values()
    }
    return live | put_away


def after(store: GitStore, known: Records, edits: Sequence[Change]) -> Records:
    """Commit edits, and return what the records then are."""
    records = known.edited(edits)
    texts, held = files(records), files(known)
    commit = commit_files(store.root, {**dict.fromkeys(held.keys() - texts.keys()), **texts})
    return records.edited([], revision=commit)


@given(first=changes, second=changes, wanted=st.lists(causes, max_size=5))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_cache_answers_as_records_in_memory_do(
    store: GitStore, first: list[Change], second: list[Change], wanted: list[Any]
) -> None:
    begin_anew(store.root)
    known = Records.of(())
    for edits in (first, second):  # built from nothing, then moved on by the difference
        known = after(store, known, edits)
        snapshot = store.snapshot()

        for name, ask in QUESTIONS.items():
            assert ask(snapshot) == ask(known), name
        for agent in MEMBERS:
            assert snapshot.answered(agent, wanted) == known.answered(agent, wanted)
        assert snapshot.revision == known.revision


@given(first=changes, second=changes, third=changes, wanted=st.lists(causes, max_size=5))
@settings(max_examples=60)
def test_what_is_laid_over_a_snapshot_answers_as_if_it_were_in_it(
    first: list[Change], second: list[Change], third: list[Change], wanted: list[Any]
) -> None:
    known = Records.of(()).edited(first)
    layered = Layered(known)
    for edits in (second, third):
        # What a run answers, it answers for good.
        kept = [change for change in edits if isinstance(change, Put) and not isinstance(change.record, Run)]
        known, layered = known.edited(kept), layered.edited(kept)

        for name, ask in QUESTIONS.items():
            assert ask(layered) == ask(known), name
        for agent in MEMBERS:
            assert layered.answered(agent, wanted) == known.answered(agent, wanted)


@given(changes=changes)
@settings(max_examples=60)
def test_a_layer_takes_away_and_archives_as_a_snapshot_does(changes: list[Change]) -> None:
    edits = [c for c in changes if not (isinstance(c, Remove | Archive) and c.kind is Run)]
    known, layered = Records.of(()).edited(edits[:3]), Layered(Records.of(()).edited(edits[:3]))

    known, layered = known.edited(edits[3:]), layered.edited(edits[3:])

    for name in ("all", "get", "members", "tasks by status", "comments", "archived", "is archived"):
        assert QUESTIONS[name](layered) == QUESTIONS[name](known), name


@given(record=a_record)
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_record_is_the_same_value_whenever_it_is_asked_for(store: GitStore, record: Any) -> None:
    begin_anew(store.root)
    after(store, Records.of(()), [Put(record)])

    assert store.snapshot().get(type(record), record.id) is store.snapshot().get(type(record), record.id)


def test_mentions_are_oldest_first_across_tasks(store: GitStore) -> None:
    begin_anew(store.root)
    early, late = "CI-0002/20261122T080000000Z-oscar-1f3a", "CI-0001/20261122T090000000Z-oscar-1f3a"
    after(
        store, Records.of(()), [Put(Comment(id=late, body="@riley")), Put(Comment(id=early, body="@riley"))]
    )

    assert [comment.id for comment in store.snapshot().mentions("riley")] == [early, late]


def test_a_run_that_answers_a_mention_quiets_it_for_its_agent_alone(store: GitStore) -> None:
    begin_anew(store.root)
    comment = Comment(id="CI-0001/20261122T090000000Z-oscar-1f3a", body="@riley @clara")
    run = Run.model_validate(
        {
            "id": "20261122T090000Z-riley",
            "agent": "riley",
            "answers": [{"reason": "mention", "record": comment.id, "digest": "a1"}],
            "runtime": "process",
            "claimed_at": NOW,
            "claimed_by": "here",
            "deadline": NOW,
        }
    )
    after(store, Records.of(()), [Put(comment), Put(run)])

    assert [list(store.snapshot().mentions(name)) for name in ("riley", "clara")] == [[], [comment]]
