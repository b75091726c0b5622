"""What pages asked: from a note an index leads to those who asked it, whether or not it was opened anew in between."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from gitcp.dashboard.index.file import Made, PageKey, SiteIndex
from gitcp.dashboard.moment import PAST

Opened = Callable[[], SiteIndex]


@pytest.fixture(params=[True, False], ids=["held", "opened anew"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opened]:
    with closing(SiteIndex.open(tmp_path / "index.db")) as index:
        index.forget_pages()
        index.keep()
        if request.param:
            yield lambda: index
            return

    def again() -> SiteIndex:
        nonlocal index
        index.keep()
        index.close()
        index = SiteIndex.open(tmp_path / "index.db")
        return index

    index = SiteIndex.open(tmp_path / "index.db")
    yield again
    index.close()


def put(index: SiteIndex, name: str, *notes: str, words: tuple[str, ...] = ()) -> None:
    made = Made("task", name, f"tasks/{name}.html", True, words, notes)
    index.own([made.path])
    index.put([made])


def askers(index: SiteIndex, *notes: str) -> set[PageKey]:
    return index.askers(notes)


def test_a_note_leads_to_every_page_that_asked_it(opened: Opened) -> None:
    put(opened(), "CI-1", "name ada", "title CI-2")
    put(opened(), "CI-2", "name ada", "run R1")

    assert askers(opened(), "name ada") == {("task", "CI-1"), ("task", "CI-2")}
    assert askers(opened(), "title CI-2", "run R1", "run R2") == {("task", "CI-1"), ("task", "CI-2")}
    assert askers(opened(), "run R1") == {("task", "CI-2")}
    assert askers(opened(), "name") == set()


def test_a_page_asks_what_it_asked_last_and_no_more(opened: Opened) -> None:
    put(opened(), "CI-1", "name ada", "title CI-2")
    put(opened(), "CI-1", "name bob", "title CI-2")

    assert askers(opened(), "name ada") == set()
    assert askers(opened(), "name bob") == askers(opened(), "title CI-2") == {("task", "CI-1")}

    put(opened(), "CI-1")
    assert askers(opened(), "name bob", "title CI-2") == set()


def test_a_word_is_asked_with_the_pages_own_name(opened: Opened) -> None:
    put(opened(), "CI-1", words=("task", "log"))
    put(opened(), "CI-2", "task CI-1", words=("task",))

    assert askers(opened(), "log CI-1") == {("task", "CI-1")}
    assert askers(opened(), "task CI-1") == {("task", "CI-1"), ("task", "CI-2")}
    assert sorted(opened().asked(["task"])) == [("task", "CI-1"), ("task", "CI-1"), ("task", "CI-2")]


def test_a_page_that_is_gone_asks_nothing(opened: Opened) -> None:
    put(opened(), "CI-1", "name ada", words=("task",))
    put(opened(), "CI-2", "name ada", words=("task",))
    opened().forget(["tasks/CI-1.html"])

    assert askers(opened(), "name ada", "task CI-1") == {("task", "CI-2")}
    assert opened().owned() == {"tasks/CI-2.html"}


def test_what_every_page_asked_is_forgotten_at_once(opened: Opened) -> None:
    put(opened(), "CI-1", "name ada")
    opened().forget_pages()
    put(opened(), "CI-2", "name ada")

    assert askers(opened(), "name ada") == {("task", "CI-2")}
    assert opened().owned() == {"tasks/CI-1.html", "tasks/CI-2.html"}


def test_a_time_is_asked_for_until_it_is_past(opened: Opened) -> None:
    note = f"{PAST} 1970-01-01T00:00:02+00:00"
    put(opened(), "CI-1", note)
    put(opened(), "CI-2", note)

    assert opened().between(1_000_000, 3_000_000) == opened().between(3_000_000, 2_000_000) == [note]
    assert opened().between(0, 1_000_000) == opened().between(2_000_001, 3_000_000) == []


def test_a_page_without_a_file_asks_too_and_is_not_counted(opened: Opened) -> None:
    put(opened(), "CI-1", "name ada")
    opened().own(["tasks/CI-2.html"])
    opened().put([Made("task", "CI-2", "tasks/CI-2.html", False, ("task",), ("name ada",))])

    assert opened().count() == 1
    assert askers(opened(), "name ada") == {("task", "CI-1"), ("task", "CI-2")}
    assert askers(opened(), "task CI-2") == {("task", "CI-2")}
