"""What people agreed to is agreed to as a whole, and not in parts."""

from gitcp.core.approvals import content_hash
from gitcp.core.consent import lacking_consent
from gitcp.model.change import RecordChange, blob_of
from gitcp.model.guards import Decision, Gate, ProposedFile, Verdict
from tests.core.changing import HUGO, a_change
from tests.helpers import NOW, a_budget, a_person, an_approval, snapshot_of

GATE = Gate(operations=("budget.*",), verdict=Verdict.APPROVAL)
MORE, BRAKES, SAME = "limits: {usd: 9}\n", "title: Brakes\n", "title: As it was\n"
FILES = (
    ProposedFile(path="budgets/company.yaml", text=MORE),
    ProposedFile(path="policies/brakes.yaml", text=BRAKES),
    ProposedFile(path="policies/kept.yaml", base=blob_of(SAME), text=SAME),
)
ASKED = an_approval(requested_by="hugo", change=FILES, status="approved")
AGREED = ASKED.evolve(
    decisions=(Decision(by="dora", at=NOW, verdict="approve", content=content_hash(ASKED)),)
)
KNOWN = snapshot_of(a_person("dora"), AGREED)


def written(path: str, text: str) -> RecordChange:
    return a_change(None, a_budget(usd=9), KNOWN, path=path, blob=blob_of(text))


def lacks(*commit: RecordChange) -> bool:
    return bool(lacking_consent(KNOWN, [GATE], commit[0], HUGO, commit))


def test_all_that_was_agreed_to_together_is_agreed_to() -> None:
    assert not lacks(written("budgets/company.yaml", MORE), written("policies/brakes.yaml", BRAKES))


def test_a_part_of_what_was_agreed_to_is_not() -> None:
    more = written("budgets/company.yaml", MORE)

    assert lacks(more)
    assert lacks(more, written("policies/brakes.yaml", "title: Softer\n"))


def test_where_the_approval_itself_is_written_nothing_is_left_out() -> None:
    assert lacking_consent(KNOWN, [GATE], written("budgets/company.yaml", MORE), HUGO) == []
