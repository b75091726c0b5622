"""What `gitcp.model.operation.Operations` and `gitcp.model.history.History` promise, of every store."""

import threading
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from gitcp.core.operations.registry import ArchiveRecords, CreateComment
from gitcp.errors import ConflictError, IllegalTransitionError, RecordError
from gitcp.model.operation import Receipt, Refusal, Step
from gitcp.model.runs import Run
from gitcp.model.snapshot import Snapshot, comments_ever
from gitcp.model.tasks import Comment, Task
from tests.contracts.worlds import WORLDS, World
from tests.store.steps import (
    NOW,
    OSCAR,
    RILEY,
    SCHEDULER,
    Break,
    Count,
    Delete,
    Nothing,
    PutRecords,
    Refuse,
    Title,
    a_call,
    a_task,
    asking,
    put,
    receipt,
    refusal,
    title,
)


@pytest.fixture(params=sorted(WORLDS))
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    with WORLDS[request.param](tmp_path) as opened:
        yield opened


def titles(snapshot: Snapshot) -> dict[str, str]:
    return {task.id: task.title for task in snapshot.tasks()}


def log(world: World) -> list[str]:
    return [entry.subject for entry in world.history.entries()]


def test_a_repository_without_commits_has_an_empty_snapshot(world: World) -> None:
    snapshot = world.store.snapshot()

    assert (snapshot.revision, snapshot.company, list(snapshot.tasks()), list(snapshot.problems())) == (
        "",
        None,
        [],
        [],
    )
    assert list(world.history.entries()) == []


def test_a_step_is_one_commit_and_the_next_snapshot_shows_it(world: World) -> None:
    done = title(world.store, 1, "CI-0001", "First")
    snapshot = world.store.snapshot()

    assert not done.repeated
    assert snapshot.revision == done.revision
    assert titles(snapshot) == {"CI-0001": "First"}
    assert [entry.revision for entry in world.history.entries()] == [done.revision]


def test_a_snapshot_stays_as_it_was_when_the_branch_moves_on(world: World) -> None:
    title(world.store, 1, "CI-0001", "First")
    before = world.store.snapshot()

    title(world.store, 2, "CI-0001", "Second")

    assert titles(before) == {"CI-0001": "First"}
    assert titles(world.store.snapshot()) == {"CI-0001": "Second"}


def test_a_step_sees_the_steps_before_it(world: World) -> None:
    world.store.apply(
        asking(
            (PutRecords(records=(a_task("CI-0001"),)), a_call(1)),
            (Count(task="CI-0001"), a_call(2)),
            (Count(task="CI-0001"), a_call(3)),
        )
    )

    (task,) = world.store.snapshot().tasks()
    assert task.attempts == 2
    assert log(world) == ["count task CI-0001", "count task CI-0001", "put record things"]


def test_a_step_that_is_refused_leaves_the_others_alone(world: World) -> None:
    refused: Step = (Refuse(), a_call(2))

    applied = world.store.apply(
        asking(
            (Title(task="CI-0001", title="First"), a_call(1)),
            refused,
            (Title(task="CI-0002", title="Second"), a_call(3)),
        )
    )

    first, second, third = applied.results
    assert isinstance(first, Receipt)
    assert isinstance(second, Refusal)
    assert isinstance(third, Receipt)
    assert second.step is refused
    assert isinstance(second.error, IllegalTransitionError)
    assert titles(world.store.snapshot()) == {"CI-0001": "First", "CI-0002": "Second"}
    assert len(log(world)) == 2


def test_an_edit_without_changes_commits_nothing(world: World) -> None:
    before = title(world.store, 1, "CI-0001", "First")

    done = receipt(world.store.apply(asking((Nothing(), a_call(2)))))

    assert (done.revision, done.repeated, len(log(world))) == (before.revision, False, 1)


def test_writing_what_is_there_already_commits_nothing(world: World) -> None:
    before = title(world.store, 1, "CI-0001", "First")

    again = title(world.store, 2, "CI-0001", "First")

    assert (again.revision, len(log(world))) == (before.revision, 1)


