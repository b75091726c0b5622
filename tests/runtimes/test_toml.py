import tomllib
from typing import Any

import hypothesis.strategies as st
from hypothesis import given

from gitcp.runtimes.toml import toml_value

PLAIN = st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | st.text()
VALUES = st.recursive(PLAIN, lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(), below, max_size=3), max_leaves=6)  # fmt: skip


@given(VALUES)
def test_what_is_written_reads_as_the_same(value: Any) -> None:
    assert tomllib.loads(f"x = {toml_value(value)}") == {"x": value}


def test_what_has_no_value_is_left_out() -> None:
    assert toml_value({"a": None, "b": [1, None]}) == '{"b" = [1]}'
