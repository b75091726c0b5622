"""Rule: programs read and write UTF-8 text inside the repository, and touch a file only if it changes."""

import json
import os
from pathlib import Path
from typing import Any, Final

from shopfloor.problems import InputError, Problem

ROOT: Final = Path(__file__).resolve().parents[1]


def listed(root: Path, pattern: str) -> list[str]:
    """Return the files that match a pattern, as sorted paths relative to the root."""
    return sorted(path.relative_to(root).as_posix() for path in root.glob(pattern) if path.is_file())


def read(root: Path, path: str) -> str:
    """Return a file's text."""
    try:
        return (root / path).read_text(encoding="utf-8")
    except FileNotFoundError:
        problem = Problem(path, 1, "the file is missing", "a file", "restore it from Git")
    except (UnicodeDecodeError, OSError) as error:
        problem = Problem(path, 1, f"cannot be read ({error})", "UTF-8 text", "save it as UTF-8 text")
    raise InputError([problem])


def read_json(root: Path, path: str) -> Any:
    """Return the value of a JSON file."""
    try:
        return json.loads(read(root, path))
    except json.JSONDecodeError as error:
        problem = Problem(path, error.lineno, f"not JSON ({error.msg})", "valid JSON", "correct that line")
    raise InputError([problem])


def read_object(root: Path, path: str) -> dict[str, Any]:
    """Return a JSON file whose top is an object."""
    value = read_json(root, path)
    if not isinstance(value, dict):
        raise InputError([Problem(path, 1, f"holds a {type(value).__name__}", "an object {…}", "wrap it")])
    return value


def line_of(text: str, needle: str) -> int:
    """Return the first line that holds the needle, or 1: good enough to send an editor there."""
    before, found, _ = text.partition(needle)
    return before.count("\n") + 1 if found else 1


def to_json(value: object) -> str:
    """Return the one way in which the factory writes JSON."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def write(root: Path, path: str, text: str) -> str:
    """Write a file if its text changes, in one step; return a line that says what happened."""
    target = root / path
    if not target.parent.resolve().is_relative_to(root.resolve()):
        problem = Problem(path, 1, "lies outside the repository", "a path in it", "remove the link")
        raise InputError([problem])
    if target.is_file() and target.read_bytes() == text.encode():
        return f"unchanged {path}"
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    part.write_bytes(text.encode())
    os.replace(part, target)  # noqa: PTH105 - os.replace is the one call that is atomic on every platform
    return f"wrote {path}"
