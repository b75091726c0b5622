"""Check the front matter of every page that has one, and the names that pages use for each other."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from shopfloor import frontmatter
from shopfloor.cli import Job, launch, plural, report
from shopfloor.files import ROOT, listed, read
from shopfloor.frontmatter import Page
from shopfloor.problems import InputError, Problem
from shopfloor.schemas import BY_PATTERN, INDEX


def work(job: Job) -> int:
    """Check every page of every pattern."""
    pages: list[Page] = []
    reasons: list[str] = []
    for path, schema in _expected(job.root):
        try:
            page = frontmatter.parse(path, read(job.root, path))
        except InputError as error:
            reasons.append(str(error))
            continue
        pages.append(page)
        reasons += [str(problem) for problem in frontmatter.mistakes(page, schema)]
    reasons += [str(problem) for page in pages for problem in _names(job.root, page)]
    fine = f"the front matter of {plural(len(pages), 'page')} is complete"
    return report(reasons, fine=fine, failed="to correct")


def _expected(root: Path) -> list[tuple[str, frontmatter.Schema]]:
    found = [(path, schema) for pattern, schema in BY_PATTERN.items() for path in listed(root, pattern)]
    return [(path, schema) for path, schema in found if path != INDEX]


def _names(root: Path, page: Page) -> Iterator[Problem]:
    """Yield the skills and people that a page names and that do not exist."""
    for skill in page.many("skills"):
        if not (root / "skills" / skill / "SKILL.md").is_file():
            yield _unknown(page, "skills", skill, "the name of a folder in skills/")
    for key in ("owner", "author"):
        name = page.text(key)
        if name and not (root / "roles" / name / "role.md").is_file():
            yield _unknown(page, key, name, "the name of a folder in roles/")
    folder = page.path.split("/")[1]
    if page.path.startswith("skills/") and "name" in page.fields and page.text("name") != folder:
        yield _unknown(page, "name", page.text("name"), f"the name of its folder, {folder}")


def _unknown(page: Page, key: str, found: str, expected: str) -> Problem:
    line = page.fields[key].line
    return Problem(page.path, line, f"{key} names {found!r}", expected, "correct the front matter")


def main(argv: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Run the check."""
    return launch(work, about="Check the front matter of all pages.", argv=argv, root=root)


if __name__ == "__main__":
    sys.exit(main())
