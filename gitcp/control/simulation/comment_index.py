"""Comments while they are added: those of before are read where they are asked for, those of a simulation are at hand."""

from collections.abc import Collection
from dataclasses import dataclass, field

from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Comment


@dataclass(slots=True)
class CommentIndex:
    """What is said about tasks, and who is named in it."""

    before: Snapshot
    _by_task: dict[str, dict[str, Comment]] = field(default_factory=dict)
    _naming: dict[str, dict[str, Comment]] = field(default_factory=dict)

    def put(self, comment: Comment) -> None:
        """Take in a comment."""
        self._of(comment.task)[comment.id] = comment
        for member in comment.mentions:
            self._named(member)[comment.id] = comment

    def remove(self, comment: Comment) -> None:
        """Take a comment out."""
        self._of(comment.task).pop(comment.id, None)
        for member in comment.mentions:
            self._named(member).pop(comment.id, None)

    def of_task(self, task_id: str) -> list[Comment]:
        """Return a task's comments, oldest first."""
        return sorted(self._of(task_id).values(), key=lambda comment: comment.id)

    def naming(self, member_id: str, answered: Collection[str]) -> list[Comment]:
        """Return the comments that name a member and that it has not answered, oldest first."""
        found = [comment for comment in self._named(member_id).values() if comment.id not in answered]
        return sorted(found, key=lambda comment: (comment.stamp, comment.id))

    def _of(self, task_id: str) -> dict[str, Comment]:
        if task_id not in self._by_task:
            self._by_task[task_id] = {comment.id: comment for comment in self.before.comments(task_id)}
        return self._by_task[task_id]

    def _named(self, member_id: str) -> dict[str, Comment]:
        if member_id not in self._naming:
            self._naming[member_id] = {comment.id: comment for comment in self.before.mentions(member_id)}
        return self._naming[member_id]
