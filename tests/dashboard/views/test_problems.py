from dataclasses import replace

from gitcp.dashboard.prose import Prose
from gitcp.dashboard.register import Register
from gitcp.dashboard.views.problems import MOST, Problems, problems
from gitcp.errors import Consent
from gitcp.model.amounts import BudgetLimits
from gitcp.model.base import Record
from gitcp.model.guards import Approval, Budget, Period, ProposedFile
from gitcp.model.memory import Records
from gitcp.model.problem import Problem, Severity
from tests.dashboard.company import a_bare_site, a_person, a_site, ago, records


def shown(*found: Problem, more: tuple[Record, ...] = ()) -> Problems:
    known = [*records(), a_person("zoe"), *more]
    site = replace(a_site(), snapshot=Records.of(known, problems=found)) if found else a_bare_site()
    register = Register(site)
    return problems(register, Prose(register.find, ""))


def test_files_with_errors_come_first_and_in_each_file_errors_first() -> None:
    view = shown(
        Problem(path="a", severity=Severity.WARNING),
        Problem(path="c", message="old", severity=Severity.WARNING),
        Problem(path="c", line=7),
        Problem(path="b", line=2, where="cron"),
        Problem(path="b"),
    )

    assert [(file.path, file.tone) for file in view.files] == [("b", "bad"), ("c", "bad"), ("a", "warn")]
    assert [problem.where for problem in view.files[0].problems] == ["", "line 2, cron"]
    assert [problem.severity.label for problem in view.files[1].problems] == ["Error", "Warning"]
    assert view.summary == "3 errors, 2 warnings"
    assert shown(Problem(path="b")).summary == "1 error"
    assert shown().summary == "Nothing is wrong"


def test_a_file_leads_to_its_record_where_that_has_a_place() -> None:
    view = shown(
        Problem(path="a", record=("agent", "riley")),
        Problem(path="b", record=("goal", "fresh")),
        Problem(path="c", record=("agent", "rook")),
        Problem(path="d"),
        Problem(path="e", record=("policy", "hiring")),
        Problem(path="f", record=("budget", "agent/riley")),
        Problem(path="g", record=("budget", "agent/nobody")),
        more=(Budget(id="agent/riley", period=Period.MONTH, limits=BudgetLimits()),),
    )

    assert [file.record and (file.record.text, file.record.href) for file in view.files] == [
        ("agent riley", "org/riley.html"),
        ("goal fresh", "goals/fresh.html"),
        ("agent rook", None),
        None,
        ("policy hiring", "policies.html#policy-hiring"),
        ("budget agent/riley", "budgets/agent/riley.html"),
        ("budget agent/nobody", None),
    ]


def test_only_an_error_takes_a_record_out_of_play() -> None:
    view = shown(
        Problem(path="a", record=("agent", "riley")),
        Problem(path="b"),
        Problem(path="c", record=("agent", "riley"), severity=Severity.WARNING),
    )

    assert [bool(file.effect) for file in view.files] == [True, False, False]


def test_what_would_help_is_told_with_its_command() -> None:
    (file,) = shown(
        Problem(path="a", message="1", hint="look: at it: gitcp check a"),
        Problem(path="a", message="2", hint="write `1`"),
        Problem(path="a", message="3"),
    ).files

    assert [(problem.hint and str(problem.hint), problem.command) for problem in file.problems] == [
        ("look: at it", "gitcp check a"),
        ("write <code>1</code>", None),
        (None, None),
    ]


def test_a_refused_change_says_who_made_it_and_that_it_does_not_count() -> None:
    (file,) = shown(Problem("a", message="no", commit="1f3a" * 10, by="Ben")).files

    assert (file.problems[0].by, file.problems[0].commit) == ("Ben", "1f3a1f3")
    assert file.effect == "The change counts for nothing until it is admitted or taken back."


def test_a_refused_change_that_is_asked_for_says_by_which_request_and_whom_it_waits_for() -> None:
    asked = Approval(
        id="AP-9",
        title="Hire",
        requested_by="clara",
        requested_at=ago(hours=1),
        for_operation="agent.hire",
        approvers=("zoe",),
        change=(ProposedFile(path="org/new.yaml", text="x"),),
    )
    refused = Problem(
        "org/new.yaml",
        hint="ask for it: gitcp approval request --path org/new.yaml",
        consent=Consent("agent.hire", ("zoe",)),
        commit="1f3a" * 10,
    )

    (before,), (after,) = shown(refused).files, shown(refused, more=(asked,)).files

    assert str(before.problems[0].hint) == "ask for it"
    assert "AP-9</a> asks for it and waits for zoe" in str(after.problems[0].hint)
    assert after.problems[0].command == "gitcp approval show AP-9"


def test_very_many_problems_are_cut() -> None:
    view = shown(*(Problem(path=f"f{number:04}") for number in range(MOST + 3)))

    assert (len(view.files), view.left_out) == (MOST, "3 more: gitcp check")
