from datetime import UTC, datetime

import pytest

from gitcp.dashboard import links
from tests.dashboard.company import a_comment


def test_a_record_s_page_is_named_after_its_file() -> None:
    assert links.task_page("CI-0028") == "tasks/CI-0028.html"
    assert links.member_page("riley") == "org/riley.html"
    assert links.run_page("20261122T090000Z-riley.2") == "runs/20261122T090000Z-riley.2.html"
    assert links.goal_page("quality") == "goals/quality.html"
    assert links.budget_page("agent/riley") == "budgets/agent/riley.html"


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "a b", 'a"b', "a\\b", "ä", "_", "a\0"])
def test_no_id_leads_out_of_its_folder_or_needs_escaping(name: str) -> None:
    page = links.task_page(name)

    assert page.count("/") == 1
    assert page.isascii()
    assert page.isprintable()
    assert not set(page) & set(" \"'\\<>&?#%")


def test_different_ids_have_different_pages() -> None:
    names = ["a", "A", "a/b", "a_2f_b", "a-b", "_", "__"]

    assert len({links.task_page(name) for name in names}) == len(names)


def test_a_comment_s_place_is_named_after_it() -> None:
    comment = a_comment("CI-0028", "riley", datetime(2026, 11, 22, 9, 0, tzinfo=UTC), "Hello")

    assert links.comment_anchor(comment) == f"comment-{comment.id.partition('/')[2]}"
    assert links.talk_page("CI-0028", 2) == "tasks/CI-0028/comments-2.html"


def test_the_way_to_the_root_is_as_long_as_the_page_is_deep() -> None:
    assert [links.root_of(page) for page in ("index.html", "tasks/CI-1.html", "a/b/c.html")] == [
        "",
        "../",
        "../../",
    ]
