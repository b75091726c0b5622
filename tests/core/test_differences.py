"""Differences in words: right for what people change, total for everything else."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitcp.core.differences import Change, Pair, by_kind, difference, differences
from gitcp.model.amounts import RunLimits
from gitcp.model.base import Record
from gitcp.model.guards import Gate, Policy, Verdict
from gitcp.model.kinds import KINDS
from gitcp.model.members import Agent
from gitcp.model.runtimes import ClaudeCodeRuntime, ProcessRuntime
from gitcp.model.tasks import Counter, Document
from tests.helpers import (
    a_budget,
    a_comment,
    a_heartbeat,
    a_person,
    a_routine,
    a_run,
    a_task,
    a_wake,
    an_agent,
    an_approval,
)
from tests.store.strategies import any_record, records

RILEY = an_agent(limits=RunLimits(usd=Decimal("2.00")), heartbeat=a_heartbeat())


def said(before: Record | None, after: Record | None) -> str:
    """Return the sentence about two states."""
    found = difference(before, after)
    assert found is not None
    return found.sentence


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        (None, RILEY, "riley was hired (reports to clara, process true, at most 2 USD a run, heartbeat 0 9 * * *)"),
        (RILEY, None, "riley was removed from the org chart"),
        (RILEY, RILEY.evolve(status="paused"), "riley was paused"),
        (RILEY, RILEY.evolve(status="terminated", title="Scout"), "riley was terminated; title none → Scout"),
        (RILEY, RILEY.evolve(reports_to="oscar"), "riley: reports to clara → oscar"),
        (RILEY, RILEY.evolve(limits=RunLimits(usd=Decimal(3))), "riley: limits.usd 2 → 3"),
        (RILEY, RILEY.evolve(description="One.\nTwo.\n"), "riley: description added (2 lines)"),
        (a_person(), an_agent("clara"), "clara: was of kind person, is of kind agent"),
        (None, a_person(roles=("owner",)), "clara joined (roles owner)"),
        (a_budget("agent/riley", usd=40), a_budget("agent/riley", usd=60), "budget agent/riley: usd 40 → 60"),
        (None, a_budget("company", usd=Decimal("40.50"), tokens=1), "budget company was set (usd 40.5, tokens 1 a month)"),
        (a_task(priority="high"), a_task(status="done", priority="low"), "CI-0001: priority high → low; todo → done"),
        (a_task(labels=("a", "b")), a_task(labels=("b", "c")), "CI-0001: labels + c; - a"),
        (a_task(labels=("a", "b")), a_task(labels=("b", "a")), "CI-0001: labels in another order"),
        (a_task(description="x"), a_task(description="y\n" * 90), "CI-0001: description rewritten (1 line → 90 lines)"),
        (None, a_task(assignee=None), "CI-0001 was created: Do CI-0001 (priority medium)"),
        (None, a_comment("Go\non."), "clara commented on CI-0001: Go on."),
        (None, Document(id="CI-0001/plan", text="a\nb"), "document CI-0001/plan was written (2 lines)"),
        (None, a_routine(), "routine weekly-scan was created: Scan weekly (0 9 * * MON, tasks of CI)"),
        (None, an_approval(), "riley asked AP-1: May I?"),
        (None, a_wake(), "clara asked to wake riley"),
        (None, a_run(task=None), "run 20261123T090000Z-riley was claimed (riley, no task)"),
        (Counter(id="CI", next=6), Counter(id="CI", next=7), "counter CI: next 6 → 7"),
    ],
)  # fmt: skip
def test_a_change_is_told_in_the_companys_words(
    before: Record | None, after: Record | None, sentence: str
) -> None:
    assert said(before, after) == sentence


def test_of_a_runtimes_environment_the_names_alone_are_told() -> None:
    def with_environment(**environment: str) -> Agent:
        runtime = ProcessRuntime(type="process", command=("true",), environment=environment)
        return an_agent(runtime=runtime)

    quiet = ClaudeCodeRuntime(type="claude-code", environment={"KEY": "hidden"})
    found = [
        difference(with_environment(KEY="hidden", OLD="x"), with_environment(KEY="hidden too", NEW="y")),
        difference(with_environment(KEY="hidden"), an_agent(runtime=quiet)),
        difference(None, with_environment(KEY="hidden")),
    ]

    assert "hidden" not in str(found)
    assert found[0] is not None
    assert found[0].sentence == (
        "riley: runtime.environment KEY changed; runtime.environment NEW added; runtime.environment OLD removed"
    )


def test_a_gate_that_is_added_is_told_with_its_parts() -> None:
    gate = Gate(operations=("budget.*",), verdict=Verdict.APPROVAL, approvers=("owner",))
    before = Policy(id="money", title="Money")

    sentence = said(before, before.evolve(gates=(gate,)))

    assert sentence == "policy money: gates + operations budget.*, verdict approval, approvers owner"


def test_of_many_fields_the_first_are_told_and_how_many_more_there_are() -> None:
    after = a_task(
        title="Other", priority="low", assignee="oscar", goal="x", parent="CI-0009", labels=("a",),
        blocked_by=("CI-0008",), review=("clara",), attempts=2, reopened=1,
    )  # fmt: skip

    found = difference(a_task(), after)

    assert found is not None
    assert len(found.fields) == 10
    assert found.sentence.endswith("; and 2 more fields")


def test_what_a_person_typed_stays_on_one_line_and_moves_no_cursor() -> None:
    found = said(a_task(title="A"), a_task(title="x\N{RIGHT-TO-LEFT OVERRIDE}" + "y" * 250))

    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in found
    assert len(found) < 200


@settings(max_examples=150)
@given(any_record(), any_record())
def test_two_states_of_any_kind_are_told_exactly_where_they_differ(before: Record, after: Record) -> None:
    found = difference(before, after)

    assert (found is None) is (before == after)
    assert found is None or (found.sentence and found.fields and "\n" not in found.sentence)


@pytest.mark.parametrize("kind", KINDS.values())
def test_two_states_of_each_kind_are_told_exactly_where_they_differ(kind: type[Record]) -> None:
    @settings(max_examples=30)
    @given(records(kind), records(kind))
    def told(before: Any, after: Any) -> None:
        found = difference(before, after)

        assert (found is None) is (before == after)
        assert found is None or all(field.words for field in found.fields)
        assert said(None, after)
        assert said(before, None)

    told()


@given(st.data())
@settings(max_examples=50)
def test_whatever_becomes_of_files_is_told_without_an_error(data: st.DataObject) -> None:
    flags = st.booleans()
    pairs = [
        Pair(
            record.kind, record.id, "a", data.draw(st.none() | records(KINDS[record.kind])), data.draw(st.none() | st.just(record)),
            data.draw(flags), data.draw(flags), data.draw(flags), data.draw(flags),
        )
        for record in data.draw(st.lists(any_record(), max_size=3))
    ]  # fmt: skip

    found = differences(pairs)

    assert all("\n" not in one.sentence for one in found)
    assert [one for _, those in by_kind(found) for one in those] == found


def test_a_member_that_another_one_was_is_told_as_renamed() -> None:
    robin = RILEY.evolve(id="robin", name="Robin", previously=("riley",))
    pairs = [
        Pair("agent", "riley", "org/riley.yaml", RILEY, None),
        Pair("agent", "robin", "org/robin.yaml", None, robin),
        Pair("agent", "ada", "org/ada.yaml", None, an_agent("ada", previously=("riley",))),
    ]

    found = differences(pairs)

    assert [(one.id, one.change, one.previously) for one in found] == [
        ("ada", Change.CREATED, None),
        ("robin", Change.RENAMED, "riley"),
    ]
    assert found[1].sentence == "riley is called robin now; name Riley → Robin"


def test_what_was_archived_broken_or_mended_is_told_so() -> None:
    task = a_task()
    pairs = [
        Pair("task", "CI-0001", "a", task, task, is_archived=True),
        Pair("task", "CI-0002", "b", task, None, is_broken=True),
        Pair("task", "CI-0003", "c", None, task, was_broken=True),
        Pair("member", "riley", "d", None, None, is_broken=True),
        Pair("task", "CI-0004", "e", None, None, was_broken=True),
        Pair("task", "CI-0005", "f", task, task),
    ]

    told = [one.sentence for one in differences(pairs)]

    assert told == [
        "riley was added and cannot be read",
        "CI-0001 was archived",
        "CI-0002 cannot be read any more",
        "CI-0003 can be read again",
        "CI-0004, which nobody could read, was removed",
    ]
