"""Attacks on deliveries: what people were to agree to is integrated without them, or never was delivered."""

from typing import Final

from tests.audit.attacks_on_money import LIVE
from tests.audit.forging import RILEY, Forger, attack

TASK: Final = "tasks/CI/CI-0003.yaml"
RULE: Final = {
    "policies/deliveries.yaml": "title: Deliveries\ngates:\n"
    "  - {operations: [delivery], verdict: approval, approvers: [board]}\n"
}
COMMIT: Final = "5f3a" * 10
OTHER: Final = "77aa" * 10


def delivered(commit: str = COMMIT, branch: str = "riley/CI-0003", **more: str) -> str:
    said = "".join(f", {name}: {value}" for name, value in more.items())
    return f"delivery: {{commit: '{commit}', branch: {branch}, run: {LIVE}{said}}}\n"


def held(forger: Forger) -> None:
    """Hold a delivery back, as the end of a run does."""
    forger.commits(RULE)
    ended = ("status: in_progress\n", f"status: in_review\n{delivered(into='main')}")
    forger.operates("run.finish", forger.changed(TASK, ended), Run=LIVE)


@attack("a delivery is integrated that nobody agreed to", "delivery/unapproved")
def unapproved(forger: Forger) -> str:
    held(forger)
    done = (r"delivery: .*\n", delivered(into="main", integrated=f"'{COMMIT}'"))
    return forger.operates("delivery.integrate", forger.changed(TASK, done), Task="CI-0003")


@attack("another commit is integrated than was delivered", "delivery/forged")
def another_commit(forger: Forger) -> str:
    held(forger)
    done = (r"delivery: .*\n", delivered(OTHER, into="main", integrated=f"'{OTHER}'"))
    return forger.operates("delivery.integrate", forger.changed(TASK, done), Task="CI-0003")


@attack("an assignee writes into its task what it never delivered", "delivery/forged")
def never_delivered(forger: Forger) -> str:
    files = forger.changed(TASK, ("created_by:", f"{delivered()}created_by:"))
    return forger.operates("task.edit", files, RILEY, Run=LIVE, Task="CI-0003")


@attack("a run integrates at once what a gate holds back", "delivery/not-held")
def at_once(forger: Forger) -> str:
    forger.commits(RULE)
    ended = ("status: in_progress\n", f"status: in_review\n{delivered(branch='main')}")
    return forger.operates("run.finish", forger.changed(TASK, ended), Run=LIVE)
