"""Companies that nobody would found on purpose: text that attacks, text that does not fit, and far too many agents."""

from datetime import timedelta
from decimal import Decimal

from gitcp.dashboard import BudgetRow, BudgetUse, InboxItem, SiteInput, WaitingItem
from gitcp.model.amounts import BudgetLimits, Metric
from gitcp.model.base import Record
from gitcp.model.company import Company
from gitcp.model.guards import Approval, Budget, Period, ProposedFile
from gitcp.model.members import Agent, Heartbeat, WakeReason
from gitcp.model.memory import Records
from gitcp.model.planning import Goal, GoalLevel, Project
from gitcp.model.problem import Problem
from gitcp.model.runs import Cause, Outcome, Verification
from gitcp.model.runtimes import ProcessRuntime
from gitcp.model.tasks import Blocked, Delivery, Document, TaskStatus
from tests.dashboard.company import (
    NOW,
    Log,
    a_comment,
    a_person,
    a_run,
    a_task,
    ago,
    an_agent,
    an_ended_run,
    an_entry,
    sha,
)

SCRIPT = "<script>alert(1)</script>"
IMAGE = '"><img src=x onerror=alert(2)>'
STYLE = "' style='color:red' onclick='alert(3)"
TEMPLATE = "{{ 7 * 7 }}{% raw %}"
RTL = "مرحبا بالعالم \u202e txt.exe"
LONG_WORD = "Donaudampfschifffahrtsgesellschaftskapitän" * 4
LONG_NAME = ("Alexandria Wilhelmina " * 10)[:200]
ATTACKS = (SCRIPT, IMAGE, STYLE, TEMPLATE)
EVERYTHING = f"{SCRIPT} {IMAGE} {STYLE} {TEMPLATE}"
MARKDOWN = f"""\
# {EVERYTHING}

{EVERYTHING} [click](javascript:alert(4)) [click](JaVaScRiPt:alert(5)) [data](data:text/html;base64,PHNjcmlwdD4=)
[entity](&#106;avascript:alert(6)) [vb](vbscript:alert(7)) [host](//evil.example/x) [rel](../../../../etc/passwd)
![pixel](https://tracker.example/pixel.png) ![bad](javascript:alert(8)) <https://ok.example/{STYLE.replace(" ", "")}>
[title](https://ok.example "{IMAGE}") [ref][1] `{EVERYTHING}`

[1]: javascript:alert(9) "{EVERYTHING}"

```{IMAGE}
{EVERYTHING}
```

| {SCRIPT} | {LONG_WORD} | c | d | e | f | g | h |
|:--|--:|:-:|---|---|---|---|---|
| {IMAGE} | {LONG_WORD} | {LONG_WORD} | 4 | 5 | 6 | 7 | 8 |

<div onclick="alert(10)">raw</div>
<!-- comment --> &lt;b&gt; @evil @nobody CI-0001 CI-9999 {LONG_WORD}

{RTL}
"""

TALK, RUNS = 130, 270  # more than their pages hold


def _line(text: str) -> str:
    return text[:300]


def _records() -> list[Record]:
    text = _line(EVERYTHING)
    evil = Agent(
        id="evil",
        name=_line(f"{SCRIPT}{LONG_NAME}"),
        title=_line(f"{IMAGE}{LONG_WORD}"),
        description=MARKDOWN,
        reports_to="nobody",
        runtime=ProcessRuntime(type="process", command=(EVERYTHING,)),
        instructions=text,
        heartbeat=Heartbeat(cron=text, timezone=text),
    )
    return [
        Company(id="gitcp", name=text, mission=EVERYTHING, timezone=text),
        evil,
        a_person("rtl", name=RTL, title=RTL, roles=(text, RTL)),
        a_person("spaces", name="   "),
        Goal(
            id="goal",
            title=text,
            level=GoalLevel.COMPANY,
            parent="goal",
            owner="evil",
            due=text,
            description=MARKDOWN,
        ),
        Project(id="CI", name=text, repository="factory", lead="evil", goal="goal"),
        a_task(
            "CI-0001",
            title=text,
            assignee="evil",
            labels=(text, LONG_WORD, RTL),
            description=MARKDOWN,
            verify=((EVERYTHING, "a b"),),
            review=("evil", "ghost"),
            status=TaskStatus.BLOCKED,
            blocked=Blocked(by="evil", reason=MARKDOWN, waits_for="ghost"),
            delivery=Delivery(commit=sha("x"), branch=text, run="20261121T143000Z-evil"),
            parent="CI-0001",
            blocked_by=("CI-0001", "CI-7777"),
            created_by="ghost",
            goal="missing",
        ),
        a_task("CI-0002", title=LONG_WORD, assignee="rtl", parent="CI-0003", blocked_by=("CI-0001",)),
        a_task(
            "CI-0003",
            title=_line(RTL * 8),
            assignee="ghost",
            parent="CI-0002",
            status=TaskStatus.IN_REVIEW,
            review=("rtl",),
        ),
        a_task("CI-0004", title=text, status=TaskStatus.DONE, closed=ago(days=1)),
        a_comment("CI-0001", "evil", ago(hours=2), MARKDOWN, run="20261121T143000Z-evil"),
        a_comment("CI-0001", "ghost", ago(hours=1), RTL),
        Document(id=f"CI-0001/{_line(EVERYTHING)}", text=MARKDOWN),
        Approval(
            id="AP-1",
            title=text,
            requested_by="evil",
            requested_at=ago(hours=1),
            approvers=(text, "evil"),
            task="CI-0001",
            description=MARKDOWN,
            change=(
                ProposedFile(path=text, text=f"title: {EVERYTHING}\n{RTL}\n{LONG_WORD}\n"),
                ProposedFile(path="goals/gone.yaml", base="5f3a" * 10, text=f"{STYLE}\n"),
            ),
        ),
        a_run("evil", ago(minutes=3), task="CI-0001", claimed_by=text, runtime=text),
        an_ended_run(
            "evil",
            ago(hours=19),
            2,
            "1.5",
            Outcome.FAILED,
            task="CI-0001",
            answers=(Cause(reason=WakeReason.MENTION, record=text, digest="x"),),
            reason=MARKDOWN,
            summary=MARKDOWN,
            branch=text,
            compare_url=text,
            rescue=text,
            executor=text,
            isolation=text,
            charges=(text, "company"),
            commits=(sha("y"),),
            verification=Verification(
                passed=False, command=(EVERYTHING,), exit_code=1, tail=EVERYTHING * 5 + LONG_WORD
            ),
        ),
        a_run("ghost", ago(minutes=9), task="CI-7777"),
    ]