def test_no_steps_are_no_commit(world: World) -> None:
    assert world.store.apply(asking()).results == ()
    assert log(world) == []


def test_a_task_can_be_deleted_and_deleting_it_again_does_nothing(world: World) -> None:
    title(world.store, 1, "CI-0001", "First")

    world.store.apply(asking((Delete(task="CI-0001"), a_call(2))))
    world.store.apply(asking((Delete(task="CI-0001"), a_call(3))))

    assert titles(world.store.snapshot()) == {}
    assert log(world) == ["delete task CI-0001", "title task CI-0001"]


def test_a_request_is_carried_out_once_however_often_it_is_sent(world: World) -> None:
    put(world.store, 1, a_task("CI-0001"))
    step: Step = (Count(task="CI-0001"), a_call(2))
    first = receipt(world.store.apply(asking(step)))
    title(world.store, 3, "CI-0001", "Later")

    again = receipt(world.store.apply(asking(step)))

    assert (again.repeated, again.revision, again.edit.subject) == (
        True,
        first.revision,
        "count task CI-0001",
    )
    assert [task.attempts for task in world.store.snapshot().tasks()] == [1]


def test_a_request_that_is_sent_twice_at_once_is_carried_out_once(world: World) -> None:
    put(world.store, 1, a_task("CI-0001"))
    step: Step = (Count(task="CI-0001"), a_call(2))

    first, second = world.store.apply(asking(step, step)).results

    assert isinstance(first, Receipt)
    assert isinstance(second, Receipt)
    assert (first.repeated, second.repeated, first.revision) == (False, True, second.revision)


def test_the_receipt_of_a_repeated_request_tells_what_it_was_about(world: World) -> None:
    step: Step = (Title(task="CI-0001", title="First"), a_call(1, actor=RILEY, reason="because"))
    world.store.apply(asking(step))

    told = receipt(world.store.apply(asking(step))).edit

    assert (told.changes, told.subject, told.task) == ((), "title task CI-0001", "CI-0001")


def test_a_request_of_another_operation_is_refused(world: World) -> None:
    title(world.store, 1, "CI-0001", "First")

    refused = refusal(world.store.apply(asking((Nothing(), a_call(1)))))

    assert isinstance(refused.error, ConflictError)
    assert "task.title of oscar" in refused.error.message


def test_when_the_branch_moved_the_decision_is_asked_for_again(world: World) -> None:
    put(world.store, 1, a_task("CI-0001"))
    seen: list[int] = []

    def decide(snapshot: Snapshot) -> Sequence[Step]:
        (task,) = snapshot.tasks()
        seen.append(task.attempts)
        if len(seen) == 1:
            world.by_hand(task.evolve(attempts=task.attempts + 10))
        return [(Title(task="CI-0001", title=f"After {task.attempts}"), a_call(2))]

    done = receipt(world.store.apply(decide))

    assert seen == [0, 10]
    assert titles(world.store.snapshot()) == {"CI-0001": "After 10"}
    assert log(world) == ["title task CI-0001", "change by hand", "put record things"]
    assert next(world.history.entries()).revision == done.revision


def test_what_somebody_commits_by_hand_is_in_the_next_decision(world: World) -> None:
    world.by_hand(a_task("CI-0001", title="By hand"))
    seen: list[dict[str, str]] = []

    def decide(snapshot: Snapshot) -> Sequence[Step]:
        seen.append(titles(snapshot))
        return ()

    world.store.apply(decide)

    assert seen == [{"CI-0001": "By hand"}]


def test_a_bug_in_an_operation_leaves_nothing_of_the_attempt(world: World) -> None:
    title(world.store, 1, "CI-0001", "First")

    with pytest.raises(ZeroDivisionError):
        world.store.apply(asking((Title(task="CI-0001", title="Lost"), a_call(2)), (Break(), a_call(3))))

    assert titles(world.store.snapshot()) == {"CI-0001": "First"}
    assert title(world.store, 2, "CI-0001", "Second").repeated is False


