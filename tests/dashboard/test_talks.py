import pytest

from gitcp.dashboard.register import Register
from gitcp.dashboard.talks import KEPT, PART, names, page_at, page_of, parts_of
from tests.dashboard.company import a_bare_site, a_comment, a_task, ago


@pytest.mark.parametrize(
    ("comments", "parts"),
    [(0, 0), (PART, 0), (PART + KEPT - 1, 0), (PART + KEPT, 1), (2 * PART + KEPT, 2), (2_000, 19)],
)
def test_a_part_has_a_page_when_enough_was_said_after_it(comments: int, parts: int) -> None:
    assert parts_of(comments) == parts
    assert comments - parts * PART >= KEPT or comments < PART


def test_a_comment_stands_in_its_part_or_on_the_task_s_page() -> None:
    assert page_at("CI-0001", 0, 250) == "tasks/CI-0001/comments-1.html"
    assert page_at("CI-0001", 199, 250) == "tasks/CI-0001/comments-2.html"
    assert page_at("CI-0001", 200, 250) == "tasks/CI-0001.html"


def test_there_is_a_page_for_each_part_of_each_long_discussion() -> None:
    comments = [a_comment("CI-0001", "ada", ago(minutes=n), "x") for n in range(2 * PART + KEPT)]
    short = a_comment("CI-0002", "ada", ago(minutes=1), "x")

    found = list(names(Register(a_bare_site(a_task("CI-0001"), a_task("CI-0002"), short, *comments))))

    assert found == ["CI-0001/1", "CI-0001/2"]
    assert page_of("CI-0001/2") == "tasks/CI-0001/comments-2.html"
