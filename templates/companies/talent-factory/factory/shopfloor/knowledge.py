"""The knowledge base: one note, one observation, one date."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from shopfloor import frontmatter, schemas
from shopfloor.files import listed
from shopfloor.problems import InputError, Problem, refuse


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a note rests on."""

    kind: str
    text: str

    @property
    def is_proof(self) -> bool:
        """Whether it carries a ring of adopt."""
        return self.kind in schemas.PROOF


@dataclass(frozen=True, slots=True)
class Note:
    """A note with the fields that programs use."""

    path: str
    title: str
    written: date
    topic: str
    ring: str
    confidence: str
    author: str
    evidence: tuple[Evidence, ...]
    body: str


def load_notes(root: Path) -> list[Note]:
    """Read every note, newest first; all mistakes at once."""
    notes: list[Note] = []
    problems: list[Problem] = []
    for path in listed(root, "knowledge/*.md"):
        if path == schemas.INDEX:
            continue
        try:
            notes.append(_note(frontmatter.load(root, path, schemas.NOTE)))
        except InputError as error:
            problems.extend(error.problems)
    refuse(problems)
    return sorted(notes, key=lambda note: (-note.written.toordinal(), note.path))


def _note(page: frontmatter.Page) -> Note:
    evidence = tuple(Evidence(*entry.split(": ", 1)) for entry in page.many("evidence"))
    return Note(
        path=page.path,
        title=page.text("title"),
        written=page.day("date"),
        topic=page.text("topic"),
        ring=page.text("ring"),
        confidence=page.text("confidence"),
        author=page.text("author"),
        evidence=evidence,
        body=page.body,
    )
