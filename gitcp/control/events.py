"""What whoever watches a scheduler is told, and the words for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Protocol

from gitcp.control.health import Health
from gitcp.model.runs import Outcome, Run

_CENT: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class RunStarted:
    """A run was claimed, and its runner started."""

    run: Run


@dataclass(frozen=True, slots=True)
class RunFound:
    """A run of this machine that somebody else started is alive, and watched from now on."""

    run: Run


@dataclass(frozen=True, slots=True)
class RunEnded:
    """A run that was watched is settled; `run` is how."""

    run: Run


@dataclass(frozen=True, slots=True)
class Told:
    """Something that people should know: what was refused, what does not work just now."""

    text: str


@dataclass(frozen=True, slots=True)
class Stopping:
    """No more runs are started; with `waits` those that are alive are waited for."""

    alive: int
    waits: bool


Event = RunStarted | RunFound | RunEnded | Told | Stopping


class Listener(Protocol):
    """Who is told."""

    def tell(self, event: Event) -> None:
        """Take note of what happened."""
        ...

    def show(self, health: Health, running: Sequence[Run]) -> None:
        """Take note of how things stand: after each tick, and about every second."""
        ...


def words_of(event: Event) -> str:
    """Return an event in one line for people."""
    match event:
        case RunStarted(run):
            return f"{run.agent} wakes{_about(run, 'for')}{_reasons(run)}"
        case RunFound(run):
            return f"{run.agent} is at work{_about(run, 'on')}, since {run.claimed_at:%H:%M} UTC"
        case RunEnded(run):
            cost = f", {_dollars(run.usage.usd)} USD" if run.usage else ""
            why = f": {run.reason}" if run.reason and run.outcome is not Outcome.SUCCEEDED else ""
            return f"{run.agent} {run.outcome or 'is gone'}{_about(run, 'on')}{cost}{why}"
        case Told(text):
            return text
        case Stopping(alive, waits):
            return _stopping(alive, waits=waits)


def _dollars(usd: Decimal) -> str:
    """Return what a run cost; less than a cent is not nothing."""
    return "<0.01" if 0 < usd < _CENT else f"{usd:.2f}"


def _about(run: Run, word: str) -> str:
    return f" {word} {run.task}" if run.task else ""


def _reasons(run: Run) -> str:
    reasons = ", ".join(dict.fromkeys(cause.reason.value for cause in run.answers))
    return f" ({reasons})" if reasons else ""


def _stopping(alive: int, *, waits: bool) -> str:
    if not alive:
        return "stopping; nothing runs"
    runs = f"{alive} run{'s' if alive != 1 else ''}"
    if waits:
        return f"stopping once {runs} ended; again to stop now"
    return f"stopping; {runs} go{'es' if alive == 1 else ''} on, and the next tick finds {'it' if alive == 1 else 'them'} again"
