"""How commands print."""

import json

import click
import pytest

from gitcp.cli.output import coloured, print_facts, print_json, print_table, say


def test_a_table_is_aligned_numbers_to_the_right(capsys: pytest.CaptureFixture[str]) -> None:
    print_table([("語", 5, "a"), ("bc", 1200, None)], heads=("name", "n", "note"))

    assert capsys.readouterr().out == "name     n  note\n語       5  a\nbc    1200\n"


def test_on_a_terminal_the_last_column_is_cut(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "40")

    print_table([("CI-0001", "word " * 20)], heads=("task", "title"))

    last = click.unstyle(capsys.readouterr().out).splitlines()[-1]
    assert len(last) <= 40
    assert last.endswith("…")


def test_colour_is_for_words_that_have_one() -> None:
    assert coloured("blocked  ") == click.style("blocked  ", fg="red")
    assert coloured("a blocked road") == "a blocked road"


def test_json_keeps_letters_and_escapes_what_a_terminal_would_obey(
    capsys: pytest.CaptureFixture[str],
) -> None:
    value = {"text": "é 語 \x1b \x7f \x9b \u202e \U000e0001 \ud800 \n"}

    print_json(value)

    out = capsys.readouterr().out
    assert json.loads(out) == value
    assert "é 語" in out
    assert not [c for c in out if not c.isprintable() and c != "\n"]


def test_facts_without_a_value_are_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    print_facts([("one", 0), ("none", None), ("empty", ""), ("number two", "x\ny")])

    assert capsys.readouterr().out == "one         0\nnumber two  x y\n"


def test_what_is_said_goes_beside_the_data(capsys: pytest.CaptureFixture[str]) -> None:
    say("done\x07")

    assert capsys.readouterr() == ("", "done\n")
