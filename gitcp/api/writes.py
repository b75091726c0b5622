"""What a run may change: records by operations, and what it declares of itself."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any, Final

from gitcp.api.callback import OFFERED, Callback
from gitcp.api.caller import Asked, Caller, Object
from gitcp.api.declarations import Cost, Declaration, Reason, Summary
from gitcp.core.lookup import existing_member
from gitcp.core.operations.registry import OPERATIONS
from gitcp.core.views import plain
from gitcp.errors import ConflictError, NotAllowedError, UnknownRecordError
from gitcp.model.base import Value
from gitcp.model.ids import MemberId
from gitcp.model.operation import Applied, Operation, Put, Receipt, Refusal, Step
from gitcp.model.runs import Declared, Run
from gitcp.model.snapshot import Snapshot


class Finish(Value):
    """The task is done; its checks and reviewers decide after the run."""

    summary: Summary | None = None


class Block(Value):
    """The task cannot go on before somebody acts."""

    reason: Reason
    waits_for: MemberId | None = None


class Continue(Value):
    """More is to do, or subtasks are open: wake me again."""

    summary: Summary | None = None


def apply(callback: Callback, asked: Asked) -> Object:
    """Carry out an operation, as one commit."""
    name = asked.names["operation"]
    own = _OWN.get(name)
    task = callback.own_task(callback.snapshot())
    if own is not None and task is not None and asked.body.get("task") == task.id:
        declared = own(callback, asked)
        return declared | {"hint": f"{task.id} is the task of this run: it changes when the run ends"}
    kind = OFFERED.get(name)
    if kind is None:
        raise not_offered(callback, name)
    operation = asked.fit(kind, name)
    callback.count_write()
    receipt = receipt_of(name, _applied(callback, asked, operation))
    callback.declarations.note_write()
    return receipt


def finish(callback: Callback, asked: Asked) -> Object:
    """Declare that the task is done."""
    body = asked.fit(Finish, "run/finish")
    return _declared(callback.declarations.declare(Declared.FINISH, summary=body.summary), "finish")


def block(callback: Callback, asked: Asked) -> Object:
    """Declare that somebody must act before the task can go on."""
    body = asked.fit(Block, "run/block")
    if body.waits_for is not None:
        existing_member(callback.snapshot(), body.waits_for)
    word = callback.declarations.declare(Declared.BLOCK, reason=body.reason, waits_for=body.waits_for)
    return _declared(word, "block")


def go_on(callback: Callback, asked: Asked) -> Object:
    """Declare that more is to do."""
    body = asked.fit(Continue, "run/continue")
    return _declared(callback.declarations.declare(Declared.CONTINUE, summary=body.summary), "continue")


def cost(callback: Callback, asked: Asked) -> Object:
    """Report a cost; reports add up."""
    body = asked.fit(Cost, "run/cost")
    request = callback.request(asked.key, "run/cost", dict(asked.body))
    costs = callback.declarations.add(body, request).costs
    return {"usd": plain(costs.usd), "tokens": costs.tokens}


def _applied(callback: Callback, asked: Asked, operation: Operation) -> Applied:
    call = callback.call(asked, operation.name)

    def decide(snapshot: Snapshot) -> Sequence[Step]:
        run = snapshot.get(Run, callback.run)
        return [(operation, call)] if run is not None and run.is_active else []

    return callback.operations.apply(decide)


def receipt_of(name: str, applied: Applied) -> Object:
    """Return what became of an operation.

    Raises:
        GitcpError: it was refused.
    """
    if not applied.results:
        raise ConflictError("the run has ended: nothing more can be changed from it", hint="exit")
    result = applied.results[0]
    if isinstance(result, Refusal):
        raise result.error
    return {
        "operation": name,
        "revision": result.revision,
        "repeated": result.repeated,
        "subject": result.edit.subject,
        "task": result.edit.task,
        "records": _written(result),
        "notes": list(applied.notes),
    }


def _written(receipt: Receipt) -> list[dict[str, str]]:
    # The counter and the run are gitcp's own book-keeping.
    puts = [change.record for change in receipt.edit.changes if isinstance(change, Put)]
    return [
        {"kind": record.kind, "id": record.id} for record in puts if record.kind not in {"counter", "run"}
    ]


def _declared(word: Declaration, what: str) -> Object:
    return {
        "declared": what,
        "summary": word.summary,
        "reason": word.reason,
        "waits_for": word.waits_for,
        "next": "exit: it takes effect when the run ends; until then a later word replaces it",
    }


def _finish_own(callback: Callback, asked: Asked) -> Object:
    if asked.body.get("without_checks") is not None:
        raise NotAllowedError(
            f"agent {callback.actor.id} may not finish its task without its checks",
            hint="deliver what passes them, or block the task and say why",
        )
    return _declared(callback.declarations.declare(Declared.FINISH), "finish")


def _block_own(callback: Callback, asked: Asked) -> Object:
    return block(callback, Asked(asked.names, asked.query, _without_task(asked.body), asked.key))


def _without_task(body: Mapping[str, Any]) -> Object:
    return {name: value for name, value in body.items() if name != "task"}


# An agent that ends its own task by an operation means to declare how its run ends.
_OWN: Final = {"task.finish": _finish_own, "task.submit": _finish_own, "task.block": _block_own}


def not_offered(caller: Caller, name: str) -> NotAllowedError | UnknownRecordError:
    """Return why an operation cannot be asked for."""
    if name in OPERATIONS:
        hint = "declare it: POST /v1/run/finish" if name in _OWN else "ask a person, or comment on your task"
        return NotAllowedError(f"{caller.actor.kind} {caller.actor.id} may not {name}", hint=hint)
    near = get_close_matches(name, caller.offered, n=1)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(caller.offered)}"
    return UnknownRecordError(f"operation {name} does not exist", hint=hint)
