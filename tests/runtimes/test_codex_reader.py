import json
from pathlib import Path
from typing import Any

import pytest

from gitcp.runtimes.codex import written_by_git
from gitcp.runtimes.codex_reader import CodexReader
from gitcp.runtimes.codex_rollouts import Rollouts
from gitcp.runtimes.events import Call, Ended, Happening, Tokens, Total

USAGE = {"input_tokens": 100, "cached_input_tokens": 20, "output_tokens": 50, "reasoning_output_tokens": 5}
TOKENS = Tokens(input=100, cached=20, output=50, reasoning=5)


def a_reader(folder: Path, resume: str | None = None) -> CodexReader:
    return CodexReader(Rollouts(folder, "m"), folder / "counted.json", resume)


def times(number: int) -> dict[str, int]:
    return {name: number * value for name, value in USAGE.items()}


def a_run(folder: Path, resume: str | None, told: dict[str, int], thread: str = "t") -> list[Happening]:
    reader = a_reader(folder, resume)
    found = [
        *reader.read({"type": "thread.started", "thread_id": thread}),
        *reader.read({"type": "turn.completed", "usage": told}),
    ]
    reader.close()
    return found


def rollout(folder: Path, name: str, *events: dict[str, Any]) -> None:
    path = folder / "sessions" / "2026" / "11" / "22" / f"rollout-{name}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        file.writelines(json.dumps(event) + "\n" for event in events)


def a_record(usage: dict[str, int]) -> dict[str, Any]:
    return {"type": "token_usage_record", "payload": {"usage": usage}}


def test_what_a_session_used_in_earlier_runs_is_counted_once(tmp_path: Path) -> None:
    first = a_run(tmp_path, None, times(1))
    second = a_run(tmp_path, "t", times(3))
    third = a_run(tmp_path, "t", times(4))

    assert [each for each in (*first, *second, *third) if isinstance(each, Total)] == [
        Total(TOKENS),
        Total(TOKENS.plus(TOKENS)),
        Total(TOKENS),
    ]


def test_a_session_that_is_another_one_begins_at_nought(tmp_path: Path) -> None:
    a_run(tmp_path, None, times(5))

    assert Total(TOKENS) in a_run(tmp_path, "t", times(1), thread="u")
    assert Total(TOKENS) in a_run(tmp_path, "u", times(2), thread="u")


def test_a_version_that_tells_of_each_run_alone_is_believed(tmp_path: Path) -> None:
    a_run(tmp_path, None, times(5))

    assert Total(TOKENS) in a_run(tmp_path, "t", times(1))


def test_a_file_that_is_spoilt_counts_too_much_and_breaks_nothing(tmp_path: Path) -> None:
    a_run(tmp_path, None, times(1))
    (tmp_path / "counted.json").write_text('{"session": "t", "tokens": [')

    assert Total(TOKENS.plus(TOKENS)) in a_run(tmp_path, "t", times(2))


def test_calls_are_read_as_they_are_written_down_and_those_of_before_are_not(tmp_path: Path) -> None:
    rollout(tmp_path, "old", {"type": "turn_context", "payload": {"model": "before"}}, a_record(times(9)))
    reader = a_reader(tmp_path)
    assert list(reader.poll()) == []

    rollout(tmp_path, "new", {"type": "turn_context", "payload": {"model": "now"}}, a_record(USAGE))
    rollout(tmp_path, "old", a_record(USAGE))
    found = [each for each in reader.poll() if isinstance(each, Call)]

    assert sorted((each.model, each.tokens) for each in found) == [("m", TOKENS), ("now", TOKENS)]
    assert len({each.id for each in found}) == 2
    assert list(reader.poll()) == []


def test_the_sum_adds_nothing_to_calls_that_say_as_much(tmp_path: Path) -> None:
    reader = a_reader(tmp_path)
    rollout(tmp_path, "one", a_record(USAGE))
    rollout(tmp_path, "of-a-subagent", a_record(USAGE))

    found = list(reader.read({"type": "turn.completed", "usage": times(1)}))

    assert [type(each) for each in found] == [Call, Call, Ended]


