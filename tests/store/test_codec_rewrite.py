"""Editing: what a person wrote stays as they wrote it, and only the lines that change change."""

from typing import Any

import pytest
import yaml

from gitcp.errors import RecordError
from gitcp.model.base import Record
from gitcp.model.tasks import Counter, Document, Task
from gitcp.store import codec, yaml_reader
from gitcp.store.layout import Place, place_of

TASK = """\
# Filed after the review of November.
title: Enforce the scan cadence   # the title

priority: high
assignee: "riley"
blocked_by: [CI-0021, CI-0022]  # until both are done
labels:
  # what it touches
  - scan
  - 'health'   # the check

  - cadence
verify: [["python", "tools/check_cadence.py"]]
review: [clara]
created: 2026-11-20T08:15:00Z
# --- flipped by operations ---
status: todo

# --- nobody edits this ---
created_by: oscar
description: |  # in Markdown
  A scan older than seven days
  must fail the health check.

# the end
"""


@pytest.fixture(params=["CSafeLoader", "SafeLoader"], autouse=True)
def _parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_reader, "PARSER", getattr(yaml, request.param))


def read(path: str, text: str) -> Record:
    place = place_of(path)
    assert place is not None
    reading = codec.read(place, text.encode())
    assert reading.problems == ()
    assert reading.record is not None
    return reading.record


def edited(text: str, path: str = "tasks/CI/CI-0028.yaml", **changes: Any) -> str:
    before = read(path, text)
    after = before.evolve(**changes)
    result = codec.rewrite(text, before, after)
    assert read(path, result) == after
    return result


def test_nothing_changes_where_nothing_differs() -> None:
    assert edited(TASK) == TASK
    assert edited(TASK, priority="high", labels=["scan", "health", "cadence"]) == TASK


EDITS: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    ({"status": "in_progress"}, [("status: todo\n", "status: in_progress\n")]),
    ({"status": "todo", "attempts": 1}, [("status: todo\n", "status: todo\nattempts: 1\n")]),
    ({"priority": "medium"}, [("priority: high\n", "priority: medium\n")]),
    ({"title": "no: 1"}, [("title: Enforce the scan cadence   # the title", 'title: "no: 1"   # the title')]),
    ({"assignee": "clara"}, [('"riley"', '"clara"')]),
    ({"assignee": None}, [('assignee: "riley"\n', "")]),
    ({"goal": "quality"}, [('assignee: "riley"\n', 'assignee: "riley"\ngoal: quality\n')]),
    ({"blocked_by": ["CI-0021"]}, [("[CI-0021, CI-0022]", "[CI-0021]")]),
    ({"blocked_by": ["CI-0022"]}, [("[CI-0021, CI-0022]", "[CI-0022]")]),
    ({"blocked_by": ["CI-0021", "CI-0030", "CI-0022"]}, [("[CI-0021, CI-0022]", "[CI-0021, CI-0030, CI-0022]")]),
    ({"blocked_by": ["CI-0001", "CI-0021", "CI-0022"]}, [("[CI-0021, CI-0022]", "[CI-0001, CI-0021, CI-0022]")]),
    ({"blocked_by": []}, [("blocked_by: [CI-0021, CI-0022]  # until both are done\n", "")]),
    ({"labels": ["scan", "cadence"]}, [("  - 'health'   # the check\n", "")]),
    ({"labels": ["scan", "well-being", "cadence"]}, [("'health'", "'well-being'")]),
    ({"labels": ["scan", "health", "cadence", "x, y"]}, [("  - cadence\n", "  - cadence\n  - x, y\n")]),
    ({"labels": ["first", "scan", "health", "cadence"]}, [("  - scan\n", "  - first\n  - scan\n")]),
    ({"labels": ["cadence"]}, [("  - scan\n  - 'health'   # the check\n", "")]),
    ({"labels": []}, [("labels:\n  # what it touches\n  - scan\n  - 'health'   # the check\n\n  - cadence\n", "")]),
    ({"verify": [["python", "tools/check_cadence.py", "-v"]]}, [('check_cadence.py"]]', 'check_cadence.py", "-v"]]')]),
    ({"verify": [["make"]]}, [('[["python", "tools/check_cadence.py"]]', '[["make"]]')]),
    ({"description": "Short."}, [("|  # in Markdown\n  A scan older than seven days\n  must fail the health check.\n", "Short.  # in Markdown\n")]),
    (
        {"description": "A scan\nmust fail."},
        [("|  # in Markdown\n  A scan older than seven days\n  must fail the health check.\n", "|-  # in Markdown\n  A scan\n  must fail.\n")],
    ),
    (
        {"description": None},
        [("description: |  # in Markdown\n  A scan older than seven days\n  must fail the health check.\n", "")],
    ),
    (
        {"blocked": {"by": "riley", "reason": "no key"}},
        [("status: todo\n", "status: todo\nblocked: {by: riley, reason: no key}\n")],
    ),
    (
        {"blocked": {"reason": "one\ntwo"}, "status": "blocked"},
        [("status: todo\n", "status: blocked\nblocked:\n  reason: |-\n    one\n    two\n")],
    ),
    ({"due": "2026-12-01T00:00:00Z"}, [("  - cadence\n", "  - cadence\ndue: 2026-12-01T00:00:00Z\n")]),
    ({"created_by": None, "closed": "2026-12-01T00:00:00Z"}, [("status: todo\n", "status: todo\nclosed: 2026-12-01T00:00:00Z\n"), ("created_by: oscar\n", "")]),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "replaced"), EDITS)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_only_the_lines_that_change_change(
    changes: dict[str, Any], replaced: list[tuple[str, str]], newline: str, mark: str
) -> None:
    expected = TASK
    for old, new in replaced:
        assert expected.count(old) == 1
        expected = expected.replace(old, new)

    result = edited(mark + TASK.replace("\n", newline), **changes)

    assert result == mark + expected.replace("\n", newline)


