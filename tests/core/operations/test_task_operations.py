"""What persons and agents do to tasks, one operation after the other."""

from typing import Any

import pytest
from pydantic import ValidationError

from gitcp.core.lifecycle import TRANSITIONS, TaskEvent
from gitcp.core.operations.registry import (
    OPERATIONS,
    AssignTask,
    BlockTask,
    CancelTask,
    CreateTask,
    EditTask,
    FinishTask,
    NumberTask,
    QueueTask,
    ReopenTask,
    ReviewTask,
    ShelveTask,
    StartTask,
    SubmitTask,
    UnblockTask,
)
from gitcp.errors import IllegalTransitionError, NotAllowedError, RecordError, UnknownRecordError
from gitcp.model.memory import Records
from gitcp.model.operation import Operation
from gitcp.model.tasks import Blocked, Comment, Counter, Delivery, NewTask, Task, TaskStatus
from tests.helpers import (
    NOW,
    SCHEDULER,
    SHA,
    a_block,
    a_counter,
    a_new_task,
    a_problem,
    a_task,
    agent,
    an_agent,
    carry_out,
    edit_of,
    later,
    person,
    snapshot_of,
    task_in,
)

CLARA = person()
DELIVERED = Delivery(commit=SHA, branch="riley/CI-0001", run="20261123T090000Z-riley", verified=True)


def _by_clara(operation: Operation, *records: Any, **fields: Any) -> Task:
    return task_in(carry_out(snapshot_of(a_task(**fields), *records), operation, CLARA))


def _comments(snapshot: Records) -> list[str]:
    return [comment.body for comment in snapshot.comments("CI-0001")]


# the state table

_EVENTS: dict[TaskEvent, Operation] = {
    TaskEvent.QUEUE: QueueTask(task="CI-0001"),
    TaskEvent.SHELVE: ShelveTask(task="CI-0001"),
    TaskEvent.START: StartTask(task="CI-0001"),
    TaskEvent.FINISH: FinishTask(task="CI-0001"),
    TaskEvent.BLOCK: BlockTask(task="CI-0001", reason="no key"),
    TaskEvent.UNBLOCK: UnblockTask(task="CI-0001"),
    TaskEvent.CANCEL: CancelTask(task="CI-0001"),
    TaskEvent.REOPEN: ReopenTask(task="CI-0001"),
}
_REVIEWED = {
    TaskEvent.SUBMIT: SubmitTask(task="CI-0001"),
    TaskEvent.APPROVE: ReviewTask(task="CI-0001", verdict="approve", comment="fine"),
    TaskEvent.REQUEST_CHANGES: ReviewTask(task="CI-0001", verdict="request-changes", comment="no"),
}


@pytest.mark.parametrize("event", [*_EVENTS, *_REVIEWED])
def test_an_operation_does_what_the_table_says_or_is_refused(event: TaskEvent) -> None:
    review = ("clara",) if event in _REVIEWED else ()
    operation = (_EVENTS | _REVIEWED)[event]
    for status in TaskStatus:
        snapshot = snapshot_of(a_task(status=status, review=review))
        if event in TRANSITIONS[status]:
            assert task_in(carry_out(snapshot, operation, CLARA)).status == TRANSITIONS[status][event]
            continue
        with pytest.raises(IllegalTransitionError) as refused:
            carry_out(snapshot, operation, CLARA)
        assert refused.value.message == f"task CI-0001 is {status}: {event} is not possible"
        assert refused.value.hint


def test_starting_what_is_in_progress_changes_nothing() -> None:
    assert edit_of(snapshot_of(a_task(status="in_progress")), StartTask(task="CI-0001"), CLARA).changes == ()


@pytest.mark.parametrize(
    "operation",
    [*_EVENTS.values(), *_REVIEWED.values(), EditTask(task="CI-0001", fields={}), AssignTask(task="CI-0001")],
    ids=lambda operation: operation.name,
)
def test_a_task_that_does_not_exist_is_named_with_the_nearest_that_does(operation: Operation) -> None:
    with pytest.raises(UnknownRecordError, match="task CI-0001 does not exist") as refused:
        carry_out(snapshot_of(a_task("CI-0010")), operation, CLARA)
    assert refused.value.hint == "did you mean CI-0010?"

    with pytest.raises(UnknownRecordError) as refused:
        carry_out(snapshot_of(), operation, CLARA)
    assert refused.value.hint == "list them with `gitcp task`"


