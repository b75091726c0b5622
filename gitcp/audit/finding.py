"""What an audit finds: a rule that a commit broke, where, and by what one sees it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final


class Weight(StrEnum):
    """`violation`: it took effect, and should not have. `note`: worth to be read, and without effect or no offence by itself."""

    VIOLATION = "violation"
    NOTE = "note"


# Every rule by its stable name, in the words of the documentation.
RULES: Final[Mapping[str, str]] = {
    "admission/refused": "a change by hand that the tables or the policies of the time refuse",
    "admission/laundered": "the scheduler wrote on top of a change that stands refused",
    "admission/too-far": "a scheduler's commit names as admitted what comes after a refused change that stands",
    "approval/forged-decision": "a decision that names another person than who made the commit",
    "approval/wrong-decider": "a decision by who asked, by an agent, or by a person whom the request does not name",
    "approval/no-quorum": "an approval is approved without enough decisions about its content as it is",
    "approval/illegal-step": "an approval's status changed as its table does not allow: what was decided or used comes back",
    "approval/changed": "the content of a decided approval is another than what was decided",
    "approval/applied-otherwise": "what was applied is not, byte for byte, what was approved",
    "archive/changed": "a file in the archive was changed, removed, or was moved there with other bytes",
    "authority/not-allowed": "an agent did what its place, its task or its run does not allow, or the scheduler for itself what only members do",
    "delivery/forged": "a task says of a delivery what no run and no integration has made",
    "delivery/not-held": "a run's commits were integrated at once where a gate is on deliveries; it may have come meanwhile",
    "delivery/unapproved": "a delivery that was held back was integrated without agreement to its commit",
    "files/strange": "a symbolic link or a submodule lies in a folder of records",
    "files/unreadable": "a commit of the scheduler left a file that cannot be read",
    "history/cut-short": "a shallow clone: what lies before cannot be seen",
    "history/rewritten": "the commit that was verified last is not in the history any more",
    "history/time": "a commit is dated before its parent",
    "identity/agent-by-hand": "a commit under an agent's name that did not come through the scheduler",
    "identity/forged-actor": "the trailer names another actor than the author",
    "identity/for-another": "one member committed what another one is said to have written",
    "identity/trust-changed": "the keys, the addresses or the level of assurance that identities rest on were changed",
    "identity/unknown-actor": "an operation by somebody who is no member, or is terminated",
    "identity/unsigned": "the level of assurance asks for a signature, and none of an allowed key holds",
    "ledger/wrong-sum": "a ledger says another sum than the runs that were archived come to",
    "merge/octopus": "a merge of more than two histories",
    "merge/scheduler": "a merge under the scheduler's name, which never merges",
    "merge/smuggled": "a merge holds what neither of its sides brought",
    "money/over-limit": "a claim reserved more than a budget had left",
    "money/reservation": "a claim reserved something else than its limits come to",
    "money/settled-again": "an ended run was settled a second time, or for less",
    "money/settled-below": "a run settled below its reservation though nothing was metered or reported",
    "money/wrong-charges": "a claim charged other budgets than those that cover the run",
    "operation/field": "an operation changed a field that is none of its own",
    "operation/illegal-step": "an operation changed a task's status as its table does not allow",
    "operation/missing": "a commit of the scheduler that names no operation",
    "operation/record": "an operation wrote a record that is none of its own",
    "operation/unknown": "a commit of the scheduler names an operation that there is not",
    "policy/bypassed": "an operation that the scheduler committed for somebody, and that the policies of the time deny, or that lacked an approval",
    "policy/rolled-back": "a policy is again what it was before a later change",
    "records/comment": "what somebody said was changed or removed by another",
    "records/counter": "a counter was lowered or removed: numbers would be used again",
    "records/deleted": "a record that is evidence was deleted",
    "request/replayed": "a request that was carried out already was carried out again",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that one commit broke. `expected` and `found` are the evidence; `path` is empty where no one file shows it."""

    commit: str
    rule: str
    path: str
    expected: str
    found: str
    weight: Weight = Weight.VIOLATION

    def view(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "commit": self.commit,
            "rule": self.rule,
            "weight": self.weight.value,
            "path": self.path,
            "expected": self.expected,
            "found": self.found,
        }

    def __str__(self) -> str:
        """Write it as one line."""
        place = f" {self.path}" if self.path else ""
        return f"{self.commit[:12]} {self.rule}{place}: expected {self.expected}, found {self.found}"