A_TASK = "title: x\ncreated: 2026-11-20T08:15:00Z\n"
SHAPES: list[tuple[str, dict[str, Any], str]] = [
    ("created: 2026-11-20T08:15:00Z\ntitle: x", {"status": "done"}, "created: 2026-11-20T08:15:00Z\nstatus: done\ntitle: x"),
    (A_TASK + "status: todo", {"status": "done"}, A_TASK + "status: done"),
    (A_TASK + "status: todo", {"created_by": "oscar"}, A_TASK + "status: todo\ncreated_by: oscar"),
    (A_TASK + "goal: a", {"goal": None}, A_TASK.removesuffix("\n")),
    (A_TASK + "description: |\n  a\nstatus: todo", {"status": "done"}, A_TASK + "description: |\n  a\nstatus: done"),
    (A_TASK + "status: todo", {"description": "a\nb\n"}, A_TASK + "status: todo\ndescription: |\n  a\n  b\n"),
    ("description: |\n  a\n" + A_TASK, {"description": "a\n\n  b\n"}, "description: |\n  a\n\n    b\n" + A_TASK),
    ("description: |\n     a\n" + A_TASK, {"description": "b\nc\n"}, "description: |\n     b\n     c\n" + A_TASK),
    ("description: >\n  a\n  b\n" + A_TASK, {"description": "b\nc\n"}, "description: |\n  b\n  c\n" + A_TASK),
    ("description: a\n  b\n\n  c  # d\n" + A_TASK, {"description": "b"}, "description: b  # d\n" + A_TASK),
    ("description: |+\n  a\n\n\n" + A_TASK, {"goal": "g"}, "description: |+\n  a\n\n\n" + A_TASK.replace("x\n", "x\ngoal: g\n")),
    ("description: |+\n  a\n\n\n" + A_TASK, {"description": "b\n"}, "description: |\n  b\n" + A_TASK),
    ("goal:\n" + A_TASK, {"goal": "g"}, "goal: g\n" + A_TASK),
    ("goal:  # none yet\n" + A_TASK, {"goal": "g"}, "goal: g  # none yet\n" + A_TASK),
    ("goal:   ~\n" + A_TASK, {"goal": "g"}, "goal:   g\n" + A_TASK),
    ("goal:\n    a  # b\n" + A_TASK, {"goal": "g"}, "goal: g  # b\n" + A_TASK),
    ("labels:\n- a\n- b\n" + A_TASK, {"labels": ["a", "c", "d"]}, "labels:\n- a\n- c\n- d\n" + A_TASK),
    ("labels: []  # none\n" + A_TASK, {"labels": ["a"]}, "labels: [a]  # none\n" + A_TASK),
    ("labels: [\n  a,  # one\n  b,  # two\n]\n" + A_TASK, {"labels": ["a"]}, "labels: [\n  a,  # one\n    # two\n]\n" + A_TASK),
    ("labels: [\n  a,  # one\n  b   # two\n]\n" + A_TASK, {"labels": ["b"]}, "labels: [\n  b   # two\n]\n" + A_TASK),
    ("labels: [ a, b, ]\n" + A_TASK, {"labels": ["a", "b", "c"]}, "labels: [ a, b, c, ]\n" + A_TASK),
    ("{title: x, created: 2026-11-20T08:15:00Z}", {"goal": "g"}, "{title: x, goal: g, created: 2026-11-20T08:15:00Z}"),
    ('{"title": "x", "created": "2026-11-20T08:15:00Z"}\n', {"title": "y"}, '{"title": "y", "created": "2026-11-20T08:15:00Z"}\n'),
    ("blocked: {by: a, reason: r}\n" + A_TASK, {"blocked": {"reason": "s", "waits_for": "c"}}, "blocked: {reason: s, waits_for: c}\n" + A_TASK),
    ("blocked: {reason: r, by}\n" + A_TASK, {"blocked": {"reason": "r", "by": "c"}}, "blocked: {reason: r, by: c}\n" + A_TASK),
    ("blocked:\n    # why\n    reason: r\n" + A_TASK, {"blocked": {"reason": "r", "by": "a"}}, "blocked:\n    # why\n    by: a\n    reason: r\n" + A_TASK),
    ("blocked:\n  reason: r\n  by: a\n" + A_TASK, {"blocked": {"reason": "r"}}, "blocked:\n  reason: r\n" + A_TASK),
    ("? title\n: x\n? created\n: 2026-11-20T08:15:00Z\n", {"title": "z"}, "? title\n: z\n? created\n: 2026-11-20T08:15:00Z\n"),
    ("? title\n: x\n? goal\n: g\n? created\n: 2026-11-20T08:15:00Z\n", {"goal": None, "parent": "CI-0001"},
     "? title\n: x\nparent: CI-0001\n? created\n: 2026-11-20T08:15:00Z\n"),
    ("? created\n: 2026-11-20T08:15:00Z\n? title\n: x\n", {"status": "done"},
     "? created\n: 2026-11-20T08:15:00Z\nstatus: done\n? title\n: x\n"),
    ("description: |\n" + A_TASK, {"description": "b"}, "description: b\n" + A_TASK),
    ("description: |\n\n\n" + A_TASK, {"description": "b\nc"}, "description: |-\n  b\n  c\n\n\n" + A_TASK),
    ("description: |+\n\n\n" + A_TASK, {"description": "b"}, "description: b\n" + A_TASK),
    ("description: |2-\n    a\n" + A_TASK, {"description": "  b\nc"}, "description: |2-\n    b\n  c\n" + A_TASK),
    ("status: todo\n   \n" + A_TASK, {"description": "b\nc"}, 'status: todo\ndescription: "b\\nc"\n   \n' + A_TASK),
    ("description: a\n\n" + A_TASK, {"description": "b\n\n"}, 'description: "b\\n\\n"\n\n' + A_TASK),
    ("verify:\n- - a\n  - b\n- - c\n" + A_TASK, {"verify": [["b"], ["c"]]}, 'verify:\n- ["b"]\n- - c\n' + A_TASK),
    ("---\n" + A_TASK + "...\n", {"title": "z"}, "---\n" + A_TASK.replace("x", "z") + "...\n"),
    ("title: a\u2028b\ncreated: 2026-11-20T08:15:00Z\n# c\x85d\n".replace("a\u2028b", "'a b'"), {"goal": "g"},
     "title: 'a b'\ngoal: g\ncreated: 2026-11-20T08:15:00Z\n# c\x85d\n"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "changes", "expected"), SHAPES)
