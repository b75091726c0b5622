"""Write a plan, design or note of a task."""

from typing import Annotated, ClassVar

from pydantic import Field

from gitcp.core.answers import with_answers
from gitcp.core.authority import authorise
from gitcp.core.documents import voided
from gitcp.core.lookup import existing, made
from gitcp.core.returning import task_back
from gitcp.model.ids import Slug, TaskId
from gitcp.model.operation import Call, Edit, Operation, Put
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Document, Task


class WriteDocument(Operation):
    """Write a task's document, new or again; its history is its revisions."""

    name: ClassVar[str] = "document.write"

    task: TaskId
    document: Slug
    text: Annotated[str, Field(max_length=200_000)]

    def decide(self, snapshot: Snapshot, call: Call) -> Edit:
        """Put the text as it is; what an agent asked about another text is void."""
        task = existing(snapshot, Task, self.task)
        authorise(snapshot, call, self.name, task)
        document = made(Document, f"{task.id}/{self.document}", {"text": self.text})
        is_same = snapshot.get(Document, document.id) == document
        if is_same:
            return Edit((), f"write document {document.id}", task=task.id)
        changes = (Put(document), *task_back(snapshot, task), *voided(snapshot, document, call))
        return Edit(with_answers(snapshot, call, changes), f"write document {document.id}", task=task.id)
