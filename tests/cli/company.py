"""A company in a control repository, as files, for the commands to read and change."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from textwrap import dedent
from typing import Final

from gitcp.store.founding import Founder, found_repository

FOUNDER: Final = Founder("Alex Example", "alex@example.com")
AT: Final = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
# Afterwards the routine and an agent's heartbeat are due, on whatever day the tests run.
BEFORE_THE_ROUTINE: Final = "2026-11-22T12:00:00Z"
ENDED: Final = "20261120T090000Z-riley"
ACTIVE: Final = "20261121T090000Z-hugo"
COMMIT: Final = "0123456789abcdef0123456789abcdef01234567"

FILES: Final[dict[str, str]] = {
    "gitcp.yaml": """\
        format: 1
        name: Talent Factory
        timezone: Europe/Madrid
        repositories: {factory: {url: ../factory}}
        """,
    "org/alex.yaml": """\
        kind: person
        name: Alex
        title: Owner
        emails: [alex@example.com]
        """,
    "org/bea.yaml": """\
        kind: person
        name: Bea
        reports_to: alex
        emails: [bea@example.org]
        """,
    "org/clara.yaml": """\
        kind: agent
        name: Clara
        title: Head of R&D
        description: Decides what is looked at.
        reports_to: alex
        runtime: {type: process, command: [gitcp, worker]}
        """,
    "org/riley.yaml": """\
        kind: agent
        name: Riley
        title: R&D scout
        reports_to: clara
        runtime: {type: process, command: [gitcp, worker], environment: {TOKEN: secret}}
        repository: factory
        heartbeat: {cron: "0 9 * * MON", prompt: /rd-scan, since: 2026-11-20T08:00:00Z, dated: "0 9 * * MON Europe/Madrid"}
        limits: {usd: 2.00, minutes: 30}
        """,
    "org/hugo.yaml": """\
        kind: agent
        name: Hugo
        reports_to: clara
        status: paused
        runtime: {type: claude-code, model: sonnet}
        """,
    "org/gone.yaml": """\
        kind: agent
        name: Gone
        reports_to: clara
        status: terminated
        runtime: {type: claude-code}
        """,
    "goals/trust.yaml": "title: Customers trust us\nlevel: company\nowner: alex\n",
    "goals/quality.yaml": "title: Nothing ages unnoticed\nlevel: team\nparent: trust\ndescription: All of it.\n",
    "projects/CI.yaml": "name: Checks\nrepository: factory\nlead: clara\ngoal: quality\ndescription: What checks.\n",
    "tasks/CI/next": "6\n",
    "tasks/CI/CI-0001.yaml": """\
        title: Enforce the scan cadence
        priority: high
        assignee: riley
        labels: [scan]
        due: 2026-11-30T12:00:00Z
        verify: [[python, tools/check.py, --strict]]
        review: [clara]
        created: 2026-11-20T08:15:00Z
        status: todo
        created_by: alex
        description: |
          A scan older than seven days must fail.
        """,
    "tasks/CI/CI-0002.yaml": """\
        title: Read the sources
        assignee: hugo
        blocked_by: [CI-0001]
        parent: CI-0001
        created: 2026-11-20T08:16:00Z
        status: todo
        """,
    "tasks/CI/CI-0003.yaml": """\
        title: Sign the agreement
        priority: critical
        assignee: riley
        review: [alex]
        created: 2026-11-20T08:17:00Z
        status: in_review
        submitted: 2026-11-20T09:00:00Z
        """,
    "tasks/CI/CI-0004.yaml": """\
        title: Buy a licence
        priority: low
        assignee: clara
        created: 2026-11-20T08:18:00Z
        status: blocked
        blocked: {by: clara, reason: no card, waits_for: alex}
        """,
    "tasks/CI/CI-0005.yaml": """\
        title: Open the archive
        goal: trust
        created: 2026-11-20T08:19:00Z
        status: done
        delivery: {commit: 0123456789abcdef0123456789abcdef01234567, branch: riley/CI-0005, run: 20261120T090000Z-riley, verified: true}
        closed: 2026-11-20T09:00:00Z
        """,
    "comments/CI/CI-0001/20261120T081512480Z-alex-4f2a.yaml": "body: |\n  @riley, this one first.\n",
    "documents/CI/CI-0001/plan.md": "# Plan  \n\nRead, then write.\n",
    "routines/weekly.yaml": """\
        title: Weekly health
        cron: 0 8 * * MON
        since: 2026-11-20T08:00:00Z
        dated: 0 8 * * MON Europe/Madrid
        fired: 2026-11-16T07:00:00Z
        made: 3
        last: CI-0005
        task: {project: CI, title: "Health of {date}", assignee: riley}
        """,
    "budgets/company.yaml": "period: month\nlimits: {usd: 100, tokens: 1000000}\non_exceed: ask\n",
    "budgets/agent/riley.yaml": "period: total\nlimits: {usd: 1, runs: 200}\n",
    "policies/money.yaml": """\
        title: Money is the owner's
        description: Above what is small.
        gates:
        - {operations: [budget.edit], above_usd: 100, verdict: approval, approvers: [alex]}
        """,
    "approvals/AP-1.yaml": """\
        title: Raise the cap
        requested_by: riley
        requested_at: 2026-11-20T09:00:00Z
        approvers: [alex]
        status: pending
        """,
    "approvals/AP-2.yaml": """\
        title: Buy a licence
        requested_by: clara
        requested_at: 2026-11-19T09:00:00Z
        description: It is cheap.
        status: rejected
        decisions: [{by: alex, at: 2026-11-19T10:00:00Z, verdict: reject, comment: Too dear.}]
        """,
    f"runs/2026/11/20/{ENDED}.yaml": f"""\
        agent: riley
        task: CI-0001
        answers: [{{reason: assignment, record: CI-0001, digest: 0123456789abcdef}}]
        runtime: process
        limits: {{usd: 2, tokens: 1000, minutes: 30}}
        reserved: {{usd: 2, tokens: 1000, runs: 1, minutes: 30}}
        charges: [company, agent/riley]
        claimed_at: 2026-11-20T09:00:00Z
        claimed_by: vm-1
        deadline: 2026-11-20T09:35:00Z
        status: ended
        started_at: 2026-11-20T09:00:01Z
        ended_at: 2026-11-20T09:06:01Z
        outcome: failed
        failure: agent
        reason: exited with code 1
        prompt: /rd-scan
        summary: Scanned half of it.
        usage: {{usd: 0.8, tokens: 900, runs: 1, minutes: 6}}
        settled_by: metered
        priced_by: some-prices 1.2
        model: some-model
        session: s-81
        compare_url: https://github.com/acme/factory/compare/main...riley/CI-0001?expand=1
        commits: [{COMMIT}]
        verification: {{passed: false, command: [python, tools/check.py], exit_code: 1, tail: too old}}
        """,
    f"runs/2026/11/21/{ACTIVE}.yaml": """\
        agent: hugo
        task: CI-0002
        answers: [{reason: mention, record: CI-0001/20261120T081512480Z-alex-4f2a, digest: 0123456789abcdef}]
        runtime: claude-code
        limits: {usd: 1}
        reserved: {usd: 1, runs: 1}
        charges: [company]
        claimed_at: 2026-11-21T09:00:00Z
        claimed_by: vm-1
        deadline: 2126-11-21T09:35:00Z
        """,
}


IDLE: Final = {"gitcp.yaml": "format: 1\nname: Idle\n", "org/alex.yaml": "kind: person\nname: Alex\n"}


def found_company(folder: Path, texts: Mapping[str, str] = FILES) -> Path:
    """Write a company into a new control repository and return its folder."""
    files = {path: dedent(text).encode() for path, text in texts.items()}
    found_repository(folder, files, FOUNDER, "create company Talent Factory", AT, keep_identity=True)
    return folder
