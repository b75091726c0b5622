"""Attacks on history: merges that smuggle, times that go back, traces that vanish, what comes again."""

from typing import Final

from tests.audit.attacks_on_money import LIVE, TASK
from tests.audit.forging import ALEX, BEA, SCHEDULER, Forger, attack

POLICY: Final = "policies/money.yaml"
HIRING: Final = "policies/hiring.yaml"
BUDGET: Final = "budgets/company.yaml"


def _branch(forger: Forger) -> tuple[str, str]:
    """Return the tip, and a commit beside it with a goal of its own; the branch stays at the tip."""
    tip = forger.tip
    side = forger.commits({"goals/quality.yaml": "title: Quality\nlevel: company\n"}, BEA)
    forger.back_to(tip)
    return tip, side


@attack("a merge holds what neither of its sides brought", "merge/smuggled")
def smuggled(forger: Forger) -> str:
    tip, side = _branch(forger)
    files: dict[str, str | None] = {"goals/quality.yaml": forger.text("goals/quality.yaml", side)}
    files |= forger.changed(TASK, ("assignee: riley", "assignee: vera"))
    return forger.commits(files, parents=[tip, side], message="merge\n")


@attack("a merge of three histories", "merge/octopus")
def octopus(forger: Forger) -> str:
    tip, side = _branch(forger)
    other = forger.commits({"goals/speed.yaml": "title: Speed\nlevel: company\n"}, BEA)
    files = {"goals/quality.yaml": "title: Quality\nlevel: company\n"}
    files |= {"goals/speed.yaml": "title: Speed\nlevel: company\n"}
    return forger.commits(files, parents=[tip, side, other], message="merge\n")


@attack("a merge under the scheduler's name", "merge/scheduler")
def scheduler_merges(forger: Forger) -> str:
    tip, side = _branch(forger)
    files = {"goals/quality.yaml": forger.text("goals/quality.yaml", side)}
    return forger.commits(files, SCHEDULER, parents=[tip, side], message="merge\n\nGitcp-Op: goal.create\n")


@attack("a merge brings a policy back that was changed since", "policy/rolled-back")
def rolled_back(forger: Forger) -> str:
    forger.commits({HIRING: "title: Hiring\n\n"})
    old = forger.text(HIRING)
    forger.commits({HIRING: "title: Hiring\ngates:\n  - {operations: [agent.hire], verdict: deny}\n"})
    tip, side = _branch(forger)
    files: dict[str, str | None] = {
        HIRING: old,
        "goals/quality.yaml": forger.text("goals/quality.yaml", side),
    }
    return forger.commits(files, parents=[tip, side], message="merge\n")


@attack("a commit of the scheduler is dated before its parent", "history/time")
def back_in_time(forger: Forger) -> str:
    run = forger.changed(f"runs/2026/10/02/{LIVE}.yaml", ("status: active", _CANCEL))
    return forger.operates("run.cancel", run, Run=LIVE, seconds=-600)


_CANCEL: Final = "status: active\ncancel: {by: alex, at: 2026-10-02T09:16:00Z}"


@attack("a request is carried out a second time", "request/replayed")
def replayed(forger: Forger) -> str:
    request = forger.trailer("Gitcp-Request")
    task = forger.changed(TASK, ("status: todo", "status: cancelled\nclosed: 2026-10-02T09:16:00Z"))
    message = f"cancel task CI-0004\n\nGitcp-Op: task.cancel\nGitcp-Actor: alex\nGitcp-Request: {request}\n"
    return forger.commits(task, message=message)


@attack("two commits are pushed together, the first loosens what the second needs", "admission/refused")
def loosened_first(forger: Forger) -> str:
    forger.commits({POLICY: "title: Money\n"})
    return forger.commits(forger.changed(BUDGET, ("usd: 10", "usd: 1000")))


@attack("the scheduler's name vouches for what stands refused", "admission/too-far")
def vouched(forger: Forger) -> str:
    refused = forger.commits(forger.changed(BUDGET, ("usd: 10", "usd: 1000")))
    run = forger.changed(f"runs/2026/10/02/{LIVE}.yaml", ("status: active", _CANCEL))
    return forger.operates("run.cancel", run, Run=LIVE, Admitted=refused[:16])


@attack("the scheduler's name writes on top of what stands refused", "admission/laundered")
def laundered(forger: Forger) -> str:
    forger.commits(forger.changed("tasks/CI/CI-0002.yaml", ("status: done", "status: in_progress")))
    task = forger.changed("tasks/CI/CI-0002.yaml", ("title: Two", "title: Second"))
    return forger.operates("task.edit", task)


@attack("a person leads a task where no step leads", "admission/refused")
def no_step(forger: Forger) -> str:
    return forger.commits(forger.changed("tasks/CI/CI-0002.yaml", ("status: done", "status: in_progress")))


@attack("a comment is rewritten by another", "records/comment")
def comment_rewritten(forger: Forger) -> str:
    path = forger.paths("comments/")[0]
    return forger.commits({path: "body: All of it is done.\n"}, ALEX)


@attack("a comment is deleted", "records/comment")
def comment_deleted(forger: Forger) -> str:
    return forger.commits({forger.paths("comments/")[0]: None}, ALEX)


@attack("a task is deleted", "records/deleted")
def task_deleted(forger: Forger) -> str:
    return forger.commits({TASK: None})


@attack("an approval is deleted", "records/deleted")
def approval_deleted(forger: Forger) -> str:
    return forger.commits({"approvals/AP-1.yaml": None}, BEA)


@attack("a person lowers a counter", "records/counter")
def counter_by_hand(forger: Forger) -> str:
    return forger.commits({"tasks/CI/next": "2\n"})


@attack("a link lies where records lie", "files/strange")
def link(forger: Forger) -> str:
    return forger.commits({"org/mallory.yaml": "/etc/passwd"}, links=["org/mallory.yaml"])


@attack("the scheduler's name leaves a file that nobody can read", "files/unreadable")
def unreadable(forger: Forger) -> str:
    return forger.operates("agent.adopt", {"org/riley.yaml": "kind: agent\nname: [\n"})
