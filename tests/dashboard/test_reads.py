from dataclasses import replace

from gitcp.dashboard import moment
from gitcp.dashboard.facts import FACTS
from gitcp.dashboard.reads import ALWAYS, unchanged
from gitcp.dashboard.register import Register
from tests.dashboard.company import a_site, ago


def read(name: str, argument: str = "") -> set[str]:
    register = Register(a_site())
    register.known(name, argument)
    return register.reads[name]


def test_what_a_fact_reads_of_rows_records_and_history_is_known() -> None:
    assert read("active") == {"run"}
    assert read("tasks-counted") == {"task"}
    assert read("name", "ada") == {"member"}
    assert read("first-commit") == {"log"}


def test_a_fact_reads_what_the_facts_read_that_it_asks_even_when_they_are_known() -> None:
    register = Register(a_site())
    register.known("waiting-by-task", "")

    register.known("waiting-on", "CI-0001")

    assert register.reads["waiting-on"] == {"waiting"}


def test_a_fact_that_reads_the_time_is_never_as_it_was() -> None:
    assert ALWAYS in read("now")
    assert "now" not in unchanged({"now": read("now")}, ())


def test_what_is_worked_out_from_the_use_of_budgets_changes_with_that_alone() -> None:
    assert read("budget", "company") == {"budgets"}
    assert ALWAYS in read("budgets")


def test_a_question_of_the_register_is_a_read_of_what_answers_it() -> None:
    register = Register(a_site())
    register.reading = set()

    register.task_row("CI-0001")
    register.title_of("CI-0001")
    register.runs_by("riley")
    register.comments("CI-0001")

    assert register.reading == {"task", "run", "comment"}


def test_a_question_that_many_kinds_of_records_answer_is_never_as_it_was() -> None:
    register = Register(a_site())
    register.reading = set()

    register.find("CI-0001")

    assert ALWAYS in register.reading


def test_facts_are_the_same_whether_their_reads_are_followed_or_not() -> None:
    site = a_site()

    assert Register(site).known("inbox", "ada") == site.inbox["ada"]
    assert moment.active(Register(site), "") == FACTS["active"](Register(site), "")
    later = replace(site, now=ago(hours=-1))
    assert Register(later).known("now", "") == later.now


def test_only_facts_that_read_nothing_that_changed_are_unchanged() -> None:
    reads = {"tasks": {"task"}, "both": {"task", "run"}, "never": {ALWAYS}, "nothing": set[str]()}

    assert unchanged(reads, {"run"}) == {"tasks", "nothing"}
    assert unchanged(reads, ()) == {"tasks", "both", "nothing"}
