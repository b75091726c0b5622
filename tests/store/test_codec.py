from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
import yaml

from gitcp.errors import RecordError
from gitcp.model.base import Record
from gitcp.model.company import Company
from gitcp.model.members import Agent, Person
from gitcp.model.problem import Severity
from gitcp.model.runtimes import ClaudeCodeRuntime, CodexRuntime, ProcessRuntime
from gitcp.model.tasks import Comment, Counter, Document, NewTask, Task, TaskStatus
from gitcp.store import codec, yaml_reader
from gitcp.store.layout import Place, place_of

AT = datetime(2026, 11, 20, 8, 15, tzinfo=UTC)

TASK = """\
title: Enforce the scan cadence
priority: high
assignee: riley
goal: quality
blocked_by: [CI-0021]
labels: [scan]
verify: [["python", "tools/check_cadence.py"]]   # argv lists
review: [clara]                                  # stages; never the assignee
created: 2026-11-20T08:15:00Z
status: todo
created_by: oscar
description: |
  A scan older than seven days must fail the health check.
"""
AGENT = """\
# org/riley.yaml
kind: agent
name: Riley
title: R&D scout
reports_to: clara
runtime: {type: claude-code, model: sonnet}
repository: factory                 # for runs without a task; a task's run uses its project's
instructions: roles/riley/role.md   # a path in the execution repository: the one source of truth for roles
heartbeat: {cron: "0 9 * * MON", timezone: Europe/Madrid, prompt: /rd-scan}
limits: {usd: 2.00, tokens: 400000, minutes: 30, turns: 40}     # one run
concurrency: 1
wake_on: [heartbeat, mention, manual]
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


def problems(path: str, text: str) -> list[tuple[int, str, str, str]]:
    place = place_of(path)
    assert place is not None
    reading = codec.read(place, text.encode())
    assert reading.record is None
    assert all(p.path == path and p.severity is Severity.ERROR for p in reading.problems)
    return [(p.line, p.where, p.message, p.hint) for p in reading.problems]


def test_a_task_is_read_as_it_was_written() -> None:
    assert read("tasks/CI/CI-0028.yaml", TASK) == Task(
        id="CI-0028",
        title="Enforce the scan cadence",
        priority="high",
        assignee="riley",
        goal="quality",
        blocked_by=("CI-0021",),
        labels=("scan",),
        verify=(("python", "tools/check_cadence.py"),),
        review=("clara",),
        created=AT,
        status=TaskStatus.TODO,
        created_by="oscar",
        description="A scan older than seven days must fail the health check.\n",
    )


def test_a_file_in_org_is_what_its_kind_says() -> None:
    agent = read("org/riley.yaml", AGENT)

    assert isinstance(agent, Agent)
    assert agent.runtime == ClaudeCodeRuntime(type="claude-code", model="sonnet")
    assert agent.limits.usd == Decimal("2.00")
    assert isinstance(read("org/oscar.yaml", "kind: person\nname: Oscar\n"), Person)


def test_what_a_runtime_is_configured_with_has_numbers_and_truth_values_where_they_look_so() -> None:
    text = (
        "kind: agent\nname: x\nruntime:\n  type: codex\n  config: "
        "{a: 010, b: 0x1f, c: 0o17, d: 1e3, e: true, f: no, g: null, h: '1', i: [.5, 12:30], j: .inf, k: {l: -7}}\n"
    )

    agent = read("org/riley.yaml", text)

    assert isinstance(agent, Agent)
    assert isinstance(agent.runtime, CodexRuntime)
    assert agent.runtime.config == {
        "a": 10, "b": 31, "c": 15, "d": 1000.0, "e": True, "f": "no", "g": None, "h": "1", "i": [0.5, "12:30"], "j": ".inf", "k": {"l": -7},
    }  # fmt: skip


def test_the_environment_of_a_process_is_text() -> None:
    text = 'kind: agent\nname: x\nruntime:\n  type: process\n  command: [run, 1]\n  environment: {PORT: 8080, DEBUG: no, "1": x}\n'

    agent = read("org/riley.yaml", text)

    assert isinstance(agent, Agent)
    assert agent.runtime == ProcessRuntime(
        type="process", command=("run", "1"), environment={"PORT": "8080", "DEBUG": "no", "1": "x"}
    )


def test_a_document_is_its_text_whatever_it_looks_like() -> None:
    text = "\ufeff---\r\n# Plan\ttab\n\n*x"

    assert read("documents/CI/CI-0028/plan.md", text) == Document(id="CI-0028/plan", text=text)


@pytest.mark.parametrize("text", ["29", "29\n", "29\r\n", " 29 \n\n", "0029"])
def test_a_counter_is_a_bare_number(text: str) -> None:
    assert read("tasks/CI/next", text) == Counter(id="CI", next=29)


@pytest.mark.parametrize(
    "text", ["", "x", "29 # the next", "next: 29", "-1", "2.5", "1234567890", "<<<<<<< x\n29\n"]
)
def test_a_counter_that_is_no_number_is_a_problem(text: str) -> None:
    (problem,) = problems("tasks/CI/next", text)

    assert problem[0] == 1
    assert problem[2].startswith("expected the next number of the project alone, found '")


def test_every_problem_of_a_file_is_told_with_its_line() -> None:
    text = "title: x\ncreated: yesterday\nassigne: riley\nblocked_by: [CI-1, ci-2]\nstatus: donne\nattempts: two\ntitle: y\n"

    assert problems("tasks/CI/CI-0028.yaml", text) == [
        (2, "created", "expected a time such as 2026-11-20T08:15:00Z, found 'yesterday'", ""),
        (3, "assigne", "unknown key `assigne`", "did you mean `assignee`?"),
        (4, "blocked_by[1]", "expected a task's id, such as CI-0028, found 'ci-2'", ""),
        (
            5,
            "status",
            "expected one of backlog, todo, in_progress, in_review, blocked, done, cancelled, found 'donne'",
            "did you mean `done`?",
        ),
        (6, "attempts", "expected a whole number, found 'two'", ""),
        (7, "title", "a second time this key, first in line 1", "keep one of the two"),
    ]


def test_problems_name_the_record_by_what_is_known_of_it() -> None:
    for text, kind in (
        ("kind: agent\nname: x\n", "agent"),
        ("kind: [", "member"),
        ("kind: robot\n", "member"),
    ):
        reading = codec.read(Place("member", "riley"), text.encode())

        assert {problem.record for problem in reading.problems} == {(kind, "riley")}
        assert {problem.path for problem in reading.problems} == {"org/riley.yaml"}


def test_a_misplaced_file_has_its_problems_where_it_is() -> None:
    place = place_of("tasks/CI/9000/CI-0028.yaml")
    assert place is not None

    reading = codec.read(place, b"title: [")

    assert reading.problems[0].path == "tasks/CI/9000/CI-0028.yaml"


AN_AGENT = "kind: agent\nname: x\n"
A_TASK = "title: x\ncreated: 2026-11-20T08:15:00Z\n"
RETOLD: list[tuple[str, str, list[tuple[int, str, str, str]]]] = [
    ("org/riley.yaml", "name: x\n", [(1, "kind", "missing key `kind`", "add `kind:` with one of agent, person")]),
    ("org/riley.yaml", "kind: agnt\n", [(1, "kind", "expected one of agent, person, found 'agnt'", "did you mean `agent`?")]),
    ("org/riley.yaml", "kind:\n", [(1, "kind", "expected one of agent, person, found nothing", "")]),
    ("org/riley.yaml", "kind: [agent]\n", [(1, "kind", "expected one of agent, person, found nothing", "")]),
    (
        "org/riley.yaml",
        AN_AGENT + "runtime: {type: claude-cod, x: y}\n",
        [
            (
                3,
                "runtime.type",
                "expected one of process, claude-code, codex, opencode, gemini, http, found 'claude-cod'",
                "did you mean `claude-code`?",
            )
        ],
    ),
    (
        "org/riley.yaml",
        AN_AGENT + "runtime: {typ: codex}\n",
        [
            (
                3,
                "runtime.type",
                "missing key `type`",
                "add `type:` with one of process, claude-code, codex, opencode, gemini, http",
            )
        ],
    ),
    (
        "org/riley.yaml",
        AN_AGENT + "runtime: codex\n",
        [(3, "runtime", "expected keys and values, found 'codex'", "such as {type: process}")],
    ),
    (
        "org/riley.yaml",
        AN_AGENT + "runtime:\n  type: process\n  comand: [x]\n",
        [
            (3, "runtime.command", "missing key `command`", "add `command:`"),
            (5, "runtime.comand", "unknown key `comand`", "did you mean `command`?"),
        ],
    ),
    (
        "org/riley.yaml",
        AN_AGENT + "runtime: {type: codex}\nwake_on: heartbeat\nlimits:\n",
        [
            (4, "wake_on", "expected a list, found 'heartbeat'", "write `wake_on: [heartbeat]`"),
            (5, "limits", "expected keys and values, found nothing", "write a value, or remove the key"),
        ],
    ),
    (
        "org/riley.yaml",
        AN_AGENT + "runtime: {type: codex}\nlimits:\n  tokens: '5'\n  turns: 0\nheartbeat: {crn: x}\n",
        [
            (5, "limits.tokens", "expected a whole number, found '5'", "remove the quotes"),
            (6, "limits.turns", "expected a number of at least 1, found '0'", ""),
            (7, "heartbeat.crn", "unknown key `crn`", "did you mean `cron`?"),
            (7, "heartbeat.cron", "missing key `cron`", "add `cron:`"),
        ],
    ),
    (
        "org/oscar.yaml",
        "kind: person\nname: x\ntype: person\nid: oscar\nemails: [a b]\nroles: a b\n",
        [
            (
                3,
                "type",
                "unknown key `type`",
                "known here: kind, name, title, description, reports_to, emails, keys, roles, previously",
            ),
            (4, "id", "unknown key `id`", "remove it: the file's name is the id"),
            (6, "roles", "expected a list, found 'a b'", "write a list: `[…, …]`"),
        ],
    ),
    (
        "tasks/CI/CI-0028.yaml",
        "title: |\n  two\n  lines\ncreated: 2026-11-20T08:15:00\nverify: [python, []]\nreview: [Clara]\n",
        [
            (1, "title", "expected one line of text without control characters, found 'two\\nlines\\n'", ""),
            (4, "created", "expected a time such as 2026-11-20T08:15:00Z, with its zone, found '2026-11-20T08:15:00'", ""),
            (5, "verify[0]", "expected a list, found 'python'", "write `[python]`"),
            (5, "verify[1]", "expected at least 1 item, found 0", ""),
            (
                6,
                "review[0]",
                "expected an id of small letters, digits and single hyphens, such as riley, found 'Clara'",
                "",
            ),
        ],
    ),
    (
        "tasks/CI/CI-0028.yaml",
        A_TASK + f"parent: {{a: b}}\ndescription: [x]\ngoal: {'a' * 61}\ndue: ''\nstatus: [done]\n",
        [
            (3, "parent", "expected text, found keys and values", ""),
            (4, "description", "expected text, found a list", ""),
            (5, "goal", "expected at most 60 characters, found 61", ""),
            (6, "due", "expected a time such as 2026-11-20T08:15:00Z, found ''", "remove the quotes"),
            (
                7,
                "status",
                "expected one of backlog, todo, in_progress, in_review, blocked, done, cancelled, found a list",
                "",
            ),
        ],
    ),
    ("tasks/CI/CI-0028.yaml", "", [(0, "", "the file is empty, expected keys and values", "write `key: value` lines, or delete the file")]),
    ("tasks/CI/CI-0028.yaml", "# x\n- a\n", [(2, "", "expected keys and values, found a list", "write `key: value` lines")]),
    ("tasks/CI/CI-0028.yaml", "hello\n", [(1, "", "expected keys and values, found text", "write `key: value` lines")]),
    (
        "gitcp.yaml",
        "format: 1\nname: x\nrepositories:\n  Bad Name: {url: x}\n  ok: {}\n",
        [
            (
                4,
                'repositories."Bad Name"',
                "expected an id of small letters, digits and single hyphens, such as riley, found 'Bad Name'",
                "",
            ),
            (5, "repositories.ok.url", "missing key `url`", "add `url:`"),
        ],
    ),
    (
        "budgets/agent/riley.yaml",
        "period: monthly\nlimits: {usd: 1e40, minutes: 0.1234567, tokns: 5}\nwarn_at: [80]\nbackfill: yes\n",
        [
            (1, "period", "expected one of run, day, week, month, total, found 'monthly'", "did you mean `month`?"),
            (2, "limits.minutes", "expected a number with at most 6 digits after the point, found '0.1234567'", ""),
            (2, "limits.tokns", "unknown key `tokns`", "did you mean `tokens`?"),
            (2, "limits.usd", "expected a number of at most 18 digits, found '1e40'", ""),
            (3, "warn_at[0]", "expected a number of at most 1, found '80'", ""),
            (4, "backfill", "expected true or false, found 'yes'", ""),
        ],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("path", "text", "expected"), RETOLD)
def test_what_does_not_fit_is_told_in_plain_words(
    path: str, text: str, expected: list[tuple[int, str, str, str]]
) -> None:
    assert problems(path, text) == expected


def test_a_file_with_very_many_problems_tells_the_first_hundred() -> None:
    text = A_TASK + "blocked_by:\n" + "- x\n" * 5000

    assert len(problems("tasks/CI/CI-0028.yaml", text)) == 100


@pytest.mark.parametrize(
    ("where", "line"),
    [("kind", 2), ("name", 3), ("runtime.model", 6), ("heartbeat.cron", 9), ("wake_on[2]", 12)],
)
def test_a_way_down_has_a_line(where: str, line: int) -> None:
    assert codec.locate(AGENT.encode(), where) == line


@pytest.mark.parametrize(
    ("where", "line"),
    [("", 2), ("none", 2), ("heartbeat.none", 9), ("wake_on[9]", 12), ("runtime[3]", 6), ("name.deeper", 3)],
)
def test_a_way_that_leads_nowhere_has_the_line_of_the_nearest_thing_above(where: str, line: int) -> None:
    assert codec.locate(AGENT.encode(), where) == line


def test_a_way_down_leads_through_lists_and_strange_keys() -> None:
    text = 'a:\n  - b:\n      "c.d[0]":\n\n        - x\n  - y\n'

    assert [codec.locate(text.encode(), where) for where in ("a", "a[0].b", 'a[0].b."c.d[0]"', 'a[0].b."c.d[0]"[0]', "a[1]")] == [
        1, 2, 3, 5, 6,
    ]  # fmt: skip
    assert codec.locate(b"a: [", "a") == 0
    assert codec.locate(b"", "a") == 0
    assert codec.locate(b"a: b", "[oops") == 1


def test_a_new_file_holds_what_is_not_the_default_in_the_models_order() -> None:
    task = read("tasks/CI/CI-0028.yaml", TASK)

    assert codec.write(task.evolve(attempts=0, labels=("scan",))) == TASK.replace(
        "   # argv lists", ""
    ).replace("                                  # stages; never the assignee", "")


WRITTEN: list[tuple[Record, str]] = [
    (Company(id="gitcp", name="Acme"), "format: 1\nname: Acme\n"),
    (Person(id="oscar", name="Oscar", emails=("o@example.org",)), "kind: person\nname: Oscar\nemails: [o@example.org]\n"),
    (NewTask(id="CI/scan", title="no"), 'title: "no"\n'),
    (Counter(id="CI", next=29), "29\n"),
    (Document(id="CI-0028/plan", text="# Plan"), "# Plan"),
    (
        Comment(id="CI-0028/20261122T090000000Z-riley-1f3a", body="One.\n\n  - two: #3  \n", run="20261122T090000Z-riley"),
        "body: |\n  One.\n\n    - two: #3  \nrun: 20261122T090000Z-riley\n",
    ),
    (
        Task(id="CI-0001", title="x", created=AT, verify=(("python", "x.py"), ("sh", "-c", "a\nb")), description="a\nb"),
        'title: x\nverify:\n  - ["python", "x.py"]\n  - ["sh", "-c", "a\\nb"]\ncreated: 2026-11-20T08:15:00Z\nstatus: todo\n'
        "description: |-\n  a\n  b\n",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("record", "text"), WRITTEN)
def test_a_new_file_looks_as_a_person_would_write_it(record: Record, text: str) -> None:
    assert codec.write(record) == text


def test_what_does_not_fit_a_line_is_written_below_its_key() -> None:
    agent = Agent.model_validate(
        {
            "id": "riley",
            "kind": "agent",
            "name": "Riley",
            "runtime": {"type": "codex", "config": {"deep": {"list": [{"a": 1, "b": [1, 2]}, {"t": "x\ny\n"}], "none": None}}},
            "heartbeat": {"cron": "0 9 * * MON", "prompt": "one\ntwo\n"},
            "limits": {"usd": "2.00", "tokens": 400000},
            "wake_on": ["heartbeat", "assignment", "mention", "review", "unblocked", "children_done", "approval", "routine", "retry"],
        }
    )  # fmt: skip

    assert codec.write(agent) == (
        """\