# create


def test_a_task_gets_the_next_number_and_a_date_and_an_author() -> None:
    operation = CreateTask(
        project="CI", title="Scan", assignee="riley", priority="high", labels=("scan",), due=later(60)
    )
    edit = edit_of(snapshot_of(a_counter("CI", 28)), operation, CLARA, later(0.01))
    after = snapshot_of(a_counter("CI", 28)).edited(edit.changes)
    task = task_in(after, "CI-0028")

    assert (task.status, task.created, task.created_by) == ("todo", NOW, "clara")
    assert (task.title, task.priority, task.labels, task.due) == ("Scan", "high", ("scan",), later(60))
    assert after.get(Counter, "CI") == a_counter("CI", 29)
    assert (edit.subject, edit.task) == ("create task CI-0028 for riley: Scan", "CI-0028")


def test_a_task_can_wait_in_the_backlog_and_lie_below_another() -> None:
    operation = CreateTask(project="CI", title="Scan", backlog=True, parent="CI-0001")
    edit = edit_of(snapshot_of(a_task()), operation, SCHEDULER)
    task = task_in(snapshot_of().edited(edit.changes), "CI-0002")

    assert (task.status, task.parent, task.created_by) == ("backlog", "CI-0001", None)
    assert edit.subject == "create task CI-0002 below CI-0001: Scan"


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([], "CI-0001"),
        ([a_counter("CI", 0)], "CI-0001"),
        ([a_task("CI-0007"), a_task("QA-0050")], "CI-0008"),
        ([a_counter("CI", 7), a_task("CI-0007"), a_task("CI-0008")], "CI-0009"),
    ],
)
def test_no_number_is_given_twice_also_where_the_counter_is_missing_or_behind(
    records: list[Any], expected: str
) -> None:
    after = carry_out(snapshot_of(*records), CreateTask(project="CI", title="Scan"), CLARA)

    assert task_in(after, expected).title == "Scan"
    counter = after.get(Counter, "CI")
    assert counter is not None
    assert counter.next == int(expected[3:]) + 1


def test_the_file_of_a_task_that_cannot_be_read_is_not_written_over() -> None:
    snapshot = snapshot_of(a_counter("CI", 7), problems=[a_problem("task", "CI-0007")])

    assert snapshot.edited(edit_of(snapshot, CreateTask(project="CI", title="Scan"), CLARA).changes).get(
        Task, "CI-0008"
    )


def test_without_a_readable_counter_no_number_is_given() -> None:
    snapshot = snapshot_of(problems=[a_problem("counter", "CI")])

    with pytest.raises(RecordError, match="tasks/CI/next: expected the next number"):
        carry_out(snapshot, CreateTask(project="CI", title="Scan"), CLARA)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"project": "QA"}, "project QA does not exist"),
        ({"assignee": "rileyy"}, "member rileyy does not exist"),
        ({"goal": "quality"}, "goal quality does not exist"),
        ({"parent": "CI-0009"}, "task CI-0009 does not exist"),
        ({"blocked_by": ("CI-0009",)}, "task CI-0009 does not exist"),
        ({"review": ("zoe",)}, "member zoe does not exist"),
        (
            {"review": ("riley",), "assignee": "riley"},
            "review: expected somebody else than the assignee, found riley",
        ),
        ({"assignee": "gone"}, "assignee: expected an active agent, found gone, who is terminated"),
        ({"title": ""}, "task CI-0001: title:"),
        ({"title": "two\nlines"}, "task CI-0001: title:"),
    ],
)
def test_what_a_new_task_names_must_exist_and_make_sense(fields: dict[str, Any], message: str) -> None:
    snapshot = snapshot_of(an_agent("gone", status="terminated"))

    with pytest.raises((UnknownRecordError, RecordError), match=message):
        carry_out(snapshot, CreateTask(**({"project": "CI", "title": "Scan"} | fields)), CLARA)


def test_unknown_names_come_with_the_nearest_known() -> None:
    with pytest.raises(UnknownRecordError) as refused:
        carry_out(snapshot_of(), CreateTask(project="CI", title="Scan", assignee="rily"), CLARA)
    assert refused.value.hint == "did you mean riley?"

    with pytest.raises(UnknownRecordError) as refused:
        carry_out(snapshot_of(), CreateTask(project="CI", title="Scan", assignee="nobody-at-all"), CLARA)
    assert refused.value.hint == "list the members with `gitcp org`"


