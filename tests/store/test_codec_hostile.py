"""Files that nobody should write: each is one clear problem, and none is an exception or a long wait."""

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from gitcp.model.tasks import Comment
from gitcp.store import codec, yaml_reader
from gitcp.store.layout import place_of

TASK = "tasks/CI/CI-0028.yaml"
A_TASK = "title: x\ncreated: 2026-11-20T08:15:00Z\n"


@pytest.fixture(params=["CSafeLoader", "SafeLoader"], autouse=True)
def _parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_reader, "PARSER", getattr(yaml, request.param))


def problems(data: bytes, path: str = TASK) -> list[tuple[int, str, str]]:
    place = place_of(path)
    assert place is not None
    reading = codec.read(place, data)
    assert reading.record is None
    return [(p.line, p.where, p.message) for p in reading.problems]


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{new}: &{new} [{','.join(['*' + old] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


def test_a_bomb_of_aliases_is_never_lit() -> None:
    found = problems(BOMB.encode())

    assert (1, "a", "anchors such as `&a` are not read") in found
    assert (2, "b[0]", "aliases such as `*a` are not read") in found


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "[\n" * 100_000,
        "{a: " * 50_000,
        "- " * 100_000,
        "-\n" * 1 + "".join(" " * depth + "-\n" for depth in range(1, 500)),
        "".join(" " * depth + f"k{depth}:\n" for depth in range(500)),
        "? " * 50_000,
    ],
)
def test_deep_nesting_ends_at_a_limit(text: str) -> None:
    (problem,) = problems(text.encode())

    assert problem[2] in {
        "nested more than 20 deep",
        "a value is missing here",
        "the list that opens here with `[` is not closed, or lacks a comma",
        "the mapping that opens here with `{` is not closed, or lacks a comma",
    }


def test_a_file_is_read_up_to_its_limits() -> None:
    place = place_of("org/riley.yaml")
    assert place is not None
    head = "kind: agent\nname: x\nruntime:\n  type: codex\n  config:\n"
    wide = head + "    a: [" + ", ".join(["1"] * 19_980) + "]\n"
    deep = head + "    a: " + "[" * 17 + "]" * 17 + "\n"
    large = head + "    a: " + "x" * (256 * 1024 - len(head) - 8) + "\n"

    for text in (wide, deep, large):
        assert codec.read(place, text.encode()).problems == ()
    for text, message in (
        (wide.replace("[1", "[" + "1, " * 20 + "1"), "more than 20,000 values in one file"),
        (deep.replace("[]", "[[]]"), "nested more than 20 deep"),
        (large.replace("xx", "xxx", 1), "the file has 262,145 bytes, expected at most 262,144"),
    ):
        assert [problem.message for problem in codec.read(place, text.encode()).problems] == [message]


def test_a_document_has_limits_of_its_own() -> None:
    path = "documents/CI/CI-0028/plan.md"

    assert problems(b"x" * (1024 * 1024 + 1), path) == [
        (0, "", "the file has 1,048,577 bytes, expected at most 1,048,576")
    ]
    assert problems(b"x" * 200_001, path) == [(0, "", "expected at most 200,000 characters, found 200,001")]
    assert problems(b"one\ntwo\xff", path) == [(2, "", "expected UTF-8, found the byte 0xff")]


@pytest.mark.parametrize(
    ("text", "line", "where", "message"),
    [
        (A_TASK + "due: !!python/object/apply:os.system [ls]\n", 3, "due", "tags such as `!!python/object/apply:os.system` are not read"),
        (A_TASK + "due: !!timestamp 2026-01-01\n", 3, "due", "tags such as `!!timestamp` are not read"),
        (A_TASK + "labels: !mine [a]\n", 3, "labels", "tags such as `!mine` are not read"),
        (A_TASK + "!!str labels: [a]\n", 3, "", "tags such as `!!str` are not read"),
        (A_TASK + "labels: [! a]\n", 3, "labels[0]", "tags such as `!` are not read"),
        (A_TASK + "labels: &l [a]\n", 3, "labels", "anchors such as `&l` are not read"),
        (A_TASK + "labels: [a, *l]\n", 3, "labels[1]", "aliases such as `*l` are not read"),
        (A_TASK + "<<: {goal: x}\n", 3, '"<<"', "merge keys are not read"),
        (A_TASK + "title: y\n", 3, "title", "a second time this key, first in line 1"),
        (A_TASK + "delivery: {run: a, run: b}\n", 3, "delivery.run", "a second time this key, first in line 3"),
        (A_TASK + "1: x\n", 3, "1", "the key `1` is not text"),
        (A_TASK + "true: x\n", 3, "true", "the key `true` is not text"),
        (A_TASK + "~: x\n", 3, '"~"', "the key `~` is not text"),
        (A_TASK + "? [a, b]\n: x\n", 3, "", "a list or mapping as a key, expected text"),
        (A_TASK + "{a: b}: x\n", 3, "", "a list or mapping as a key, expected text"),
        (A_TASK + "---\ntitle: y\n", 3, "", "a second document starts here, expected one in a file"),
        ("%YAML 1.1\n---\n" + A_TASK, 1, "", "a line that starts with `%` is not read"),
        ("%TAG !e! tag:example.org,2026:\n---\n" + A_TASK, 1, "", "a line that starts with `%` is not read"),
    ],
)  # fmt: skip
def test_what_yaml_could_do_and_a_record_may_not(text: str, line: int, where: str, message: str) -> None:
    found = problems(text.encode())

    assert (line, where, message) in found
    assert {each[0] for each in found} == {line}


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("title: one: two\n", 1, "a `: ` inside of a value, or a line that is indented too far"),
        ("title: x\n  goal: y\n", 2, "a `: ` inside of a value, or a line that is indented too far"),
        ("title: 'x\ngoal: y\n", 1, "the quote that opens here is not closed, or not well written"),
        ('title: "x\n', 1, "the quote that opens here is not closed, or not well written"),
        ('title: "C:\\path"\n', 1, "`\\` starts an escape that does not exist"),
        ("labels: [a, b\ngoal: y\n", 1, "the list that opens here with `[` is not closed, or lacks a comma"),
        ("runtime: {a: b\ngoal: y\n", 1, "the mapping that opens here with `{` is not closed, or lacks a comma"),
        ("title: x\n\tgoal: y\n", 2, "a tab where YAML wants spaces"),
        ("limits:\n\tusd: 2\n", 2, "a tab where YAML wants spaces"),
        ("title: @riley\n", 1, "a value cannot start with `@`"),
        ("title: `x`\n", 1, "a value cannot start with ```"),
        ("title: 'x' y\n", 1, "expected a key here, or the end"),
        ("title: - x\n", 1, "a list cannot start here"),
        ("title: x\ngoal\nlead: y\n", 2, "expected `key: value`"),
        ("title: |x\n", 1, "a text after `|` or `>` that is not well indented"),
        ("title: *\n", 1, "`*` starts an alias, which is not read"),
        ("title: x\n...\nmore\n", 3, "expected the end of the file here"),
        ("title: x\nnote: a\x01b\n", 2, "the character U+0001 cannot stand in a YAML file"),
        ("title: x\r\nnote: a\x7fb\r\n", 2, "the character U+007F cannot stand in a YAML file"),
        ("title: x\n<<<<<<< HEAD\ngoal: a\n=======\ngoal: b\n>>>>>>> theirs\n", 2, "an unresolved merge conflict"),
    ],
)  # fmt: skip
def test_what_is_no_yaml_is_told_in_plain_words(text: str, line: int, message: str) -> None:
    assert problems(text.encode()) == [(line, "", message)]


