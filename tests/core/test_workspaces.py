import pytest

from gitcp.core.workspaces import branch_of, goes_on, is_in_checkout
from gitcp.model.planning import WorkspaceMode
from tests.core.waking import claims_of, planned
from tests.helpers import NOW, a_company, a_project, a_run, a_task, an_agent, an_ended_run, later, snapshot_of

SHARED = a_project(workspace=WorkspaceMode.CHECKOUT)


@pytest.mark.parametrize(
    ("pattern", "task", "branch"),
    [
        (None, "CI-0001", "riley/CI-0001"),
        ("bots/{task}", "CI-0001", "bots/CI-0001"),
        ("{agent}/{run}", "CI-0001", f"riley/{a_run().id}"),
        ("bots/{task}", None, f"riley/{a_run().id}"),
    ],
)
def test_a_branch_is_named_as_the_project_says(pattern: str | None, task: str | None, branch: str) -> None:
    assert branch_of(a_project(branch=pattern), a_run(task=task)) == branch


def test_a_run_goes_on_with_what_the_last_one_left() -> None:
    run = a_run()

    assert goes_on(snapshot_of(run), run)
    assert goes_on(snapshot_of(run, an_ended_run(outcome="timed_out", claimed_at=later(-60))), run)


def test_a_run_does_not_go_on_with_what_somebody_cancelled() -> None:
    run = a_run()
    cancel = {"by": "clara", "at": later(-50)}
    earlier = an_ended_run(outcome="timed_out", claimed_at=later(-90))

    def last(**fields: object) -> bool:
        ended = an_ended_run(outcome="cancelled", claimed_at=later(-60), cancel=cancel | fields)
        return goes_on(snapshot_of(run, earlier, ended), run)

    assert not last()
    assert last(hold=True)


def test_what_another_agent_was_cancelled_in_does_not_matter() -> None:
    run = a_run()
    cancel = {"by": "clara", "at": later(-50)}
    other = an_ended_run("oscar", outcome="cancelled", claimed_at=later(-60), cancel=cancel)

    assert goes_on(snapshot_of(run, other), run)


def test_runs_in_one_checkout_follow_one_another_with_a_reason() -> None:
    live = a_run("oscar", "CI-0002", claimed_at=later(-1))
    told = planned(
        SHARED,
        an_agent("oscar"),
        a_task("CI-0001"),
        a_task("CI-0002", assignee="oscar", status="in_progress"),
        live,
    )

    assert [waiting.reason for waiting in told.waiting if waiting.task == "CI-0001"] == [
        f"run {live.id} has the checkout of factory"
    ]
    assert told.claims == ()


def test_of_two_that_could_start_at_once_in_one_checkout_one_starts() -> None:
    records = [SHARED, an_agent("oscar"), a_task("CI-0001"), a_task("CI-0002", assignee="oscar")]

    assert len(claims_of(snapshot_of(*records), NOW)) == 1
    assert len(claims_of(snapshot_of(a_project(), *records[1:]), NOW)) == 2


def test_projects_of_one_repository_share_its_checkout_and_those_of_another_do_not() -> None:
    repositories = {name: {"url": f"/srv/{name}", "branch": "main"} for name in ("factory", "mill")}
    company = a_company(repositories=repositories)
    ops = a_project("OPS", workspace=WorkspaceMode.CHECKOUT)
    tasks = [a_task("CI-0001"), a_task("OPS-0001", assignee="oscar")]

    assert len(claims_of(snapshot_of(company, SHARED, ops, an_agent("oscar"), *tasks), NOW)) == 1
    elsewhere = ops.evolve(repository="mill")
    assert len(claims_of(snapshot_of(company, SHARED, elsewhere, an_agent("oscar"), *tasks), NOW)) == 2


def test_who_reviews_a_delivery_needs_no_checkout_of_the_project() -> None:
    delivery = {"commit": "a" * 40, "branch": "riley/CI-0001", "run": a_run().id}
    review = a_run("oscar")

    assert not is_in_checkout(snapshot_of(SHARED, a_task(delivery=delivery)), review)
    assert is_in_checkout(snapshot_of(SHARED, a_task(delivery=delivery)), a_run())
    assert not is_in_checkout(snapshot_of(SHARED, a_task()), a_run(task=None))