# number


def test_a_filed_task_is_numbered_with_all_that_it_says() -> None:
    filed = a_new_task(
        "CI/scan", priority="high", labels=("x",), description="Why", review=("clara",), status="backlog"
    )
    edit = edit_of(snapshot_of(filed, a_counter("CI", 28)), NumberTask(new_task="CI/scan"))
    after = snapshot_of(filed, a_counter("CI", 28)).edited(edit.changes)
    task = task_in(after, "CI-0028")

    assert (task.title, task.priority, task.labels, task.description) == ("Do CI/scan", "high", ("x",), "Why")
    assert (task.review, task.status, task.created) == (("clara",), "backlog", NOW)
    assert after.get(NewTask, "CI/scan") is None
    assert after.get(Counter, "CI") == a_counter("CI", 29)
    assert edit.subject == "number task CI-0028: Do CI/scan"


@pytest.mark.parametrize(
    ("status", "expected"),
    [("backlog", "backlog"), ("in_progress", "in_progress"), ("in_review", "todo"), ("blocked", "todo"), ("done", "todo"), ("cancelled", "todo")],
)  # fmt: skip
def test_a_filed_task_begins_where_a_task_can_begin(status: str, expected: str) -> None:
    after = carry_out(snapshot_of(a_new_task(status=status)), NumberTask(new_task="CI/scan"))

    assert task_in(after).status == expected


def test_a_filed_task_that_names_what_does_not_exist_is_numbered_so_that_somebody_sees_it() -> None:
    after = carry_out(snapshot_of(a_new_task(assignee="ghost")), NumberTask(new_task="CI/scan"))

    assert task_in(after).assignee == "ghost"


@pytest.mark.parametrize("name", ["CI/other", "NO/scan"])
def test_what_was_not_filed_in_a_project_is_not_numbered(name: str) -> None:
    with pytest.raises(UnknownRecordError):
        carry_out(snapshot_of(a_new_task("CI/scan"), a_new_task("NO/scan")), NumberTask(new_task=name))


# edit


def test_an_edit_changes_the_given_fields_and_nothing_else() -> None:
    fields = {"title": "Other", "priority": "high", "labels": ["a", "b"], "due": "2026-12-01T00:00:00Z"}
    before = snapshot_of(a_task(description="Why", attempts=2))
    edit = edit_of(before, EditTask(task="CI-0001", fields=fields), CLARA)
    task = task_in(before.edited(edit.changes))

    assert (task.title, task.priority, task.labels) == ("Other", "high", ("a", "b"))
    assert (task.description, task.attempts) == ("Why", 2)
    assert edit.subject == "edit task CI-0001: due, labels, priority, title"


def test_an_edit_that_changes_nothing_is_no_commit() -> None:
    snapshot = snapshot_of(a_task(assignee="ghost", goal="nowhere"))

    assert edit_of(snapshot, EditTask(task="CI-0001", fields={"assignee": "ghost"}), CLARA).changes == ()
    assert edit_of(snapshot, EditTask(task="CI-0001", fields={}), CLARA).changes == ()


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"status": "done"}, "task CI-0001: status: expected one of"),
        ({"attempts": 0}, "task CI-0001: attempts: expected one of"),
        ({"delivery": None}, "task CI-0001: delivery: expected one of"),
        ({"created_by": "riley"}, "task CI-0001: created_by: expected one of"),
        ({"id": "CI-0002"}, "task CI-0001: id: expected one of"),
        ({"titel": "x"}, "task CI-0001: titel: expected one of assignee"),
        ({"priority": "urgent"}, "task CI-0001: priority: .* found 'urgent'"),
        ({"title": "x" * 400}, "task CI-0001: title: .* found 'xxx.*…"),
        ({"goal": "nowhere"}, "goal nowhere does not exist"),
        ({"parent": "CI-0001"}, "parent: expected no cycle, found a way from CI-0001 back to itself"),
        ({"parent": "CI-0002"}, "parent: expected no cycle"),
        ({"blocked_by": ["CI-0001"]}, "blocked_by: expected no cycle"),
        ({"blocked_by": ["CI-0003"]}, "blocked_by: expected no cycle"),
        ({"review": ["riley"]}, "review: expected somebody else than the assignee"),
        ({"assignee": "clara", "review": ["clara"]}, "review: expected somebody else than the assignee"),
    ],
)
def test_an_edit_that_makes_no_sense_is_refused(fields: dict[str, Any], message: str) -> None:
    records = [
        a_task(),
        a_task("CI-0002", parent="CI-0001"),
        a_task("CI-0003", blocked_by=("CI-0002", "CI-0001")),
    ]

    with pytest.raises((RecordError, UnknownRecordError), match=message):
        carry_out(snapshot_of(*records), EditTask(task="CI-0001", fields=fields), CLARA)


