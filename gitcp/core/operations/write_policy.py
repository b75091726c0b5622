"""Create, edit and remove policies.

Rule: no operation writes a rule that does not mean what it says, or one by which nobody may ever change the rules again.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

from gitcp.core.authority import authorise
from gitcp.core.lookup import changed, existing, made
from gitcp.errors import ConflictError, RecordError, UnknownRecordError
from gitcp.model.guards import Access, Gate, Policy
from gitcp.model.layered import Layered
from gitcp.model.operation import Call, Change, Edit, Operation, Put, Remove
from gitcp.model.problem import Severity
from gitcp.model.snapshot import Snapshot

_PLACE: Final = re.compile(r"(gates|access)\[([0-9]{1,4})\]\Z")


class CreatePolicy(Operation):
    """Create a policy from its fields."""

    name: ClassVar[str] = "policy.create"

    id: str
    fields: Mapping[str, Any]

    def decide(self, snapshot: Snapshot, call: Call) -> Edit:
        """Write a policy that must not exist yet."""
        authorise(snapshot, call, self.name)
        if snapshot.get(Policy, self.id) is not None or snapshot.is_inert(Policy.kind, self.id):
            raise ConflictError(f"policy {self.id} exists already", hint=f"gitcp policy edit {self.id}")
        policy = made(Policy, self.id, dict(self.fields))
        expect_sound(snapshot, [Put(policy)])
        return Edit((Put(policy),), f"create policy {self.id}")


class EditPolicy(Operation):
    """Set fields of a policy, or take away and add rules. `without`: places of rules as they are before, such as `gates[0]`."""

    name: ClassVar[str] = "policy.edit"

    id: str
    fields: Mapping[str, Any] = {}
    gates: tuple[Gate, ...] = ()
    access: tuple[Access, ...] = ()
    without: tuple[str, ...] = ()

    def decide(self, snapshot: Snapshot, call: Call) -> Edit:
        """Change what is given and nothing else; added rules come after those that are there."""
        authorise(snapshot, call, self.name)
        before = existing(snapshot, Policy, self.id)
        dropped = _dropped(before, self.without)
        rules = {
            "gates": (*_kept(before.gates, dropped["gates"]), *self.gates),
            "access": (*_kept(before.access, dropped["access"]), *self.access),
        }
        told = {name: rule for name, rule in rules.items() if rule != getattr(before, name)}
        after = changed(before, **(told | dict(self.fields)))
        changes = () if after == before else (Put(after),)
        for change in changes:
            expect_sound(snapshot, [change])
        fields = ", ".join(sorted(told.keys() | self.fields.keys()))
        return Edit(changes, f"edit policy {self.id}: {fields}")


class RemovePolicy(Operation):
    """Remove a policy with all its rules."""

    name: ClassVar[str] = "policy.remove"

    id: str

    def decide(self, snapshot: Snapshot, call: Call) -> Edit:
        """Delete its file."""
        authorise(snapshot, call, self.name)
        existing(snapshot, Policy, self.id)
        change = Remove(Policy, self.id)
        expect_sound(snapshot, [change])
        return Edit((change,), f"remove policy {self.id}")


def _dropped(policy: Policy, places: tuple[str, ...]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {"gates": set(), "access": set()}
    for place in places:
        match = _PLACE.match(place)
        if match is None or int(match[2]) >= len(getattr(policy, match[1])):
            known = [f"{name}[{at}]" for name in found for at in range(len(getattr(policy, name)))]
            raise UnknownRecordError(
                f"policy {policy.id} has no rule {place}: expected {', '.join(known) or 'none, it has no rules'}",
                hint=f"gitcp policy show {policy.id}",
            )
        found[match[1]].add(int(match[2]))
    return found


def _kept(rules: tuple[Any, ...], dropped: set[int]) -> tuple[Any, ...]:
    return tuple(rule for at, rule in enumerate(rules) if at not in dropped)


def expect_sound(snapshot: Snapshot, changes: Sequence[Change]) -> None:
    """Refuse changes after which a rule would be wrong that was not: what was wrong already may be mended step by step.

    Raises:
        RecordError: with the policy, the rule, and what would be wrong with it.
    """
    if next(iter(snapshot.all(Policy)), None) is None and not any(_is_policy(change) for change in changes):
        return
    from gitcp.core.checks.policies import policies  # noqa: PLC0415 - few companies that start a run write rules

    known = {(each.id, each.message) for each in policies(snapshot)}
    for each in policies(Layered(snapshot).edited(changes)):
        if each.severity is Severity.ERROR and (each.id, each.message) not in known:
            raise RecordError(f"policy {each.id}: {each.where}: {each.message}", hint=each.hint or None)


def _is_policy(change: Change) -> bool:
    return isinstance(change, Put) and isinstance(change.record, Policy)