def test_a_file_full_of_private_letters_still_has_room_for_an_old_line_break() -> None:
    place = place_of("comments/CI/CI-0028/20261122T090000000Z-riley-1f3a.yaml")
    assert place is not None
    body = "".join(chr(code) for code in range(0xF0000, 0xF0000 + 65_000)) + "\x85"

    reading = codec.read(place, f"body: {body}\n".encode())

    assert reading.record == Comment(id=place.id, body=body)


def test_another_encoding_is_told_with_its_line() -> None:
    assert problems("title: é\n".encode("latin-1")) == [(1, "", "expected UTF-8, found the byte 0xe9")]
    assert problems("title: x\nnote: é\n".encode("utf-16")) == [
        (1, "", "expected UTF-8, found the byte 0xff")
    ]


def test_a_byte_order_mark_and_any_line_ends_are_read() -> None:
    place = place_of(TASK)
    assert place is not None
    plain = codec.read(place, A_TASK.encode()).record

    for data in (
        "\ufeff" + A_TASK,
        A_TASK.replace("\n", "\r\n"),
        A_TASK.replace("\n", "\r"),
        A_TASK.removesuffix("\n"),
        "---\n" + A_TASK + "...\n",
    ):
        assert codec.read(place, data.encode()).record == plain


@settings(max_examples=300)
@given(st.binary(max_size=200))
def test_no_bytes_make_reading_raise(data: bytes) -> None:
    for path in (TASK, "org/riley.yaml", "gitcp.yaml", "tasks/CI/next", "documents/CI/CI-0028/plan.md"):
        place = place_of(path)
        assert place is not None
        reading = codec.read(place, data)
        assert (reading.record is None) == bool(reading.problems)


PIECES = st.sampled_from(
    ["title", "kind", "agent", "runtime", "type", "options", ": ", ":", "\n", "\n  ", "- ", "[", "]", "{", "}", ", ", "#", " ", '"', "'", "|", ">", "&a",
     "*a", "!", "!!str ", "? ", "---\n", "...\n", "%YAML 1.2\n", "\t", "\r", "~", "1", "é", "\x85", "\u2028", "\ufeff", "\\", "\x00", "<<"],
)  # fmt: skip


@settings(max_examples=500)
@given(st.lists(PIECES, max_size=30).map("".join))
def test_no_text_makes_reading_raise(text: str) -> None:
    for path in (TASK, "org/riley.yaml", "gitcp.yaml"):
        place = place_of(path)
        assert place is not None
        reading = codec.read(place, text.encode())
        assert (reading.record is None) == bool(reading.problems)
        assert all(problem.message for problem in reading.problems)
        for problem in reading.problems:
            assert codec.locate(text.encode(), problem.where) >= 0
