import pytest

from gitcp.dashboard.operations import by_kind, told


@pytest.mark.parametrize(
    ("operation", "words"),
    [
        ("task.create", "create task"),
        ("run.claim", "claim run"),
        (None, "by hand"),
        ("<b>.now", "by hand"),
    ],
)
def test_an_operation_is_told_by_its_verb_and_what_it_is_done_to(operation: str | None, words: str) -> None:
    assert told(operation) == words


def test_operations_are_sorted_by_what_they_are_done_to() -> None:
    assert by_kind(["task.create", "run.claim", "task.edit"]) == {
        "task": ("create", "edit"),
        "run": ("claim",),
    }
