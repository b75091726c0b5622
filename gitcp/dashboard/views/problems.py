"""What is wrong with files, and how to mend it."""

from dataclasses import dataclass

from markupsafe import Markup

from gitcp.dashboard import links, words
from gitcp.dashboard.figures import plural
from gitcp.dashboard.prose import Prose
from gitcp.dashboard.refs import Ref
from gitcp.dashboard.register import Register
from gitcp.dashboard.words import Badge
from gitcp.model.problem import Problem, Severity


@dataclass(frozen=True, slots=True)
class ProblemView:
    """One thing that is wrong at one place."""

    place: str
    where: str
    message: Markup
    hint: Markup | None
    severity: Badge
    record: Ref | None
    effect: str


@dataclass(frozen=True, slots=True)
class Problems:
    """All problems: errors first, each by path."""

    summary: str
    problems: tuple[ProblemView, ...]


def problems(register: Register, prose: Prose) -> Problems:
    """Show what is wrong."""
    found = sorted(register.problems, key=_order)
    errors = sum(problem.severity is Severity.ERROR for problem in found)
    summary = (
        f"{plural(errors, 'error')}, {plural(len(found) - errors, 'warning')}"
        if found
        else "Nothing is wrong"
    )
    return Problems(summary, tuple(_problem(register, problem, prose) for problem in found))


def _order(problem: Problem) -> tuple[bool, str, int, str, str]:
    warning = problem.severity is not Severity.ERROR
    return warning, problem.path, problem.line, problem.where, problem.message


def _problem(register: Register, problem: Problem, prose: Prose) -> ProblemView:
    place = f"{problem.path}:{problem.line}" if problem.line else problem.path
    return ProblemView(
        place=place,
        where=problem.where,
        message=prose.line(problem.message),
        hint=prose.line(problem.hint) if problem.hint else None,
        severity=words.SEVERITY[problem.severity],
        record=_record(register, problem),
        effect=_effect(problem),
    )


def _effect(problem: Problem) -> str:
    if problem.severity is not Severity.ERROR:
        return ""
    if problem.commit:
        told = f"By {problem.by or 'somebody'} in commit {problem.commit[:12]}."
        return f"{told} The change counts for nothing until it is admitted or taken back."
    return "This record is out of play until the file is mended." if problem.record else ""


def _record(register: Register, problem: Problem) -> Ref | None:
    if problem.record is None:
        return None
    kind, name = problem.record
    found = register.find(name)
    if found is None and name in register.goals:
        found = links.goal_place(name)
    return Ref(f"{kind} {name}", found)
