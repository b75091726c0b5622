from typing import Any

import pytest

from gitcp.core.identity import Who
from gitcp.model.tasks import Blocked, Delivery, Given, Origin, Task
from tests.core.changing import CLARA, HUGO, STRANGER, a_change, by_hand, told
from tests.helpers import NOW, SHA, a_comment, a_hold, a_run, a_task

RUN = a_run().id
VERIFY = (("true",),)
SAID = a_change(None, a_comment("Looked at it."))
EXPLAINED = a_change(None, a_comment("Done without its checks: they need the lab."))
UNCHECKED = "status: expected checks that what was delivered has passed, found {}"


def a_delivery(**fields: Any) -> Delivery:
    return Delivery(**({"commit": SHA, "branch": "riley/CI-0001", "run": RUN} | fields))


@pytest.mark.parametrize("status", ["done", "in_review"])
def test_a_task_is_handed_over_by_hand_once_its_checks_have_passed(status: str) -> None:
    review = ("hugo",) if status == "in_review" else ()
    fields: dict[str, Any] = {"verify": VERIFY, "review": review}
    before, after = a_task(**fields), a_task(**fields, status=status)
    verified = {"delivery": a_delivery(verified=True)}

    assert told(a_change(before, after)) == [UNCHECKED.format(status)]
    assert told(a_change(None, after)) == [UNCHECKED.format(status)]
    assert told(a_change(before, after), SAID) == [UNCHECKED.format(status)]
    assert by_hand(a_change(before.evolve(**verified), after.evolve(**verified))) == []
    assert by_hand(a_change(before, after), EXPLAINED) == []
    assert by_hand(a_change(before, after.evolve(verify=()))) == []


def test_the_way_out_of_unmet_checks_is_named() -> None:
    (problem,) = by_hand(a_change(a_task(verify=VERIFY), a_task(verify=VERIFY, status="done")))

    way = "say why all the same: gitcp task finish CI-0001 --without-checks REASON; or remove `verify:`"
    assert problem.hint == way


def test_an_explanation_is_the_authors_own_and_about_this_task() -> None:
    change = a_change(a_task(verify=VERIFY), a_task(verify=VERIFY, status="done"))
    elsewhere = a_change(None, a_comment("Done without its checks: no.", task="CI-0002"))

    assert told(change, elsewhere) == [UNCHECKED.format("done")]
    assert UNCHECKED.format("done") in told(change, EXPLAINED, who=HUGO)


def test_a_task_with_reviewers_is_done_when_they_agreed() -> None:
    waits = a_task(review=("hugo",))

    (unasked,) = by_hand(a_change(waits, waits.evolve(status="done")))
    (early,) = by_hand(a_change(waits.evolve(status="in_review"), waits.evolve(status="done")), SAID)

    assert unasked.message == "expected in_review, since hugo reviews it, found done"
    assert unasked.hint == "gitcp task submit CI-0001; or remove `review:`"
    assert early.message == "expected in_review until hugo agreed, found done"
    assert by_hand(a_change(waits, a_task(status="done"))) == []


def reviewed(before: Task, *by: str, **fields: Any) -> Any:
    return a_change(before, before.evolve(reviewed=by, **fields))


def test_reviewers_agree_in_their_order_each_in_the_own_name_with_a_comment() -> None:
    task = a_task(review=("clara", "hugo"), status="in_review")
    half = task.evolve(reviewed=("clara",))
    by_hugo = a_change(None, a_comment("Fine.", by="hugo"))

    assert by_hand(reviewed(task, "clara"), SAID) == []
    assert by_hand(reviewed(half, "clara", "hugo", status="done"), by_hugo, who=HUGO) == []
    for changes, who in (
        ((reviewed(task, "clara"),), CLARA),
        ((reviewed(task, "hugo"), SAID), CLARA),
        ((reviewed(task, "clara", "hugo"), SAID), CLARA),
        ((reviewed(task, "hugo"), by_hugo), HUGO),
        ((reviewed(half, "hugo"), by_hugo), HUGO),
        ((reviewed(half, "clara", "hugo", status="done"),), HUGO),
        ((reviewed(task.evolve(status="todo"), "clara"), SAID), CLARA),
    ):
        assert [p.where for p in by_hand(*changes, who=who)] == ["reviewed"], (changes, who)


def test_nobody_reviews_the_own_work() -> None:
    task = a_task(assignee="clara", review=(), status="in_review")
    by_hugo = a_change(None, a_comment("Fine.", by="hugo"))

    assert told(reviewed(task, "clara", status="done"), SAID) == [
        "reviewed: expected somebody else than its assignee while the task is in review, in the own name, found clara",
        "status: expected somebody else than clara, its assignee, to agree, found done",
    ]
    assert [p.where for p in by_hand(reviewed(task, status="done"))] == ["status"]
    assert by_hand(reviewed(task, "hugo", status="done"), by_hugo, who=HUGO) == []


def test_who_reviews_a_task_returns_it_with_a_comment_and_nobody_else() -> None:
    task = a_task(review=("clara",), status="in_review")

    assert by_hand(reviewed(task, status="todo"), SAID) == []
    assert told(reviewed(task, status="todo")) == [
        "status: expected a comment of who reviews it in the same commit, found none"
    ]
    assert told(reviewed(task, status="todo"), who=HUGO) == [
        "status: expected clara, who reviews it, to return it, found hugo"
    ]
    assert by_hand(reviewed(task, status="blocked"), who=HUGO) == []


@pytest.mark.parametrize(
    ("where", "value"),
    [
        ("delivery", a_delivery()),
        ("given", Given(by="riley", run=RUN)),
        ("routine", Origin(routine="scan", slot=NOW, number=1)),
        ("reviewed", ("clara",)),
        ("created_by", "hugo"),
        ("blocked.by", Blocked(by="hugo", reason="Why?")),
        ("paused.by", a_hold(by="hugo")),
    ],
)
def test_what_others_leave_in_a_task_is_written_in_nobodys_name(where: str, value: Any) -> None:
    task = a_task(**{where.partition(".")[0]: value})

    assert [problem.where for problem in by_hand(a_change(None, task))] == [where]
    assert [problem.where for problem in by_hand(a_change(a_task(), task))] == [where]
    assert by_hand(a_change(task, task.evolve(title="Other"))) == []
    assert by_hand(
        a_change(task, task.evolve(**{where.partition(".")[0]: None if where != "reviewed" else ()}))
    ) == ([])


def test_a_delivery_by_hand_may_lose_its_seal_and_not_gain_one() -> None:
    plain, sealed = a_task(delivery=a_delivery()), a_task(delivery=a_delivery(verified=True))

    assert by_hand(a_change(sealed, plain)) == []
    assert [problem.where for problem in by_hand(a_change(plain, sealed))] == ["delivery"]


@pytest.mark.parametrize("who", [CLARA, STRANGER])
def test_a_task_is_filed_in_the_own_name_or_in_none(who: Who) -> None:
    assert by_hand(a_change(None, a_task()), who=who) == []
    assert (by_hand(a_change(None, a_task(created_by="clara")), who=who) == []) is (who is CLARA)
