"""What may stand in the `fields` of an operation: those of the record that it makes or changes."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel

from gitcp.core.operations.create_record import CreateRecord
from gitcp.core.operations.edit_record import EditMember, EditRecord
from gitcp.core.operations.edit_task import EDITABLE, EditTask
from gitcp.core.operations.employ_agent import HireAgent
from gitcp.model.base import Record
from gitcp.model.members import Agent
from gitcp.model.tasks import Task

Object = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Fields:
    """Fields of a record: all that it needs, or whichever of them; `only` those, if any are named."""

    record: type[Record]
    is_whole: bool
    only: Collection[str] = ()

    @property
    def name(self) -> str:
        """What the schema is called."""
        return f"{self.record.__name__}{'Fields' if self.is_whole else 'Changes'}"

    def schema(self, record: Mapping[str, Any]) -> Object:
        """Return the schema, from that of the record."""
        properties = {
            name: part
            for name, part in record["properties"].items()
            if name != "id" and (not self.only or name in self.only)
        }
        required = [name for name in record.get("required", ()) if name in properties and self.is_whole]
        return {
            "title": self.name,
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": False,
        }


_OTHERS: Final[dict[type[BaseModel], Fields]] = {
    EditTask: Fields(Task, is_whole=False, only=EDITABLE),
    HireAgent: Fields(Agent, is_whole=True),
    EditMember: Fields(Agent, is_whole=False),
}


def fields_of(model: type[BaseModel]) -> Fields | None:
    """Return what stands in the `fields` of an operation, or none if it has no such."""
    if issubclass(model, CreateRecord):
        return Fields(model.kind, is_whole=True)
    if issubclass(model, EditRecord):
        return Fields(model.kind, is_whole=False)
    return _OTHERS.get(model)
