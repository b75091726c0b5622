from dataclasses import replace

from gitcp.dashboard.prose import Prose
from gitcp.dashboard.register import Register
from gitcp.dashboard.views.problems import Problems, problems
from gitcp.model.memory import Records
from gitcp.model.problem import Problem, Severity
from tests.dashboard.company import a_bare_site, a_site, records


def shown(*found: Problem) -> Problems:
    site = replace(a_site(), snapshot=Records.of(records(), problems=found)) if found else a_bare_site()
    register = Register(site)
    return problems(register, Prose(register.find, ""))


def test_errors_come_before_warnings_each_by_path() -> None:
    view = shown(
        Problem(path="a", severity=Severity.WARNING),
        Problem(path="c"),
        Problem(path="b"),
        Problem(path="b", line=2),
    )

    assert [problem.place for problem in view.problems] == ["b", "b:2", "c", "a"]
    assert view.summary == "3 errors, 1 warning"
    assert shown().summary == "Nothing is wrong"


def test_a_problem_leads_to_its_record_where_that_has_a_page() -> None:
    view = shown(
        Problem(path="a", record=("agent", "riley")),
        Problem(path="b", record=("goal", "fresh")),
        Problem(path="c", record=("agent", "rook")),
        Problem(path="d"),
    )

    assert [problem.record and (problem.record.text, problem.record.href) for problem in view.problems] == [
        ("agent riley", "org/riley.html"),
        ("goal fresh", "goals.html#goal-fresh"),
        ("agent rook", None),
        None,
    ]


def test_only_an_error_takes_a_record_out_of_play() -> None:
    view = shown(
        Problem(path="a", record=("agent", "riley")),
        Problem(path="b", record=("agent", "riley"), severity=Severity.WARNING),
        Problem(path="c"),
    )

    assert [bool(problem.effect) for problem in view.problems] == [True, False, False]


def test_commands_in_a_hint_are_code() -> None:
    (problem,) = shown(Problem(path="a", message="m", hint="run `gitcp check a`")).problems

    assert str(problem.hint) == "run <code>gitcp check a</code>"
    assert shown(Problem(path="a")).problems[0].hint is None


def test_a_refused_change_says_who_made_it_and_that_it_does_not_count() -> None:
    (problem,) = shown(Problem("a", message="no", commit="1f3a" * 10, by="Ben")).problems

    told = "By Ben in commit 1f3a1f3a1f3a. The change counts for nothing until it is admitted or taken back."
    assert problem.effect == told
