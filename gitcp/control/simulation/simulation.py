"""The scheduler on a virtual clock: it ticks when a run ends, a slot opens or a pause is over, and sleeps in between.

Rule: what a tick decides is decided by the planner, and what is written is written by the operations of a real tick. Only the runs are drawn.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from gitcp.control.simulation.clock import Clock, Ends, Event, Look, Tidy
from gitcp.control.simulation.draws import Draws
from gitcp.control.simulation.endings import ending
from gitcp.control.simulation.history import Sample
from gitcp.control.simulation.queues import Queues
from gitcp.control.simulation.tally import Tally
from gitcp.control.simulation.touched import is_untidy, touched
from gitcp.control.simulation.world import World
from gitcp.control.steps import Left, steps_of
from gitcp.core.actions import Action, Claim, Observed, Plan
from gitcp.core.answers import with_answers
from gitcp.core.approvals import pending
from gitcp.core.budgets import company_zone
from gitcp.core.causes import next_slot_of
from gitcp.core.housekeeping import housekeeping
from gitcp.core.partial_plan import plan_for
from gitcp.core.schedule import is_cron, next_fire, zone
from gitcp.errors import GitcpError
from gitcp.model.members import Agent
from gitcp.model.operation import Put, Step
from gitcp.model.planning import Routine
from gitcp.model.runs import Run
from gitcp.model.snapshot import Snapshot, agents

Progress = Callable[[float], None]
"""Told which share of the time is over."""

_OBSERVED = Observed()
_MOST_PASSES = 2
_NAME = "simulation"


@dataclass(slots=True)
class Simulation:
    """A company, and what is still to happen in it."""

    world: World
    clock: Clock
    draws: Draws
    tally: Tally
    queues: Queues
    _dirty: set[str] = field(default_factory=set)
    _is_untidy: bool = True
    _samples: dict[str, Sample] = field(default_factory=dict)

    @classmethod
    def begin(cls, snapshot: Snapshot, now: datetime, draws: Draws) -> "Simulation":
        """Take a company as it stands: its live runs end as drawn, and everybody may have something to do."""
        world = World(snapshot)
        simulation = cls(world, Clock(now), draws, Tally(), Queues(world))
        simulation._dirty.update(agent.id for agent in agents(world))
        simulation.clock.at(now, Tidy())
        for agent in agents(world):
            simulation._expect_slot(agent)
        for routine in world.all(Routine):
            simulation._expect_firing(routine)
        for over in (approval.expires for approval in pending(world) if approval.expires):
            simulation.clock.at(max(over, now), Tidy())
        for run in world.runs(active=True):
            simulation._expect_end(run)
        return simulation

    def run(self, until: datetime, tell: Progress = lambda _: None) -> None:
        """Let the time go on, up to and without `until`."""
        began = self.clock.now
        while events := self.clock.next(until):
            for event in events:
                self._happen(event)
            self._tick()
            tell((self.clock.now - began) / (until - began))

    def _happen(self, event: Event) -> None:
        match event:
            case Ends(run):
                self._end(run)
            case Look(name):
                self._dirty.add(name)
                agent = self.world.get(Agent, name)
                if agent is not None:
                    self._expect_slot(agent)
            case Tidy(name):
                self._is_untidy = True
                routine = self.world.get(Routine, name)
                if routine is not None:
                    self._expect_firing(routine)

    def _end(self, run_id: str) -> None:
        run = self.world.get(Run, run_id)
        if run is None or not run.is_active:
            return  # a tick found that it was over before
        sample = self._samples.pop(run_id)
        self._carry_out(ending(self.world, run, sample, self.clock.now))
        ended = self.world.get(Run, run_id)
        if ended is None or ended.is_active:
            return
        if sample.progress is not None and ended.progress is not sample.progress:
            # What a run left beside its task is not simulated; whether it left something is drawn.
            ended = ended.evolve(progress=sample.progress)
            self.world.apply([Put(ended)])
        self.queues.free(ended)
        self.tally.ended(self.world, ended, ended.charge)

    def _tick(self) -> None:
        for _ in range(_MOST_PASSES):
            order = self._in_order()
            planned = self._plan()
            changed = self._do(order, wakes=True)
            self._do(planned.claims, wakes=False)
            self._wait(planned)
            if not changed:
                return
        self.clock.at(self.clock.now, Tidy())

    def _in_order(self) -> tuple[Action, ...]:
        is_untidy, self._is_untidy = self._is_untidy, False
        return tuple(housekeeping(self.world, _OBSERVED, self.clock.now)) if is_untidy else ()

    def _plan(self) -> Plan:
        if self.queues.places() <= 0:
            return Plan(())
        known = {name for name in self._dirty if self._has_place(name)}
        self._dirty.clear()
        known |= self.queues.further((), known, self.clock.now)
        planned = self._planned(known)
        while more := self.queues.further(planned.claims, known, self.clock.now):
            known |= more
            planned = self._planned(known)
        for name in known:
            self.queues.leave(name)
        return planned

    def _planned(self, names: set[str]) -> Plan:
        return plan_for(self.world, _OBSERVED, self.clock.now, names, claimed_by=_NAME) if names else Plan(())

    def _has_place(self, name: str) -> bool:
        # Whoever is busy is asked when one of its runs ends.
        agent = self.world.get(Agent, name)
        return agent is not None and not self.queues.is_full(agent)

    def _do(self, actions: Iterable[Action], *, wakes: bool) -> bool:
        """Carry actions out; what a claim changes wakes nobody. Return whether they changed something."""
        changed = False
        for action in actions:
            steps = steps_of(Plan((action,)), Left(), self.clock.now)
            changed |= self._carry_out(steps, wakes=wakes)
            run = self.world.get(Run, action.run.id) if isinstance(action, Claim) else None
            if isinstance(action, Claim) and run is not None:
                self.tally.woken(self.world, run, action.reason)
                self._expect_end(run)
        return changed

    def _carry_out(self, steps: Iterable[Step], *, wakes: bool = True) -> bool:
        changed = False
        for operation, call in steps:
            try:
                edit = operation.decide(self.world, call)
            except GitcpError:
                continue  # as a store refuses one step, and carries out the others
            changes = with_answers(self.world, call, edit.changes)
            if wakes:
                self._dirty.update(touched(self.world, changes))
                self._is_untidy |= is_untidy(changes)
            self.world.apply(changes)
            for change in changes:
                if isinstance(change, Put) and isinstance(change.record, Agent):
                    self._expect_slot(change.record)
            changed |= bool(changes)
        return changed

    def _wait(self, planned: Plan) -> None:
        for waiting in planned.waiting:
            scarce = self.queues.join(waiting, self.clock.now)
            if scarce is not None:
                self.tally.ran_dry(self.world, scarce, self.clock.now)
            if waiting.agent is not None and waiting.until is not None and waiting.until > self.clock.now:
                self.clock.at(waiting.until, Look(waiting.agent))
        self.queues.settle(self.clock.now)

    def _expect_slot(self, agent: Agent) -> None:
        slot = next_slot_of(self.world, agent, self.clock.now)
        if slot is not None:
            self.clock.at(slot, Look(agent.id))

    def _expect_firing(self, routine: Routine) -> None:
        place = zone(routine.timezone) if routine.timezone else company_zone(self.world.company)
        firing = next_fire(routine.cron, place, self.clock.now) if place and is_cron(routine.cron) else None
        if firing is not None:
            self.clock.at(firing, Tidy(routine.id))

    def _expect_end(self, run: Run) -> None:
        if not self.draws.knows(run):
            self.tally.assumed.add(run.agent)
        sample = self._samples[run.id] = self.draws.sample(run)
        self.clock.at(run.claimed_at + sample.lasting, Ends(run.id))
