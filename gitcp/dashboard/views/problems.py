"""What is wrong with files, file by file, and how to mend it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from markupsafe import Markup

from gitcp.dashboard import words
from gitcp.dashboard.figures import plural
from gitcp.dashboard.places import Named, ref_of
from gitcp.dashboard.prose import Prose
from gitcp.dashboard.refs import Ref
from gitcp.dashboard.register import Register
from gitcp.dashboard.words import Badge
from gitcp.model.problem import Problem, Severity

MOST: Final = 300
SHORT: Final = 7
_COMMAND: Final = ": gitcp "


@dataclass(frozen=True, slots=True)
class ProblemView:
    """One thing that is wrong. `where` is the line and the way down into the file; `command` what would help, to be typed."""

    severity: Badge
    where: str
    message: Markup
    hint: Markup | None
    command: str | None
    commit: str | None
    by: str | None


@dataclass(frozen=True, slots=True)
class FileProblems:
    """All that is wrong with one file, and what that means for its record."""

    path: str
    record: Ref | None
    tone: str
    effect: str
    problems: tuple[ProblemView, ...]


@dataclass(frozen=True, slots=True)
class Problems:
    """All problems: files with errors first, then by path; `left_out` says how many are not shown."""

    summary: str
    files: tuple[FileProblems, ...]
    left_out: str | None


def problems(register: Register, prose: Prose) -> Problems:
    """Show what is wrong."""
    found = sorted(register.problems, key=_order)
    broken = {problem.path for problem in found if _is_error(problem)}
    found.sort(key=lambda problem: (problem.path not in broken, problem.path))
    files = groupby(found[:MOST], key=lambda problem: problem.path)
    return Problems(
        summary=counted(found),
        files=tuple(_file(register, path, list(those), prose) for path, those in files),
        left_out=f"{len(found) - MOST:,} more: gitcp check" if len(found) > MOST else None,
    )


def counted(found: Sequence[Problem]) -> str:
    """Say how many errors and warnings there are."""
    errors = sum(map(_is_error, found))
    told = (
        plural(errors, "error") if errors else "",
        plural(len(found) - errors, "warning") if len(found) > errors else "",
    )
    return ", ".join(filter(None, told)) or "Nothing is wrong"


def _is_error(problem: Problem) -> bool:
    return problem.severity is Severity.ERROR


def _order(problem: Problem) -> tuple[bool, int, str, str]:
    return not _is_error(problem), problem.line, problem.where, problem.message


def _file(register: Register, path: str, found: Sequence[Problem], prose: Prose) -> FileProblems:
    first = found[0]
    record = next((problem.record for problem in found if problem.record), None)
    return FileProblems(
        path=path,
        record=_record(register, *record) if record else None,
        tone=words.SEVERITY[first.severity].tone,
        effect=_effect(found),
        problems=tuple(_problem(problem, prose) for problem in found),
    )


def _problem(problem: Problem, prose: Prose) -> ProblemView:
    hint, sign, command = problem.hint.rpartition(_COMMAND)
    told = hint if sign else problem.hint
    line = f"line {problem.line}" if problem.line else ""
    return ProblemView(
        severity=words.SEVERITY[problem.severity],
        where=", ".join(filter(None, (line, problem.where))),
        message=prose.line(problem.message),
        hint=prose.line(told) if told else None,
        command=f"gitcp {command}" if sign else None,
        commit=problem.commit[:SHORT] if problem.commit else None,
        by=problem.by,
    )


def _effect(found: Iterable[Problem]) -> str:
    errors = [problem for problem in found if _is_error(problem)]
    if any(problem.commit for problem in errors):
        return "The change counts for nothing until it is admitted or taken back."
    is_out = any(problem.record for problem in errors)
    return "This record is out of play until the file is mended." if is_out else ""


def _record(register: Register, kind: str, name: str) -> Ref:
    is_member = kind in {"agent", "person"}
    return Ref(f"{kind} {name}", ref_of(register, Named("member" if is_member else kind, name)).href)