kind: agent
name: Riley
runtime:
  type: codex
  config:
    deep:
      list:
        - {a: 1, b: [1, 2]}
        - t: |
            x
            y
      none: null
heartbeat:
  cron: 0 9 * * MON
  prompt: |
    one
    two
limits: {usd: 2.00, tokens: 400000}
wake_on:
  - heartbeat
  - assignment
  - mention
  - review
  - unblocked
  - children_done
  - approval
  - routine
  - retry
"""
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"runtime": {"type": "codex", "config": {"k" * 2000: 1}}},
        {"runtime": {"type": "codex", "config": {"a": [[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]}}},
        {"runtime": {"type": "codex", "config": {"a": list(range(30000))}}},
        {"runtime": {"type": "codex", "config": {"a": "x" * 300_000}}},
    ],
)
def test_what_could_not_be_read_again_is_not_written(changes: dict[str, Any]) -> None:
    agent = Agent.model_validate({"id": "riley", "kind": "agent", "name": "x", **changes})

    with pytest.raises(RecordError, match="agent riley: cannot be written: "):
        codec.write(agent)
    with pytest.raises(RecordError, match="agent riley: cannot be written: "):
        codec.rewrite(AGENT, read("org/riley.yaml", AGENT), agent)


def test_a_counter_beyond_the_largest_id_is_not_written() -> None:
    with pytest.raises(RecordError, match="counter CI: cannot be written"):
        codec.write(Counter(id="CI", next=10**9))
