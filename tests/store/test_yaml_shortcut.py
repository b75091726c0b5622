"""The short way to a file's values tells what the parser tells, or nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from gitcp.model.base import Plain, Record
from gitcp.store import codec, yaml_reader
from gitcp.store.yaml_reader import MAX_NODES, parse
from gitcp.store.yaml_shortcut import values_of
from gitcp.store.yaml_tree import value_of
from tests.helpers import NOW, a_comment, a_task, an_approval, an_ended_run
from tests.store.handmade import handmade
from tests.store.strategies import any_record

MANY = settings(max_examples=100, suppress_health_check=list(HealthCheck))

_PIECES = [
    "", " ", "  ", "    ", "\n", "\n\n", "\n  ", "\n    ", "- ", "-", "? ", ":", ": ", " #", "#", ",", ", ", "[", "]", "{", "}", "[]", "{}", "[[", "]]",
    "'", "''", '"', "\\", '\\"', "|", "|-", "|+", "|2", ">", "&a ", "*a", "!t ", "%", "@", "`", "~", "null", "true", "1", "1.50", "a", "key", "a: b",
    "a:b", "a: ", "<<: ", "---\n", "...\n", "\t", "\r\n", "\r", "\x85", "\u2028", "\ufeff", "\xa0", "\xad", "\x00", "é", "🦊", "\ufffe", "x" * 70,
]  # fmt: skip
_VALUES = [
    "", " x", " two words", " 'it''s'", ' "x: #"', " [a, b]", ' [["a", "b"], ["c"]]', ' ["a", "b"]', " {a: 1, b: c d}", " {a: 1, a: 2}", " |", " |-",
    " [a,b]", " [[a], b]", " {a: [b]}", " {a: }", " [a, ]", " [null]", " ~", " null", " 12:30", " x #y", " x:", " -x", " [a: b]", " {null: x}", " x ",
]  # fmt: skip
_KEYS = ["a", "b", "title", "null", "a b", '"a"', "-", "- a", "- [a, b]", "- {a: b}", "x", "", "#", "é"]

lines = st.builds(
    lambda indent, key, value: " " * indent + key + value,
    st.integers(0, 6),
    st.one_of(st.sampled_from(_KEYS), st.sampled_from(_KEYS).map(lambda key: f"{key}:")),
    st.sampled_from(_VALUES),
)
nearly_written = st.lists(lines, max_size=8).map(lambda each: "\n".join(each) + "\n")
pieces = st.lists(st.one_of(st.sampled_from(_PIECES), st.text(max_size=3)), max_size=12).map("".join)


@contextmanager
def parser(name: str) -> Iterator[None]:
    before = yaml_reader.PARSER
    yaml_reader.PARSER = getattr(yaml, name)
    try:
        yield
    finally:
        yaml_reader.PARSER = before


def typed(value: Any) -> Any:
    """A value in which `Plain` is not text, `1` is not `true`, and keys have an order."""
    if isinstance(value, dict):
        return dict, [(typed(key), typed(inner)) for key, inner in value.items()]
    if isinstance(value, list):
        return list, [typed(item) for item in value]
    return type(value), value


def assert_the_parser_agrees(data: bytes) -> None:
    values = values_of(data)
    if values is None:
        return
    for name in ("CSafeLoader", "SafeLoader"):
        with parser(name):
            parsed = parse(data)
        assert parsed.faults == ()
        assert parsed.root is not None
        assert typed(values) == typed(value_of(parsed.root))


@MANY
@given(any_record())
def test_what_gitcp_writes_is_told_as_the_parser_tells_it(record: Record) -> None:
    assert_the_parser_agrees(codec.write(record).encode())


@MANY
@given(any_record(), st.data())
def test_what_a_person_writes_is_told_as_the_parser_tells_it(record: Record, data: st.DataObject) -> None:
    assert_the_parser_agrees(data.draw(handmade(record)).text.encode())


@MANY
@given(any_record(), st.data())
def test_a_written_file_with_a_slip_is_told_as_the_parser_tells_it(
    record: Record, data: st.DataObject
) -> None:
    text = codec.write(record)
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.sampled_from([0, 0, 1, 2, 9])))
        text = text[:start] + data.draw(st.sampled_from(_PIECES)) + text[end:]

    assert_the_parser_agrees(text.encode())


@settings(max_examples=500, suppress_health_check=list(HealthCheck))
@given(st.one_of(nearly_written, pieces.map(lambda text: f"a: {text}\n"), pieces))
@example("a: |\n  x\n\n   \nb: y\n")
@example("a: |\n  x\n  \n")
@example("a: |\n\n  x\n")
@example("a: |\n   x\n  y\n")
@example("a: |\n  x\n y\n")
@example("a:\n  b: c\n d: e\n")
@example("a: |-\n  x\n\n")
@example("a:\n  -x\n")
@example("a: ~x\n")
@example("a: {b: c}d: e}\n")
@example("a: \\x\n")
@example("a: |\n  x\n# y\n")
@example("a: x\n  y\n")
@example("a: x\n  b: y\n")
@example("a: x\n  - b\n")
@example("a: x \n")
@example("a: x:\n")
@example("a: x: y\n")
@example("a: x #y\n")
@example("a: x\n\n\nb: y\n")
@example("a:\n- x\n")
@example("a:\n  - x\n  b: y\n")
@example("a:\n  b:\n    c: x\n   d: y\n")
@example("a: {b: c, }\n")
@example("a: {b: c, \n")
@example("a: {b:c}\n")
@example("a: {b: c:}\n")
@example("a: [b:, c]\n")
@example("a: [b: c]\n")
@example("a: {b: c, b: d}\n")
@example("a: {null: b}\n")
@example("a: {b: c} d}\n")
@example("a: [b c , d]\n")
@example("a: 'b' c'\n")
@example('a: "b" "c"\n')
@example("a: [a:b, c]\n")
@example("a: x\n...\n")
@example("a: x\n--- b\n")
@example(f"a:\n  - {'x' * 1100}\n  - '{'y' * 1100}'\n")
@example(f"{'k' * 1100}: x\n")
@example(f"a: {{{'k' * 1100}: x}}\n")
@example("".join(f"{'  ' * depth}k:\n" for depth in range(25)) + "  " * 25 + "k: x\n")
def test_any_text_is_told_as_the_parser_tells_it(text: str) -> None:
    assert_the_parser_agrees(text.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("mark", list("-?:,[]{}#&*!|>'\"%@`~\\"))
def test_a_mark_means_what_the_parser_says(mark: str) -> None:
    for value in (
        mark,
        f"{mark}x",
        f"{mark} x",
        f"x {mark}",
        f"x {mark}y",
        f"x{mark}",
        f"[{mark}]",
        f"[{mark}x]",
        f"{{x: {mark}y}}",
    ):
        assert_the_parser_agrees(f"a: {value}\n".encode())
        assert_the_parser_agrees(f"a:\n  - {value}\n".encode())


@given(st.binary(max_size=40))
@example(b"a: \xc3\x41\xa9\n")
@example(b"a: \xff\n")
def test_any_bytes_are_told_as_the_parser_tells_them(data: bytes) -> None:
    assert_the_parser_agrees(data + b"\n")


@pytest.mark.parametrize(
    "record",
    [
        a_task(),
        a_task(
            labels=("scan", "two words"),
            verify=(("python", "check.py"), ("make", "test")),
            description='Café "one".\n\n  two: [3]  # four\n',
        ),
        a_comment(body="@clara it's done."),
        a_comment(body="- one\n- two"),
        an_ended_run(commits=("0a" * 20, "1b" * 20), charges=("company", "agent/riley"), started_at=NOW),
        an_approval(),
    ],
    ids=lambda record: f"{record.kind} {record.id}",
)
def test_the_everyday_record_goes_the_short_way(record: Record) -> None:
    data = codec.write(record).encode()

    root = parse(data).root

    assert root is not None
    assert typed(values_of(data)) == typed(value_of(root))


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("a: x y\n", {"a": Plain("x y")}),
        ("a: '1'\n", {"a": "1"}),
        ('a: "x: # y"\n', {"a": "x: # y"}),
        ("a: 'it''s'\n", {"a": "it's"}),
        ("a: null\n", {"a": None}),
        ("a: {b: 1, c: null}\n", {"a": {"b": Plain("1"), "c": None}}),
        ('a: [["b", "c d"], ["e"]]\n', {"a": [["b", "c d"], ["e"]]}),
        ("a:\n  - {b: c}\n  - d\n", {"a": [{"b": Plain("c")}, Plain("d")]}),
        (
            "a:\n  b:\n    c: |-\n      x\n\n        y\nd: z\n",
            {"a": {"b": {"c": "x\n\n  y"}}, "d": Plain("z")},
        ),
        ("a: |\n  x\n\n\n", {"a": "x\n"}),
    ],
)
def test_what_is_told_has_the_form_of_the_tree_s_values(text: str, values: dict[str, Any]) -> None:
    assert typed(values_of(text.encode())) == typed(values)


@pytest.mark.parametrize(
    "text",
    ["", "\n", "a: x", "a: x\na: y\n", "a:\n", "# why\na: x\n", "a: x  # why\n", "true: x\n", "a: &b x\n", "a: *b\n", "a: !!str x\n", "- a\n", "a: x\r\n",
     "\ufeffa: x\n", "a: >\n  x\n", 'a: "\\x41"\n', "a: x: y\n", "---\na: x\n", "%YAML 1.2\n", "a: |\n  " + "x" * MAX_NODES + "\n"],
)  # fmt: skip
def test_what_is_not_everyday_is_left_to_the_parser(text: str) -> None:
    assert values_of(text.encode()) is None
