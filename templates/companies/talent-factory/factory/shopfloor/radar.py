"""The files of the technology radar as values: the watchlist, the last radar, the dates of the scans."""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from shopfloor.files import line_of, read, read_object
from shopfloor.frontmatter import a_date, a_slug
from shopfloor.problems import InputError, Problem, refuse
from shopfloor.schemas import RINGS

WATCHLIST: Final = "radar/watchlist.json"
RADAR: Final = "radar/radar.json"
PAGE: Final = "radar/radar.md"
SCANS: Final = "radar/scans.md"
QUADRANTS: Final = ("practices", "techniques", "tools-and-standards")
RESTORE: Final = "restore the file from Git and run skills/rd-scan"
_SECTION = re.compile(r"## (\d{4}-\d{2}-\d{2})")


@dataclass(frozen=True, slots=True)
class Item:
    """Something that R&D watches."""

    id: str
    name: str
    quadrant: str
    why: str


@dataclass(frozen=True, slots=True)
class Watchlist:
    """What to watch, and after how many days without a note a ring is stale."""

    stale_after: dict[str, int]
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Radar:
    """What the last scan found, as far as later programs need it."""

    scanned: date
    compared_with: date | None
    compared_rings: dict[str, str]
    items: tuple[dict[str, Any], ...]

    @property
    def rings(self) -> dict[str, str]:
        """Return the ring of each item."""
        return {item["id"]: item["ring"] for item in self.items}


def load_watchlist(root: Path) -> Watchlist:
    """Read the watchlist."""
    text, found = read(root, WATCHLIST), read_object(root, WATCHLIST)
    stale = found.get("stale_after_days")
    if not isinstance(stale, dict) or not all(type(stale.get(ring)) is int for ring in RINGS):
        raise InputError(
            [_wrong(WATCHLIST, text, "stale_after_days", f"a number of days for {', '.join(RINGS)}")]
        )
    entries = found.get("items")
    if not isinstance(entries, list) or not entries:
        raise InputError([_wrong(WATCHLIST, text, "items", "a list of items")])
    refuse(problem for entry in entries for problem in _item_problems(text, entry))
    ids = [entry["id"] for entry in entries]
    refuse(_wrong(WATCHLIST, text, each, "each id once") for each in sorted(set(ids)) if ids.count(each) > 1)
    return Watchlist(stale, tuple(sorted((Item(**entry) for entry in entries), key=lambda item: item.id)))


def load_radar(root: Path) -> Radar | None:
    """Read the last radar; nothing if there was no scan yet."""
    if not (root / RADAR).exists():
        return None
    text, found = read(root, RADAR), read_object(root, RADAR)
    before, items = found.get("compared_with"), found.get("items")
    if a_date(found.get("scanned", "")):
        raise InputError([_wrong(RADAR, text, "scanned", "the date of the scan", RESTORE)])
    if before is not None and not _is_comparison(before):
        raise InputError([_wrong(RADAR, text, "compared_with", "null, or scanned and rings", RESTORE)])
    if not isinstance(items, list) or not all(_is_placed(item) for item in items):
        raise InputError([_wrong(RADAR, text, "items", "items as skills/rd-scan writes them", RESTORE)])
    return Radar(
        date.fromisoformat(found["scanned"]),
        date.fromisoformat(before["scanned"]) if before else None,
        before["rings"] if before else {},
        tuple(items),
    )


def scan_days(root: Path) -> list[tuple[int, date]]:
    """Return line and date of each section of the scan log; they must ascend."""
    found: list[tuple[int, date]] = []
    for number, line in enumerate(read(root, SCANS).split("\n"), start=1):
        match = _SECTION.fullmatch(line.rstrip())
        if match is None:
            continue
        if a_date(match[1]) or (found and found[-1][1] >= date.fromisoformat(match[1])):
            what, expected = f"section {match[1]}", "a date later than the section above"
            raise InputError([Problem(SCANS, number, what, expected, "put the sections in order")])
        found.append((number, date.fromisoformat(match[1])))
    return found


def _is_comparison(value: object) -> bool:
    if not isinstance(value, dict) or a_date(value.get("scanned", "")):
        return False
    rings = value.get("rings")
    return isinstance(rings, dict) and all(ring in RINGS for ring in rings.values())


def _is_placed(item: object) -> bool:
    if not isinstance(item, dict) or item.get("ring") not in RINGS:
        return False
    notes, evidence = item.get("notes"), item.get("evidence")
    if not isinstance(notes, list) or not isinstance(evidence, list):
        return False
    return (
        _is_text(item.get("id"))
        and _is_text(item.get("name"))
        and all(_is_evidence(each) for each in evidence)
    )


def _is_evidence(value: object) -> bool:
    return isinstance(value, dict) and all(_is_text(value.get(key)) for key in ("kind", "text", "note"))


def _item_problems(text: str, entry: object) -> list[Problem]:
    if not isinstance(entry, dict) or set(entry) != {"id", "name", "quadrant", "why"}:
        name = entry.get("id", "items") if isinstance(entry, dict) else "items"
        return [_wrong(WATCHLIST, text, str(name), "an item with id, name, quadrant and why")]
    found = [
        _wrong(WATCHLIST, text, str(entry[key]), f"text in {key}")
        for key in entry
        if not _is_text(entry[key])
    ]
    if not found and a_slug(entry["id"]):
        found.append(_wrong(WATCHLIST, text, entry["id"], "an id in small letters, digits and hyphens"))
    if not found and entry["quadrant"] not in QUADRANTS:
        found.append(_wrong(WATCHLIST, text, entry["quadrant"], f"a quadrant of {', '.join(QUADRANTS)}"))
    return found


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def _wrong(
    path: str, text: str, place: str, expected: str, next_step: str = "correct it and run again"
) -> Problem:
    return Problem(path, line_of(text, f'"{place}"'), f"{place} is not as expected", expected, next_step)
