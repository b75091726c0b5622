"""Rule: every program takes the same options, ends with the same codes, and never shows a traceback for bad input.

Exit codes: 0 done, 1 a check failed or a file has the wrong shape (reasons on stdout), 2 usage.
"""

import argparse
import io
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from shopfloor.files import ROOT
from shopfloor.problems import InputError

DONE = 0
FAILED = 1


@dataclass(frozen=True, slots=True)
class Job:
    """What one call of a program was asked to do."""

    root: Path
    today: date
    text: str
    options: argparse.Namespace


def launch(
    work: Callable[[Job], int],
    *,
    about: str,
    argv: Sequence[str] | None = None,
    root: Path = ROOT,
    options: Callable[[argparse.ArgumentParser], object] | None = None,
) -> int:
    """Parse the arguments, do the work, and turn wrong input into plain lines."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument(
        "--today", type=_day, default=date.today(), metavar="YYYY-MM-DD", help="default: today"
    )
    if options is not None:
        options(parser)
    parser.add_argument("text", nargs="*", help="free text; see SKILL.md for what it does, if anything")
    parsed = parser.parse_intermixed_args(argv)
    try:
        return work(Job(root, parsed.today, " ".join(parsed.text), parsed))
    except InputError as error:
        print(error)
        print(f"{len(error.problems)} to correct; nothing was written")
        return FAILED


def report(reasons: Sequence[str], *, fine: str, failed: str) -> int:
    """Print the outcome of a check and return its exit code."""
    for reason in reasons:
        print(reason)
    print(f"{failed}: {len(reasons)}" if reasons else fine)
    return FAILED if reasons else DONE


def plural(number: int, noun: str) -> str:
    """Return `1 note`, `2 notes`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _day(text: str) -> date:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        message = f"{text!r} is no day; write it as 2026-04-27"
        raise argparse.ArgumentTypeError(message)
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        message = f"{text!r}: {error}"
        raise argparse.ArgumentTypeError(message) from error
