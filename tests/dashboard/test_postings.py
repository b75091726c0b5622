from hypothesis import given
from hypothesis import strategies as st

from gitcp.dashboard.postings import MOST, Postings, steps, written
from gitcp.dashboard.terms import LABEL, TEXT, TITLE, packed, shard_of, words
from gitcp.model.memory import Records
from gitcp.model.tasks import Document, TaskStatus
from tests.dashboard.company import a_comment, a_task, ago

LINE = st.text(st.characters(exclude_categories=["C", "Z"], include_characters=" "), min_size=1, max_size=40)


def numbers(text: str) -> list[int]:
    """Read what `steps` writes, as the browser does."""
    found, last = [], 0
    for step in text.split(" "):
        size, _, times = step.partition("x")
        for _ in range(int(times or 1)):
            last += int(size)
            found.append(last)
    return found


@given(st.sets(st.integers(1, 10**9), min_size=1))
def test_numbers_are_written_so_that_they_can_be_read(found: set[int]) -> None:
    assert numbers(steps(sorted(found))) == sorted(found)


def test_what_stands_in_many_tasks_in_a_row_is_written_short() -> None:
    assert steps([28, 29, 30, 40]) == "28 1x2 10"


@given(st.lists(LINE.filter(str.strip), min_size=1, max_size=12))
def test_every_task_is_found_by_each_word_of_its_title(titles: list[str]) -> None:
    tasks = [a_task(f"CI-{n:04d}", title=title) for n, title in enumerate(titles, 1)]
    postings = Postings.of(Records.of(reversed(tasks)))

    for number, title in enumerate(titles, 1):
        for word in words(title):
            found = written(postings.shard(shard_of(word)))
            (places,) = [places for known, *places in found if known == word]
            assert number in {n for _, weight, text, _ in places if weight == TITLE for n in numbers(text)}
            assert shard_of(word) in postings.shards()


def test_a_task_is_found_by_its_comments_its_labels_and_the_names_of_its_documents() -> None:
    task = a_task("CI-0007", title="One", labels=("health",))
    found = Postings.of(
        Records.of(
            [task, a_comment("CI-0007", "ada", ago(hours=1), "gulls")],
            archived=[
                a_task("CI-0003", title="Gulls", status=TaskStatus.DONE, closed=ago(days=90)),
                Document(id="CI-0007/plan-of-gulls", text="not indexed"),
            ],
        )
    )

    assert found.shard("gu") == {"gulls": {("CI", TITLE): [3], ("CI", LABEL): [7]}}
    assert found.shard("he") == {"health": {("CI", LABEL): [7]}}
    assert found.shard("no") == {}


def test_a_shard_is_written_by_word_project_and_weight() -> None:
    tasks = [
        a_task("WEB-0001", title="Scan"),
        a_task("CI-0002", title="Scan"),
        a_task("CI-0001", title="x", description="scan scree"),
    ]

    assert written(Postings.of(Records.of(tasks)).shard("sc")) == [
        ["scan", ["CI", TEXT, "1", 0], ["CI", TITLE, "2", 0], ["WEB", TITLE, "1", 0]],
        ["scree", ["CI", TEXT, "1", 0]],
    ]


def test_of_a_word_in_very_many_tasks_the_newest_are_written_and_it_is_said() -> None:
    postings = Postings()
    for number in range(1, MOST + 3):
        postings.add(f"CI-{number:04d}", packed({"scan": TITLE}))

    assert written(postings.shard("sc")) == [["scan", ["CI", TITLE, f"3 1x{MOST - 1}", 1]]]
