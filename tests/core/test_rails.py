"""How many members one commit may take away."""

from collections.abc import Sequence

import pytest

from gitcp.core.rails import railed
from gitcp.model.base import Record
from gitcp.model.change import RecordChange
from gitcp.model.guards import Verdict
from gitcp.model.memory import Records
from tests.helpers import a_company, a_person, an_agent, snapshot_of

NAMES = [f"agent-{number}" for number in range(8)]
KNOWN = snapshot_of(*map(an_agent, NAMES))


def gone(name: str, known: Records = KNOWN, after: Record | None = None) -> RecordChange:
    return changed(known, name, after)


def dismissed(name: str) -> RecordChange:
    return changed(KNOWN, name, an_agent(name, status="terminated"))


def changed(
    known: Records, name: str, after: Record | None, before: Record | None = None, *, broken: bool = False
) -> RecordChange:
    was = before or known.member(name)
    return RecordChange(f"org/{name}.yaml", "agent", name, was, after, known, is_broken=broken)


def held(changes: Sequence[RecordChange]) -> list[str]:
    return [change.id for change, _ in railed(changes)]


@pytest.mark.parametrize(("count", "expected"), [(1, 0), (2, 0), (3, 3), (8, 8)])
def test_two_members_may_always_go_and_more_than_a_fifth_need_another_person(
    count: int, expected: int
) -> None:
    assert len(held([gone(name) for name in NAMES[:count]])) == expected
    assert len(held([dismissed(name) for name in NAMES[:count]])) == expected


def test_the_company_says_how_large_a_share_may_go() -> None:
    free = snapshot_of(*map(an_agent, NAMES), a_company(org={"removals": 0.5}))

    assert held([gone(name, free) for name in NAMES[:5]]) == []
    assert held([gone(name, free) for name in NAMES[:6]]) == NAMES[:6]


def test_the_gate_names_anybody_else_and_how_many_would_go() -> None:
    (_, gate), *_ = railed([gone(name) for name in NAMES[:4]])

    assert (gate.verdict, gate.approvers, gate.quorum) == (Verdict.APPROVAL, (), 1)
    assert gate.reason is not None
    assert "4 of 10 members would go at once" in gate.reason


def test_who_only_has_another_name_or_was_gone_already_does_not_go() -> None:
    renamed = [
        change
        for name in NAMES[:4]
        for change in (
            gone(name),
            RecordChange(
                "org/x.yaml", "agent", f"x-{name}", None, an_agent(f"x-{name}", previously=(name,)), KNOWN
            ),
        )
    ]
    before = an_agent("gone", status="terminated")
    already = [changed(KNOWN, f"gone-{number}", None, before) for number in range(4)]
    broken = [changed(KNOWN, name, None, broken=True) for name in NAMES[:4]]

    assert held(renamed) == held(already) == held(broken) == []


def test_one_who_comes_was_one_of_those_who_go() -> None:
    heir = RecordChange("org/x.yaml", "agent", "x", None, an_agent("x", previously=tuple(NAMES[:4])), KNOWN)

    assert held([*(gone(name) for name in NAMES[:4]), heir]) == NAMES[:3]


def test_people_count_as_agents_do_and_other_records_do_not() -> None:
    known = snapshot_of(*map(an_agent, NAMES), a_person("dora"))
    people = [changed(known, name, None) for name in ("clara", "dora")]
    goals = [
        RecordChange(f"goals/g{number}.yaml", "goal", f"g{number}", None, None, known) for number in range(9)
    ]

    assert held([*people, *goals]) == []
    assert held([*people, gone(NAMES[0], known)]) == ["clara", "dora", NAMES[0]]
