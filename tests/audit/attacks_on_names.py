"""Attacks on names: agents beyond their place, forged authors, forged decisions."""

from typing import Final

from tests.audit.attacks_on_money import ENDED, LIVE, TASK
from tests.audit.forging import ALEX, BEA, CLARA, RILEY, SCHEDULER, Forger, attack

DECIDED: Final = "approvals/AP-1.yaml"
PENDING: Final = "approvals/AP-2.yaml"
NEW: Final = "approvals/AP-3.yaml"
BUDGET: Final = "budgets/company.yaml"
SAID: Final = "approve\n    content: sha256:[0-9a-f]{64}"


def comment(author: str) -> str:
    return f"comments/CI/CI-0004/20261002T091600000Z-{author}-1f3a.yaml"


def approved(by: str) -> tuple[str, str]:
    decision = f"decisions:\n  - {{by: {by}, at: 2026-10-02T09:16:00Z, verdict: approve}}\n"
    return "status: pending\n", f"status: approved\n{decision}"


@attack("an operation that there is not", "operation/unknown")
def unknown_operation(forger: Forger) -> str:
    return forger.operates("task.steal", forger.changed(TASK, ("assignee: riley", "assignee: vera")))


@attack("a run's end cancels its task", "operation/illegal-step")
def task_cancelled(forger: Forger) -> str:
    task = forger.changed("tasks/CI/CI-0003.yaml", ("status: in_progress", "status: cancelled"))
    return forger.operates("run.resolve", task, Run=LIVE)


@attack("an assignee takes its own checks away", "authority/not-allowed")
def own_checks(forger: Forger) -> str:
    task = forger.changed("tasks/CI/CI-0003.yaml", ("status:", "priority: critical\nstatus:"))
    return forger.operates("task.edit", task, RILEY, Run=LIVE, Task="CI-0003")


@attack("an agent assigns a task that is not below it", "authority/not-allowed")
def assigned_sideways(forger: Forger) -> str:
    task = forger.changed(TASK, ("assignee: riley", "assignee: vera"))
    return forger.operates("task.assign", task, ("Vera", "vera@agents.invalid"), Task="CI-0004")


@attack("an agent acts in a run that has ended", "authority/not-allowed")
def after_the_end(forger: Forger) -> str:
    said = {comment("riley"): f"body: Once more.\nrun: {ENDED}\n"}
    return forger.operates("comment.create", said, RILEY, Run=ENDED, Task="CI-0004")


@attack("an agent decides", "approval/wrong-decider")
def agent_decides(forger: Forger) -> str:
    return forger.operates("approval.decide", forger.changed(PENDING, approved("clara")), CLARA)


@attack("an agent hires", "authority/not-allowed")
def agent_hires(forger: Forger) -> str:
    twin = forger.text("org/riley.yaml").replace("Riley", "Rolf")
    return forger.operates("agent.hire", {"org/rolf.yaml": twin}, CLARA)


@attack("somebody acts who is in no org chart", "identity/unknown-actor")
def nobody(forger: Forger) -> str:
    said = {comment("mallory"): "body: I was here.\n"}
    return forger.operates("comment.create", said, ("Mallory", "mallory@agents.invalid"))


@attack("the scheduler's trailer names an agent, and the author is another", "identity/forged-actor")
def other_author(forger: Forger) -> str:
    said = {comment("riley"): "body: I agree.\n"}
    return forger.operates("comment.create", said, ALEX, Actor="riley", Task="CI-0004")


@attack("a person's commit says that another person acted", "identity/forged-actor")
def other_person(forger: Forger) -> str:
    task = forger.changed(TASK, ("title: Four", "title: Five"))
    return forger.commits(task, message="edit task CI-0004\n\nGitcp-Op: task.edit\nGitcp-Actor: bea\n")


@attack("an agent comments in another's name", "identity/forged-actor")
def other_voice(forger: Forger) -> str:
    said = {comment("alex"): "body: Ship it.\n"}
    return forger.operates("comment.create", said, RILEY, Run=LIVE, Task="CI-0004")


@attack("an agent pushes by itself", "identity/agent-by-hand")
def agent_pushes(forger: Forger) -> str:
    return forger.commits(forger.changed(TASK, ("title: Four", "title: Five")), RILEY)


@attack("one member commits what another is said to have written", "identity/for-another")
def for_another(forger: Forger) -> str:
    return forger.commits(forger.changed(TASK, ("title: Four", "title: Five")), BEA, ALEX)


@attack("who asked approves", "approval/wrong-decider")
def own_approval(forger: Forger) -> str:
    return forger.commits(forger.changed(PENDING, approved("alex")))


@attack("a decision is written in another's name", "approval/forged-decision")
def forged_decision(forger: Forger) -> str:
    return forger.commits(forger.changed(PENDING, approved("bea")))


@attack("a request is approved by nobody", "approval/no-quorum")
def no_quorum(forger: Forger) -> str:
    return forger.commits(forger.changed(PENDING, ("status: pending", "status: approved")), BEA)


@attack("a decision that stood is taken out", "approval/forged-decision")
def decision_lost(forger: Forger) -> str:
    return forger.commits(forger.changed(DECIDED, (r"decisions:\n(?:  .*\n)+", "")))


@attack("a decided request is opened again", "approval/illegal-step")
def opened_again(forger: Forger) -> str:
    return forger.commits(forger.changed(DECIDED, ("status: approved", "status: pending")), BEA)


@attack("what was approved is changed after it was", "approval/changed")
def changed_after(forger: Forger) -> str:
    return forger.commits(forger.changed(DECIDED, ("title: Ship it", "title: Ship all of it")))


