import sqlite3
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitcp.dashboard.index import tables
from gitcp.dashboard.index.words import IndexedWords
from gitcp.dashboard.postings import Posting, Postings, Words, every_terms
from gitcp.model.memory import Records
from gitcp.model.tasks import Comment, Document, Task
from tests.dashboard.company import a_comment, a_task, ago

TEXTS = ("scan", "scan the gulls", "the scree", "b", "")
TASKS = ("CI-0001", "CI-1", "CI-0002", "WEB-0001")
RECORDS = st.lists(
    st.one_of(
        st.builds(
            lambda name, title, text: a_task(name, title=title or "x", description=text),
            *map(st.sampled_from, (TASKS, TEXTS, TEXTS)),
        ),
        st.builds(
            lambda name, text: a_comment(name, "ada", ago(hours=1), text or "x"),
            *map(st.sampled_from, (TASKS, TEXTS)),
        ),
        st.builds(
            lambda name, text: Document(id=f"{name}/{text or 'plan'}", text="x"),
            *map(st.sampled_from, (TASKS, TEXTS)),
        ),
    ),
    max_size=8,
    unique_by=lambda record: (record.kind, record.id),
)


@pytest.fixture
def words() -> IndexedWords:
    return opened()


def opened() -> IndexedWords:
    connection = sqlite3.connect(":memory:")
    connection.executescript(tables.TABLES)
    return IndexedWords(connection)


def everything(words: Words) -> Mapping[str, Mapping[str, Posting]]:
    return {name: words.shard(name) for name in sorted(words.shards())}


def fill(words: IndexedWords, snapshot: Records) -> None:
    filling = words.filling()
    filling.add(every_terms(snapshot))
    filling.end()


def follow(words: IndexedWords, records: Sequence[Task | Comment | Document]) -> set[str]:
    documents: dict[str, list[str]] = {}
    for record in records:
        if isinstance(record, Document):
            documents.setdefault(record.id.partition("/")[0], []).append(record.id)
    return words.follow(Records.of(records), TASKS, documents)


@given(RECORDS, RECORDS)
def test_words_that_are_brought_along_are_those_of_the_records(
    before: list[Task | Comment | Document], after: list[Task | Comment | Document]
) -> None:
    words = opened()
    fill(words, Records.of(before))
    old = everything(words)

    touched = follow(words, after)

    new = everything(words)
    assert new == everything(Postings.of(Records.of(after)))
    other = {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}
    assert {note.partition(" ")[2] for note in touched if note.startswith("words-of-shard")} >= other
    assert ("word-shards " in touched) == (old.keys() != new.keys())


def test_a_change_that_changes_no_word_touches_nothing(words: IndexedWords) -> None:
    fill(words, Records.of([a_task("CI-0001", title="Scan")]))

    assert follow(words, [a_task("CI-0001", title="SCAN scan", assignee="ada")]) == set()


def test_a_comment_touches_the_shards_of_its_new_words_alone(words: IndexedWords) -> None:
    task = a_task("CI-0001", title="Scan the gulls")
    fill(words, Records.of([task]))

    assert follow(words, [task, a_comment("CI-0001", "ada", ago(hours=1), "The gulls scatter")]) == {
        "words-of-shard sc"
    }


def test_filling_forgets_what_was_there(words: IndexedWords) -> None:
    fill(words, Records.of([a_task("CI-0001", title="Scan")]))
    fill(words, Records.of([a_task("CI-0002", title="Gulls")]))

    assert everything(words) == {"gu": {"gulls": {("CI", 3): [2]}}}
    assert words.shard("sc") == {}
