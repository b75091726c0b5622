"""Attacks on money: claims that are too large, runs that settle for too little, sums and counters that are bent."""

from textwrap import dedent
from typing import Final

from tests.audit.forging import ALEX, SCHEDULER, Forger, attack

LIVE: Final = "20261002T091500Z-riley"
ENDED: Final = "20261002T090800Z-riley"
LIVE_RUN: Final = f"runs/2026/10/02/{LIVE}.yaml"
ENDED_RUN: Final = f"runs/2026/10/02/{ENDED}.yaml"
ARCHIVED_RUN: Final = "archive/runs/CI/CI-0001/20260803T090500Z-riley.yaml"
TASK: Final = "tasks/CI/CI-0004.yaml"
NEW: Final = "20261002T091600Z-riley"
NEW_RUN: Final = f"runs/2026/10/02/{NEW}.yaml"
LEDGER: Final = "ledger/2026-08.yaml"


def claimed(
    limits: str = "usd: 2", reserved: str | None = None, charges: str = "company, agent/riley"
) -> str:
    """Return the file of a run that is claimed for CI-0004."""
    return dedent(
        f"""\
        agent: riley
        task: CI-0004
        runtime: process
        repository: factory
        limits: {{{limits}, minutes: 30}}
        reserved: {{{reserved or limits}, runs: 1, minutes: 30}}
        charges: [{charges}]
        claimed_at: 2026-10-02T09:16:00Z
        claimed_by: there
        deadline: 2026-10-02T09:51:00Z
        status: active
        """
    )


def started(forger: Forger) -> dict[str, str | None]:
    return forger.changed(TASK, ("status: todo", "status: in_progress"))


@attack("a claim reserves more than a budget has left", "money/over-limit")
def over_limit(forger: Forger) -> str:
    run = claimed("usd: 3")
    return forger.operates("run.claim", {NEW_RUN: run, **started(forger)}, Run=NEW, Task="CI-0004")


@attack("a claim charges no budget", "money/wrong-charges")
def uncharged(forger: Forger) -> str:
    return forger.operates("run.claim", {NEW_RUN: claimed(charges=""), **started(forger)}, Run=NEW)


@attack("a claim leaves one of its budgets out", "money/wrong-charges")
def half_charged(forger: Forger) -> str:
    run = claimed(charges="agent/riley")
    return forger.operates("run.claim", {NEW_RUN: run, **started(forger)}, Run=NEW)


@attack("a claim reserves less than its run may spend", "money/reservation")
def under_reserved(forger: Forger) -> str:
    run = claimed("usd: 9", reserved="usd: 1")
    return forger.operates("run.claim", {NEW_RUN: run, **started(forger)}, Run=NEW)


@attack("one claim starts two runs", "operation/record")
def two_runs(forger: Forger) -> str:
    second = NEW_RUN.replace("riley.yaml", "riley.2.yaml")
    files = {NEW_RUN: claimed("usd: 1"), second: claimed("usd: 1"), **started(forger)}
    return forger.operates("run.claim", files, Run=NEW)


@attack("a claim changes what checks its task", "operation/field")
def claim_without_checks(forger: Forger) -> str:
    task = forger.changed(TASK, ("status: todo", "status: in_progress"), ("title: Four", "title: Another"))
    return forger.operates("run.claim", {NEW_RUN: claimed(), **task}, Run=NEW)


ENDING: Final = "status: ended\nended_at: 2026-10-02T09:16:00Z\noutcome: succeeded\ndeclared: finish\n"


@attack("a run of unknown cost settles below its reservation", "money/settled-below")
def settled_below(forger: Forger) -> str:
    spent = "usage: {usd: 0.01, tokens: 10, runs: 1, minutes: 1}\nsettled_by: reserved\n"
    run = forger.changed(LIVE_RUN, ("status: active\n", ENDING + spent))
    return forger.operates("run.finish", run, Run=LIVE)


@attack("a run ends and settles nothing", "money/settled-below")
def settled_nothing(forger: Forger) -> str:
    run = forger.changed(LIVE_RUN, ("status: active\n", f"{ENDING}settled_by: metered\n"))
    return forger.operates("run.finish", run, Run=LIVE)