def test_what_was_wrong_before_does_not_keep_anybody_from_changing_another_field() -> None:
    broken = {"assignee": "ghost", "goal": "nowhere", "blocked_by": ("CI-0099",), "review": ("ghost",)}

    assert _by_clara(EditTask(task="CI-0001", fields={"priority": "low"}), **broken).priority == "low"
    assert _by_clara(AssignTask(task="CI-0001", assignee="riley"), **broken).assignee == "riley"


def test_a_blocker_reached_on_two_ways_is_no_cycle() -> None:
    records = [
        a_task("CI-0004"),
        a_task("CI-0002", blocked_by=("CI-0004",)),
        a_task("CI-0003", blocked_by=("CI-0004",)),
    ]

    edited = _by_clara(EditTask(task="CI-0001", fields={"blocked_by": ["CI-0002", "CI-0003"]}), *records)

    assert edited.blocked_by == ("CI-0002", "CI-0003")


def test_a_new_assignee_has_all_attempts_before_it() -> None:
    oscar = an_agent("oscar")

    assert _by_clara(EditTask(task="CI-0001", fields={"assignee": "oscar"}), oscar, attempts=2).attempts == 0
    assert _by_clara(AssignTask(task="CI-0001", assignee="oscar"), oscar, attempts=2).attempts == 0


def test_what_passed_other_checks_has_not_passed_the_new_ones() -> None:
    edited = _by_clara(EditTask(task="CI-0001", fields={"verify": [["make"]]}), delivery=DELIVERED)
    kept = _by_clara(EditTask(task="CI-0001", fields={"title": "Other"}), delivery=DELIVERED)

    assert edited.delivery == DELIVERED.evolve(verified=False)
    assert kept.delivery == DELIVERED


# assign


@pytest.mark.parametrize(
    ("assignee", "subject"),
    [
        ("oscar", "assign task CI-0001 to oscar"),
        ("clara", "assign task CI-0001 to clara"),
        (None, "unassign task CI-0001"),
    ],
)
def test_a_task_is_given_to_a_member_or_to_nobody(assignee: str | None, subject: str) -> None:
    snapshot = snapshot_of(a_task(), an_agent("oscar"))
    edit = edit_of(snapshot, AssignTask(task="CI-0001", assignee=assignee), CLARA)

    assert task_in(snapshot.edited(edit.changes)).assignee == assignee
    assert edit.subject == subject


def test_giving_a_task_to_who_has_it_changes_nothing() -> None:
    assert edit_of(snapshot_of(a_task()), AssignTask(task="CI-0001", assignee="riley"), CLARA).changes == ()


@pytest.mark.parametrize(
    ("assignee", "message"),
    [
        ("ghost", "member ghost does not exist"),
        ("gone", "who is terminated"),
        ("clara", "review: expected somebody else"),
    ],
)
def test_a_task_is_not_given_to_who_cannot_do_it(assignee: str, message: str) -> None:
    snapshot = snapshot_of(a_task(review=("clara",)), an_agent("gone", status="terminated"))

    with pytest.raises((RecordError, UnknownRecordError), match=message):
        carry_out(snapshot, AssignTask(task="CI-0001", assignee=assignee), CLARA)


# block and unblock


