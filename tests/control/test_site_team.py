from gitcp.control.site_team import Todo

READERS = {"CI-0001": "one", "CI-0002": "one", "CI-0003": "one", "CI-0004": "other"}
LISTS = [("index", ""), ("day", "2026-11-22")]
OF_ONE = [[("task-data", f"CI-000{number}"), ("task", f"CI-000{number}")] for number in (1, 2, 3)]
OF_OTHER = [("run", "20260102T090000Z-riley"), ("task", "CI-0004")]


def test_pages_are_made_where_their_records_were_read_and_what_nobody_read_comes_first() -> None:
    todo = Todo([*OF_ONE, OF_OTHER, LISTS], READERS)

    assert todo.next_for("other") == LISTS
    assert todo.next_for("other") == OF_OTHER
    assert todo.next_for("one") == OF_ONE[0]


def test_who_has_nothing_left_takes_what_another_has_read() -> None:
    todo = Todo([*OF_ONE, OF_OTHER], READERS)

    assert [todo.next_for("other") for _ in range(5)] == [OF_OTHER, *OF_ONE, None]
    assert todo.next_for("one") is None


def test_without_readers_all_is_taken_in_order() -> None:
    todo = Todo[str]([LISTS, *OF_ONE], {})

    assert [todo.next_for(who) for who in ("one", "other", "one", "other")] == [LISTS, *OF_ONE]
