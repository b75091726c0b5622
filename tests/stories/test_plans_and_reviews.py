"""A plan is approved before the work, the work names it, and two reviewers agree in their order, an agent and a person."""

from pathlib import Path
from typing import Final

from gitcp.core.documents import revision_of
from gitcp.core.operations.create_task import CreateTask
from gitcp.core.operations.decide_approval import DecideApproval
from gitcp.core.operations.review_task import ReviewTask
from gitcp.core.operations.write_document import WriteDocument
from gitcp.model.runs import Followed, Run
from gitcp.model.tasks import TaskStatus
from tests.stories.company import FINISHES, Company, a_company

TEXT: Final = "First the words, then the zone.\n"

PLANS: Final = """
def gitcp(*argv, stdin=None):
    done = subprocess.run(["gitcp", *argv], capture_output=True, text=True, input=stdin)
    mark(f"{argv[0]} {argv[1]} {done.returncode}: {(done.stdout + done.stderr).strip()}")
brief = pathlib.Path(os.environ["GITCP_BRIEF"]).read_text()
if not context["approvals"]:
    gitcp("document", "write", "CI-0001", "plan", stdin="First the words, then the zone.\\n")
    gitcp("approval", "request", "--title", "May I work by this plan?", "--document", "plan")
    gitcp("task", "continue", "--summary", "I asked.")
else:
    mark("by the plan: " + str("approved by AP-1: work by it" in brief))
    mark("changed: " + str("which nobody has approved" in brief))
    commit("zone.txt", "done")
    gitcp("task", "finish", "--summary", "done")
"""
REVIEWS: Final = """
subprocess.run(["gitcp", "task", "review", "CI-0001", "--approve", "--comment", "It runs."], check=True)
"""


def a_planning_company(folder: Path) -> Company:
    company = a_company(folder)
    company.program("riley", PLANS)
    company.does(CreateTask(project="CI", title="Set the zone", assignee="riley"))
    company.tick()
    assert company.tick().is_idle
    return company


def approve(company: Company) -> None:
    company.does(DecideApproval.model_validate({"approval": "AP-1", "verdict": "approve"}))


def last_run(company: Company) -> Run:
    return company.runs()[-1]


def test_a_plan_is_written_approved_and_followed(tmp_path: Path) -> None:
    company = a_planning_company(tmp_path)
    assert last_run(company).follows == ()

    approve(company)
    company.tick()

    expected = Followed(document="CI-0001/plan", revision=revision_of(TEXT), approval="AP-1")
    assert last_run(company).follows == (expected,)
    assert {"by the plan: True", "changed: False"} < set(company.marked("riley"))
    assert company.task("CI-0001").status is TaskStatus.DONE


def test_a_plan_that_is_changed_after_the_approval_is_not_followed_unseen(tmp_path: Path) -> None:
    company = a_planning_company(tmp_path)
    approve(company)
    company.does(WriteDocument(task="CI-0001", document="plan", text="Something else.\n"))

    company.tick()

    assert last_run(company).follows == ()
    assert {"by the plan: False", "changed: True"} < set(company.marked("riley"))


def test_an_agent_and_a_person_review_in_their_order(tmp_path: Path) -> None:
    company = a_company(tmp_path, agents=("riley", "oscar"))
    company.program("riley", FINISHES)
    company.program("oscar", REVIEWS)
    company.does(CreateTask(project="CI", title="Set it", assignee="riley", review=("oscar", "alex")))

    company.tick()
    assert company.task("CI-0001").reviewer == "oscar"
    company.tick()

    task = company.task("CI-0001")
    assert task.delivery is not None
    assert (task.reviewer, task.reviewed, task.agreed) == ("alex", ("oscar",), task.delivery.commit)
    assert company.tick().is_idle
    company.does(ReviewTask.model_validate({"task": "CI-0001", "verdict": "approve", "comment": "Good."}))
    assert company.task("CI-0001").status is TaskStatus.DONE


def test_changes_that_the_last_reviewer_wants_are_looked_at_by_all_again(tmp_path: Path) -> None:
    company = a_company(tmp_path, agents=("riley", "oscar"))
    company.program("oscar", REVIEWS)
    company.does(CreateTask(project="CI", title="Set it", assignee="riley", review=("oscar", "alex")))
    company.tick()
    company.tick()
    company.program("riley", 'commit("more.txt", "more")\nclient.finish("again")\n')
    verdict = {"task": "CI-0001", "verdict": "request-changes", "comment": "More."}
    company.does(ReviewTask.model_validate(verdict))

    company.tick()

    assert (company.task("CI-0001").reviewer, company.task("CI-0001").reviewed) == ("oscar", ())
    company.tick()
    assert company.task("CI-0001").reviewer == "alex"
