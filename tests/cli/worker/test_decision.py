"""What a worker does with a wake, without doing it."""

from typing import Any

import pytest

from gitcp.cli.worker.decision import (
    Answer,
    Block,
    Delegate,
    Finish,
    GoOn,
    Review,
    RunSkill,
    decide,
)
from gitcp.cli.worker.orders import Delegation, Orders, Skill, orders, without_mentions

SCAN, AUDIT = Skill("rd-scan"), Skill("maint-health", ("--report-only",))


def a_task(description: str | None = "/rd-scan", **fields: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {
        "id": "CI-0001",
        "assignee": "riley",
        "description": description,
        "children": [],
        "runs": [],
    }
    return usual | fields


def a_wake(task: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {
        "agent": {"id": "riley"},
        "task": task,
        "review": False,
        "prompt": None,
        "mentions": [],
        "causes": [],
    }
    return usual | fields


def a_child(title: str, status: str = "todo") -> dict[str, Any]:
    return {"id": "CI-0009", "title": title, "status": status}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (None, Orders()),
        ("Nothing to run /here and a/b", Orders()),
        ("/etc/passwd is a path\n/UPPER\n//x\n/ rd", Orders()),
        ("First this.\n  /rd-scan\n", Orders(skills=(SCAN,))),
        ("/maint-health --report-only", Orders(skills=(AUDIT,))),
        ("/say \"two words\" 'and more'", Orders(skills=(Skill("say", ("two words", "and more")),))),
        ("/say don't worry", Orders(skills=(Skill("say", ("don't", "worry")),))),
        ("/rd-scan\n/rd-scan\n/maint-health --report-only", Orders(skills=(SCAN, AUDIT))),
        ("/rd-scan; rm -rf $HOME", Orders()),
        ("/rd-scan ; rm -rf $HOME", Orders(skills=(Skill("rd-scan", (";", "rm", "-rf", "$HOME")),))),
        (
            "delegate: nadia | Index  the notes | /kb-curate\ndelegate: @hugo|Pack",
            Orders(
                delegations=(Delegation("nadia", "Index the notes", "/kb-curate"), Delegation("hugo", "Pack"))
            ),
        ),
        ("delegate: nobody\ndelegate: | x | /y\ndelegate: x | | /y", Orders()),
        (
            "blocked: the key of @alex is missing\nblocked: more",
            Orders(blocked="the key of @alex is missing"),
        ),
    ],
)
def test_orders_are_lines_of_their_own(text: str | None, found: Orders) -> None:
    assert orders(text) == found


@pytest.mark.parametrize(
    ("reason", "member"),
    [("ask @alex-2 please", "alex-2"), ("write to a@b.example", None), ("nobody", None), (None, None)],
)
def test_a_block_waits_for_the_member_that_its_reason_names(reason: str | None, member: str | None) -> None:
    assert Orders(blocked=reason).waits_for == member


def test_a_quotation_names_nobody() -> None:
    assert without_mentions("@oscar, ask @hugo or a@b.example") == "oscar, ask hugo or a@b.example"


def test_a_skill_is_written_as_it_is_ordered() -> None:
    assert str(Skill("say", ("two words", "x"))) == "/say 'two words' x"


def test_the_skill_of_its_task_is_run_and_the_task_finished() -> None:
    assert decide(a_wake(a_task())) == (RunSkill(SCAN), Finish())


def test_only_the_first_skill_of_a_description_is_run() -> None:
    assert decide(a_wake(a_task("/rd-scan\n/maint-health"))) == (RunSkill(SCAN), Finish())


def test_what_somebody_asks_for_by_hand_is_done_for_a_task_that_names_no_skill() -> None:
    wake = a_wake(a_task("Look into it"), prompt="/rd-scan", causes=[{"reason": "manual"}])

    assert decide(wake) == (RunSkill(SCAN), Finish())


