"""What an audit looks at, rule by rule: each takes one commit and yields what it broke."""

from collections.abc import Callable, Iterator
from typing import Final

from gitcp.audit.act import Act
from gitcp.audit.finding import Finding
from gitcp.audit.rules.approvals import approvals
from gitcp.audit.rules.authority import authority
from gitcp.audit.rules.deliveries import deliveries
from gitcp.audit.rules.evidence import evidence
from gitcp.audit.rules.history import history
from gitcp.audit.rules.identity import identity
from gitcp.audit.rules.ledgers import ledgers
from gitcp.audit.rules.money import money
from gitcp.audit.rules.operations import operations
from gitcp.audit.rules.upkeep import upkeep

CHECKS: Final[tuple[Callable[[Act], Iterator[Finding]], ...]] = (
    history,
    identity,
    operations,
    authority,
    upkeep,
    money,
    approvals,
    deliveries,
    evidence,
    ledgers,
)

__all__ = ["CHECKS"]
