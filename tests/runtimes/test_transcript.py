from decimal import Decimal

import pytest

from gitcp.model.amounts import Usage
from gitcp.runtimes.events import Call, Ended, Happening, Note, Opened, Text, Tokens, ToolCall, ToolResult
from gitcp.runtimes.transcript import RESULT_CHARACTERS, last_line, lines_of


@pytest.mark.parametrize(
    ("happening", "lines"),
    [
        (Opened("abc", "opus"), "[session abc, opus]\n"),
        (Opened("abc"), "[session abc]\n"),
        (Text("  one\ntwo\n"), "one\ntwo\n"),
        (ToolCall("Bash", "make\ntest"), "> Bash: make test\n"),
        (ToolCall("Think"), "> Think\n"),
        (ToolResult("fine\n"), "    fine\n"),
        (ToolResult("no such file", failed=True), "  ! no such file\n"),
        (ToolResult(""), ""),
        (Note("it waits"), "! it waits\n"),
        (Ended(error="no key"), "! no key\n"),
        (Ended(text="done"), ""),
        (Call("1", "m", Tokens()), ""),
    ],
)
def test_each_happening_reads_as_a_person_would_write_it(happening: Happening, lines: str) -> None:
    assert lines_of(happening) == lines


def test_a_long_result_is_cut_and_says_so() -> None:
    lines = lines_of(ToolResult("\n".join(map(str, range(100)))))

    assert lines.startswith("    0\n    1\n")
    assert lines.endswith("    11\n    [88 lines more]\n")
    assert len(lines_of(ToolResult("x" * 100_000))) < RESULT_CHARACTERS + 20


def test_what_would_move_the_cursor_is_taken_out() -> None:
    assert lines_of(Text("\x1b[2Jgone\x07 \ud800")) == "gone ?\n"


def test_the_last_line_says_what_was_used() -> None:
    usage = Usage(usd=Decimal("0.25"), tokens=15, input_tokens=10, output_tokens=5, turns=2)

    assert last_line(usage) == "[2 model calls, 10 tokens in, 5 out, USD 0.25]\n"
    assert last_line(usage.evolve(turns=1)).startswith("[1 model call, ")
    assert last_line(None) == "[what it used is not known]\n"
