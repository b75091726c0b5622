"""All kinds of records, written out."""

from typing import Final

from gitcp.model.base import Record
from gitcp.model.company import Company
from gitcp.model.guards import Approval, Budget, Ledger, Policy
from gitcp.model.members import Agent, Person
from gitcp.model.planning import Goal, Project, Routine
from gitcp.model.runs import Run, Wake
from gitcp.model.tasks import Comment, Counter, Document, NewTask, Task

KINDS: Final[dict[str, type[Record]]] = {
    kind.kind: kind
    for kind in (
        Company,
        Agent,
        Person,
        Goal,
        Project,
        Task,
        NewTask,
        Counter,
        Comment,
        Document,
        Routine,
        Budget,
        Policy,
        Approval,
        Wake,
        Run,
        Ledger,
    )
}
