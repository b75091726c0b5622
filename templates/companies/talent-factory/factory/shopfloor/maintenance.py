"""What maintenance watches: the limits in days, and the list of open items."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from shopfloor.files import line_of, read, read_object
from shopfloor.frontmatter import a_date
from shopfloor.problems import InputError, Problem, refuse

LIMITS: Final = "maintenance/limits.json"
ITEMS: Final = "maintenance/items.json"
SEVERITIES: Final = ("high", "medium", "low")
MEASURES: Final = (
    "scan",
    "baseline",
    "process_review",
    "newest_note",
    *(f"item_{each}" for each in SEVERITIES),
)
_ITEM_KEYS: Final = ("id", "title", "area", "severity", "opened", "owner", "status", "next_step")


@dataclass(frozen=True, slots=True)
class Limit:
    """Days after which something deserves a look, and after which it is too old."""

    look_after: int
    fail_after: int | None


@dataclass(frozen=True, slots=True)
class OpenItem:
    """A maintenance item that nobody has closed yet."""

    id: str
    title: str
    severity: str
    opened: date
    owner: str
    next_step: str


def load_limits(root: Path) -> Mapping[str, Limit]:
    """Read the limit of every measure."""
    text, found = read(root, LIMITS), read_object(root, LIMITS)
    refuse(
        Problem(
            LIMITS,
            line_of(text, f'"{key}"'),
            f"{key} is no known measure",
            f"one of {', '.join(MEASURES)}",
            "remove it",
        )
        for key in sorted(found.keys() - set(MEASURES))
    )
    refuse(
        Problem(
            LIMITS,
            line_of(text, f'"{key}"'),
            f"{key} is not set",
            '{"look_after": days, "fail_after": days or null}',
            "set both",
        )
        for key in MEASURES
        if not _is_limit(found.get(key))
    )
    return {key: Limit(found[key]["look_after"], found[key]["fail_after"]) for key in MEASURES}


def load_open_items(root: Path) -> list[OpenItem]:
    """Read the open items, oldest first."""
    text, found = read(root, ITEMS), read_object(root, ITEMS).get("items")
    if not isinstance(found, list):
        raise InputError([Problem(ITEMS, 1, "no list of items", '"items": […]', "restore the file from Git")])
    refuse(_item_problem(text, item) for item in found if not _is_item(item))
    opened = [item for item in found if item["status"] == "open"]
    items = [
        OpenItem(
            i["id"], i["title"], i["severity"], date.fromisoformat(i["opened"]), i["owner"], i["next_step"]
        )
        for i in opened
    ]
    return sorted(items, key=lambda item: (item.opened, item.id))


def _is_limit(value: object) -> bool:
    if not isinstance(value, dict) or set(value) != {"look_after", "fail_after"}:
        return False
    return type(value["look_after"]) is int and type(value["fail_after"]) in (int, type(None))


def _is_item(item: Any) -> bool:
    if not isinstance(item, dict) or set(item) != set(_ITEM_KEYS):
        return False
    if not all(isinstance(value, str) and value for value in item.values()):
        return False
    return (
        item["severity"] in SEVERITIES
        and item["status"] in ("open", "closed")
        and a_date(item["opened"]) is None
    )


def _item_problem(text: str, item: Any) -> Problem:
    name = item.get("id", "items") if isinstance(item, dict) else "items"
    expected = (
        f"text in {', '.join(_ITEM_KEYS)}; severity {'/'.join(SEVERITIES)}; status open/closed; opened a date"
    )
    return Problem(ITEMS, line_of(text, f'"{name}"'), f"item {name} is incomplete", expected, "complete it")
