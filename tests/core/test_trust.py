"""What a commit must not do to the level `signed`."""

from gitcp.core.trust import by_trust
from gitcp.model.base import Record
from gitcp.model.change import RecordChange
from gitcp.model.guards import Decision
from gitcp.model.memory import Records
from tests.core.test_identity import CLARAS, MACHINES, OSCARS, at_level, by, by_scheduler
from tests.helpers import NOW, a_company, a_person, a_task, an_approval

SIGNED = at_level("signed").company
LOCAL = at_level("local").company


def found(known: Records, entry: object, *changes: tuple[Record | None, Record | None]) -> list[str]:
    made = [_change(known, *change) for change in changes]
    return [str(problem) for problem in by_trust(entry, made)]  # type: ignore[arg-type]


def _change(known: Records, before: Record | None, after: Record | None) -> RecordChange:
    record = after or before
    assert record is not None
    return RecordChange(f"{record.kind}/{record.id}.yaml", record.kind, record.id, before, after, known)


def a_decision(person: str) -> Decision:
    return Decision(by=person, at=NOW, verdict="approve", content="0" * 64)


def test_the_commit_that_brings_the_level_is_signed_by_a_person() -> None:
    known = at_level("local")

    (unsigned,) = found(known, by("clara@example.org"), (LOCAL, SIGNED))
    (machine,) = found(known, by("clara@example.org", signer=MACHINES), (LOCAL, SIGNED))

    assert "expected the commit that brings the level `signed` to be signed by a key of a person" in unsigned
    assert machine == unsigned
    assert found(known, by("clara@example.org", signer=CLARAS), (LOCAL, SIGNED)) == []


def test_the_commit_that_brings_the_level_may_bring_the_key_too() -> None:
    known = Records.of([a_company(), a_person("clara")])
    keyed = a_person("clara", keys=(CLARAS,))

    assert found(known, by("x", signer=CLARAS), (LOCAL, SIGNED), (a_person("clara"), keyed)) == []


def test_nobody_locks_the_company_out() -> None:
    assert SIGNED is not None
    known = Records.of([SIGNED, a_person("clara", keys=(CLARAS,)), a_person("oscar")])
    keyed, keyless = a_person("clara", keys=(CLARAS,)), a_person("clara")
    new = a_person("clara", keys=(OSCARS,))

    (removed,) = found(known, by("x", signer=CLARAS), (keyed, keyless))
    (deleted,) = found(known, by("x", signer=CLARAS), (keyed, None))

    assert "nobody could change anything any more" in removed
    assert "nobody could change anything any more" in deleted
    assert found(known, by("x", signer=CLARAS), (keyed, new)) == []
    assert found(known, by("x", signer=CLARAS), (keyed, keyless), (SIGNED, LOCAL)) == []


def test_a_company_that_cannot_be_read_does_not_end_the_level() -> None:
    known = at_level("signed")

    (problem,) = found(known, by("x", signer=CLARAS), (SIGNED, None))

    assert "expected a company that can be read" in problem
    assert found(at_level("local"), by("x"), (LOCAL, None)) == []


def test_a_decision_bears_the_signature_of_who_decides() -> None:
    known = at_level("signed")
    before, after = an_approval(), an_approval(decisions=(a_decision("clara"),))

    assert found(known, by("x", signer=CLARAS), (before, after)) == []
    for entry in (by("x", signer=OSCARS), by("x"), by_scheduler("clara", signer=MACHINES)):
        (problem,) = found(known, entry, (before, after))
        assert "expected the decision of clara with their own signature" in problem
    assert found(at_level("local"), by("x"), (before, after)) == []


def test_decisions_that_were_there_need_no_other_signature() -> None:
    known = at_level("signed")
    before = an_approval(decisions=(a_decision("clara"),))
    after = an_approval(decisions=(a_decision("clara"), a_decision("oscar")))

    assert found(known, by("x", signer=OSCARS), (before, after)) == []
    assert found(known, by_scheduler(None, signer=MACHINES), (after, before)) == []


def test_other_changes_are_none_of_its_business() -> None:
    for level in ("local", "forge-protected", "signed"):
        assert found(at_level(level), by("x"), (None, a_task())) == []
