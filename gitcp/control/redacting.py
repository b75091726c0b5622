"""A run's secrets kept out of the records: out of what its agent writes through the callback, and out of what is said of the run itself."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from gitcp.control.result import Worked
from gitcp.errors import NotAllowedError
from gitcp.model.operation import Applied, Operation, Operations, Step
from gitcp.model.snapshot import Snapshot
from gitcp.runtimes.redaction import Redactor


@dataclass(frozen=True, slots=True)
class Redacting:
    """A door to the records through which no secret of a run goes: each is replaced by its name."""

    operations: Operations
    redactor: Redactor

    def snapshot(self) -> Snapshot:
        """Return what the door behind says."""
        return self.operations.snapshot()

    def apply(self, decide: Callable[[Snapshot], Sequence[Step]]) -> Applied:
        """Apply what is decided, without secrets.

        Raises:
            NotAllowedError: one stands where a name must stand.
        """
        return self.operations.apply(
            lambda snapshot: [(self._without(operation), call) for operation, call in decide(snapshot)]
        )

    def _without(self, operation: Operation) -> Operation:
        fields = operation.model_dump(exclude_unset=True)
        clean = _clean(fields, self.redactor)
        if clean == fields:
            return operation
        try:
            return type(operation)(**clean)
        except ValidationError:
            raise NotAllowedError(
                f"{operation.name}: a secret of the run stands where a name is expected",
                hint="leave secrets out of what you write",
            ) from None


def without_secrets(worked: Worked, redactor: Redactor) -> Worked:
    """Return what is known of a run with no secrets in its words."""
    ending, delivery = worked.ending, worked.delivery
    checked = delivery.verification
    return replace(
        worked,
        ending=replace(ending, **_clean({"error": ending.error, "final_text": ending.final_text}, redactor)),
        delivery=replace(
            delivery,
            undelivered=_clean(delivery.undelivered, redactor),
            verification=checked and checked.evolve(**_clean(checked.model_dump(), redactor)),
        ),
        said=worked.said
        and worked.said.evolve(**_clean(worked.said.model_dump(include={"summary", "reason"}), redactor)),
    )


def _clean(value: Any, redactor: Redactor) -> Any:
    match value:
        case str():
            return redactor.text(value)
        case Mapping():
            return {name: _clean(each, redactor) for name, each in value.items()}
        case tuple() | list():
            return tuple(_clean(each, redactor) for each in value)
    return value
