"""The shape of a verdict, for the description alone."""

from gitcp.api.shapes import Shape
from gitcp.model.guards import Verdict


class Asker(Shape):
    """Who would do it: `kind` is agents, persons, scheduler or strangers, as rules name them."""

    id: str
    kind: str
    roles: tuple[str, ...]


class Subject(Shape):
    """What an operation is about, as far as it was said. `is_unlimited`: nobody knows what it may cost."""

    paths: tuple[str, ...]
    project: str | None
    priority: str | None
    labels: tuple[str, ...]
    usd: float | None
    is_unlimited: bool


class TableWord(Shape):
    """What the table of agents says; `may` is none where that depends on the task."""

    may: bool | None
    because: str


class RuleWord(Shape):
    """What one rule of a policy says of an operation, and why it does or does not match."""

    policy: str
    rule: str
    matches: bool
    because: str
    says: str


class NeededApproval(Shape):
    """An approval that an operation needs, for itself. `by`: the persons who could give it."""

    policy: str
    rule: str
    approvers: tuple[str, ...]
    quorum: int
    by: tuple[str, ...]
    expires_days: int | None
    reason: str | None


class WholeVerdict(Shape):
    """What all rules say of an operation. `is_closed`: who acts may do only what an access rule grants; `doubts`: what may change it."""

    operation: str
    who: Asker
    about: Subject
    verdict: Verdict
    reason: str
    table: TableWord | None
    is_closed: bool
    rules: tuple[RuleWord, ...]
    approvals: tuple[NeededApproval, ...]
    doubts: tuple[str, ...]