def test_files_of_every_shape_are_edited_in_their_own_way(
    text: str, changes: dict[str, Any], expected: str
) -> None:
    assert edited(text, **changes) == expected


def test_a_text_at_the_end_that_lacks_its_line_break_is_not_changed_by_a_key_that_comes() -> None:
    text = "format: 1\nname: x\nmission: |\n  a\n\n  b"

    assert edited(text, "gitcp.yaml", timezone="Europe/Madrid") == (
        "format: 1\nname: x\ntimezone: Europe/Madrid\nmission: |\n  a\n\n  b"
    )


def test_nor_by_an_item_that_comes() -> None:
    text = "kind: agent\nname: x\nruntime:\n  type: codex\n  config:\n    a:\n      - |\n        one\n        two"

    result = edited(text, "org/riley.yaml", runtime={"type": "codex", "config": {"a": ["one\ntwo", "three"]}})

    assert (
        result == text.partition("    a:")[0] + "    a:\n      - |-\n        one\n        two\n      - three"
    )


POLICY = """\
title: Releases
gates:
  - operations: [finish-task]   # the end of it
    # only for what ships
    labels: [release]
    verdict: approval
    approvers: [oscar]

  # never at night
  - operations:
      - deploy
    verdict: deny
"""


def test_the_items_of_a_list_are_edited_in_place() -> None:
    before = read("policies/releases.yaml", POLICY)
    gates = [gate.model_dump() for gate in before.gates]  # type: ignore[attr-defined]

    result = edited(
        POLICY,
        "policies/releases.yaml",
        gates=[
            {**gates[0], "quorum": 2, "labels": []},
            {**gates[1], "operations": ["deploy", "rollback"], "reason": "late"},
        ],
    )

    assert result == POLICY.replace("    labels: [release]\n", "").replace(
        "    approvers: [oscar]\n", "    approvers: [oscar]\n    quorum: 2\n"
    ).replace(
        "      - deploy\n    verdict: deny\n",
        "      - deploy\n      - rollback\n    verdict: deny\n    reason: late\n",
    )


