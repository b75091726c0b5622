from gitcp.dashboard.reads import always
from gitcp.dashboard.register import Register
from tests.dashboard.company import a_site


def test_an_answer_is_worked_out_once() -> None:
    register = Register(a_site())

    assert register.answer("name", "ada") is register.answer("name", "ada")


def test_an_answer_is_recalled_where_nothing_changed_that_it_read() -> None:
    before, after = Register(a_site()), Register(a_site())
    for name, argument in (("name", "ada"), ("routine-tasks", "daily"), ("now", "")):
        before.answer(name, argument)

    after.recall(before.answers, always({"task"}))

    assert set(after.answers) == {"name ada"}
    assert after.answer("name", "ada") is before.answer("name", "ada")


def test_what_asks_for_a_recalled_answer_reads_what_that_read() -> None:
    before, after = Register(a_site()), Register(a_site())
    before.known("waiting-by-task", "")
    after.recall(before.answers, ())

    after.known("waiting-on", "CI-0001")

    assert after.reads == {"waiting-on": {"waiting"}}


def test_an_answer_of_this_build_is_not_replaced_by_an_earlier_one() -> None:
    before, after = Register(a_site()), Register(a_site())
    before.known("name", "ada")
    known = after.answer("name", "ada")

    after.recall(before.answers, ())

    assert after.answer("name", "ada") is known


def test_what_facts_read_is_told_once() -> None:
    register = Register(a_site())
    register.known("active", "")

    assert register.told_reads() == {"active": {"run"}}
    register.known("active", "")
    assert register.told_reads() == {}
