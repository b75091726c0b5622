"""Review the radar: do its two files agree, and does every adopt item rest on evidence?

Rule: a review judges what the last scan wrote; it never changes the radar itself.
"""

import re
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from shopfloor import radar
from shopfloor.cli import Job, launch, plural, report
from shopfloor.files import ROOT, read, write
from shopfloor.problems import InputError, Problem
from shopfloor.radar import Radar, load_radar, load_watchlist
from shopfloor.schemas import PROOF, RINGS

REVIEW: Final = "radar/review.md"
HEAD: Final = "# Review of the radar\n\nWritten by `skills/radar-review`.\n"


def work(job: Job) -> int:
    """Check, write the page, tell."""
    last = load_radar(job.root)
    if last is None:
        problem = Problem(radar.RADAR, 1, "there is no radar", "the result of a scan", "run skills/rd-scan")
        raise InputError([problem])
    reasons = [
        *_disagreements(job.root, last),
        *_unknown_items(job.root, last),
        *_weak_adopts(job.root, last),
    ]
    print(write(job.root, REVIEW, _page(last, job.today, reasons)))
    fine = f"the radar of {last.scanned} holds: {plural(len(last.items), 'item')}, no objection"
    return report(reasons, fine=fine, failed="objections")


def _disagreements(root: Path, last: Radar) -> Iterator[str]:
    text = read(root, radar.PAGE)
    shown, names = _shown_rings(text), {item["name"]: item["ring"] for item in last.items}
    if f"Scan of {last.scanned}," not in text:
        yield f"{radar.PAGE}: is not of the scan of {last.scanned} that {radar.RADAR} holds; run skills/rd-scan"
    for name in sorted(names.keys() | shown.keys()):
        here, there = shown.get(name, "nowhere"), names.get(name, "nowhere")
        if here != there:
            yield f"{name}: in {here} on {radar.PAGE}, in {there} in {radar.RADAR}; run skills/rd-scan"


def _shown_rings(text: str) -> dict[str, str]:
    ring, found = "", {}
    for line in text.split("\n"):
        if line.startswith("## "):
            ring = line[3:].strip().lower()
        elif ring in RINGS and line.startswith("| ") and not line.startswith(("| Item |", "| --- |")):
            found[re.split(r"(?<!\\)\|", line)[1].strip().replace("\\|", "|")] = ring
    return found


def _unknown_items(root: Path, last: Radar) -> Iterator[str]:
    watched = {item.id for item in load_watchlist(root).items}
    for each in sorted(watched ^ last.rings.keys()):
        place = "only on the watchlist" if each in watched else "only on the radar"
        yield f"{each}: {place}; run skills/rd-scan"


def _weak_adopts(root: Path, last: Radar) -> Iterator[str]:
    for item in last.items:
        if item["ring"] == "adopt":
            yield from _objections(root, item)


def _objections(root: Path, item: dict[str, Any]) -> Iterator[str]:
    proofs = [each for each in item["evidence"] if each["kind"] in PROOF]
    if not proofs:
        yield f"{item['id']}: in adopt without measured or production evidence; write a note or move it to trial"
    for path in sorted({each["note"] for each in proofs}):
        if not (root / path).is_file():
            yield f"{item['id']}: its evidence cites {path}, which does not exist; run skills/rd-scan"


def _page(last: Radar, today: date, reasons: Sequence[str]) -> str:
    verdict = "objections, see below" if reasons else "no objection"
    lines = [
        HEAD,
        f"Reviewed on {today}: the radar of {last.scanned}, {plural(len(last.items), 'item')}; {verdict}.",
        "",
    ]
    lines += ["## Objections", "", *([f"- {each}" for each in reasons] or ["None."]), ""]
    lines += ["## Evidence behind adopt", "", *_evidence(last), ""]
    lines += ["## Questions for the next scan", "", *(_questions(last) or ["None."]), ""]
    return "\n".join(lines)


def _evidence(last: Radar) -> list[str]:
    lines = []
    for item in last.items:
        if item["ring"] == "adopt":
            proofs = [each for each in item["evidence"] if each["kind"] in PROOF]
            shown = "; ".join(f"{each['text']} ([{each['kind']}](../{each['note']}))" for each in proofs)
            lines.append(f"- {item['name']}: {shown or 'nothing'}")
    return lines or ["Nothing is in adopt."]


def _questions(last: Radar) -> list[str]:
    asked = {
        "adopt": "is it still how we work?",
        "trial": "decide: adopt it, or let it go",
        "assess": "is anybody still looking at it?",
        "hold": "has the reason to hold gone away?",
    }
    stale = [f"- {i['name']} ({i['ring']}, stale): {asked[i['ring']]}" for i in last.items if i.get("stale")]
    single = [
        f"- {item['name']} (adopt): rests on a single note; who has seen it elsewhere?"
        for item in last.items
        if item["ring"] == "adopt" and not item.get("stale") and len(item["notes"]) == 1
    ]
    return stale + single


def main(argv: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Run the skill."""
    return launch(
        work, about="Review whether the radar agrees with itself and its evidence.", argv=argv, root=root
    )


if __name__ == "__main__":
    sys.exit(main())
