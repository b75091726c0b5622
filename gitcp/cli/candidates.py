"""What a shell may complete: ids, as the file names of the checkout have them.

Rule: cheap and never in the way. No record is read, and what goes wrong is no completion.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click
from click.shell_completion import CompletionItem

_FOLDERS: Final = {
    "task": ("tasks",),
    "run": ("runs",),
    "member": ("org",),
    "goal": ("goals",),
    "project": ("projects",),
    "routine": ("routines",),
    "budget": ("budgets",),
    "approval": ("approvals",),
    "policy": ("policies",),
    "record": ("org", "tasks", "goals", "projects", "routines", "approvals", "policies"),
}
_NAMES: Final = {"task": re.compile(r"[A-Z][A-Z0-9]*-[0-9]+")}
_MOST: Final = 200
_MOST_FILES: Final = 20_000


def candidates(ctx: click.Context, kind: str, incomplete: str) -> list[CompletionItem]:
    """Return the ids of a kind that begin as what was typed, whatever the case of its letters."""
    try:
        root = _root(Path(ctx.find_root().params.get("repo") or "."))
        found = _ids(root, kind, incomplete.lower()) if root else iter(())
        return [CompletionItem(name) for name in sorted(found, reverse=kind == "run")[:_MOST]]
    except OSError:
        return []


def _root(start: Path) -> Path | None:
    here = start.resolve()
    return next((folder for folder in (here, *here.parents) if (folder / "gitcp.yaml").is_file()), None)


def _ids(root: Path, kind: str, begin: str) -> Iterator[str]:
    pattern = _NAMES.get(kind)
    for folder in _FOLDERS.get(kind, ()):
        for path in _files(root / folder):
            stem = path.relative_to(root / folder).with_suffix("") if kind == "budget" else path.stem
            name = str(stem).replace(os.sep, "/")
            if name.lower().startswith(begin) and (pattern is None or pattern.fullmatch(name)):
                yield name


def _files(folder: Path) -> Iterator[Path]:
    seen = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            seen += 1
            if seen > _MOST_FILES:
                return
            if name.endswith(".yaml"):
                yield Path(parent) / name