def test_a_block_says_by_whom_and_why_and_who_must_act() -> None:
    blocked = _by_clara(BlockTask(task="CI-0001", reason="no key", waits_for="riley"))
    by_gitcp = carry_out(snapshot_of(a_task()), BlockTask(task="CI-0001", reason="no key"))

    assert blocked.blocked == Blocked(by="clara", reason="no key", waits_for="riley")
    assert task_in(by_gitcp).blocked == Blocked(reason="no key")
    with pytest.raises(UnknownRecordError, match="member ghost does not exist"):
        _by_clara(BlockTask(task="CI-0001", reason="no key", waits_for="ghost"))


def test_a_block_needs_a_reason() -> None:
    with pytest.raises(ValidationError):
        BlockTask(task="CI-0001", reason="")


def test_what_is_unblocked_begins_anew() -> None:
    task = _by_clara(UnblockTask(task="CI-0001"), status="blocked", blocked=a_block(), attempts=3, reopened=1)

    assert (task.status, task.blocked, task.attempts, task.reopened) == ("todo", None, 0, 2)


# submit, finish, cancel, reopen


def test_a_task_is_submitted_to_its_first_reviewer() -> None:
    snapshot = snapshot_of(a_task(review=("riley", "clara"), reviewed=("clara",)))
    edit = edit_of(snapshot, SubmitTask(task="CI-0001"), CLARA)
    task = task_in(snapshot.edited(edit.changes))

    assert (task.status, task.submitted, task.reviewed) == ("in_review", NOW, ())
    assert edit.subject == "submit task CI-0001 to clara"


@pytest.mark.parametrize("review", [(), ("riley",)])
def test_a_task_without_a_reviewer_is_not_submitted(review: tuple[str, ...]) -> None:
    with pytest.raises(NotAllowedError, match="names no reviewer: submit is not possible") as refused:
        _by_clara(SubmitTask(task="CI-0001"), review=review)
    assert refused.value.hint == "gitcp task finish CI-0001"


def test_a_task_is_finished_and_dated_or_submitted_first() -> None:
    done = _by_clara(FinishTask(task="CI-0001"))
    submitted = _by_clara(FinishTask(task="CI-0001"), review=("clara",))
    alone = _by_clara(FinishTask(task="CI-0001"), review=("riley",))

    assert (done.status, done.closed) == ("done", NOW)
    assert (submitted.status, submitted.closed) == ("in_review", None)
    assert alone.status == "done"


def test_a_task_in_review_is_finished_by_its_reviewers_only() -> None:
    with pytest.raises(IllegalTransitionError, match="is in_review: finish is not possible"):
        _by_clara(FinishTask(task="CI-0001"), status="in_review", review=("clara",))


@pytest.mark.parametrize("kind", [FinishTask, SubmitTask])
@pytest.mark.parametrize("delivery", [None, DELIVERED.evolve(verified=False)])
def test_with_checks_that_nothing_delivered_has_passed_a_person_must_say_why(
    kind: type[FinishTask] | type[SubmitTask], delivery: Delivery | None
) -> None:
    review = ("clara",) if kind is SubmitTask else ()
    snapshot = snapshot_of(a_task(verify=(("make",),), delivery=delivery, review=review))

    with pytest.raises(NotAllowedError, match="declares checks that nothing delivered has passed") as refused:
        carry_out(snapshot, kind(task="CI-0001"), CLARA)
    assert "--without-checks" in (refused.value.hint or "")
    after = carry_out(snapshot, kind(task="CI-0001", without_checks="I looked"), CLARA)
    assert task_in(after).status == ("in_review" if review else "done")
    assert _comments(after) == ["Done without its checks: I looked"]


def test_a_task_with_reviewers_does_not_come_past_its_checks_by_finishing_it() -> None:
    with pytest.raises(NotAllowedError, match="declares checks"):
        _by_clara(FinishTask(task="CI-0001"), verify=(("make",),), review=("clara",))
    submitted = _by_clara(
        FinishTask(task="CI-0001", without_checks="I looked"), verify=(("make",),), review=("clara",)
    )
    assert submitted.status == "in_review"


def test_what_has_passed_its_checks_is_finished_without_a_word() -> None:
    assert _by_clara(FinishTask(task="CI-0001"), verify=(("make",),), delivery=DELIVERED).status == "done"


def test_a_cancelled_task_is_closed_and_not_blocked() -> None:
    snapshot = snapshot_of(a_task(status="blocked", blocked=a_block()))
    edit = edit_of(snapshot, CancelTask(task="CI-0001", reason="no longer"), CLARA)
    task = task_in(snapshot.edited(edit.changes))

    assert (task.status, task.closed, task.blocked) == ("cancelled", NOW, None)
    assert (edit.subject, edit.reason) == ("cancel task CI-0001: no longer", "no longer")