def a_hostile_site() -> SiteInput:
    """Return a site whose every text attacks, and whose names lead nowhere or in circles."""
    text = _line(EVERYTHING)
    problem = Problem(
        path=text, line=3, where=text, message=EVERYTHING, hint=EVERYTHING, record=("agent", text)
    )
    entry = an_entry(
        ago(hours=1), text, text, "tasks/CI/CI-0001.yaml", reason=EVERYTHING, actor="evil", run=text
    )
    rows = (
        BudgetRow(Metric.USD, Decimal(0), Decimal(3), Decimal(1)),
        BudgetRow(Metric.RUNS, Decimal(9), Decimal(0), Decimal(0)),
    )
    budgets = tuple(
        BudgetUse(Budget(id=name, period=Period.TOTAL, limits=BudgetLimits()), None, rows)
        for name in ("company", "agent/evil", "project/NOPE", "goal/nope", "task/CI-0001")
    )
    return SiteInput(
        Records.of(
            [*_records(), *(use.budget for use in budgets)], problems=[problem], revision=sha("revision")
        ),
        Log((entry,)),
        NOW,
        budgets=budgets,
        inbox={"rtl": tuple(InboxItem(task, EVERYTHING) for task in ("CI-0001", "CI-7777", None))},
        waiting=(
            WaitingItem("evil", "CI-0001", EVERYTHING, NOW + timedelta(hours=1)),
            WaitingItem("ghost", "CI-7777", MARKDOWN),
        ),
    )


def a_crowded_site(agents: int = 170, tasks: int = 0, base_url: str | None = None) -> SiteInput:
    """Return a site of a company with many agents: teams of teams, one chain that is too deep, one circle."""
    names = [f"agent-{number}" for number in range(agents)]
    bosses = {name: names[(number - 1) // 7] if number else "ada" for number, name in enumerate(names)}
    records: list[Record] = [Company(id="gitcp", name="A crowd"), a_person("ada", name="Ada Okafor")]
    records += [
        an_agent(name, name=f"Agent {name[6:]}", title="Worker", reports_to=bosses[name]) for name in names
    ]
    records += [an_agent(f"deep-{n}", reports_to=f"deep-{n - 1}" if n else None) for n in range(30)]
    records += [an_agent("left", reports_to="right"), an_agent("right", reports_to="left")]
    statuses = list(TaskStatus)
    for number in range(1, tasks + 1):
        status = statuses[number % 7]
        agent = names[number % agents]
        closed = ago(hours=number) if status in {TaskStatus.DONE, TaskStatus.CANCELLED} else None
        task = a_task(
            f"CI-{number:04d}",
            status=status,
            assignee=agent,
            closed=closed,
            description="A *word* for @ada.\n\n- x\n- y",
        )
        records += [task, a_comment(task.id, agent, ago(minutes=number), "Done, see CI-0001.")]
        records.append(
            an_ended_run(agent, ago(minutes=number), 3, "0.25", task=task.id, charges=("company",))
        )
    if tasks:
        records += [
            a_comment("CI-0001", names[n % agents], ago(days=1, minutes=n), f"No. {n}") for n in range(TALK)
        ]
        records += [an_ended_run(names[0], ago(days=1, minutes=9 * n), 3, "0.25") for n in range(RUNS)]
    return SiteInput(Records.of(records, revision=sha("crowd")), Log(), NOW, base_url=base_url)
