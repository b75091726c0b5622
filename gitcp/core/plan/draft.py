"""A plan in the making."""

from dataclasses import dataclass, field
from datetime import datetime

from gitcp.core.actions import Action, Observed
from gitcp.model.runs import Run
from gitcp.model.snapshot import Snapshot


@dataclass(slots=True)
class Draft:
    """What is planned so far, and what it is planned from."""

    snapshot: Snapshot
    observed: Observed
    now: datetime
    claimed_by: str
    actions: list[Action] = field(default_factory=list)
    planned: list[Run] = field(default_factory=list)
