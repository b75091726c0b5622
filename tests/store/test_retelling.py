"""What pydantic says that the examples of `test_codec.py` do not reach."""

import pytest
from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from gitcp.model.tasks import Task
from gitcp.store.faults import Fault
from gitcp.store.retelling import bad_choice, retell, unknown_key
from gitcp.store.yaml_reader import parse


def told(error: PydanticCustomError | str, *loc: str | int) -> Fault:
    root = parse(b"title: x\nlabels: [a]\n").root
    assert root is not None
    details = InitErrorDetails(type=error, loc=loc, input="x")
    (fault,) = retell(ValidationError.from_exception_data("Task", [details]), root, Task)
    return fault


def test_a_complaint_of_a_new_kind_is_told_in_its_own_words() -> None:
    assert told(PydanticCustomError("odd", "Title is odd"), "title") == Fault(
        1, "title", "title is odd, found 'x'"
    )
    assert told(PydanticCustomError("odd", "Odd label"), "labels", 0) == Fault(
        2, "labels[0]", "odd label, found 'a'"
    )


def test_a_complaint_about_the_whole_has_the_first_line() -> None:
    assert told(PydanticCustomError("odd", "Odd")) == Fault(1, "", "odd, found keys and values")


def test_a_complaint_about_what_is_not_there_has_the_line_above() -> None:
    assert told("string_type", "labels", 7) == Fault(2, "labels[7]", "expected text, found nothing")


@pytest.mark.parametrize(
    ("key", "known", "hint"),
    [
        ("asignee", ["title", "assignee"], "did you mean `assignee`?"),
        ("id", ["title"], "remove it: the file's name is the id"),
        ("colour", ["title", "goal"], "known here: title, goal"),
        ("colour", [], "remove it"),
    ],
)
def test_an_unknown_key_comes_with_the_one_that_may_be_meant(key: str, known: list[str], hint: str) -> None:
    assert unknown_key(key, 3, key, known) == Fault(3, key, f"unknown key `{key}`", hint)


def test_a_key_that_would_play_with_the_terminal_is_shown_escaped() -> None:
    assert unknown_key("a\x1b[2J", 1, "a", []).message == "unknown key `a\\x1b[2J`"
    assert bad_choice("x" * 100, ["a"])[0] == f"expected `a`, found '{'x' * 60}…'"
