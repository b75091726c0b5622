"""Triage the requests in the inbox and write the board.

Rule: the board says what to do next and why; the words that decide stand in `requests/rules.json`, not in code.
"""

import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from shopfloor import frontmatter, schemas
from shopfloor.cli import DONE, Job, launch, plural
from shopfloor.files import ROOT, line_of, listed, read, read_object, write
from shopfloor.frontmatter import Page
from shopfloor.lines import line_names
from shopfloor.markdown import headings, table
from shopfloor.problems import InputError, Problem, refuse

BOARD: Final = "requests/board.md"
RULES: Final = "requests/rules.json"
HEAD: Final = (
    "# Request board\n\nWritten by `skills/intake` from `requests/inbox/`; rules: `requests/rules.json`.\n"
)
LANES: Final = ("Needs a decision first", "Ask the customer first", "Ready to start")
VALUE: Final = {"small": 1, "medium": 2, "large": 3}
SURE: Final = 2
"""Keywords of a line that a request must hold to be taken for work on it."""


def _all(kind: type, values: Iterable[object]) -> bool:
    return all(type(each) is kind for each in values)


SHAPES: Final[Mapping[str, tuple[str, Callable[[object], bool]]]] = {
    "reply_within_days": ("a number of days", lambda value: type(value) is int),
    "urgency_days": ("a list of numbers of days", lambda value: isinstance(value, list) and _all(int, value)),
    "pressing": ("a list of words", lambda value: isinstance(value, list) and _all(str, value)),
    "sections": ("a list of headings", lambda value: isinstance(value, list) and _all(str, value)),
    "out_of_bounds": ("reasons by word", lambda value: isinstance(value, dict) and _all(str, value.values())),
}


@dataclass(frozen=True, slots=True)
class Rules:
    """What the people at the desk agreed on."""

    reply_within_days: int
    urgency_days: tuple[int, ...]
    pressing: tuple[str, ...]
    sections: tuple[str, ...]
    out_of_bounds: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Ticket:
    """A request with what the rules make of it."""

    page: Page
    waiting: int
    line: str
    lane: str
    points: int
    reasons: tuple[str, ...]


def work(job: Job) -> int:
    """Read, triage, write, tell."""
    rules = _rules(job.root)
    pages = _pages(job.root, "requests/inbox/*.md", schemas.REQUEST)
    done = _pages(job.root, "requests/done/*.md", schemas.DONE_REQUEST)
    lines = {name: _line(job.root, name) for name in line_names(job.root)}
    tickets = [_ticket(page, rules, lines, job.today) for page in pages]
    tickets.sort(
        key=lambda each: (LANES.index(each.lane), -each.points, each.page.text("received"), each.page.path)
    )
    print(
        f"{plural(len(tickets), 'request')} on {job.today}: "
        + ", ".join(_count(tickets, lane) for lane in LANES)
    )
    for each in tickets:
        print(f"  {each.points} points, {each.line}: {each.page.text('title')} ({each.lane.lower()})")
    print(write(job.root, BOARD, _board(tickets, done, rules, job.today)))
    return DONE


def _rules(root: Path) -> Rules:
    text, found = read(root, RULES), read_object(root, RULES)
    refuse(
        Problem(RULES, line_of(text, f'"{key}"'), f"{key} is not as expected", expected, "correct it")
        for key, (expected, fits) in SHAPES.items()
        if not fits(found.get(key))
    )
    return Rules(
        found["reply_within_days"],
        tuple(found["urgency_days"]),
        tuple(found["pressing"]),
        tuple(found["sections"]),
        dict(found["out_of_bounds"]),
    )


def _pages(root: Path, pattern: str, schema: frontmatter.Schema) -> list[Page]:
    pages: list[Page] = []
    problems: list[Problem] = []
    for path in listed(root, pattern):
        try:
            pages.append(frontmatter.load(root, path, schema))
        except InputError as error:
            problems.extend(error.problems)
    refuse(problems)
    return pages


def _line(root: Path, name: str) -> Page:
    return frontmatter.load(root, f"lines/{name}/README.md", schemas.LINE)