def _proposed(forger: Forger) -> None:
    change = f"change:\n  - path: {BUDGET}\n    base: {forger.blob(BUDGET)}\n    text: |\n"
    lines = forger.text(BUDGET).replace("usd: 10", "usd: 12").splitlines()
    head = "title: More\nfor_operation: budget.edit\nrequested_by: alex\nrequested_at: 2026-10-02T09:16:00Z\n"
    text = "".join(f"      {line}\n" for line in lines)
    forger.commits({NEW: f"{head}{change}{text}approvers: [bea]\nstatus: pending\n", "approvals/next": "4\n"})
    forger.commits(forger.changed(NEW, approved("bea")), BEA)


@attack("what is applied is more than what was approved", "approval/applied-otherwise")
def applied_otherwise(forger: Forger) -> str:
    _proposed(forger)
    budget = forger.changed(BUDGET, ("usd: 10", "usd: 99"))
    used = forger.changed(NEW, ("status: approved", "status: applied"))
    return forger.operates("approval.apply", budget | used)


@attack("the scheduler's name applies what nobody asked for", "approval/applied-otherwise")
def applied_nothing(forger: Forger) -> str:
    return forger.operates("approval.apply", forger.changed(BUDGET, ("usd: 10", "usd: 99")))


@attack("the scheduler's name applies what others approved than the gate names", "policy/bypassed")
def applied_for_others(forger: Forger) -> str:
    _proposed(forger)
    others = forger.changed("policies/money.yaml", (r"\[board\]", "[alex]"))
    forger.commits(others, SCHEDULER, message="set\n")
    used = forger.changed(NEW, ("status: approved", "status: applied"))
    return forger.operates("approval.apply", forger.changed(BUDGET, ("usd: 10", "usd: 12")) | used)


@attack("the scheduler's name raises limits as it dates a heartbeat", "operation/field")
def adopted_more(forger: Forger) -> str:
    vera = "org/vera.yaml"
    text = forger.text(vera) + "heartbeat: {cron: 0 9 * * *}\n"
    forger.commits({vera: text})
    return forger.operates("agent.adopt", {vera: text.replace("usd: 2", "usd: 200")})


@attack("the scheduler's name fires no routine", "operation/record")
def fired_nothing(forger: Forger) -> str:
    return forger.operates("routine.fire", {"tasks/CI/CI-0009.yaml": forger.text(TASK)})


@attack("the scheduler's name numbers what nobody filed", "operation/record")
def numbered_nothing(forger: Forger) -> str:
    return forger.operates("task.number", {"tasks/CI/CI-0009.yaml": forger.text(TASK)})


@attack("the scheduler's name asks for money in another's name", "identity/forged-actor")
def asked_for_another(forger: Forger) -> str:
    head = "title: More\nfor_operation: budget.edit\nrequested_by: bea\nrequested_at: 2026-10-02T09:16:00Z\n"
    return forger.operates("budget.ask", {NEW: f"{head}budget: company\nstatus: pending\n"})


@attack("an approval that was used is made good again", "approval/illegal-step")
def used_again(forger: Forger) -> str:
    _proposed(forger)
    budget = forger.changed(BUDGET, ("usd: 10", "usd: 12"))
    forger.operates("approval.apply", budget | forger.changed(NEW, ("status: approved", "status: applied")))
    return forger.commits(forger.changed(NEW, ("status: applied", "status: approved")))


@attack("an agent does what a policy denies", "policy/bypassed")
def bypassed(forger: Forger) -> str:
    rule = "title: Stop\ngates:\n  - {operations: [task.cancel], verdict: deny, reason: never}\n"
    forger.commits({"policies/stop.yaml": rule, "policies/money.yaml": None}, SCHEDULER, message="set\n")
    task = forger.changed(TASK, ("status: todo", "status: cancelled\nclosed: 2026-10-02T09:16:00Z"))
    return forger.operates("task.cancel", task, CLARA, Task="CI-0004")


@attack("the scheduler's name removes a policy, which nobody asked for", "authority/not-allowed")
def removed_for_nobody(forger: Forger) -> str:
    return forger.operates("policy.remove", {"policies/money.yaml": None})


@attack("the scheduler's name changes a budget for a person whom a policy holds back", "policy/bypassed")
def raised_for_another(forger: Forger) -> str:
    return forger.operates("budget.edit", forger.changed(BUDGET, ("usd: 10", "usd: 99")), ALEX)


@attack("a company asks for signatures, and its scheduler does not sign", "identity/unsigned")
def unsigned_scheduler(forger: Forger) -> str:
    _signed(forger)
    return forger.operates(
        "run.cancel", forger.changed("gitcp.yaml", ("name: Audited", "name: Ours")), SCHEDULER
    )


@attack("a company asks for signatures, and a person's commit has none", "identity/unsigned")
def unsigned_person(forger: Forger) -> str:
    _signed(forger)
    return forger.commits(forger.changed(TASK, ("title: Four", "title: Five")))


@attack("the level of assurance is lowered", "identity/trust-changed")
def trust_changed(forger: Forger) -> str:
    _signed(forger)
    return forger.commits(forger.changed("gitcp.yaml", ("assurance: signed", "assurance: local")))


@attack("a person gets the address of another", "identity/trust-changed")
def address_taken(forger: Forger) -> str:
    return forger.commits(forger.changed("org/bea.yaml", ("bea@example.com", "alex.b@example.com")))


def _signed(forger: Forger) -> None:
    # As if it had come there rightly: what that takes is not what these attacks are about.
    company = {"gitcp.yaml": forger.text("gitcp.yaml") + "trust: {assurance: signed}\n"}
    forger.commits(company, SCHEDULER, message="ask for signatures\n")