def test_a_reopened_task_begins_anew() -> None:
    fields = {"closed": NOW, "submitted": NOW, "reviewed": ("clara",), "attempts": 2, "status": "done"}
    task = _by_clara(ReopenTask(task="CI-0001", reason="it broke"), **fields)

    assert (task.status, task.closed, task.submitted, task.reviewed) == ("todo", None, None, ())
    assert (task.attempts, task.reopened) == (0, 1)


# review


def _reviewed(verdict: str, by: str = "clara", **fields: Any) -> Records:
    snapshot = snapshot_of(
        a_task(**({"status": "in_review", "review": ("clara", "zoe")} | fields)), an_agent("zoe")
    )
    actor = CLARA if by == "clara" else agent(by)
    return carry_out(snapshot, ReviewTask(task="CI-0001", verdict=verdict, comment="because"), actor)


def test_one_stage_after_the_other_approves_and_the_last_one_finishes() -> None:
    first = _reviewed("approve")
    assert (task_in(first).status, task_in(first).reviewed, task_in(first).reviewer) == (
        "in_review",
        ("clara",),
        "zoe",
    )

    last = task_in(_reviewed("approve", "zoe", reviewed=("clara",)))
    assert (last.status, last.reviewed, last.closed) == ("done", ("clara", "zoe"), NOW)
    assert _comments(first) == ["because"]


def test_a_reviewer_that_asks_for_changes_hands_the_task_back() -> None:
    after = _reviewed("request-changes", submitted=NOW, reviewed=(), reopened=1)
    task = task_in(after)

    assert (task.status, task.submitted, task.reviewed, task.reopened) == ("todo", None, (), 2)
    assert _comments(after) == ["because"]


@pytest.mark.parametrize("verdict", ["approve", "request-changes"])
def test_a_verdict_needs_a_comment(verdict: str) -> None:
    with pytest.raises(ValidationError):
        ReviewTask(task="CI-0001", verdict=verdict, comment="")


def test_a_person_reviews_in_their_turn_only() -> None:
    with pytest.raises(NotAllowedError, match="clara may not review CI-0001: its reviewer is zoe") as refused:
        _reviewed("approve", reviewed=("clara",))
    assert refused.value.hint == "set yourself: gitcp task edit CI-0001 --review clara"


@pytest.mark.parametrize("review", [("clara",), ("clara", "zoe"), ()])
def test_the_reviewer_is_never_the_assignee(review: tuple[str, ...]) -> None:
    with pytest.raises(NotAllowedError, match="clara may not review CI-0001"):
        _reviewed("approve", assignee="clara", review=review)


def test_where_no_reviewer_is_left_any_other_person_may_agree() -> None:
    assert task_in(_reviewed("approve", review=())).status == "done"
    assert task_in(_reviewed("approve", review=("riley",))).status == "done"


def test_a_reviewing_agent_speaks_from_within_its_run() -> None:
    snapshot = snapshot_of(a_task(status="in_review", review=("zoe",)), an_agent("zoe"))
    run = "20261123T090000Z-zoe"

    after = carry_out(
        snapshot, ReviewTask(task="CI-0001", verdict="approve", comment="fine"), agent("zoe", run)
    )

    (comment,) = after.all(Comment)
    assert (comment.run, comment.author) == (run, "zoe")


# every operation


def test_every_operation_is_listed_under_its_own_name_and_explains_itself() -> None:
    assert all(operation.name == name for name, operation in OPERATIONS.items())
    assert all((operation.__doc__ or "").strip() for operation in OPERATIONS.values())


@pytest.mark.parametrize(
    ("verdict", "subject"), [("approve", "approve task CI-0001"), ("request-changes", "return task CI-0001")]
)
def test_the_log_says_what_a_reviewer_said(verdict: str, subject: str) -> None:
    snapshot = snapshot_of(a_task(status="in_review", review=("clara",)))
    operation = OPERATIONS["task.review"].model_validate(
        {"task": "CI-0001", "verdict": verdict, "comment": "x"}
    )

    assert edit_of(snapshot, operation, CLARA).subject == subject