def test_a_bug_in_a_decision_leaves_the_store_usable(world: World) -> None:
    def decide(_: Snapshot) -> Sequence[Step]:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        world.store.apply(decide)

    assert title(world.store, 1, "CI-0001", "First").edit.task == "CI-0001"


def test_an_id_that_is_none_is_refused(world: World) -> None:
    refused = refusal(world.store.apply(asking((Delete(task="../../etc/passwd"), a_call(1)))))

    assert isinstance(refused.error, RecordError)


def test_a_commit_says_who_did_what_and_why(world: World) -> None:
    operation = PutRecords(records=(a_task("CI-0001"),), subject="put task CI-0001 here", task="CI-0001")
    world.store.apply(asking((operation, a_call(1, actor=RILEY, reason="asked to"))))

    (entry,) = world.history.entries()

    assert (entry.author, entry.author_email) == ("Riley", "riley@agents.invalid")
    assert (entry.committer, entry.committer_email) == ("gitcp scheduler", "scheduler@gitcp.invalid")
    assert (entry.subject, entry.body, entry.at) == ("put task CI-0001 here", "", NOW + timedelta(seconds=1))
    assert dict(entry.trailers) == {
        "Gitcp-Op": "record.put",
        "Gitcp-Actor": "riley",
        "Gitcp-Run": "20261122T090000Z-riley",
        "Gitcp-Task": "CI-0001",
        "Gitcp-Reason": "asked to",
        "Gitcp-Request": f"{1:032x}",
    }


def test_a_person_vouches_for_their_own_commit(world: World) -> None:
    title(world.store, 1, "CI-0001", "First", actor=OSCAR)
    title(world.store, 2, "CI-0001", "Second", actor=SCHEDULER)

    second, first = world.history.entries()

    assert (first.committer, first.committer_email) == ("Oscar Owner", "oscar@example.org")
    assert (second.author, second.committer) == ("gitcp scheduler", "gitcp scheduler")


def test_a_subject_is_one_line_of_at_most_72_characters(world: World) -> None:
    nasty = "put task\x1b[31m CI-0001\nGitcp-Op: forged\n\n" + "x" * 100
    world.store.apply(asking((PutRecords(records=(a_task(),), subject=nasty), a_call(1, reason="a\n\nb: c"))))

    (entry,) = world.history.entries()

    assert entry.subject.startswith("put task [31m CI-0001 Gitcp-Op: forged xxx")
    assert len(entry.subject) == 72
    assert (entry.trailers["Gitcp-Op"], entry.trailers["Gitcp-Reason"]) == ("record.put", "a b: c")


def test_time_in_the_log_never_goes_back(world: World) -> None:
    world.store.apply(asking((Title(task="CI-0001", title="First"), a_call(1, now=NOW + timedelta(hours=1)))))
    world.store.apply(asking((Title(task="CI-0001", title="Second"), a_call(2, now=NOW))))

    assert [entry.at for entry in world.history.entries()] == [NOW + timedelta(hours=1)] * 2


def test_the_history_lists_commits_newest_first_with_their_paths(world: World) -> None:
    put(world.store, 1, a_task("CI-0002"), a_task("CI-0001"))
    title(world.store, 2, "CI-0002", "Second")

    entries = list(world.history.entries())

    assert [entry.paths for entry in entries] == [
        ("tasks/CI/CI-0002.yaml",),
        ("tasks/CI/CI-0001.yaml", "tasks/CI/CI-0002.yaml"),
    ]
    assert list(world.history.entries(limit=1)) == entries[:1]


def test_the_history_of_a_task_has_its_comments_and_its_runs(world: World) -> None:
    put(world.store, 1, a_task("CI-0001"), a_task("CI-0002"))
    put(world.store, 2, Comment(id="CI-0001/20261122T090000000Z-oscar-1f3a", body="Look"))
    put(world.store, 3, a_run("20261122T090000Z-riley", "CI-0001"))
    put(world.store, 4, a_run("20261122T090000Z-oscar", "CI-0002"))
    world.store.apply(asking((PutRecords(records=(a_task("CI-0003"),), task="CI-0001"), a_call(5))))

    of_task = [int(e.trailers["Gitcp-Request"], 16) for e in world.history.entries_of("task", "CI-0001")]
    of_run = [
        int(e.trailers["Gitcp-Request"], 16)
        for e in world.history.entries_of("run", "20261122T090000Z-oscar")
    ]

    assert of_task == [5, 3, 2, 1]
    assert of_run == [4]
    assert len(list(world.history.entries_of("task", "CI-0001", limit=2))) == 2


