"""Look after the knowledge base: links, duplicates, thin notes, and the index of all notes.

Rule: the index is always written; the program fails if a note needs a person.
"""

import re
import sys
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from shopfloor.cli import Job, launch, plural, report
from shopfloor.files import ROOT, write
from shopfloor.frontmatter import SLUG
from shopfloor.knowledge import Note, load_notes
from shopfloor.markdown import broken_links, table
from shopfloor.radar import load_watchlist
from shopfloor.schemas import INDEX

HEAD: Final = (
    "# Index of the knowledge base\n\nWritten by `skills/kb-curate`; change the notes, not this page.\n"
)
SHELF_LIFE: Final = {"low": 90, "medium": 180, "high": 365}
"""Days after which a note is looked at again, by its confidence."""
FEWEST_WORDS: Final = 40
ALIKE: Final = 0.6
"""Share of common words from which two notes on a topic count as one."""


def work(job: Job) -> int:
    """Check, write the index, tell."""
    notes = load_notes(job.root)
    names = {item.id: item.name for item in load_watchlist(job.root).items}
    overdue = [note for note in _latest(notes) if _look_again(note) < job.today]
    print(write(job.root, INDEX, _page(notes, names, overdue)))
    print(
        f"{plural(len(notes), 'note')} on {plural(len({n.topic for n in notes}), 'topic')}, {len(overdue)} to look at again"
    )
    reasons = [*_links(job.root, notes), *_forms(notes), *_duplicates(notes)]
    return report(reasons, fine="no note needs a correction", failed="to correct")


def _links(root: Path, notes: Sequence[Note]) -> list[str]:
    return [
        str(problem)
        for note in sorted(notes, key=lambda note: note.path)
        for problem in broken_links(root, note.path)
    ]


def _forms(notes: Sequence[Note]) -> Iterator[str]:
    for note in sorted(notes, key=lambda note: note.path):
        name = Path(note.path).stem
        if not SLUG.fullmatch(name):
            yield f"{note.path}:1: name of the file, expected small letters, digits and hyphens; next: rename it"
        words = len(note.body.split())
        if words < FEWEST_WORDS:
            yield f"{note.path}:1: {words} words, expected {FEWEST_WORDS} or more; next: say what was seen, and where"


def _duplicates(notes: Sequence[Note]) -> Iterator[str]:
    words = {note.path: set(re.findall(r"[a-z]{4,}", note.body.lower())) for note in notes}
    for one, two in combinations(sorted(notes, key=lambda note: note.path), 2):
        same_title = one.title.casefold() == two.title.casefold()
        if same_title or (one.topic == two.topic and _alike(words[one.path], words[two.path]) >= ALIKE):
            yield f"{two.path}:1: says the same as {one.path}, expected one note for one observation; next: merge them"


def _alike(one: set[str], two: set[str]) -> float:
    return len(one & two) / len(one | two) if one and two else 0.0


def _latest(notes: Sequence[Note]) -> list[Note]:
    """Return the newest note of each topic: the older ones are history and need no other look."""
    return list({note.topic: note for note in reversed(notes)}.values())


def _look_again(note: Note) -> date:
    return note.written + timedelta(days=SHELF_LIFE[note.confidence])


def _page(notes: Sequence[Note], names: dict[str, str], overdue: Sequence[Note]) -> str:
    lines = [HEAD, f"{plural(len(notes), 'note')}, newest of {notes[0].written if notes else 'never'}.", ""]
    shown = {
        topic: names.get(topic, f"{topic} (not on the watchlist)") for topic in {note.topic for note in notes}
    }
    for topic in sorted(shown, key=lambda each: shown[each].lower()):
        own = [note for note in notes if note.topic == topic]
        rows = [(_link(n), str(n.written), n.ring, n.confidence, n.author, str(_look_again(n))) for n in own]
        head = ("Note", "Date", "Says", "Confidence", "Author", "Look again by")
        lines += [f"## {shown[topic]}", "", *table(head, rows), ""]
    late = [
        f"- {_link(note)}, due {_look_again(note)}"
        for note in sorted(overdue, key=lambda n: (_look_again(n), n.path))
    ]
    lines += ["## To look at again", "", *(late or ["Nothing."]), ""]
    return "\n".join(lines)


def _link(note: Note) -> str:
    return f"[{note.title}]({Path(note.path).name})"


def main(argv: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Run the skill."""
    return launch(work, about="Check the knowledge notes and rewrite their index.", argv=argv, root=root)


if __name__ == "__main__":
    sys.exit(main())
