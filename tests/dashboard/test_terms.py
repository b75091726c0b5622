import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitcp.dashboard.terms import LABEL, LONGEST, TEXT, TITLE, fold, shard_of, terms, words
from tests.dashboard.company import a_comment, a_task, ago

NAME = re.compile(r"[a-z0-9_-]+\Z")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Enforce the scan cadence", ["enforce", "the", "scan", "cadence"]),
        ("Čerenkov's \uff26\uff35\uff2c\uff2c-width \ufb01les", ["cerenkov", "s", "full", "width", "files"]),
        ("scan_cadence v2.10", ["scan", "cadence", "v2", "10"]),
        ("İstanbul STRASSE straße", ["istanbul", "strasse", "straße"]),
        ("検索の索引 and 索", ["検索", "索の", "の索", "索引", "and", "索"]),
        ("поиск ПОИСК", ["поиск", "поиск"]),
        ("ガイド", ["カイ", "イト"]),
        ("— … <>", []),
    ],
)
def test_words_are_folded_and_cut(text: str, found: list[str]) -> None:
    assert words(text) == found


@given(st.text())
def test_folding_leaves_no_mark_and_nothing_more_to_fold(text: str) -> None:
    folded = fold(text)

    assert not any(unicodedata.category(sign).startswith("M") for sign in folded)
    assert words(folded) == words(text)


@given(st.text())
def test_a_word_is_short_and_its_shard_has_a_name_that_every_disk_takes(text: str) -> None:
    for word in words(text):
        assert 0 < len(word) <= LONGEST
        assert NAME.match(shard_of(word))


@given(st.text(min_size=1), st.text(min_size=1))
def test_words_that_begin_alike_are_in_one_shard(one: str, other: str) -> None:
    by_start: dict[str, set[str]] = {}
    for word in words(one + other):
        by_start.setdefault(word[:2], set()).add(shard_of(word))

    assert all(len(shards) == 1 for shards in by_start.values())


def test_shards_are_by_two_letters() -> None:
    assert [shard_of(word) for word in ("scan", "s", "s3", "naß", "øre", "по", "検索")] == [
        "sc",
        "s_",
        "s3",
        "na",
        "u-f8-72",
        "u-43f-43e",
        "d-691",
    ]


def test_a_word_weighs_the_most_where_it_is_in_the_title() -> None:
    task = a_task(
        "CI-0001", title="Scan it", labels=("health", "scan"), description="The health of a scan, daily."
    )
    comment = a_comment("CI-0001", "ada", ago(hours=1), "Seen, health is fine: 7 x 9")

    found = terms(task, [comment], ["CI-0001/plan"])

    assert found == {
        **dict.fromkeys(("the", "of", "daily", "seen", "is", "fine"), TEXT),
        **dict.fromkeys(("health", "plan"), LABEL),
        **dict.fromkeys(("scan", "it"), TITLE),
    }


def test_a_single_letter_counts_in_a_title_only() -> None:
    assert "b" in terms(a_task("CI-0001", title="Plan B"), [], [])
    assert "b" not in terms(a_task("CI-0001", title="Plan", description="b"), [], [])


def test_of_a_task_with_very_many_words_only_so_many_count() -> None:
    task = a_task("CI-0001", title="One", description=" ".join(f"word{n}" for n in range(5_000)))
    comment = a_comment("CI-0001", "ada", ago(hours=1), "another")

    found = terms(task, [comment], [])

    assert len(found) == 2_001
    assert {"one", "word0"} <= found.keys()
