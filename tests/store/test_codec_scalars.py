"""The traps between YAML 1.1 and 1.2: what a plain scalar is, and what must be quoted so that nobody falls in."""

from decimal import Decimal
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from gitcp.model.guards import Budget
from gitcp.model.members import Agent
from gitcp.model.tasks import Comment, Task
from gitcp.store import codec
from gitcp.store.layout import Place
from gitcp.store.yaml_scalars import inline_scalar, resolve
from tests.store.strategies import nasty

TASK = Place("task", "CI-0028")
A_TASK = "created: 2026-11-20T08:15:00Z\n"
COMMENT = "CI-0028/20261122T090000000Z-riley-1f3a"

LOOKS_LIKE_SOMETHING_ELSE = [
    "no", "No", "NO", "yes", "Yes", "on", "off", "y", "n", "Y", "N", "true", "True", "TRUE", "false", "12:30", "1:30:00", "010", "0o17", "0x1f",
    "0b101", "1_000", "+1", "-1", "1.0", "1e3", "1E+3", ".5", "5.", ".inf", "-.INF", ".nan", "2026", "2026-11-20", "2026-11-20T08:15:00Z",
    "2026-11-20 08:15:00", "685_230.15", "1,000", "=", "<<", "08", "1.2.3", "0.0.0.0:80", "9e9", "12e03", "123456789e10",
]  # fmt: skip


@pytest.mark.parametrize("text", LOOKS_LIKE_SOMETHING_ELSE)
def test_a_text_is_its_source_whatever_it_looks_like(text: str) -> None:
    record = codec.read(TASK, f"title: {text}\n{A_TASK}labels: [{text.replace(',', '')}]\n".encode()).record

    assert isinstance(record, Task)
    assert record.title == text
    assert record.labels == (text.replace(",", ""),)


@pytest.mark.parametrize("text", [*LOOKS_LIKE_SOMETHING_ELSE, "null", "~", "Null"])
def test_a_text_that_looks_like_something_else_is_written_in_quotes(text: str) -> None:
    written = inline_scalar(text, flow=False)

    assert written == f'"{text}"'
    assert yaml.safe_load(written) == text


@pytest.mark.parametrize(
    "text",
    ["@riley", "*x", "&x", "!x", "%x", "`x`", "- x", "-x", "? x", ": x", "a: b", "a:", "a #b", "#a", "|", ">", "'x'", '"x"', "[x", "{x", "]", "}", ",",
     " x", "x ", "", "---", "...", "x\ty", "x\ny", "\ufeffx", "x\x85y", "x\u2028y", "x\u202ey", "\xa0x"],
)  # fmt: skip
def test_a_text_that_could_be_syntax_is_written_in_quotes(text: str) -> None:
    written = inline_scalar(text, flow=False)

    assert written[0] in {"'", '"'}
    assert written.isprintable() or "\xa0" in written
    assert yaml.safe_load(written) == text


@pytest.mark.parametrize(
    "text",
    ["riley", "Enforce the scan cadence", "R&D scout", "roles/riley/role.md", "/rd-scan", "Europe/Madrid", "https://example.org/a?b=c#d", "a:b",
     "it's", 'say "x"', "20261122T090000Z-riley", "v1.2.3", "o@example.org", "é漢🦊", "x > y | z", "100 %", "1 of 3", "a - b", "1f3a09c2b", "C:\\x"],
)  # fmt: skip
def test_a_text_that_is_only_text_stands_as_it_is(text: str) -> None:
    assert inline_scalar(text, flow=False) == text
    assert yaml.safe_load(text) == text


@pytest.mark.parametrize("text", ["a, b", "a]", "{a", "a:,b", "x[0]"])
def test_in_brackets_more_must_be_quoted(text: str) -> None:
    written = inline_scalar(text, flow=True)

    assert written == f'"{text}"'
    assert yaml.safe_load(f"[{written}]") == [text]


