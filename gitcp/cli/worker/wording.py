"""What a worker says: comments, commit messages, and what its work would have cost."""

import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from gitcp.cli.worker.orders import Skill, without_mentions
from gitcp.core.quoting import code, fenced, one_line, tail

MOST_LINES = 30
_LONGEST_SUBJECT = 72
_LONGEST_OUTPUT = 12_000
_COUNTED = 20_000


def subject(skill: Skill, output: str) -> str:
    """Return the commit message: the skill, and the first line that it printed."""
    first = next((line for line in output.splitlines() if line.strip()), "ran")
    return one_line(f"{skill.name}: {first}", _LONGEST_SUBJECT)


def report(skill: Skill, output: str, commit: str | None, files: Sequence[str]) -> str:
    """Return the comment on a skill that went well."""
    left = f"; commit {commit[:10]} changes {_counted(files)}" if commit else "; nothing changed"
    return f"Ran {code(str(skill))}{left}.{_block(output)}"


def failure(skill: Skill, exit_code: int, output: str) -> str:
    """Return the comment on a skill that failed."""
    return f"{code(str(skill))} ended with {exit_code}.{_block(output)}"


def verdict(commit: str | None, changed: str, checks: Sequence[tuple[str, int, str]]) -> str:
    """Return the comment of a review: what was looked at, and each check with its exit code; of a red one its output."""
    red = [check for check in checks if check[1] != 0]
    head = "Not yet." if red else "Good."
    looked = f" Looked at commit {commit[:10]}." if commit else " Nothing was delivered as a commit."
    lines = [f"- {code(command)} ended with {exit_code}" for command, exit_code, _ in checks]
    listed = "\n".join(["", "", *(lines or ["- the task declares no checks"])])
    shown = "".join(_block(output) for _, _, output in red) or _block(changed)
    return f"{head}{looked}{listed}{shown}"


def answer(comment: Mapping[str, Any], task: Mapping[str, Any] | None) -> str:
    """Return the answer to a comment that names the agent: its first line, and where the task stands."""
    first = next((line for line in str(comment["body"]).splitlines() if line.strip()), "")
    question = f"> {code(without_mentions(first), 200)}"
    return f"{question}\n\n{_standing(task)}"


def cost(skill_name: str, said: str, output: str) -> dict[str, float | str]:
    """Return what a model might have cost for this: made up, but the same for the same work."""
    read = 1_500 + min(len(said), _COUNTED) // 4
    wrote = 150 + min(len(output), _COUNTED) // 4
    share = zlib.crc32(skill_name.encode()) % 40
    usd = round((read * 3 + wrote * 15) / 1_000_000 + share / 1_000, 6)
    return {"usd": usd, "input_tokens": read, "output_tokens": wrote, "model": "gitcp-worker"}


def _standing(task: Mapping[str, Any] | None) -> str:
    if task is None:
        return "I cannot find the task."
    whose = f"with {task['assignee']}" if task["assignee"] else "with nobody"
    waits = f" and waits for {', '.join(task['open_blockers'])}" if task["open_blockers"] else ""
    reviewer = f"; {task['reviewer']} reviews it" if task["reviewer"] else ""
    return f"{task['id']} is {task['status']}, {whose}{waits}{reviewer}."


def _block(output: str) -> str:
    shown = tail(without_mentions(output), MOST_LINES)[-_LONGEST_OUTPUT:]
    return f"\n\n{fenced(shown)}" if shown.strip() else ""


def _counted(files: Sequence[str]) -> str:
    return "1 file" if len(files) == 1 else f"{len(files)} files"