def _ticket(page: Page, rules: Rules, lines: Mapping[str, Page], today: date) -> Ticket:
    text = f"{page.text('title')}\n{page.body}".lower()
    line, why = _matched(text, lines)
    barred = [
        f"{word}: {reason}" for word, reason in sorted(rules.out_of_bounds.items()) if _holds(text, word)
    ]
    missing = [each for each in rules.sections if each not in headings(page.body)]
    lane = LANES[0] if barred else LANES[1] if missing or not page.text("volume_per_month") else LANES[2]
    waiting = max(0, (today - page.day("received")).days)
    points, scored = _points(page, text, rules)
    asked = [f"ask for: {each.lower()}" for each in missing]
    asked += [] if page.text("volume_per_month") else ["ask for: how many a month"]
    late = (
        [f"answer is late: {waiting} days, agreed {rules.reply_within_days}"]
        if waiting > rules.reply_within_days
        else []
    )
    return Ticket(page, waiting, line, lane, points, (why, *scored, *barred, *asked, *late))


def _matched(text: str, lines: Mapping[str, Page]) -> tuple[str, str]:
    """Return the line that a request is about: the one with most of its keywords in the text."""
    held = {
        name: [word for word in page.many("keywords") if _holds(text, word)] for name, page in lines.items()
    }
    best = max(sorted(held), key=lambda name: len(held[name]), default="")
    if best and len(held[best]) >= SURE:
        return best, f"work on {best}: it speaks of {', '.join(held[best])}"
    return "new talent", "no line covers it"


def _points(page: Page, text: str, rules: Rules) -> tuple[int, list[str]]:
    days = int(page.text("wanted_within_days"))
    urgent = sum(days <= limit for limit in rules.urgency_days)
    pressing = [word for word in rules.pressing if _holds(text, word)]
    value = VALUE[page.text("value")]
    shown = [f"value {page.text('value')} gives {value}", f"wanted within {days} days gives {urgent}"]
    return value + urgent + len(pressing), shown + [f"'{word}' gives 1" for word in pressing]


def _holds(text: str, words: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(words.lower())}(?!\w)", text) is not None


def _count(tickets: Sequence[Ticket], lane: str) -> str:
    return f"{sum(each.lane == lane for each in tickets)} {lane.lower()}"


def _board(tickets: Sequence[Ticket], done: Sequence[Page], rules: Rules, today: date) -> str:
    late = sum(each.waiting > rules.reply_within_days for each in tickets)
    lines = [
        HEAD,
        f"On {today}: {plural(len(tickets), 'open request')}, {late} waiting longer than agreed ({rules.reply_within_days} days).",
        "",
    ]
    for lane in LANES:
        inside = [each for each in tickets if each.lane == lane]
        rows = [_row(each) for each in inside]
        head = ("Points", "Request", "Customer", "Line", "Waiting")
        lines += [f"## {lane}", "", *(table(head, rows) if rows else ["Nothing."]), ""]
    lines += ["## Why", ""]
    for each in tickets:
        lines += [f"### {each.page.text('title')}", "", *(f"- {reason}" for reason in each.reasons), ""]
    return "\n".join([*lines, "## Done", "", *([_done(page) for page in _newest(done)] or ["Nothing."]), ""])


def _newest(done: Sequence[Page]) -> list[Page]:
    return sorted(done, key=lambda page: (page.text("closed"), page.path), reverse=True)


def _row(each: Ticket) -> tuple[str, ...]:
    link = f"[{each.page.text('title')}](inbox/{Path(each.page.path).name})"
    return str(each.points), link, each.page.text("customer"), each.line, plural(each.waiting, "day")


def _done(page: Page) -> str:
    return f"- {page.text('closed')}: [{page.text('title')}](done/{Path(page.path).name}): {page.text('outcome')}"


def main(argv: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Run the skill."""
    return launch(work, about="Triage the requests in the inbox onto the board.", argv=argv, root=root)


if __name__ == "__main__":
    sys.exit(main())
