"""Agents that go on for ever, as pure functions, and what a company makes of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from gitcp.core.actions import Observed, Plan
from gitcp.core.operations.registry import FinishRun
from gitcp.core.plan import plan
from gitcp.model.memory import Records
from gitcp.model.operation import Operation
from gitcp.model.runs import Run
from tests.helpers import NOW, agent, carry_out, run_in, ticked

Does = Callable[[Records, Run], Sequence[Operation]]


def nothing(_: Records, __: Run) -> Sequence[Operation]:
    """Do nothing at all in a run."""
    return ()


@dataclass
class Loop:
    """A company whose agents do the same in each run, which takes a minute; ended as `ends` says."""

    snapshot: Records
    does: Does
    ends: Callable[[int], dict[str, Any]] = lambda _: {}
    now: datetime = NOW
    claims: int = 0

    def goes_on(self, ticks: int, every: timedelta = timedelta(minutes=5)) -> "Loop":
        """Let so many ticks pass, and each run that they start."""
        for _ in range(ticks):
            self.snapshot = ticked(self.snapshot, self.now)
            for run in self.snapshot.runs(active=True):
                self._works(run)
            self.now += every
        return self

    @property
    def plan(self) -> Plan:
        """What would happen next."""
        return plan(self.snapshot, Observed(), self.now)

    @property
    def hops(self) -> list[int]:
        """The hops of its runs, the oldest first."""
        return [run.hops for run in reversed(self.snapshot.runs())]

    def _works(self, run: Run) -> None:
        at = self.now + timedelta(minutes=1)
        said = self.does(self.snapshot, run)
        for number, operation in enumerate(said):
            moment = at + timedelta(milliseconds=number)
            self.snapshot = carry_out(self.snapshot, operation, agent(run.agent, run.id), moment)
        end = {"run": run.id, "outcome": "succeeded", "wrote": bool(said)} | self.ends(self.claims)
        self.snapshot = carry_out(self.snapshot, FinishRun(**end), now=at)
        assert not run_in(self.snapshot, run.id).is_active
        self.claims += 1
