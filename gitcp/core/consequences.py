"""What the end of a run means for its task: a table. `outcomes` carries it out.

Rule: who decides is the record of the run; the same run gives the same answer whenever it is asked.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from gitcp.model.runs import Declared, FailureClass, Outcome, Run


class Consequence(StrEnum):
    """What happens to the task."""

    DELIVER = "deliver"
    REJECT = "reject"
    BLOCK = "block"
    CONTINUE = "continue"
    ASK_ONCE = "ask once"
    RETRY = "retry"
    RETRY_COUNTED = "retry, counted"
    RELEASE = "release"
    HOLD = "release, not counted"
    STOP = "stop"


_C = Consequence

# Of a succeeded run, by what it declared.
DECLARED: Final[Mapping[Declared, Consequence]] = {
    Declared.FINISH: _C.DELIVER,
    Declared.BLOCK: _C.BLOCK,
    Declared.CONTINUE: _C.CONTINUE,
    Declared.NOTHING: _C.ASK_ONCE,
}
# Of a run that failed or never started, by whose fault it was.
FAILED: Final[Mapping[FailureClass, Consequence]] = {
    FailureClass.PLATFORM: _C.RETRY,
    FailureClass.TRANSIENT: _C.RETRY,
    FailureClass.AGENT: _C.RETRY_COUNTED,
}
OTHERWISE: Final[Mapping[Outcome, Consequence]] = {
    Outcome.TIMED_OUT: _C.RETRY_COUNTED,
    Outcome.SILENT: _C.RETRY_COUNTED,
    Outcome.ABANDONED: _C.RETRY_COUNTED,
    Outcome.OVER_BUDGET: _C.RELEASE,
    Outcome.CANCELLED: _C.STOP,
}
# Those of them that use up attempts, by the agent's doing.
COUNTED: Final = frozenset({_C.RETRY_COUNTED, _C.RELEASE})


def consequence(run: Run) -> Consequence:
    """Return the table's answer for an ended run."""
    assert run.outcome is not None
    if run.outcome is Outcome.SUCCEEDED:
        return _of_success(run)
    if run.outcome is Outcome.CANCELLED and run.cancel is not None and run.cancel.hold:
        return Consequence.HOLD
    if run.outcome is Outcome.FAILED:
        return FAILED[run.failure or FailureClass.AGENT]
    if run.outcome is Outcome.ABANDONED and run.failure is not None:
        return FAILED[run.failure]
    return OTHERWISE[run.outcome]


def _of_success(run: Run) -> Consequence:
    found = DECLARED[run.declared or Declared.NOTHING]
    red = run.verification is not None and not run.verification.passed
    return Consequence.REJECT if found is Consequence.DELIVER and (red or run.undelivered) else found