def test_versions_without_a_record_of_each_call_are_read_too(tmp_path: Path) -> None:
    reader = a_reader(tmp_path)
    counted = {"type": "token_count", "info": {"last_token_usage": USAGE}}
    nothing = {"type": "token_count", "info": None}
    rollout(
        tmp_path, "one", *({"type": "event_msg", "payload": each} for each in (nothing, counted, counted))
    )

    assert [each.tokens for each in reader.poll() if isinstance(each, Call)] == [TOKENS, TOKENS]


def test_a_run_that_was_ended_in_between_is_counted_once_as_well(tmp_path: Path) -> None:
    reader = a_reader(tmp_path)
    [*reader.read({"type": "thread.started", "thread_id": "t"})]
    rollout(tmp_path, "t", a_record(USAGE))
    assert len(list(reader.poll())) == 1
    reader.close()

    assert Total(TOKENS) in a_run(tmp_path, "t", times(2))


def test_what_was_read_by_one_that_was_killed_is_not_counted_again(tmp_path: Path) -> None:
    a_run(tmp_path, None, times(1))
    killed = a_reader(tmp_path, "t")
    [*killed.read({"type": "thread.started", "thread_id": "t"})]
    rollout(tmp_path, "t", a_record(times(2)))
    [*killed.poll()]

    assert Total(TOKENS) in a_run(tmp_path, "t", times(4))


def test_a_failure_before_any_call_came_through_costs_nothing_where_that_is_known(tmp_path: Path) -> None:
    failed = {"type": "turn.failed", "error": {"message": "unexpected status 401"}}
    known, unknown = a_reader(tmp_path / "known"), a_reader(tmp_path / "unknown")
    rollout(tmp_path / "known", "one")

    assert [type(each) for each in known.read(failed)] == [Total, Ended]
    assert [type(each) for each in unknown.read(failed)] == [Ended]


@pytest.fixture
def work_tree(tmp_path: Path) -> Path:
    shared = tmp_path / "clone.git"
    for name in ("objects", "refs", "hooks", "worktrees/w"):
        (shared / name).mkdir(parents=True)
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / ".git").write_text(f"gitdir: {shared}/worktrees/w\n")
    (shared / "worktrees" / "w" / "gitdir").write_text(f"{tree}/.git\n")
    return tree


def test_a_commit_in_a_work_tree_writes_its_own_folder_and_what_is_shared_but_no_settings(
    work_tree: Path, tmp_path: Path
) -> None:
    shared = tmp_path / "clone.git"

    assert written_by_git(work_tree) == [
        shared / "worktrees" / "w",
        shared / "objects",
        shared / "refs",
        shared / "logs",
    ]


def test_a_commit_in_a_clone_writes_its_folder(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()

    assert written_by_git(tmp_path) == [tmp_path / ".git"]


@pytest.mark.parametrize(
    "said", ["gitdir: /etc\n", "gitdir: ../clone.git\n", "gitdir: \n", "nonsense", "gitdir: \0x", "\udcff"]
)
def test_a_file_that_an_agent_wrote_opens_nothing(said: str, work_tree: Path) -> None:
    (work_tree / ".git").write_bytes(said.encode(errors="surrogateescape"))

    assert written_by_git(work_tree) == []


def test_nor_does_a_link_in_place_of_a_folder(work_tree: Path, tmp_path: Path) -> None:
    (tmp_path / "clone.git" / "logs").symlink_to(tmp_path)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / ".git").symlink_to(tmp_path / "clone.git")

    assert tmp_path not in written_by_git(work_tree)
    assert written_by_git(elsewhere) == []


def test_a_folder_without_git_writes_nothing(tmp_path: Path) -> None:
    assert written_by_git(tmp_path) == []