def test_a_heartbeats_prompt_is_work_beside_the_task() -> None:
    beat = [{"reason": "heartbeat"}]

    assert decide(a_wake(a_task("/maint-health --report-only"), prompt="/rd-scan", causes=beat)) == (
        RunSkill(SCAN),
        RunSkill(AUDIT),
        Finish(),
    )
    assert decide(a_wake(a_task(), prompt="/rd-scan", causes=beat)) == (RunSkill(SCAN), Finish())


def test_a_task_that_names_no_skill_needs_somebody() -> None:
    wake = a_wake(a_task("Think about it"), prompt="/rd-scan", causes=[{"reason": "heartbeat"}])

    beside, last = decide(wake)

    assert beside == RunSkill(SCAN)
    assert isinstance(last, Block)
    assert "names no skill" in last.reason


def test_work_is_delegated_and_waited_for_before_the_own_skill_is_run() -> None:
    text = "/rd-scan\ndelegate: nadia | Index | /kb-curate\ndelegate: hugo | Pack"
    task = a_task(text, children=[a_child("Pack", "in_progress")])

    assert decide(a_wake(task)) == (
        Delegate(Delegation("nadia", "Index", "/kb-curate")),
        GoOn("waits for its children: Index, CI-0009"),
    )


def test_children_that_are_closed_let_the_own_skill_run() -> None:
    children = [a_child("Index", "done"), a_child("Pack", "cancelled")]
    text = "/rd-scan\ndelegate: nadia | Index\ndelegate: hugo | Pack"

    assert decide(a_wake(a_task(text, children=children))) == (RunSkill(SCAN), Finish())


def test_a_task_that_only_delegates_is_finished_when_its_children_are() -> None:
    task = a_task("delegate: nadia | Index", children=[a_child("Index", "done")])

    assert decide(a_wake(task)) == (Finish(),)


def test_children_that_others_made_are_waited_for_as_well() -> None:
    assert decide(a_wake(a_task(children=[a_child("By hand")]))) == (GoOn("waits for its children: CI-0009"),)


def test_a_block_is_declared_after_the_skill() -> None:
    task = a_task("/rd-scan\nblocked: @alex must look")

    assert decide(a_wake(task)) == (RunSkill(SCAN), Block("@alex must look", "alex"))


def test_a_block_is_declared_once_and_then_the_work_goes_on() -> None:
    earlier = [{"agent": "riley", "declared": "block"}]

    assert decide(a_wake(a_task("blocked: look", runs=earlier))) == (Finish(),)
    others = [{"agent": "hugo", "declared": "block"}, {"agent": "riley", "declared": "continue"}]
    assert decide(a_wake(a_task("blocked: look", runs=others))) == (Block("look"),)


def test_a_review_is_a_review_whatever_the_description_orders() -> None:
    task = a_task("/rd-scan\nblocked: no", assignee="hugo")

    assert decide(a_wake(task, review=True)) == (Review(task),)
    assert decide(a_wake(task, review=True, prompt="/rd-scan")) == (RunSkill(SCAN), Review(task))


def test_without_a_task_the_prompt_is_done() -> None:
    assert decide(a_wake(prompt="Please:\n/rd-scan\n/maint-health --report-only")) == (
        RunSkill(SCAN),
        RunSkill(AUDIT),
        Finish(),
    )


def test_a_mention_is_answered_first() -> None:
    mention = {"comment": {"id": "CI-0002/x"}, "task": {"id": "CI-0002"}}
    answer = Answer(mention["comment"], mention["task"])

    assert decide(a_wake(mentions=[mention])) == (answer, Finish("answered 1"))
    assert decide(a_wake(a_task(), mentions=[mention])) == (answer, RunSkill(SCAN), Finish())


def test_a_wake_for_nothing_ends_at_once() -> None:
    assert decide(a_wake()) == (Finish("nothing to do"),)
    assert decide(a_wake(a_task(assignee="hugo"))) == (Finish("nothing to do"),)
