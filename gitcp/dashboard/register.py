"""What pages ask. Every answer is noted, so that a later build knows which pages an operation touches.

Rule: a page learns of the company through its register alone, and asks no more than it shows.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Final

from gitcp.core.approvals import pending
from gitcp.core.readiness import goal_of
from gitcp.dashboard import links, moment
from gitcp.dashboard.all_rows import Rows
from gitcp.dashboard.input import BudgetUse, InboxItem, SiteInput, WaitingItem
from gitcp.dashboard.log import SiteLog, file_of
from gitcp.dashboard.moment import Name
from gitcp.dashboard.postings import Words
from gitcp.dashboard.reads import ALWAYS, LOG, Reads
from gitcp.dashboard.rows import RunRow, TaskRow
from gitcp.dashboard.tracked import group
from gitcp.model.base import Record
from gitcp.model.guards import Approval
from gitcp.model.history import Entry
from gitcp.model.members import Member, Person
from gitcp.model.planning import Goal, Project
from gitcp.model.problem import Problem
from gitcp.model.runs import Run
from gitcp.model.snapshot import R, Snapshot, ever, persons
from gitcp.model.tasks import Comment, Document, Task

_NEAR: Final = 16
"""Of how many records comments, commits and paths are held: the files of one record, which all tell them, are made one after the other."""


class Register(Reads):
    """The records of one revision by what is asked of them."""

    def __init__(
        self,
        site: SiteInput,
        rows: Rows | None = None,
        log: SiteLog | None = None,
        words: Words | None = None,
    ) -> None:
        super().__init__(site, rows, log, words)
        self._comments = lru_cache(_NEAR)(self._read_comments)
        self._paths = lru_cache(_NEAR)(site.path_of)
        self._about = lru_cache(_NEAR)(self._commits)

    # time

    @property
    def now(self) -> datetime:
        """The time that the site shows: whoever asks is made anew at every build."""
        self.note("now ")
        return self.site.now

    def is_past(self, at: datetime) -> bool:
        """Whether a time is before the one that the site shows."""
        return moment.is_past(self, at.isoformat())

    # single records

    def member(self, member_id: str) -> Member | None:
        """Return an agent or a person."""
        return self.snapshot.member(member_id)

    def name_of(self, member_id: str) -> Name | None:
        """Return what a member is called, or none for one who is not in the org chart."""
        return moment.name(self, member_id)

    def task(self, task_id: str) -> Task | None:
        """Return a task."""
        return self.snapshot.get(Task, task_id)

    def title_of(self, task_id: str) -> str | None:
        """Return a task's title, or none where there is no such task."""
        self.note(f"title {task_id}")
        row = self.rows.tasks.get(task_id)
        return row.title if row else None

    def run(self, run_id: str) -> Run | None:
        """Return a run."""
        return self.snapshot.get(Run, run_id)

    def goal(self, goal_id: str) -> Goal | None:
        """Return a goal."""
        return self.snapshot.get(Goal, goal_id)

    def project(self, key: str) -> Project | None:
        """Return a project."""
        return self.snapshot.get(Project, key)

    def approval(self, approval_id: str) -> Approval | None:
        """Return a request."""
        return self.snapshot.get(Approval, approval_id)

    def goal_of(self, task: Task) -> str | None:
        """Return the goal that a task serves."""
        return goal_of(self.snapshot, task)

    def find(self, name: str) -> str | None:
        """Return the site path of the task, request, run or member with a name."""
        self.note(f"there {name}")
        if name in self.rows.tasks:
            return links.task_page(name)
        if name in self.rows.runs:
            return links.run_page(name)
        snapshot = self.site.snapshot
        if snapshot.get(Approval, name) is not None:
            return links.approval_page(name)
        return links.member_page(name) if snapshot.member(name) is not None else None

    def has_run(self, run_id: str) -> bool:
        """Whether there is a run; runs are never removed."""
        self.note(f"there {run_id}")
        return run_id in self.rows.runs

    def path_of(self, kind: type[Record], record_id: str) -> str | None:
        """Return where a record's file is in the control repository, or none."""
        self.note(f"{group(kind)} {record_id}")
        self._read(ALWAYS)
        return self._paths(kind, record_id)

    # few records

    @property
    def members(self) -> Mapping[str, Member]:
        """Agents and persons."""
        return {member.id: member for member in self.snapshot.members()}

    @property
    def persons(self) -> Sequence[Person]:
        """People, by name."""
        return sorted(persons(self.snapshot), key=lambda person: (person.name.casefold(), person.id))

    def reports_of(self, member: str) -> Sequence[Member]:
        """Return the direct reports of a member."""
        return moment.reports(self, member)

    @property
    def goals(self) -> Mapping[str, Goal]:
        """All goals."""
        return {goal.id: goal for goal in self.snapshot.all(Goal)}

    @property
    def projects(self) -> Mapping[str, Project]:
        """All projects."""
        return {project.id: project for project in self.snapshot.all(Project)}

    @property
    def approvals(self) -> Mapping[str, Approval]:
        """All requests."""
        return {approval.id: approval for approval in ever(self.snapshot, Approval)}

    @property
    def pending(self) -> Sequence[Approval]:
        """Approvals that nobody decided yet, oldest first."""
        return pending(self.snapshot)

    def to_decide(self, member: str) -> Sequence[Approval]:
        """Approvals that wait for a member, oldest first."""
        return moment.to_decide(self, member)

    def comments(self, task_id: str) -> Sequence[Comment]:
        """Return a task's comments, oldest first."""
        self.note(f"comments {task_id}")
        return self._comments(task_id)

    def documents(self, task_id: str) -> Sequence[Document]:
        """Return a task's documents."""
        self.note(f"documents {task_id}")
        names = self.rows.documents_of.get(task_id, ())
        return list(_there(self.site.snapshot, Document, names))

    # all tasks and runs, in few words

    @property
    def tasks(self) -> Mapping[str, TaskRow]:
        """All tasks."""
        self.note("any task")
        return self.rows.tasks

    @property
    def runs(self) -> Mapping[str, RunRow]:
        """All runs, newest claim first."""
        self.note("any run")
        return self.rows.runs

    def task_row(self, task_id: str) -> TaskRow | None:
        """Return a task in few words."""
        self.note(f"task {task_id}")
        return self.rows.tasks.get(task_id)

    def run_row(self, run_id: str) -> RunRow | None:
        """Return a run in few words."""
        self.note(f"run {run_id}")
        return self.rows.runs.get(run_id)

    def children(self, task_id: str) -> Sequence[TaskRow]:
        """Return the tasks that are part of one."""
        self.note(f"children {task_id}")
        return self.rows.by_parent.get(task_id, ())

    def dependents(self, task_id: str) -> Sequence[TaskRow]:
        """Return the tasks that one blocks."""
        self.note(f"dependents {task_id}")
        return self.rows.by_blocker.get(task_id, ())

    def runs_on(self, task_id: str) -> Sequence[RunRow]:
        """Return the runs on a task, newest first."""
        self.note(f"runs-on {task_id}")
        return self.rows.by_task.get(task_id, ())

    def runs_by(self, agent: str) -> Sequence[RunRow]:
        """Return the runs of an agent, newest first."""
        self.note(f"runs-by {agent}")
        return self.rows.by_agent.get(agent, ())

    @property
    def active(self) -> Sequence[RunRow]:
        """Runs that are going on, oldest first."""
        return moment.active(self, "")

    # what control says

    def inbox_of(self, member: str) -> Sequence[InboxItem]:
        """Return what a member may act on, in order."""
        return moment.inbox(self, member)

    @property
    def waiting(self) -> Sequence[WaitingItem]:
        """All that waits."""
        return moment.waiting(self, "")

    def waiting_for(self, agent: str) -> Sequence[WaitingItem]:
        """Return the wakes of an agent that wait."""
        return moment.waiting_for(self, agent)

    def waiting_on(self, task_id: str) -> Sequence[WaitingItem]:
        """Return the wakes for a task that wait."""
        return moment.waiting_on(self, task_id)

    @property
    def budgets(self) -> Mapping[str, BudgetUse]:
        """What is used of every budget."""
        return moment.budgets(self, "")

    def budget(self, budget_id: str) -> BudgetUse | None:
        """Return what is used of a budget, or none where there is no such budget."""
        return moment.budget(self, budget_id)

    @property
    def problems(self) -> Sequence[Problem]:
        """What is wrong with files."""
        return moment.problems(self, "")

    # history

    @property
    def entries(self) -> Sequence[Entry]:
        """All commits, newest first: whoever asks changes with every one."""
        self.note("revision ")
        return self.log

    def log_of(self, record_id: str) -> Sequence[Entry]:
        """Return the commits about a task, a run or a member, newest first."""
        self.note(f"log {record_id}")
        self._read(LOG)
        files = (file_of(run.id) for run in self.rows.by_task.get(record_id, ()))
        return self._about((record_id, *files))

    def person_of(self, email: str) -> str | None:
        """Return the person with an address, or none."""
        return moment.addresses(self, "").get(email.casefold())

    def _commits(self, names: tuple[str, ...]) -> Sequence[Entry]:
        return self._log.about(names)

    def _read_comments(self, task_id: str) -> Sequence[Comment]:
        return tuple(_there(self._site.snapshot, Comment, self._rows.comments_of.get(task_id, ())))


def _there(snapshot: Snapshot, kind: type[R], names: Iterable[str]) -> Iterator[R]:
    found = (snapshot.get(kind, name) for name in names)
    return (record for record in found if record is not None)
