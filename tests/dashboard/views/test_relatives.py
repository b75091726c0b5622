from gitcp.dashboard.register import Register
from gitcp.dashboard.views.relatives import SHOWN, Relation, relations
from gitcp.model.tasks import Task, TaskStatus
from tests.dashboard.company import a_bare_site, a_site, a_task

DONE, CANCELLED = TaskStatus.DONE, TaskStatus.CANCELLED


def shown(task: Task, *others: Task) -> list[Relation]:
    return list(relations(Register(a_bare_site(task, *others)), task))


def test_related_tasks_are_named_by_how_they_are_related() -> None:
    register = Register(a_site())
    task, parent = register.task("CI-0028"), register.task("CI-0022")
    assert task is not None
    assert parent is not None

    assert [(it.label, [of.line.id for of in it.tasks]) for it in relations(register, task)] == [
        ("Part of", ["CI-0022"]),
        ("Blocked by", ["CI-0021"]),
        ("Blocks", ["CI-0029"]),
    ]
    assert [(it.label, it.note) for it in relations(register, parent)] == [
        ("Subtasks", "0 of 1 subtask done")
    ]


def test_a_relation_to_a_task_that_does_not_exist_is_named() -> None:
    (relation,) = shown(a_task(blocked_by=("CI-9999",)))

    assert (relation.tasks, relation.missing) == ((), ("CI-9999",))


def test_subtasks_are_a_tree_that_says_how_far_it_is() -> None:
    (relation,) = shown(
        a_task("CI-0001"),
        a_task("CI-0002", parent="CI-0001", status=DONE),
        a_task("CI-0003", parent="CI-0001"),
        a_task("CI-0004", parent="CI-0001", status=CANCELLED),
        a_task("CI-0005", parent="CI-0003"),
        a_task("CI-0006", parent="CI-0005"),
        a_task("CI-0007", parent="CI-0006"),
    )

    assert relation.note == "1 of 2 subtasks done"
    assert [(of.line.id, of.depth) for of in relation.tasks] == [
        ("CI-0002", 0),
        ("CI-0003", 0),
        ("CI-0005", 1),
        ("CI-0006", 2),
        ("CI-0004", 0),
    ]


def test_a_task_that_is_its_own_subtask_is_shown_once() -> None:
    found = shown(a_task("CI-0001", parent="CI-0002"), a_task("CI-0002", parent="CI-0001"))

    assert [(it.label, [of.line.id for of in it.tasks]) for it in found] == [
        ("Part of", ["CI-0002"]),
        ("Subtasks", ["CI-0002"]),
    ]
    assert [it.label for it in shown(a_task("CI-0001", parent="CI-0001"))] == ["Part of"]


def test_many_relatives_are_cut_and_counted() -> None:
    children = [a_task(f"CI-{n:04d}", parent="CI-0001") for n in range(2, SHOWN + 5)]
    blocked = [a_task(f"WEB-{n:04d}", blocked_by=("CI-0001",)) for n in range(SHOWN + 7)]

    subtasks, blocks = shown(a_task("CI-0001"), *children, *blocked)

    assert len(subtasks.tasks) == SHOWN
    assert subtasks.note == f"0 of {SHOWN + 3} subtasks done; the first {SHOWN} are shown"
    assert (len(blocks.tasks), blocks.note) == (SHOWN, "7 more")
