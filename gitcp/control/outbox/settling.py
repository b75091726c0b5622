"""`gitcp settle`: what a run has left in its outbox, brought into the record by who holds the credential.

Rule: the first settlement wins, and once more is as once: each write has its request, the commits their place, the run its end. Whatever stops it in the
middle, settling again goes on from there.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from gitcp.api.declarations import Declaration
from gitcp.control.outbox.box import Contents, read_outbox
from gitcp.control.outbox.delivering import delivered
from gitcp.control.outbox.form import RESULT, TRANSCRIPT
from gitcp.control.outbox.replaying import Replayed, Told, refused_all, renamed, replay, within
from gitcp.control.plane import Plane
from gitcp.control.result import Delivery, Worked, finish_of, outcome_of
from gitcp.control.runner import fetch_patiently, settled_by
from gitcp.control.transcripts import gathered, keep_transcript
from gitcp.core.lookup import existing
from gitcp.core.operations.finish_run import FinishRun
from gitcp.errors import RecordError
from gitcp.model.actors import as_agent
from gitcp.model.ids import log_ref
from gitcp.model.members import Agent
from gitcp.model.operation import Actor, ActorKind
from gitcp.model.runs import Run
from gitcp.runtimes.base import Ending, StopCause

SETTLEMENT: Final = "settlement.json"
_MOST_TOLD: Final = 20


class Standing(StrEnum):
    """What a settlement found: `late` a run that was ended without it, `again` one that it has settled already."""

    SETTLED = "settled"
    LATE = "late"
    AGAIN = "again"


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a run and of what it left."""

    run: Run
    standing: Standing
    applied: tuple[Told, ...] = ()
    refused: tuple[Told, ...] = ()
    ids: Mapping[str, str] | None = None
    transcript: str | None = None


def settle(plane: Plane, run_id: str, folder: Path) -> Settled:
    """Carry out the writes of a run, deliver its commits, and settle it in one commit.

    Raises:
        GitcpError: the outbox is damaged or not this run's; the record or the execution repository cannot be reached: then settle again.
    """
    fetch_patiently(plane)
    contents = read_outbox(folder, run_id)
    run = existing(plane.snapshot(), Run, run_id)
    worked = _worked(plane, run, contents)
    if _is_settled(run, worked):
        return Settled(run, Standing.AGAIN, transcript=_kept(plane, run_id, folder))
    return _Settling(plane, run, contents, worked).settled()


def _worked(plane: Plane, run: Run, contents: Contents) -> Worked:
    """Return how the run went, as far as that can be."""
    now, begun = plane.clock.now(), contents.opening.begun_at
    told = contents.result.worked if contents.result else _abandoned(plane, contents)
    started_at = within(run, told.started_at if contents.result else begun, now)
    ended_at = max(within(run, told.ended_at, now), started_at)
    left_something = bool(contents.intents) or (
        contents.result is not None and contents.result.work is not None
    )
    return replace(
        told,
        started_at=started_at,
        ended_at=ended_at,
        ending=_stopped(run, told.ending),
        started=told.started or left_something,
    )


def _abandoned(plane: Plane, contents: Contents) -> Worked:
    ending = Ending(stopped=StopCause.LEASE, error="its runner ended before it was done")
    return Worked(contents.opening.begun_at, plane.clock.now(), ending)


def _stopped(run: Run, ending: Ending) -> Ending:
    # Cancelled while it worked, or while its outbox waited.
    late = run.cancel is not None and ending.stopped is None
    return replace(ending, stopped=StopCause.CANCEL) if late else ending


def _is_settled(run: Run, worked: Worked) -> bool:
    started_at = worked.started_at.replace(microsecond=0) if worked.started else None
    return not run.is_active and run.outcome is outcome_of(worked.ending) and run.started_at == started_at


@dataclass(frozen=True, slots=True)
class _Settling:
    plane: Plane
    run: Run
    contents: Contents
    worked: Worked

    def settled(self) -> Settled:
        replayed = self._replayed()
        delivery = delivered(self.plane, self.run, self._agent, self.contents, self.worked)
        ended = settled_by(self.plane, self._operation(replayed, delivery))
        assert ended is not None
        return Settled(
            run=ended,
            standing=Standing.LATE if ended.late is not None or not self.run.is_active else Standing.SETTLED,
            applied=tuple(replayed.applied),
            refused=tuple(replayed.refused),
            ids=replayed.ids,
            transcript=_kept(self.plane, self.run.id, self.contents.folder, replayed),
        )

    @property
    def _agent(self) -> Actor:
        agent = self.plane.snapshot().get(Agent, self.run.agent)
        if agent is not None:
            return as_agent(agent, self.run.id)
        # What it asks for is then refused; its commits still say whose they are.
        name = self.run.agent
        return Actor(name, ActorKind.AGENT, name, f"{name}@agents.invalid", self.run.id)

    def _replayed(self) -> Replayed:
        intents = self.contents.intents
        if not self.run.is_active:
            return refused_all(intents, f"too late: the run had ended, {self.run.outcome}")
        if self.run.cancel is not None:
            return refused_all(intents, f"too late: {self.run.cancel.by} had cancelled the run")
        return replay(self.plane, self.run, self._agent, intents)

    def _operation(self, replayed: Replayed, delivery: Delivery) -> FinishRun:
        said = _said(self.plane, self.worked.said, replayed)
        try:
            operation = finish_of(self.run, replace(self.worked, delivery=delivery, said=said))
            summary = "\n\n".join(filter(None, (operation.summary, _evidence(replayed))))
            return operation.evolve(wrote=bool(replayed.applied), summary=summary or None)
        except ValidationError as error:
            place = ".".join(map(str, error.errors(include_url=False, include_input=False)[0]["loc"]))
            raise RecordError(f"{self.contents.folder / RESULT}: {place}: does not fit a run") from error


def _said(plane: Plane, said: Declaration | None, replayed: Replayed) -> Declaration | None:
    """Return what the agent declared, about tasks and members that exist."""
    if said is None:
        return None
    known = said.waits_for is None or plane.snapshot().member(said.waits_for) is not None
    return said.evolve(
        summary=renamed(said.summary, replayed.ids),
        reason=renamed(said.reason, replayed.ids),
        waits_for=said.waits_for if known else None,
    )


def _evidence(replayed: Replayed) -> str | None:
    if not replayed.refused:
        return None
    lines = [f"- {told.operation}: {told.why}" for told in replayed.refused[:_MOST_TOLD]]
    more = len(replayed.refused) - len(lines)
    return "\n".join(["Not done when it was settled:", "", *lines, *([f"- and {more} more"] if more else [])])


def _kept(plane: Plane, run: str, folder: Path, replayed: Replayed | None = None) -> str | None:
    # Another outbox of the same run does not write over the first one's.
    if plane.store.transcripts.has(run):
        return log_ref(run)
    files = gathered(folder / TRANSCRIPT)
    if replayed is not None and replayed.told:
        told = [asdict(one) for one in replayed.told]
        files[SETTLEMENT] = json.dumps({"writes": told, "ids": replayed.ids}, indent=2).encode()
    return keep_transcript(plane, run, files)
