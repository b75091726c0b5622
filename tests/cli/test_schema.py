"""`gitcp schema`."""

import json
from pathlib import Path

from tests.cli.conftest import Shell


def test_the_schema_of_a_kind_is_printed() -> None:
    assert "priority" in Shell()("schema", "task").json["properties"]
    assert Shell()("schema", "agent").json == Shell()("schema", "member").json
    assert {"task", "member", "budget"} <= set(Shell()("schema").json)


def test_schemas_are_written_into_a_folder(tmp_path: Path) -> None:
    done = Shell()("schema", "-o", str(tmp_path / "all"))
    one = Shell()("schema", "goal", "-o", str(tmp_path / "one"))

    assert (done.code, one.err) == (0, f"1 schema in {tmp_path / 'one'}\n")
    assert json.loads((tmp_path / "all" / "task.schema.json").read_text())["type"] == "object"
    assert [path.name for path in (tmp_path / "one").iterdir()] == ["goal.schema.json"]


def test_a_kind_that_does_not_exist_names_those_that_do() -> None:
    done = Shell()("schema", "tasks")

    assert done.code == 1
    assert "hint: one of " in done.err
