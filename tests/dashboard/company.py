"""A company to look at: a publisher of field guides, its records, its log, and what control would say of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha1
from typing import Any

from gitcp.core.approvals import content_hash
from gitcp.core.operation_names import OPERATION_NAMES
from gitcp.dashboard import BudgetRow, BudgetUse, InboxItem, SiteInput, WaitingItem
from gitcp.dashboard.forges import Forge
from gitcp.model.amounts import Amounts, BudgetLimits, Metric, RunLimits, Usage
from gitcp.model.base import Record
from gitcp.model.company import Company, ForgeKind, Repository
from gitcp.model.guards import (
    Approval,
    ApprovalStatus,
    Budget,
    Decision,
    Gate,
    Period,
    Policy,
    ProposedFile,
    Verdict,
)
from gitcp.model.history import Entry
from gitcp.model.ids import comment_name, run_id
from gitcp.model.members import Agent, AgentStatus, Heartbeat, Person, WakeReason
from gitcp.model.memory import Records
from gitcp.model.planning import (
    Goal,
    GoalLevel,
    GoalStatus,
    Overlap,
    Project,
    Routine,
    RoutineStatus,
    TaskTemplate,
)
from gitcp.model.problem import Problem, Severity
from gitcp.model.runs import (
    Cancel,
    Cause,
    Declared,
    FailureClass,
    Outcome,
    Run,
    RunStatus,
    Settlement,
    Verification,
)
from gitcp.model.runtimes import ClaudeCodeRuntime, ProcessRuntime
from gitcp.model.tasks import Blocked, Comment, Delivery, Document, Origin, Priority, Task, TaskStatus
from gitcp.store.layout import path_of

BUDGET = "# what all of us may spend\nperiod: month\nlimits: {usd: 400}\n"
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
FORGE = Forge(ForgeKind.GITHUB, "https://github.com/field-guides/company")
REVISION = "4f1c2a97d0be35518c6e0f2b7a94d3c1e8065fab"


def sha(text: str) -> str:
    """Return forty hexadecimal digits that a text always has."""
    return sha1(text.encode(), usedforsecurity=False).hexdigest()


def ago(**parts: float) -> datetime:
    """Return a time before now."""
    return NOW - timedelta(**parts)


@dataclass(frozen=True)
class Log:
    """A history in memory."""

    commits: tuple[Entry, ...] = ()

    def entries(self, *, limit: int | None = None) -> Iterator[Entry]:
        """Yield commits, newest first."""
        yield from self.commits[:limit]

    def entries_of(self, kind: str, record_id: str, *, limit: int | None = None) -> Iterator[Entry]:
        """Not asked: the dashboard reads the log once."""
        raise AssertionError(f"the log was read again, for {kind} {record_id}, {limit}")

    def text_at(self, revision: str, path: str) -> str | None:
        """Not asked."""
        raise AssertionError(f"{path} at {revision} was read")


def a_person(member: str = "ada", **fields: Any) -> Person:
    return Person(**({"id": member, "name": member.title()} | fields))


def an_agent(member: str = "riley", **fields: Any) -> Agent:
    runtime = ClaudeCodeRuntime(type="claude-code", model="sonnet")
    return Agent(**({"id": member, "name": member.title(), "runtime": runtime} | fields))


def a_task(task: str = "CI-0001", **fields: Any) -> Task:
    return Task(**({"id": task, "title": f"Title of {task}", "created": ago(days=9)} | fields))


def a_comment(task: str, author: str, at: datetime, body: str, **fields: Any) -> Comment:
    return Comment(id=f"{task}/{comment_name(author, at, sha(body))}", body=body, **fields)


def a_run(agent: str, at: datetime, **fields: Any) -> Run:
    defaults = {
        "id": run_id(agent, at),
        "agent": agent,
        "runtime": "claude-code",
        "repository": "guides",
        "claimed_at": at,
        "claimed_by": "scheduler",
        "deadline": at + timedelta(minutes=35),
        "started_at": at + timedelta(seconds=4),
        "limits": RunLimits(usd=Decimal(2), tokens=400_000, minutes=Decimal(30), turns=40),
        "reserved": Amounts(usd=Decimal(2), tokens=400_000, runs=1, minutes=Decimal(30)),
        "charges": (f"agent/{agent}", "company"),
        "isolation": "bubblewrap",
    }
    return Run(**(defaults | fields))


def an_ended_run(
    agent: str, at: datetime, minutes: float, usd: str, outcome: Outcome = Outcome.SUCCEEDED, **fields: Any
) -> Run:
    spent = Decimal(usd)
    usage = Usage(
        usd=spent,
        tokens=int(spent * 180_000),
        runs=1,
        minutes=Decimal(str(minutes)),
        input_tokens=int(spent * 150_000),
        output_tokens=int(spent * 30_000),
        turns=int(minutes * 2),
    )
    defaults = {
        "status": RunStatus.ENDED,
        "outcome": outcome,
        "ended_at": at + timedelta(seconds=4, minutes=minutes),
        "usage": usage,
        "settled_by": Settlement.METERED,
    }
    return a_run(agent, at, **(defaults | fields))


def an_entry(at: datetime, author: str, subject: str, *paths: str, **trailers: str) -> Entry:
    verb, _, kind = " ".join(subject.split()[:2]).partition(" ")
    done = {"op": f"{kind}.{verb}"} if f"{kind}.{verb}" in OPERATION_NAMES else {}
    named = {f"Gitcp-{name.title()}": value for name, value in (done | trailers).items()}
    by_hand = author in {"Ada Okafor", "Ben Lindqvist"}
    email = (
        f"{author.split(maxsplit=1)[0].lower()}@{'fieldnotes' if by_hand else 'agents.fieldnotes'}.example"
    )
    return Entry(
        revision=sha(f"{at}{subject}"),
        at=at,
        author=author,
        author_email=email,
        committer=author if by_hand else "gitcp scheduler",
        committer_email=email if by_hand else "scheduler@fieldnotes.example",
        subject=subject,
        trailers=named,
        paths=paths,
    )


COMPANY = Company(
    id="gitcp",
    name="Fieldnotes Press",
    mission="Field guides that are right, pleasant to read, and never older than the season.",
    timezone="Europe/Madrid",
    repositories={
        "guides": Repository(url="https://git.fieldnotes.example/guides"),
        "press": Repository(url="https://git.fieldnotes.example/press"),
    },
)


def _org() -> list[Record]:
    def agent(member: str, title: str, boss: str, **fields: Any) -> Agent:
        return an_agent(member, title=title, reports_to=boss, repository="guides", **fields)

    return [
        a_person(
            "ada", name="Ada Okafor", title="Publisher", emails=("ada@fieldnotes.example",), roles=("owner",)
        ),
        a_person(
            "ben",
            name="Ben Lindqvist",
            title="Head of operations",
            reports_to="ada",
            emails=("ben@fieldnotes.example",),
            roles=("operator", "approver"),
        ),
        a_person(
            "noor",
            name="Noor Haddad",
            title="Illustrator",
            reports_to="ada",
            emails=("noor@fieldnotes.example",),
        ),
        agent("oscar", "Chief of staff", "ada", heartbeat=Heartbeat(cron="0 8 * * *", prompt="/daily-brief")),
        agent(
            "clara",
            "Managing editor",
            "oscar",
            description="Reads everything before it leaves the house. Signs nothing that she has not read twice.\n\n"
            "* keeps `STYLE.md`\n* reviews the work of @riley and @iris",
            instructions="roles/clara/role.md",
        ),
        agent(
            "riley",
            "Research scout",
            "clara",
            description="Looks for what changed: new species records, new names, new ranges.",
            instructions="roles/riley/role.md",
            heartbeat=Heartbeat(cron="0 9 * * MON", timezone="Europe/Madrid", prompt="/rd-scan"),
            limits=RunLimits(usd=Decimal(2), tokens=400_000, minutes=Decimal(30), turns=40),
            wake_on=(WakeReason.HEARTBEAT, WakeReason.MENTION, WakeReason.MANUAL),
        ),
        agent("iris", "Writer", "clara", concurrency=2),
        agent("felix", "Fact checker", "clara"),
        agent("hugo", "Lead engineer", "oscar"),
        agent("mira", "Site engineer", "hugo"),
        agent("theo", "Test engineer", "hugo", status=AgentStatus.PAUSED),
        agent(
            "lena",
            "Layout",
            "hugo",
            runtime=ProcessRuntime(type="process", command=("python", "tools/layout.py")),
        ),
        agent("sol", "Reader support", "oscar"),
        agent("juno", "Translations", "sol"),
        agent("wren", "Rights", "oscar"),
        agent("otto", "Importer", "hugo", status=AgentStatus.TERMINATED),
    ]


def _planning() -> list[Record]:
    return [
        COMPANY,
        Goal(
            id="season",
            title="Every guide is true this season",
            level=GoalLevel.COMPANY,
            owner="ada",
            due="2026-12-31",
        ),
        Goal(
            id="fresh",
            title="No page is older than seven days",
            level=GoalLevel.TEAM,
            parent="season",
            owner="clara",
            description="A page that nobody looked at for a week is **stale**; a stale page is taken down.",
        ),
        Goal(
            id="sources",
            title="Every claim names its source",
            level=GoalLevel.TEAM,
            parent="season",
            owner="felix",
        ),
        Goal(
            id="scan",
            title="The scan runs every Monday",
            level=GoalLevel.AGENT,
            parent="fresh",
            owner="riley",
        ),
        Goal(id="readers", title="A thousand readers who write back", level=GoalLevel.COMPANY, owner="oscar"),
        Goal(
            id="answers",
            title="Answer every letter within a day",
            level=GoalLevel.TEAM,
            parent="readers",
            owner="sol",
            status=GoalStatus.ACHIEVED,
        ),
        Goal(
            id="spanish",
            title="A Spanish edition",
            level=GoalLevel.TEAM,
            parent="readers",
            status=GoalStatus.PLANNED,
        ),
        Project(id="CI", name="Continuous inventory", repository="guides", lead="clara", goal="fresh"),
        Project(id="WEB", name="The web edition", repository="press", lead="hugo", goal="readers"),
        Routine(
            id="survey",
            title="Check one sheet of the delta survey",
            cron="0 7 * * MON-FRI",
            since=ago(days=60),
            fired=ago(days=12),
            made=4,
            last="CI-0020",
            task=TaskTemplate(
                project="CI",
                title="Check sheet {number} of the delta survey",
                description="Compare each line with the photograph. What cannot be read is **left out**, not guessed.",
                assignee="felix",
                goal="sources",
                labels=("survey",),
                review=("clara",),
                verify=(("python", "tools/check_sheet.py"),),
                due_days=2,
            ),
        ),
        Routine(
            id="stocktake",
            title="Count what the shop has left",
            cron="0 6 1 * *",
            status=RoutineStatus.PAUSED,
            overlap=Overlap.QUEUE,
            task=TaskTemplate(project="WEB", title="Count the stock of {date}"),
        ),
    ]


_DESCRIPTION = """\
A scan older than seven days must **fail** the health check, so that nobody trusts a guide that @riley has not looked at.

