from typing import Any

import pytest

from gitcp.core.merging import authors, is_decided
from gitcp.model.company import Assurance, TrustSettings
from gitcp.model.guards import Gate, Verdict
from gitcp.model.history import Entry, Merged
from gitcp.model.snapshot import Snapshot
from tests.core.changing import CLARA, a_change
from tests.helpers import NOW, SHA, a_budget, a_company, a_person, snapshot_of

KEYS = {"clara": "ssh-ed25519 AAAAclara", "ben": "ssh-ed25519 AAAAben"}
GATE = Gate(operations=("budget.*",), verdict=Verdict.APPROVAL, approvers=("clara",))


def known_at(level: Assurance) -> Snapshot:
    people = [a_person(name, emails=(f"{name}@example.org",), keys=(key,)) for name, key in KEYS.items()]
    return snapshot_of(a_company(trust=TrustSettings(assurance=level)), *people)


def merged(by: str, signed_by: str | None = None) -> Merged:
    return Merged(SHA, by, f"{by}@example.org", KEYS.get(signed_by or ""))


def a_merge(*found: Merged, decided_by: str = "clara") -> Entry:
    who = ("Clara", "clara@example.org")
    return Entry(SHA, NOW, *who, *who, "Merge", trailers={"Gitcp-Decided-By": decided_by}, merged=found)


def decided(level: Assurance, *found: Merged, gate: Gate = GATE, **how: Any) -> bool:
    change = a_change(a_budget(usd=1), a_budget(usd=2), known_at(level), **how)
    return is_decided(a_merge(*found), CLARA, change, gate)


@pytest.mark.parametrize("level", [Assurance.LOCAL, Assurance.FORGE_PROTECTED])
def test_below_signatures_a_merge_decides_about_what_others_say_to_have_written(level: Assurance) -> None:
    assert decided(level, merged("ben"))
    assert decided(level, merged("ben"), merged("stranger"))
    assert not decided(level, merged("ben"), merged("clara"))
    assert not decided(level)


def test_with_signatures_a_merge_decides_about_what_others_have_signed() -> None:
    assert decided(Assurance.SIGNED, merged("ben", "ben"))
    assert decided(Assurance.SIGNED, merged("clara", "ben"))
    assert not decided(Assurance.SIGNED, merged("ben", "clara"))
    assert not decided(Assurance.SIGNED, merged("ben"))
    assert not decided(Assurance.SIGNED, merged("ben", "ben"), merged("ben"))


def test_a_merge_decides_for_one_whom_the_gate_names_about_nothing_that_it_made_itself() -> None:
    level = Assurance.LOCAL

    assert decided(level, merged("ben"), gate=GATE.evolve(approvers=()))
    assert not decided(level, merged("ben"), gate=GATE.evolve(approvers=("owner",)))
    assert not decided(level, merged("ben"), gate=GATE.evolve(quorum=2))
    assert not decided(level, merged("ben"), is_mixed=True)


def test_authors_are_believed_where_nobody_signs() -> None:
    found = a_merge(merged("ben"), merged("ben"), merged("stranger"))

    assert list(authors(known_at(Assurance.LOCAL), found)) == ["ben"]
    assert list(authors(known_at(Assurance.SIGNED), found)) == []
