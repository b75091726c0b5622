"""Scan the knowledge notes and place every item of the watchlist on the technology radar.

Rule: the ring follows from the notes dated up to the day of the scan, never from the ring before.
"""

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from shopfloor import radar
from shopfloor.cli import DONE, Job, launch, plural
from shopfloor.files import ROOT, read, to_json, write
from shopfloor.knowledge import Note, load_notes
from shopfloor.markdown import table
from shopfloor.problems import InputError, Problem
from shopfloor.radar import Item, Radar, Watchlist
from shopfloor.schemas import RINGS

ARROWS: Final = {"new": "★ new", "in": "▲ in", "out": "▼ out", "same": "●"}
HEAD: Final = (
    "# Technology radar\n\n"
    "Written by `skills/rd-scan`; change the notes or the watchlist, not this page.\n"
    "How an item gets its ring: [rd-scan](../skills/rd-scan/SKILL.md).\n"
)


@dataclass(frozen=True, slots=True)
class Placement:
    """Where an item stands, and why."""

    item: Item
    ring: str
    before: str | None
    reason: str
    notes: tuple[Note, ...]
    stale: bool

    @property
    def movement(self) -> str:
        """Return where the item went in comparison with the scan before."""
        if self.before is None:
            return "new"
        step = RINGS.index(self.before) - RINGS.index(self.ring)
        return "in" if step > 0 else "out" if step < 0 else "same"

    @property
    def newest(self) -> Note | None:
        """Return the newest note on the item."""
        return self.notes[0] if self.notes else None


@dataclass(frozen=True, slots=True)
class Scan:
    """One scan: what was placed, what it is compared with, what was found beside it."""

    today: date
    before_day: date | None
    before: dict[str, str]
    placements: tuple[Placement, ...]
    fresh: tuple[Note, ...]
    candidates: tuple[Note, ...]

    def moved(self) -> list[Placement]:
        """Return what changed its ring or is new, in the order of the rings."""
        return [each for each in self.placements if each.movement != "same"]

    def left(self) -> list[str]:
        """Return the ids that the scan before still had."""
        return sorted(self.before.keys() - {each.item.id for each in self.placements})


def work(job: Job) -> int:
    """Read, place, write, tell."""
    scan = scanned(job.root, job.today)
    log = _log(job.root, scan)
    written = [
        write(job.root, radar.RADAR, to_json(_as_json(scan))),
        write(job.root, radar.PAGE, _page(scan)),
        write(job.root, radar.SCANS, log),
    ]
    print(_summary(scan))
    for each in [*scan.moved(), *_asked_for(scan, job.text)]:
        print(f"  {each.item.id}: {each.before or 'not on the radar'} -> {each.ring} ({each.reason})")
    print("\n".join(written))
    return DONE


def scanned(root: Path, today: date) -> Scan:
    """Place every item of the watchlist as of a day."""
    watchlist, notes = radar.load_watchlist(root), [n for n in load_notes(root) if n.written <= today]
    before_day, before = _baseline(radar.load_radar(root), today)
    placements = [_placed(watchlist, item, notes, before.get(item.id), today) for item in watchlist.items]
    placements.sort(key=lambda each: (RINGS.index(each.ring), each.item.name.lower()))
    known = {item.id for item in watchlist.items}
    return Scan(
        today,
        before_day,
        before,
        tuple(placements),
        tuple(n for n in notes if before_day is None or n.written > before_day),
        tuple(n for n in notes if n.topic not in known),
    )


def _baseline(last: Radar | None, today: date) -> tuple[date | None, dict[str, str]]:
    """Return what to compare with; a second scan of a day compares with the same scan as the first."""
    if last is None:
        return None, {}
    if last.scanned > today:
        what = f"the last scan is of {last.scanned}, which is after {today}"
        raise InputError(
            [Problem(radar.RADAR, 2, what, "a scan of today or earlier", "check --today and the clock")]
        )
    if last.scanned == today:
        return last.compared_with, last.compared_rings
    return last.scanned, last.rings


def _placed(
    watchlist: Watchlist, item: Item, notes: Sequence[Note], before: str | None, today: date
) -> Placement:
    own = tuple(note for note in notes if note.topic == item.id)
    ring, reason = _ring(own)
    stale = bool(own) and (today - own[0].written).days > watchlist.stale_after[ring]
    return Placement(item, ring, before, reason, own, stale)


def _ring(notes: Sequence[Note]) -> tuple[str, str]:
    """Return ring and reason: the newest note that is sure of itself decides, evidence caps it."""
    if not notes:
        return "assess", "no note yet"
    sure = [note for note in notes if note.confidence != "low"]
    if not sure:
        ring = "hold" if notes[0].ring == "hold" else "assess"
        return ring, "only notes of low confidence"
    note = sure[0]
    if note.ring != "adopt":
        return note.ring, f"note of {note.written}"
    if note.confidence != "high":
        return "trial", f"note of {note.written} says adopt, but not with high confidence"
    if not any(evidence.is_proof for each in notes for evidence in each.evidence):
        return "trial", f"note of {note.written} says adopt, but nothing was measured or used in production"
    return "adopt", f"note of {note.written}"


