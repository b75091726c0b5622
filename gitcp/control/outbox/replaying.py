"""The writes of an outbox, carried out on the record as it is now: by the agent, as if it wrote them in this moment, and allowed as of now.

Rule: nothing is believed but that the agent asked. A request is carried out once, however often this is done.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from pydantic import ValidationError

from gitcp.api.callback import OFFERED
from gitcp.control.outbox.form import Intent
from gitcp.control.plane import Plane
from gitcp.errors import EditedFileError
from gitcp.model.operation import Actor, Call, Operation, Receipt, Refusal, Result, Step
from gitcp.model.runs import Run
from gitcp.model.snapshot import Snapshot

_LENT: Final = re.compile(r"(?<![A-Za-z0-9])[A-Z][A-Z0-9]{1,9}-9[0-9]{8}(?![0-9])")
_LONGEST_REASON: Final = 300


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one write: the subject of its commit, or why it was not carried out."""

    request: str
    operation: str
    subject: str | None = None
    why: str | None = None


@dataclass(slots=True)
class Replayed:
    """What became of all writes, in order, and the ids that tasks have instead of those that they were lent."""

    told: list[Told] = field(default_factory=list)
    ids: dict[str, str] = field(default_factory=dict)

    @property
    def applied(self) -> list[Told]:
        """The writes that are in the record."""
        return [told for told in self.told if told.why is None]

    @property
    def refused(self) -> list[Told]:
        """The writes that are not."""
        return [told for told in self.told if told.why is not None]


def refused_all(intents: Iterable[Intent], why: str) -> Replayed:
    """Carry nothing out."""
    return Replayed([Told(intent.request, intent.operation, why=why) for intent in intents])


def replay(plane: Plane, run: Run, actor: Actor, intents: Sequence[Intent]) -> Replayed:
    """Carry the writes out, in order.

    Raises:
        EditedFileError: somebody edits a file that one of them changes; what came before it is done, and done once.
        RemoteError: the remote cannot be reached; so too.
    """
    replaying = _Replaying(plane, run, actor, Replayed())
    for batch in _batches(intents):
        replaying.carry_out(batch)
    return replaying.replayed


def renamed(value: Any, ids: Mapping[str, str]) -> Any:
    """Return a JSON value with the ids that tasks were lent replaced, wherever they stand in it."""
    match value:
        case str():
            return _LENT.sub(lambda found: ids.get(found[0], found[0]), value)
        case list():
            return [renamed(part, ids) for part in value]
        case dict():
            return {key: renamed(part, ids) for key, part in value.items()}
        case _:
            return value


def _lent_in(value: Any) -> set[str]:
    match value:
        case str():
            return set(_LENT.findall(value))
        case list():
            return set().union(*map(_lent_in, value))
        case dict():
            return set().union(*map(_lent_in, value.values()))
        case _:
            return set()


def _made_by(intent: Intent) -> set[str]:
    # Only a name that is told from all others by its form can stand for another.
    if intent.operation != "task.create":
        return set()
    return {made.id for made in intent.made[:1] if _LENT.fullmatch(made.id)}


def _batches(intents: Sequence[Intent]) -> Iterable[list[Intent]]:
    """Yield the writes so that none is together with one that made what it names: each batch is pushed once."""
    batch: list[Intent] = []
    made: set[str] = set()
    for intent in intents:
        if made & _lent_in(intent.fields):
            yield batch
            batch, made = [], set()
        batch.append(intent)
        made |= _made_by(intent)
    if batch:
        yield batch


@dataclass(frozen=True, slots=True)
class _Replaying:
    plane: Plane
    run: Run
    actor: Actor
    replayed: Replayed
    seen: set[str] = field(default_factory=set)

    def carry_out(self, batch: Sequence[Intent]) -> None:
        steps = [self._step(intent) for intent in batch]
        results = iter(self._applied([step for step in steps if not isinstance(step, str)]))
        for intent, step in zip(batch, steps, strict=True):
            self._tell(intent, step if isinstance(step, str) else next(results, None))

    def _step(self, intent: Intent) -> Step | str:
        """Return what is to be done, or why nothing is."""
        if intent.request in self.seen:
            return "its request is that of an earlier one"
        self.seen.add(intent.request)
        unknown = _lent_in(intent.fields) - self.replayed.ids.keys()
        if unknown:
            return f"it is about {min(unknown)}, which was not created"
        kind = OFFERED.get(intent.operation)
        if kind is None:
            return f"agents may not {intent.operation}"
        operation = _operation(kind, renamed(intent.fields, self.replayed.ids))
        return operation if isinstance(operation, str) else (operation, self._call(intent))

    def _call(self, intent: Intent) -> Call:
        # When it was said, as far as that can be.
        return Call(self.actor, within(self.run, intent.at, self.plane.clock.now()), intent.request)

    def _applied(self, steps: Sequence[Step]) -> Sequence[Result]:
        def decide(snapshot: Snapshot) -> Sequence[Step]:
            run = snapshot.get(Run, self.run.id)
            return steps if run is not None and run.is_active else ()

        return self.plane.door.apply(decide).results if steps else ()

    def _tell(self, intent: Intent, result: Result | str | None) -> None:
        said = Told(intent.request, intent.operation)
        match result:
            case Receipt(edit=edit):
                self.replayed.ids |= {lent: edit.task for lent in _made_by(intent) if edit.task}
                said = Told(intent.request, intent.operation, subject=edit.subject)
            case Refusal(error=EditedFileError() as error):
                raise error
            case Refusal(error=error):
                said = Told(intent.request, intent.operation, why=error.message[:_LONGEST_REASON])
            case str():
                said = Told(intent.request, intent.operation, why=result)
            case None:
                said = Told(intent.request, intent.operation, why="the run ended meanwhile")
        self.replayed.told.append(said)


def _operation(kind: type[Operation], fields: Mapping[str, Any]) -> Operation | str:
    try:
        return kind.model_validate(dict(fields))
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False)[:3]
        told = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in wrong)
        return f"its fields do not fit: {told}"[:_LONGEST_REASON]


def within(run: Run, at: datetime, now: datetime) -> datetime:
    """Return a time that somebody else noted, moved into the time in which the run can have been at work."""
    return min(max(at, run.claimed_at), max(now, run.claimed_at))