def test_the_first_key_of_an_item_can_go() -> None:
    text = "period: month\nlimits: {}\n"
    runs = "agent: riley\nruntime: x\nclaimed_at: 2026-11-20T08:15:00Z\nclaimed_by: x\ndeadline: 2026-11-20T08:15:00Z\n"
    ledger = "entries:\n  - project: CI  # of all\n    agent: riley\n    runs: 1\n    amounts: {usd: 2.00}\n"
    before = read("ledger/2026-11.yaml", ledger)
    entry = before.entries[0].model_dump()  # type: ignore[attr-defined]

    result = edited(ledger, "ledger/2026-11.yaml", entries=[{**entry, "project": None}])

    assert result == ledger.replace("project: CI  # of all\n    ", "")
    assert (
        edited(text, "budgets/company.yaml", limits={"usd": "2.50"}) == "period: month\nlimits: {usd: 2.50}\n"
    )
    assert edited(runs, "runs/2026/11/22/20261122T090000Z-riley.yaml", status="ended").endswith(
        "status: ended\n"
    )


def test_old_line_breaks_stay_beside_letters_that_could_stand_in_for_them() -> None:
    text = "title: x\ncreated: 2026-11-20T08:15:00Z\ndescription: x\x85y\u2029z\n"

    result = edited(text, goal="g", labels=["\U000f0000", "\U000f0001", "\U000f0002"])

    assert 'labels: ["\\U000f0000", "\\U000f0001", "\\U000f0002"]\n' in result
    assert result.endswith("description: x\x85y\u2029z\n")


def test_the_first_keys_of_an_item_can_go_together() -> None:
    text = "title: x\ngates:\n  - labels: [a]\n    # only here\n    projects: [CI]\n    operations: [b]\n    verdict: deny\n"
    before = read("policies/releases.yaml", text)
    gate = before.gates[0].model_dump()  # type: ignore[attr-defined]

    result = edited(text, "policies/releases.yaml", gates=[{**gate, "labels": [], "projects": []}])

    assert result == "title: x\ngates:\n  - operations: [b]\n    verdict: deny\n"


def test_settings_change_in_place_and_one_is_not_true() -> None:
    text = "kind: agent\nname: x\nruntime:\n  type: codex\n  config:\n    a: 1   # or true\n    b: {c: [1, 2]}\n    # last\n    d: x\n"
    runtime = {"type": "codex", "config": {"a": True, "b": {"c": [1, 2.0], "e": None}, "d": "x"}}

    result = edited(text, "org/riley.yaml", runtime=runtime)

    assert result == text.replace("a: 1 ", "a: true ").replace("{c: [1, 2]}", "{c: [1, 2.0], e: null}")


def test_another_runtime_takes_the_place_of_the_old_one() -> None:
    text = "kind: agent\nname: x\nruntime:\n  type: codex   # for now\n  model: m\n  config: {a: 1}\n"

    result = edited(text, "org/riley.yaml", runtime={"type": "process", "command": ["python", "x.py"]})

    assert result == (
        'kind: agent\nname: x\nruntime:\n  type: process   # for now\n  command: ["python", "x.py"]\n'
    )


def test_a_counter_keeps_its_blanks_and_a_document_is_replaced() -> None:
    counter, document = Counter(id="CI", next=29), Document(id="CI-0028/plan", text="old")

    assert codec.rewrite("29\r\n", counter, counter.evolve(next=30)) == "30\r\n"
    assert codec.rewrite("old", document, document.evolve(text="new\r\n")) == "new\r\n"


def test_a_file_that_is_broken_or_another_is_not_edited() -> None:
    before = read("tasks/CI/CI-0028.yaml", A_TASK)
    assert isinstance(before, Task)

    with pytest.raises(RecordError, match="cannot be edited while it is broken"):
        codec.rewrite("title: [", before, before.evolve(title="y"))
    with pytest.raises(RecordError, match="does not hold what is to be changed"):
        codec.rewrite(A_TASK.replace("x", "z"), before, before.evolve(goal="g"))


def test_what_cannot_be_spliced_is_written_anew_in_its_key_alone() -> None:
    text = "verify:\n- - python\n  - x.py  # the check\n- - make\n# below\n" + A_TASK

    result = edited(text, verify=[["python"], ["make"]])

    assert result.endswith("# below\n" + A_TASK)
    assert codec.read(Place("task", "CI-0028"), result.encode()).problems == ()