def _as_json(scan: Scan) -> dict[str, Any]:
    compared = {"scanned": str(scan.before_day), "rings": dict(sorted(scan.before.items()))}
    return {
        "scanned": str(scan.today),
        "compared_with": compared if scan.before_day else None,
        "items": [_item_json(each) for each in sorted(scan.placements, key=lambda each: each.item.id)],
    }


def _item_json(each: Placement) -> dict[str, Any]:
    return {
        "id": each.item.id,
        "name": each.item.name,
        "quadrant": each.item.quadrant,
        "ring": each.ring,
        "movement": each.movement,
        "reason": each.reason,
        "stale": each.stale,
        "notes": [note.path for note in each.notes],
        "evidence": [
            {"kind": evidence.kind, "text": evidence.text, "note": note.path}
            for note in each.notes
            for evidence in note.evidence
        ],
    }


def _page(scan: Scan) -> str:
    lines = [HEAD, _summary(scan), ""]
    for ring in RINGS:
        inside = [each for each in scan.placements if each.ring == ring]
        lines += [f"## {ring.capitalize()}", ""]
        head = ("Item", "Quadrant", "Movement", "Newest note", "Why we watch it")
        lines += table(head, [_row(each) for each in inside]) if inside else ["Nothing at present."]
        lines.append("")
    return "\n".join(lines)


def _row(each: Placement) -> tuple[str, ...]:
    newest = each.newest
    link = f"[{newest.written}](../{newest.path})" if newest else "none"
    stale = ", stale" if each.stale else ""
    return each.item.name, each.item.quadrant, ARROWS[each.movement], link + stale, each.item.why


def _summary(scan: Scan) -> str:
    stale = sum(each.stale for each in scan.placements)
    compared = f"compared with {scan.before_day}" if scan.before_day else "the first scan"
    moved = [each for each in scan.placements if each.movement in ("in", "out")]
    new = [each for each in scan.placements if each.movement == "new"]
    counts = f"{len(moved)} moved, {len(new)} new, {stale} stale"
    return f"Scan of {scan.today}, {compared}: {plural(len(scan.placements), 'item')}, {counts}."


def _log(root: Path, scan: Scan) -> str:
    """Return the scan log with the section of today at its end."""
    text, days = read(root, radar.SCANS), radar.scan_days(root)
    if days and days[-1][1] > scan.today:
        line, last = days[-1]
        what = f"the last section is of {last}, which is after {scan.today}"
        raise InputError(
            [Problem(radar.SCANS, line, what, "sections up to today", "check --today and the clock")]
        )
    if days and days[-1][1] == scan.today:
        text = "\n".join(text.split("\n")[: days[-1][0] - 1])
    return f"{text.rstrip()}\n\n{_section(scan)}\n"


def _section(scan: Scan) -> str:
    moves = [_move(each) for each in scan.moved()] if scan.before_day else []
    left = [f"- {each}: no longer on the watchlist" for each in scan.left()]
    stale = [f"- {each.item.name}: nothing since {_since(each)}" for each in scan.placements if each.stale]
    parts = [
        ("Moved", moves + left),
        (
            "New notes",
            [f"- [{note.title}](../{note.path})" for note in scan.fresh] if scan.before_day else [],
        ),
        ("Stale (write a note, or take it off the watchlist)", stale),
        (
            "Candidates for the watchlist",
            [f"- {n.topic}, from [{n.title}](../{n.path})" for n in scan.candidates],
        ),
    ]
    shown = "".join(f"\n\n{head}:\n\n" + "\n".join(lines) for head, lines in parts if lines)
    return f"## {scan.today}\n\n{_summary(scan)}{shown}"


def _move(each: Placement) -> str:
    if each.before is None:
        return f"- {each.item.name}: new in {each.ring} ({each.reason})"
    return f"- {each.item.name}: {each.before} → {each.ring} ({each.reason})"


def _since(each: Placement) -> str:
    return str(each.newest.written) if each.newest else "it was put on the watchlist"


def _asked_for(scan: Scan, text: str) -> list[Placement]:
    """Return the items whose id or name occurs in the free text, to be told although they did not move."""
    words = re.sub(r"\s+", " ", text.lower())
    named = [each for each in scan.placements if each.item.id in words or each.item.name.lower() in words]
    return [each for each in named if each.movement == "same"]


def main(argv: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Run the skill."""
    return launch(work, about="Rewrite the technology radar from the knowledge notes.", argv=argv, root=root)


if __name__ == "__main__":
    sys.exit(main())
