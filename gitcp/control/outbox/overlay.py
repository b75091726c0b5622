"""The door of a run that may write nothing: what its agent changes is seen by itself alone, and kept as intents.

Rule: a write is answered once it is on the disk, and decided by the same operations that will decide on it again when it is settled.
"""

from collections.abc import Callable, Iterable, Sequence
from threading import RLock
from typing import Final

from gitcp.control.outbox.box import Outbox
from gitcp.control.outbox.form import Intent, Made
from gitcp.errors import ConflictError, GitcpError
from gitcp.model.layered import Layered
from gitcp.model.operation import Applied, Call, Edit, Operation, Put, Receipt, Refusal, Result, Step
from gitcp.model.planning import Project
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Counter, Task
from gitcp.store.layout import path_of

# Above what any company counts to, so that a name that is only lent is told from a real one wherever it is written.
FIRST_NUMBER: Final = 900_000_001

KEPT: Final = "it is kept in the outbox of this run, and takes effect when the run is settled"


class Overlay:
    """Implements `gitcp.model.operation.Operations` over a snapshot that stays as it is. For use by several threads."""

    def __init__(self, base: Snapshot, box: Outbox) -> None:
        """Begin with the records as the run found them."""
        counters = (Counter(id=project.id, next=FIRST_NUMBER) for project in base.all(Project))
        sound = (counter for counter in counters if not base.is_inert(Counter.kind, counter.id))
        self._snapshot = Layered(base).edited(Put(counter) for counter in sound)
        self._revision = base.revision
        self._box = box
        self._answered: dict[str, tuple[str, str, Receipt]] = {}
        self._lock = RLock()

    def snapshot(self) -> Snapshot:
        """Return the records with what was written here."""
        return self._snapshot

    def apply(self, decide: Callable[[Snapshot], Sequence[Step]]) -> Applied:
        """Carry out the steps that `decide` returns, here alone, and keep each that changes something."""
        with self._lock:
            results = tuple([self._carried_out(step) for step in decide(self._snapshot)])
        receipts = [result for result in results if isinstance(result, Receipt)]
        return Applied(results, tuple(_notes(receipts)))

    def _carried_out(self, step: Step) -> Result:
        operation, call = step
        try:
            known = self._answered.get(call.request)
            return self._kept(operation, call) if known is None else _repeated(step, *known)
        except GitcpError as error:
            return Refusal(step, error)

    def _kept(self, operation: Operation, call: Call) -> Receipt:
        edit = operation.decide(self._snapshot, call)
        if not edit.changes:
            return Receipt(self._revision, edit)
        for change in edit.changes:
            if isinstance(change, Put):
                path_of(
                    type(change.record), change.record.id
                )  # an id that is none is refused before all else
        fields = operation.model_dump(mode="json", exclude_unset=True)
        made = tuple(Made(kind="task", id=name) for name in _lent(edit))
        self._box.keep(
            Intent(request=call.request, operation=operation.name, fields=fields, at=call.now, made=made)
        )
        self._snapshot = self._snapshot.edited(edit.changes)
        receipt = Receipt(self._revision, edit)
        self._answered[call.request] = (operation.name, call.actor.id, receipt)
        return receipt


def _lent(edit: Edit) -> list[str]:
    # Whoever gives a number moves the counter on.
    counted = {change.record.id for change in edit.changes if isinstance(change, Put) and _is_counter(change)}
    tasks = [c.record for c in edit.changes if isinstance(c, Put) and isinstance(c.record, Task)]
    return [task.id for task in tasks if task.project in counted]


def _is_counter(change: Put) -> bool:
    return isinstance(change.record, Counter)


def _notes(receipts: Iterable[Receipt]) -> list[str]:
    said = []
    for receipt in receipts:
        if receipt.edit.changes or receipt.repeated:
            said.append(KEPT)
        said += [
            f"{name} is a provisional id: go on using it here and in what you write; the task gets its number when the run is settled"
            for name in _lent(receipt.edit)
        ]
    return list(dict.fromkeys(said))


def _repeated(step: Step, operation: str, actor: str, receipt: Receipt) -> Receipt:
    if (operation, actor) != (step[0].name, step[1].actor.id):
        raise ConflictError(
            f"request {step[1].request}: is taken by {operation} of {actor}",
            hint="send every operation with a request of its own",
        )
    edit = receipt.edit
    return Receipt(receipt.revision, Edit((), edit.subject, edit.task, edit.run, edit.reason), repeated=True)