def test_the_history_gives_the_text_of_a_file_as_it_was(world: World) -> None:
    first = title(world.store, 1, "CI-0001", "First")
    second = title(world.store, 2, "CI-0001", "Second")

    texts = [world.history.text_at(done.revision, "tasks/CI/CI-0001.yaml") for done in (first, second)]

    assert [text.splitlines()[0] if text else None for text in texts] == ["title: First", "title: Second"]
    assert world.history.text_at(first.revision, "tasks/CI/CI-0002.yaml") is None
    assert world.history.text_at("0" * 40, "tasks/CI/CI-0001.yaml") is None


def test_threads_lose_nothing_and_do_nothing_twice(world: World) -> None:
    put(world.store, 1, a_task("CI-0001"))

    def work(number: int) -> None:
        for turn in range(3):
            receipt(world.store.apply(asking((Count(task="CI-0001"), a_call(100 * number + turn)))))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(1, 4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [task.attempts for task in world.store.snapshot().tasks()] == [9]
    assert len(log(world)) == 10


def a_run(run: str, task: str) -> Run:
    agent = run.partition("-")[2]
    return Run(
        id=run,
        agent=agent,
        task=task,
        runtime="process",
        claimed_at=NOW,
        claimed_by="here",
        deadline=NOW + timedelta(hours=1),
    )


def test_a_task_is_read_back_as_it_was_written(world: World) -> None:
    written = a_task("CI-0001", labels=("a", "b"), description="Two\nlines\n", verify=(("make", "test"),))

    put(world.store, 1, written)

    assert world.store.snapshot().get(Task, "CI-0001") == written


def test_what_is_archived_is_found_by_name_in_the_history_and_comes_back_with_a_word(world: World) -> None:
    old = NOW - timedelta(days=300)
    task = a_task("CI-0001", status="done", created=old, closed=old)
    comment = Comment(id="CI-0001/20260122T090000000Z-oscar-1f3a", body="so be it")
    run = Run.model_validate(
        {
            "id": "20260122T090000Z-riley",
            "agent": "riley",
            "task": "CI-0001",
            "runtime": "process",
            "claimed_at": old,
            "claimed_by": "here",
            "deadline": old,
            "status": "ended",
        }
    )
    world.by_hand(task, comment, run)

    archive = (ArchiveRecords(days=90), a_call(1, actor=SCHEDULER))
    done = receipt(world.store.apply(asking(archive)))
    snapshot = world.store.snapshot()
    paths = next(iter(world.history.entries())).paths
    again = receipt(world.store.apply(asking((ArchiveRecords(days=90), a_call(2, actor=SCHEDULER)))))

    assert (list(snapshot.tasks()), list(snapshot.runs())) == ([], [])
    assert (snapshot.get(Task, task.id), snapshot.get(Run, run.id)) == (task, run)
    assert list(snapshot.archived(Run, task=task.id)) == [run]
    assert "archive/runs/CI/CI-0001/20260122T090000Z-riley.yaml" in paths
    assert len(paths) == 7
    assert again.revision == done.revision
    assert [entry.revision for entry in world.history.entries_of("run", run.id)][:1] == [done.revision]

    hello = CreateComment(task=task.id, body="was it?")
    receipt(world.store.apply(asking((hello, a_call(3)))))

    assert list(world.store.snapshot().tasks()) == [task]
    assert [entry.subject for entry in world.history.entries_of("task", task.id)][:2] == [
        "comment on task CI-0001: was it?",
        "archive 1 task and 1 run",
    ]
    assert len(comments_ever(world.store.snapshot(), task.id)) == 2
