"""What each operation of the scheduler and of agents may write: a table. What is not in it is none of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from gitcp.core.lifecycle import TaskEvent

_E = TaskEvent

# Written once, by the claim; only answers grow while the run is live.
CLAIMED: Final = frozenset(
    {
        "agent", "task", "prompt", "attempt", "hops", "found", "runtime", "executor", "repository", "limits",
        "reserved", "charges", "claimed_at", "claimed_by", "deadline",
    },
)  # fmt: skip
RESULT: Final = frozenset({"pending", "progress", "blocked"})
ENDING: Final = RESULT | frozenset(
    {
        "status", "started_at", "ended_at", "outcome", "failure", "declared", "reason", "usage", "settled_by",
        "model", "priced_by", "session", "branch", "compare_url", "commits", "rescue", "isolation",
        "verification", "undelivered", "summary",
    },
)  # fmt: skip
LATE: Final = frozenset({"usage", "rescue", "late"})
# What a run's end may do to its task.
SETTLED: Final = frozenset({"status", "attempts", "blocked", "delivery", "closed", "submitted", "reviewed"})
SETTLING: Final = frozenset({_E.SUBMIT, _E.FINISH, _E.BLOCK, _E.RELEASE})


@dataclass(frozen=True, slots=True)
class Writes:
    """Kinds of records by what may become of them; `events`: how a task may step; fields: none for any.

    Whatever an agent does may let the answers of its run grow, and bring a task back from the archive.
    """

    creates: frozenset[str] = frozenset()
    changes: frozenset[str] = frozenset()
    removes: frozenset[str] = frozenset()
    events: frozenset[TaskEvent] = frozenset()
    task_fields: frozenset[str] | None = None
    run_fields: frozenset[str] = frozenset({"answers"})
    archives: bool = False


def _all(*names: str) -> frozenset[str]:
    return frozenset(names)


_BACK: Final = _all("task", "run")
_END: Final = Writes(
    _all("comment", "wake"),
    _BACK | {"ledger"},
    events=SETTLING,
    task_fields=SETTLED,
    run_fields=ENDING | {"late"},
)

MAY_WRITE: Final[Mapping[str, Writes]] = {
    "run.claim": Writes(
        _all("run"), _all("task"), _all("wake"), frozenset({_E.START}), _all("status", "blocked"), frozenset()
    ),
    "run.finish": _END,
    "run.reap": _END,
    "run.resolve": Writes(
        _all("comment", "wake"), _BACK, events=SETTLING, task_fields=SETTLED, run_fields=RESULT
    ),
    "run.cancel": Writes(changes=_all("run"), run_fields=_all("cancel")),
    "record.archive": Writes(_all("ledger"), _all("ledger"), archives=True),
    "task.number": Writes(_all("task", "counter"), _all("counter"), _all("new-task")),
    "task.create": Writes(_all("task", "counter"), _BACK | {"counter"}, task_fields=frozenset()),
    "task.edit": Writes(changes=_BACK),
    "task.assign": Writes(changes=_BACK, task_fields=_all("assignee", "attempts", "given")),
    "task.queue": Writes(changes=_BACK, events=frozenset({_E.QUEUE})),
    "task.shelve": Writes(changes=_BACK, events=frozenset({_E.SHELVE})),
    "task.start": Writes(changes=_BACK, events=frozenset({_E.START})),
    "task.block": Writes(changes=_BACK, events=frozenset({_E.BLOCK})),
    "task.unblock": Writes(changes=_BACK, events=frozenset({_E.UNBLOCK})),
    "task.review": Writes(_all("comment"), _BACK, events=frozenset({_E.APPROVE, _E.REQUEST_CHANGES})),
    "task.pause": Writes(changes=_BACK, task_fields=_all("paused"), run_fields=_all("answers", "cancel")),
    "task.resume": Writes(changes=_BACK, task_fields=_all("paused")),
    "task.cancel": Writes(_all("comment"), _BACK, events=frozenset({_E.CANCEL})),
    "task.reopen": Writes(changes=_BACK, events=frozenset({_E.REOPEN})),
    "comment.create": Writes(_all("comment"), _BACK, task_fields=frozenset()),
    "document.write": Writes(_all("document"), _BACK | {"document", "approval"}, task_fields=frozenset()),
    "agent.rename": Writes(
        _all("agent"),
        _BACK | {"agent", "person", "goal", "project", "new-task", "routine"},
        _all("agent"),
        task_fields=_all("assignee", "review", "blocked"),
    ),
    "person.remove": Writes(changes=_BACK | {"agent", "person"}, removes=_all("person")),
    "wake.request": Writes(_all("wake"), _all("run")),
    "agent.adopt": Writes(changes=_all("agent")),
    "routine.adopt": Writes(changes=_all("routine")),
    "routine.fire": Writes(_all("task", "counter"), _all("routine", "counter")),
    "approval.request": Writes(_all("approval", "counter"), _BACK | {"counter"}),
    "approval.withdraw": Writes(changes=_BACK | {"approval"}),
    "approval.expire": Writes(changes=_all("approval")),
    "approval.conclude": Writes(changes=_all("approval")),
    "approval.follow": Writes(
        _all("comment"), _BACK, events=frozenset({_E.BLOCK, _E.REQUEST_CHANGES, _E.APPROVE, _E.FINISH})
    ),
    "delivery.integrate": Writes(
        _all("comment"),
        _BACK,
        events=frozenset({_E.BLOCK, _E.REQUEST_CHANGES, _E.APPROVE}),
        task_fields=_all(
            "status", "delivery", "blocked", "closed", "submitted", "reviewed", "agreed", "reopened", "given"
        ),
    ),
    "approval.void": Writes(changes=_all("approval")),
    "budget.ask": Writes(_all("approval", "counter"), _all("counter")),
}


def writes_of(operation: str) -> Writes:
    """Return what an operation may write; one without a row writes records of the kind that its name begins with."""
    kind = operation.partition(".")[0]
    kinds = _all(kind, "person") if kind == "agent" else _all(kind)
    return MAY_WRITE.get(operation) or Writes(
        kinds | {"counter", "comment"},
        kinds | _BACK | {"counter"},
        kinds,
        run_fields=_all("answers", "cancel"),
    )
