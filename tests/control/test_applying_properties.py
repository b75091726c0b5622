"""Whatever people do and in which order, and wherever a tick dies: what is applied is what counting approvals name, and once."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gitcp.control.steps import Left, instead, steps_of
from gitcp.core.actions import Plan
from gitcp.core.approvals import content_hash
from gitcp.core.consenting import consenting
from gitcp.core.operations.decide_approval import Answer
from gitcp.core.operations.registry import DecideApproval, ProposeChange, WithdrawApproval
from gitcp.model.actors import the_scheduler
from gitcp.model.change import blob_of
from gitcp.model.guards import Approval, ApprovalStatus, Budget, Gate, Policy, ProposedFile, Verdict
from gitcp.model.members import Person
from gitcp.model.memory import Records
from gitcp.model.operation import Actor, Call, Operation, Put, Refusal, Step
from gitcp.store import codec
from gitcp.store.layout import Place
from gitcp.store.memory import MemoryStore
from gitcp.store.objects import Signature
from tests.helpers import NOW, a_company, a_person, later, person

PATH: Final = "budgets/company.yaml"
PLACE: Final = Place("budget", "company")
TEXTS: Final = tuple(
    f"# {note}\nperiod: month\nlimits: {{usd: {usd}}}\n" for usd in (1, 2, 3) for note in "ab"
)
OWNERS: Final = ("bea", "cai", "dan")
GATE: Final = Gate(operations=("budget.edit",), verdict=Verdict.APPROVAL, approvers=("owner",), quorum=2)
OTHER: Final = Gate(operations=("budget.*",), verdict=Verdict.APPROVAL, approvers=("dan",))
ANYBODY: Final = Gate(operations=("budget.*",), verdict=Verdict.APPROVAL)
HAND: Final = Signature("Petra", "petra@example.org", NOW)


@dataclass
class Held:
    """A company in memory, and what a person last wrote into the budget."""

    store: MemoryStore = field(default_factory=MemoryStore)
    turn: int = 0

    def __post_init__(self) -> None:
        people = [a_person("alex"), *(a_person(name, roles=("owner",)) for name in OWNERS)]
        rules = Policy(id="money", title="Money", gates=(GATE, OTHER))
        self.by_hand(a_company(), *people, rules)
        self.write(TEXTS[0])

    @property
    def records(self) -> Records:
        snapshot = self.store.snapshot()
        assert isinstance(snapshot, Records)
        return snapshot

    @property
    def now(self) -> datetime:
        return later(self.turn)

    @property
    def text(self) -> str | None:
        return self.store.text_at(self.records.revision, PATH)

    def by_hand(self, *records: Any) -> None:
        self.store.put([Put(record) for record in records], HAND, "change by hand")

    def write(self, text: str) -> None:
        """Write the budget by hand, as its text reads."""
        record = codec.read(PLACE, text.encode()).record
        assert record is not None
        self.by_hand(record)

    def does(self, operation: Operation, actor: Actor) -> None:
        self.turn += 1
        call = Call(actor, self.now, f"{self.turn:032x}")
        self.store.apply(lambda _: [(operation, call)])

    def tick(self, dies_after: int) -> None:
        """Do what a tick does about approvals; it may die after some steps, or before it tells what cannot be applied."""
        self.turn += 1
        actions = tuple(consenting(self.records, self.now))
        steps = steps_of(Plan(actions), Left(), self.now)[:dies_after]
        results = self.store.apply(lambda _: steps).results
        again: list[Step] = [
            (operation, Call(the_scheduler(), self.now, f"{self.turn:016x}{number:016x}"))
            for number, result in enumerate(results)
            if isinstance(result, Refusal) and (operation := instead(result)) is not None
        ]
        if dies_after > len(steps):
            self.store.apply(lambda _: again)


def propose(held: Held, asker: str, text: str, gates: Sequence[Gate]) -> None:
    base = None if held.text is None else blob_of(held.text)
    change = (ProposedFile(path=PATH, base=base, text=text),)
    asked = ProposeChange(title="More", for_operation="budget.edit", change=change, gates=tuple(gates))
    held.does(asked, person(asker))


def decide(held: Held, who: str, number: int, answer: Answer) -> None:
    said = "No." if answer is Answer.REJECT else None
    held.does(DecideApproval(approval=f"AP-{number}", verdict=answer, comment=said), person(who))


def agree(held: Held, names: Sequence[str], number: int) -> None:
    for who in names:
        decide(held, who, number, Answer.APPROVE)


def tamper(held: Held, number: int, text: str, keeps: Sequence[Any]) -> None:
    found = held.records.get(Approval, f"AP-{number}")
    if (
        found is not None
        and found.change
        and found.status in {ApprovalStatus.PENDING, ApprovalStatus.APPROVED}
    ):
        [file] = found.change
        forged = found.evolve(change=(file.evolve(text=text),))
        held.by_hand(
            forged.evolve(decisions=tuple(found.decisions[at] for at in keeps if at < len(found.decisions)))
        )


def withdraw(held: Held, number: int) -> None:
    held.does(WithdrawApproval(approval=f"AP-{number}"), person("alex"))


def demote(held: Held, who: str, roles: tuple[str, ...]) -> None:
    held.by_hand(a_person(who, roles=roles))


PEOPLE = st.sampled_from(("alex", *OWNERS))
NUMBERS = st.sampled_from([1, 1, 1, 2, 2, 3, 4])
STEPS = st.one_of(
    st.tuples(st.just(propose), PEOPLE, st.sampled_from(TEXTS), st.sampled_from([(GATE, OTHER), (GATE,), (ANYBODY,)])),
    st.tuples(st.just(agree), st.sampled_from([OWNERS, ("bea",), ("dan", "cai"), ("alex",), ("dan",)]), NUMBERS),
    st.tuples(st.just(Held.tick), st.sampled_from([1, 2, 9, 9])),
    st.tuples(st.just(decide), PEOPLE, NUMBERS, st.sampled_from([Answer.APPROVE, Answer.APPROVE, Answer.REJECT])),
    st.tuples(st.just(Held.tick), st.sampled_from([0, 1, 2, 9, 9])),
    st.tuples(st.just(Held.write), st.sampled_from(TEXTS)),
    st.tuples(st.just(demote), st.sampled_from(OWNERS), st.sampled_from([(), ("owner",)])),
    st.tuples(st.just(tamper), NUMBERS, st.sampled_from(TEXTS), st.sampled_from([(), (0,), (0, 1)])),
    st.tuples(st.just(withdraw), NUMBERS),
)  # fmt: skip


@given(st.lists(STEPS, min_size=4, max_size=16))
@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_applied_is_what_counting_approvals_name_and_once(script: list[tuple[Any, ...]]) -> None:
    held = Held()
    applied: Counter[str] = Counter()
    for act, *given_ in script:
        before = held.records
        act(held, *given_)
        applied.update(_applied(before, held))
        _assert_over_is_over(before, held.records)

    assert set(applied.values()) <= {1}


def _applied(before: Records, held: Held) -> Iterator[str]:
    for approval in held.records.all(Approval):
        earlier = before.get(Approval, approval.id)
        if (
            approval.status is not ApprovalStatus.APPLIED
            or earlier is None
            or earlier.status is approval.status
        ):
            continue
        assert earlier.change == approval.change
        assert held.text in {approval.change[0].text, *_later_texts(before, held, approval)}
        if not _is_free(before, approval):
            for gate in (GATE, OTHER):
                assert _agreed(before, approval, gate)
        yield approval.id


def _later_texts(before: Records, held: Held, approval: Approval) -> Iterator[str | None]:
    # One tick may apply another change on top of what this one wrote.
    for other in held.records.all(Approval):
        if other.change and other.change[0].base == blob_of(approval.change[0].text or ""):
            yield other.change[0].text


def _is_free(before: Records, approval: Approval) -> bool:
    # A file that reads the same as a record is no change, and no gate asks.
    budget = before.get(Budget, "company")
    wanted = codec.read(PLACE, (approval.change[0].text or "").encode()).record
    return budget == wanted


def _agreed(known: Records, approval: Approval, gate: Gate) -> bool:
    agreed = {
        made.by
        for each in known.all(Approval)
        if each.change == approval.change and each.status is ApprovalStatus.APPROVED
        for made in each.decisions
        if made.verdict == "approve"
        and made.content == content_hash(each)
        and made.by != approval.requested_by
    }
    able = {p.id for p in known.all(Person) if not {p.id, *p.roles}.isdisjoint(gate.approvers)}
    return len(agreed & able) >= gate.quorum


def _assert_over_is_over(before: Records, after: Records) -> None:
    over = {each.id: each.status for each in before.all(Approval) if each.status not in _OPEN}
    assert over.items() <= {each.id: each.status for each in after.all(Approval)}.items()


_OPEN: Final = frozenset({ApprovalStatus.PENDING, ApprovalStatus.APPROVED})