### What is wanted

- [x] read the date of the last scan from `scans/latest.json`
- [ ] exit with 1 when it is older than seven days
- [ ] say which guide is stale, and since when

The rule is in [the handbook](https://handbook.fieldnotes.example/cadence); the shape of a scan is in
[scan.schema.json](schemas/scan.schema.json). It waits for CI-0021, which moves the scans.

```python
def is_stale(scanned_at: datetime, now: datetime) -> bool:
    return now - scanned_at > timedelta(days=7)
```

| Guide | Last scan | State |
|---|---|---|
| Waders of the Ebro delta | 19 November | fresh |
| Alpine ferns | 4 November | stale |
"""


def _survey(number: int) -> Origin:
    return Origin(routine="survey", slot=ago(days=32 - number), number=number - 16)


def _tasks() -> list[Record]:
    def task(number: int, title: str, status: str, assignee: str | None, **fields: Any) -> Task:
        done = {"closed": ago(days=30 - number)} if status in {"done", "cancelled"} else {}
        made = {"created": ago(days=32 - number), "created_by": "oscar"}
        key = fields.pop("key", "CI")
        return a_task(
            f"{key}-{number:04d}",
            **({"title": title, "status": TaskStatus(status), "assignee": assignee} | done | made | fields),
        )

    high, low, critical = Priority.HIGH, Priority.LOW, Priority.CRITICAL
    web = {"key": "WEB"}
    return [
        task(11, "Collect the range maps of 2025", "done", "riley"),
        task(12, "Rename the gulls after the new checklist", "done", "iris", labels=("names",)),
        task(13, "Drop the guide to garden ponds", "cancelled", "iris"),
        task(14, "Write down how a scan is done", "done", "clara", goal="scan"),
        task(15, "One date format in all guides", "done", "lena", priority=low),
        task(16, "Find the lost footnotes of chapter four", "done", "felix", goal="sources"),
        *(
            task(
                n,
                f"Check sheet {n - 16} of the delta survey",
                "done",
                "felix",
                goal="sources",
                routine=_survey(n),
            )
            for n in range(17, 21)
        ),
        task(
            21,
            "Move the scans into one folder",
            "done",
            "riley",
            goal="scan",
            closed=ago(hours=20),
            verify=(("make", "check"),),
            review=("clara",),
            reviewed=("clara",),
            delivery=Delivery(
                commit=sha("three"), branch="riley/CI-0021", run="20261121T123000Z-riley", verified=True
            ),
        ),
        task(
            28,
            "Enforce the scan cadence",
            "in_progress",
            "riley",
            priority=high,
            goal="scan",
            blocked_by=("CI-0021",),
            parent="CI-0022",
            labels=("scan", "health"),
            due=NOW + timedelta(days=3),
            verify=(("python", "tools/check_cadence.py"), ("python", "-m", "pytest", "-q", "tests/cadence")),
            review=("clara", "ben"),
            description=_DESCRIPTION,
            created=ago(days=2, hours=1),
            attempts=1,
            created_by="oscar",
        ),
        task(22, "A health check for every guide", "todo", "clara", goal="fresh", priority=high),
        task(
            23,
            "Compare our names with the 2026 checklist",
            "in_review",
            "iris",
            labels=("names",),
            review=("clara",),
        ),
        task(
            24,
            "Say on each page when it was last checked",
            "in_review",
            "lena",
            review=("ben",),
            priority=high,
        ),
        task(
            25,
            "Ask the museum for the herbarium scans",
            "blocked",
            "felix",
            goal="sources",
            priority=critical,
            due=ago(days=1),
            blocked=Blocked(
                by="felix",
                waits_for="ada",
                reason="The museum wants a letter **signed by a person**. A draft is in `letters/museum.md`.",
            ),
        ),
        task(26, "Sources for the chapter on lichens", "todo", "felix", goal="sources"),
        task(27, "Sort out two plates that look the same", "todo", "noor", priority=high, created_by="iris"),
        task(
            29,
            "Report the stale guides in the Monday brief",
            "todo",
            "oscar",
            blocked_by=("CI-0028",),
            goal="fresh",
        ),
        task(30, "A list of guides that nobody reads", "backlog", None, priority=low, created=ago(days=1)),
        task(31, "Keys for grasses, by leaf alone", "backlog", "riley", created=ago(hours=20)),
        task(
            7,
            "Images load before the text jumps",
            "in_progress",
            "mira",
            **web,
            priority=high,
            labels=("speed",),
        ),
        task(8, "Search that forgives a misspelt Latin name", "todo", "mira", **web, labels=("search",)),
        task(9, "Read the guides without a network", "todo", "hugo", **web),
        task(10, "Approve the price of the annual", "todo", "ada", **web, priority=high, created_by="oscar"),
        task(11, "Choose a font that has every phonetic sign", "backlog", "lena", **web, priority=low),
        task(6, "Dark mode for night walks", "done", "mira", **web, closed=ago(days=3)),
    ]


_ANSWER = "1. Yes, it is the worst case.\n2. UTC, like everything else.\n\ncc @clara"


def _conversations() -> list[Record]:
    return [
        a_comment(
            "CI-0028",
            "oscar",
            ago(days=2),
            "@riley this is the last piece of the health check. CI-0021 comes first.",
        ),
        a_comment(
            "CI-0028",
            "riley",
            ago(hours=19),
            "Scans are in one folder now, so this can start. Two questions before I do:\n\n"
            "1. Does a guide *without* any scan count as stale?\n2. Which zone is the day in?",
            run="20261121T143000Z-riley",
        ),
        a_comment("CI-0028", "ben", ago(hours=18), _ANSWER),
        a_comment("CI-0023", "clara", ago(hours=5), "Line 40: the *gull* is not a tern."),
        Document(
            id="CI-0028/plan",
            text="# Plan\n\n1. `is_stale` as a pure function\n2. the check, with a table of cases\n3. wire it into health",
        ),
        _half_approved(),
        _refused(),
        _HIRING,
    ]


_HIRING = Policy(
    id="hiring",
    title="Hiring",
    gates=(
        Gate(
            operations=("agent.*",),
            verdict=Verdict.APPROVAL,
            approvers=("ada", "ben"),
            quorum=2,
            reason="every agent costs",
        ),
    ),
)


def _refused() -> Approval:
    asked = Approval(
        id="AP-2",
        title="Hire a press officer",
        requested_by="clara",
        requested_at=ago(days=6),
        approvers=("ada",),
        for_operation="agent.hire",
        change=(ProposedFile(path="org/press.yaml", text="kind: agent\nname: Press\nreports_to: clara\n"),),
        status=ApprovalStatus.REJECTED,
    )
    said = Decision(by="ada", at=ago(days=5), verdict="reject", content=content_hash(asked))
    return asked.evolve(decisions=(said,))


def _half_approved() -> Approval:
    asked = Approval(
        id="AP-3",
        title="Hire a second fact checker",
        requested_by="clara",
        requested_at=ago(hours=7),
        approvers=("ada", "ben"),
        quorum=2,
        for_operation="agent.hire",
        change=(
            ProposedFile(path="org/checker.yaml", text="kind: agent\nname: Checker\nreports_to: clara\n"),
            ProposedFile(path="budgets/company.yaml", base=sha("budget"), text=BUDGET.replace("400", "500")),
        ),
        description="One checker cannot read **all** guides before they are printed.",
    )
    said = Decision(by="ben", at=ago(hours=3), verdict="approve", content=content_hash(asked))
    return asked.evolve(decisions=(said,))


_TAIL = """\
tests/cadence/test_stale.py ..F                                          [100%]

    def test_a_guide_without_a_scan_is_stale() -> None:
>       assert is_stale(None, NOW)
E       TypeError: unsupported operand type(s) for -: 'datetime.datetime' and 'NoneType'

tests/cadence/test_stale.py:31: TypeError
1 failed, 2 passed in 0.08s
"""


def _runs() -> list[Record]:
    def because(reason: WakeReason, record: str) -> tuple[Cause, ...]:
        return (Cause(reason=reason, record=record, digest=sha(record)[:12]),)

    asked = a_comment("CI-0028", "ben", ago(hours=18), _ANSWER).id
    steady = [
        an_ended_run(
            agent,
            ago(days=day, hours=hour),
            2 + (day * 7 + hour * 3) % 19,
            f"{0.08 + ((day * 31 + hour * 17) % 90) / 100:.2f}",
            outcome,
            task=task,
            answers=because(WakeReason.ASSIGNMENT, task),
            branch=f"{agent}/{task}",
            commits=(sha(f"{agent}{day}"),),
        )
        for day, hour, agent, task, outcome in (
            (1, 3, "mira", "WEB-0007", Outcome.TIMED_OUT),
            (1, 5, "felix", "CI-0025", Outcome.SUCCEEDED),
            (2, 2, "lena", "CI-0024", Outcome.SUCCEEDED),
            (2, 8, "iris", "CI-0023", Outcome.SUCCEEDED),
            (3, 1, "mira", "WEB-0006", Outcome.SUCCEEDED),
            (4, 4, "mira", "WEB-0006", Outcome.SILENT),
            (5, 2, "riley", "CI-0021", Outcome.ABANDONED),
            (6, 2, "felix", "CI-0020", Outcome.SUCCEEDED),
            (9, 2, "felix", "CI-0019", Outcome.OVER_BUDGET),
            (23, 2, "iris", "CI-0012", Outcome.SUCCEEDED),
            (24, 2, "iris", "CI-0012", Outcome.CANCELLED),
        )
    ]
    return [
        *steady,
        a_run(
            "riley",
            ago(minutes=12),
            task="CI-0028",
            attempt=2,
            answers=(
                *because(WakeReason.RETRY, "CI-0028"),
                *because(WakeReason.MENTION, asked),
            ),
            branch="riley/CI-0028",
        ),
        a_run("mira", ago(minutes=4), task="WEB-0007", answers=because(WakeReason.CONTINUE, "WEB-0007")),
        an_ended_run(
            "riley",
            datetime(2026, 11, 21, 14, 30, tzinfo=UTC),
            11.4,
            "0.87",
            task="CI-0028",
            answers=(*because(WakeReason.UNBLOCKED, "CI-0028"), *because(WakeReason.MENTION, asked)),
            declared=Declared.FINISH,
            branch="riley/CI-0028",
            commits=(sha("one"), sha("two")),
            verification=Verification(
                passed=False,
                command=("python", "-m", "pytest", "-q", "tests/cadence"),
                exit_code=1,
                tail=_TAIL,
            ),
            summary="The check is there and says *which* guide is stale.\n\nOne case is still red: a guide without any scan. "
            "I asked in CI-0028 what shall hold.",
        ),
        an_ended_run(
            "riley",
            ago(hours=21),
            8.2,
            "0.62",
            task="CI-0021",
            declared=Declared.FINISH,
            answers=because(WakeReason.HEARTBEAT, "CI-0021"),
            commits=(sha("three"),),
            verification=Verification(passed=True, command=("make", "check"), exit_code=0, tail="ok\n"),
        ),
        an_ended_run(
            "oscar",
            ago(hours=1, minutes=30),
            3.5,
            "0.21",
            answers=because(WakeReason.HEARTBEAT, "oscar"),
            summary="Brief sent.",
        ),
        an_ended_run(
            "iris",
            ago(hours=3),
            0.4,
            "0",
            Outcome.FAILED,
            failure=FailureClass.PLATFORM,
            reason="The model's service answered 529 five times.",
            task="CI-0023",
            answers=because(WakeReason.REVIEW, "CI-0023"),
        ),
        an_ended_run(
            "juno",
            ago(hours=6),
            5.5,
            "0",
            usage=Usage(usd_imputed=Decimal("0.34"), tokens=61_000, runs=1, minutes=Decimal("5.5")),
            answers=because(WakeReason.MANUAL, "juno"),
            cancel=Cancel(by="ben", at=ago(hours=5)),
            charges=("company",),
        ),
    ]


def _log() -> tuple[Entry, ...]:
    t28 = "tasks/CI/CI-0028.yaml"
    run = "20261122T091800Z-riley"
    first = "20261121T143000Z-riley"
    return (
        an_entry(ago(minutes=4), "gitcp scheduler", "claim run 20261122T092600Z-mira for WEB-0007",
                 "runs/2026/11/22/20261122T092600Z-mira.yaml", actor="scheduler", task="WEB-0007",
                 run="20261122T092600Z-mira", reason="continue: more to do"),
        an_entry(ago(minutes=12), "gitcp scheduler", f"claim run {run} for CI-0028", t28, f"runs/2026/11/22/{run}.yaml",
                 actor="scheduler", task="CI-0028", run=run, reason="retry: checks were red; mention by @ben"),
        an_entry(ago(hours=1, minutes=26), "gitcp scheduler", "finish run 20261122T080000Z-oscar, succeeded",
                 "runs/2026/11/22/20261122T080000Z-oscar.yaml", actor="scheduler", run="20261122T080000Z-oscar"),
        an_entry(ago(hours=2), "Ben Lindqvist", "raise budget agent/riley to $40", "budgets/agent/riley.yaml", actor="ben",
                 reason="The delta survey needs more scans this month."),
        an_entry(ago(hours=3), "Ben Lindqvist", "approve approval AP-3 hire a second fact checker", "approvals/AP-3.yaml",
                 actor="ben"),
        an_entry(ago(hours=5), "Clara", "comment task CI-0023", "comments/CI/CI-0023/x.yaml", actor="clara", task="CI-0023"),
        an_entry(ago(hours=18), "Ben Lindqvist", "comment task CI-0028", "comments/CI/CI-0028/y.yaml", actor="ben",
                 task="CI-0028"),
        an_entry(ago(hours=18, minutes=48), "gitcp scheduler", f"finish run {first}, checks red", t28,
                 f"runs/2026/11/21/{first}.yaml", actor="scheduler", task="CI-0028", run=first,
                 reason="python -m pytest -q tests/cadence exited with 1"),
        an_entry(ago(hours=18, minutes=52), "Riley", "finish task CI-0028 says the check is there", t28, actor="riley",
                 task="CI-0028", run=first),
        an_entry(ago(hours=19), "Riley", "comment task CI-0028 two questions", "comments/CI/CI-0028/z.yaml", actor="riley",
                 task="CI-0028", run=first),
        an_entry(datetime(2026, 11, 21, 14, 30, tzinfo=UTC), "gitcp scheduler", f"claim run {first} for CI-0028", t28,
                 f"runs/2026/11/21/{first}.yaml", actor="scheduler", task="CI-0028", run=first,
                 reason="unblocked: CI-0021 is done"),
        an_entry(ago(hours=20), "gitcp scheduler", "done task CI-0021 checks are green", "tasks/CI/CI-0021.yaml",
                 actor="scheduler", task="CI-0021"),
        an_entry(ago(days=1, hours=2), "Ada Okafor", "pause agent theo", "org/theo.yaml", actor="ada",
                 reason="Until the flaky tests are understood."),
        an_entry(ago(days=2), "Oscar", "comment task CI-0028", "comments/CI/CI-0028/w.yaml", actor="oscar", task="CI-0028"),
        an_entry(ago(days=2, hours=1), "Oscar", "create task CI-0028 enforce the scan cadence", t28, actor="oscar",
                 task="CI-0028", reason="asked for by @ada in the Monday brief"),
        an_entry(ago(days=4), "Ada Okafor", "hire agent riley", "org/riley.yaml", actor="ada"),
        an_entry(ago(days=31), "Ada Okafor", "found company Fieldnotes Press", "gitcp.yaml", "org/ada.yaml", actor="ada"),
    )  # fmt: skip


def _row(metric: Metric, limit: str, settled: str, reserved: str) -> BudgetRow:
    return BudgetRow(metric, Decimal(limit), Decimal(settled), Decimal(reserved))


def _use(budget: str, usd: tuple[str, str, str] | None, **fields: Any) -> BudgetUse:
    period = fields.pop("period", Period.MONTH)
    rows = [_row(Metric.USD, *usd)] if usd else []
    rows += [_row(metric, *row) for metric, row in fields.pop("rows", {}).items()]
    limits = BudgetLimits(**{row.metric.value: int(row.limit) for row in rows})
    start = {
        Period.MONTH: datetime(2026, 10, 31, 23, tzinfo=UTC),
        Period.DAY: datetime(2026, 11, 21, 23, tzinfo=UTC),
    }
    return BudgetUse(
        Budget(id=budget, period=period, limits=limits, **fields), start.get(period), tuple(rows)
    )


BUDGETS = (
    _use(
        "company",
        ("250", "96.40", "4"),
        rows={Metric.TOKENS: ("60000000", "17800000", "800000")},
        warn_at=(0.5, 0.8),
    ),
    _use(
        "agent/riley",
        ("40", "33.10", "2"),
        rows={Metric.RUNS: ("200", "61", "1"), Metric.MINUTES: ("900", "402", "30")},
    ),
    _use("agent/mira", ("30", "12.05", "2")),
    _use("subtree/clara", ("120", "58.20", "2"), warn_at=(0.5, 0.8)),
    _use("project/WEB", None, rows={Metric.RUNS: ("10", "10", "0")}, period=Period.DAY),
    _use("goal/answers", ("15", "16.20", "0"), period=Period.TOTAL),
)
INBOX = {
    "ada": (
        InboxItem("CI-0025", "blocked by @felix, waits for you"),
        InboxItem("WEB-0010", "assigned to you"),
    ),
    "ben": (InboxItem("CI-0024", "your review is asked for"),),
    "noor": (InboxItem("CI-0027", "assigned to you"),),
    "riley": (
        InboxItem("CI-0028", "in progress"),
        InboxItem("CI-0031", "in the backlog: moves when @clara says so"),
    ),
    "clara": (
        InboxItem("CI-0023", "your review is asked for"),
        InboxItem("CI-0022", "ready"),
        InboxItem("CI-0030", "nobody is assigned, you lead the project"),
    ),
    "mira": (InboxItem("WEB-0007", "in progress"), InboxItem("WEB-0008", "ready")),
    "felix": (InboxItem("CI-0026", "ready"),),
}
WAITING = (
    WaitingItem(
        "felix", "CI-0026", "agent/felix is at its limit of one run at once", NOW + timedelta(minutes=9)
    ),
    WaitingItem(
        "iris", "CI-0023", "retry after a platform failure, attempt 2 of 3", NOW + timedelta(minutes=2)
    ),
    WaitingItem(
        "hugo", "WEB-0009", "budget project/WEB is used up for today", datetime(2026, 11, 22, 23, tzinfo=UTC)
    ),
)
PROBLEMS = (
    Problem(
        path="org/rook.yaml",
        line=7,
        where="heartbeat.cron",
        message="expected a cron expression, found '5 * *'",
        hint="five fields, e.g. '0 9 * * 1-5'; check with `gitcp check org/rook.yaml`",
        record=("agent", "rook"),
    ),
    Problem(
        path="tasks/CI/CI-0031.yaml",
        line=4,
        where="goal",
        message="names the goal `herbs`, which does not exist",
        hint="did you mean `fresh`?",
        severity=Severity.WARNING,
        record=("task", "CI-0031"),
    ),
)


def records() -> list[Record]:
    """Return every record of the company."""
    budgets = [use.budget for use in BUDGETS]
    return [*_planning(), *_org(), *_tasks(), *_conversations(), *_runs(), *budgets]


def a_site(more: Sequence[Record] = (), **fields: Any) -> SiteInput:
    """Return the input of the company's site, with more records or other fields."""
    snapshot = Records.of([*records(), *more], problems=PROBLEMS, revision=REVISION)
    site = SiteInput(snapshot, Log(_log()), NOW, budgets=BUDGETS, inbox=INBOX, waiting=WAITING)
    site = replace(site, text_of={sha("budget"): BUDGET}.get, path_of=path_of, forge=FORGE)
    return replace(site, **fields)


def a_bare_site(*found: Record, **fields: Any) -> SiteInput:
    """Return the input of a site with these records and nothing else."""
    return replace(SiteInput(Records.of(found), Log(), NOW), **fields)