@given(nasty, st.booleans())
@example("\U0001f98a", False)
def test_any_text_on_one_line_reads_the_same_in_yaml_1_1(text: str, flow: bool) -> None:
    written = inline_scalar(text, flow=flow)

    assert "\n" not in written
    assert yaml.safe_load(f"[{written}]" if flow else f"k: {written}") == ([text] if flow else {"k": text})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1), ("-7", -7), ("+7", 7), ("010", 10), ("0o17", 15), ("0x1F", 31), ("1.5", 1.5), (".5", 0.5), ("5.", 5.0), ("1e3", 1000.0), ("true", True),
        ("FALSE", False), ("null", None), ("~", None), ("", None), ("no", "no"), ("1_000", "1_000"), ("12:30", "12:30"), ("0b1", "0b1"), ("017x", "017x"),
        (".inf", ".inf"), (".nan", ".nan"), ("1e999", "1e999"), ("2026-11-20", "2026-11-20"), ("9" * 5000, "9" * 5000), ("-0x1f", "-0x1f"),
    ],
)  # fmt: skip
def test_a_free_value_is_what_yaml_1_2_says(text: str, value: Any) -> None:
    assert resolve(text) == value
    assert type(resolve(text)) is type(value)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("2.00", "2.00"),
        ("40", "40"),
        ("0.1", "0.1"),
        (".5", ".5"),
        ("1e3", "1000"),
        ("010", "10"),
        ("0", "0"),
    ],
)
def test_an_amount_keeps_its_digits(text: str, amount: str) -> None:
    place = Place("budget", "agent/riley")
    record = codec.read(place, f"period: month\nlimits: {{usd: {text}}}\n".encode()).record

    assert isinstance(record, Budget)
    assert str(record.limits.usd) == str(Decimal(text))
    assert record.limits.usd == Decimal(amount)
    assert codec.read(place, codec.write(record).encode()).record == record
    assert "e" not in codec.write(record).partition("usd: ")[2].lower()


@pytest.mark.parametrize("null", ["null", "~", "Null", "NULL", ""])
def test_nothing_is_nothing_and_quoted_it_is_text(null: str) -> None:
    record = codec.read(TASK, f"title: x\n{A_TASK}goal: {null}\ndescription: '{null}'\n".encode()).record

    assert isinstance(record, Task)
    assert (record.goal, record.description) == (None, null)


def test_one_is_not_true_and_not_one_point_nought() -> None:
    values = {"a": 1, "b": True, "c": 1.0, "d": "1", "e": 1e-9}
    runtime = {"type": "codex", "config": values}

    agent = Agent.model_validate({"id": "riley", "kind": "agent", "name": "x", "runtime": runtime})

    assert codec.write(agent).endswith('  config: {a: 1, b: true, c: 1.0, d: "1", e: 1.0e-09}\n')


@pytest.mark.parametrize(
    "body",
    [
        "one\ntwo", "one\ntwo\n", "one\n\n\n", "\none\n", "  one\ntwo\n", "\tone\ntwo", "one  \ntwo\t\n", "one\n   \ntwo", "one\n   \n", "---\n- a\n", "# no\ncomment\n",
        "a: b\nc: d\n", "\n", "\n\n", " \n", "one\r\ntwo\r\n", "one\rtwo", "one\x85two\n", "one\u2028two\n", "\ufeffone\ntwo\n", "\x00", "", " ", "one\n...\n", "%x\ny",
    ],
)  # fmt: skip
def test_a_text_of_several_lines_comes_back_to_the_letter(body: str) -> None:
    comment = Comment(id=COMMENT, body=body, run="20261122T090000Z-riley")

    assert codec.read(Place("comment", COMMENT), codec.write(comment).encode()).record == comment


@pytest.mark.parametrize("old_break", ["\x85", "\u2028", "\u2029"])
@pytest.mark.parametrize(
    "form",
    ["body: a{0}b\n", "body: 'a{0}b'\n", 'body: "a{0}b"\n', "body: |-\n  a{0}b\n", "# x{0}y\nbody: a{0}b\n"],
)
def test_what_yaml_1_1_took_for_a_line_break_is_a_letter(old_break: str, form: str) -> None:
    data = form.format(old_break).encode()
    reading = codec.read(Place("comment", COMMENT), data)

    assert reading.record == Comment(id=COMMENT, body=f"a{old_break}b")
    assert codec.locate(data, "body") == (2 if form.startswith("#") else 1)