@attack("an ended run is settled again, for less", "money/settled-again")
def settled_again(forger: Forger) -> str:
    return forger.operates("run.finish", forger.changed(ENDED_RUN, ("usd: 0.5", "usd: 0.1")), Run=ENDED)


@attack("an ended run becomes live again", "money/settled-again")
def revived(forger: Forger) -> str:
    return forger.operates(
        "run.finish", forger.changed(ENDED_RUN, ("status: ended", "status: active")), Run=ENDED
    )


@attack("a finish rewrites what its claim had reserved", "operation/field")
def unreserved(forger: Forger) -> str:
    spent = "usage: {usd: 0.5, runs: 1}\nsettled_by: metered\n"
    run = forger.changed(
        LIVE_RUN, ("reserved: {usd: 2", "reserved: {usd: 1"), ("status: active\n", ENDING + spent)
    )
    return forger.operates("run.finish", run, Run=LIVE)


@attack("an archiving writes a smaller sum into the ledger", "ledger/wrong-sum")
def smaller_sum(forger: Forger) -> str:
    return forger.operates("record.archive", forger.changed(LEDGER, ("usd: 0.5", "usd: 0.1")))


@attack("a person lowers a sum of the ledger", "ledger/wrong-sum")
def ledger_by_hand(forger: Forger) -> str:
    return forger.commits(forger.changed(LEDGER, ("usd: 0.5", "usd: 0.1")))


@attack("a run is archived and not summed", "ledger/wrong-sum")
def unsummed(forger: Forger) -> str:
    moved = {f"archive/runs/CI/CI-0002/{ENDED}.yaml": forger.text(ENDED_RUN), ENDED_RUN: None}
    return forger.operates("record.archive", moved)


@attack("an archived run gets another price", "archive/changed")
def archived_changed(forger: Forger) -> str:
    return forger.commits(forger.changed(ARCHIVED_RUN, ("usd: 0.5", "usd: 0.1")), ALEX)


@attack("a run is archived with other bytes", "archive/changed")
def archived_otherwise(forger: Forger) -> str:
    cheaper = forger.changed(ENDED_RUN, ("usd: 0.5", "usd: 0.1"))[ENDED_RUN]
    moved = {f"archive/runs/CI/CI-0002/{ENDED}.yaml": cheaper, ENDED_RUN: None}
    return forger.operates("record.archive", moved, SCHEDULER)


@attack("an archived task is deleted", "archive/changed")
def archive_emptied(forger: Forger) -> str:
    return forger.commits({"archive/tasks/CI/CI-0001.yaml": None})


@attack("a person edits a run that ended", "admission/refused")
def run_by_hand(forger: Forger) -> str:
    return forger.commits(forger.changed(ENDED_RUN, ("usd: 0.5", "usd: 0.1")))


@attack("a person deletes a run", "records/deleted")
def run_deleted(forger: Forger) -> str:
    return forger.commits({ENDED_RUN: None})


@attack("a budget is raised under the scheduler's name, by no operation", "operation/missing")
def raised_silently(forger: Forger) -> str:
    budget = forger.changed("budgets/company.yaml", ("usd: 10", "usd: 1000"))
    return forger.commits(budget, SCHEDULER, message="tidy\n")


@attack("a budget is raised within an operation that writes no budgets", "operation/record")
def raised_within(forger: Forger) -> str:
    budget = forger.changed("budgets/company.yaml", ("usd: 10", "usd: 1000"))
    return forger.operates("routine.adopt", budget)


@attack("a person raises a budget that the policies put behind an approval", "admission/refused")
def raised_by_hand(forger: Forger) -> str:
    return forger.commits(forger.changed("budgets/company.yaml", ("usd: 10", "usd: 1000")))


@attack("a counter is lowered by the scheduler's name", "records/counter")
def counter_lowered(forger: Forger) -> str:
    return forger.operates("task.create", {"tasks/CI/next": "2\n"})
