"""Money that stops: many machines, runs that together want more than there is, and runs that alone do."""

import threading
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from gitcp.control.plane import Plane
from gitcp.control.tick import Terms, tick
from gitcp.core.budgets import Line, use
from gitcp.core.operations.create_task import CreateTask
from gitcp.core.operations.edit_record import EditBudget
from gitcp.core.operations.finish_run import FinishRun, ReapRun
from gitcp.errors import ConflictError
from gitcp.model.amounts import Usage
from gitcp.model.guards import Budget
from gitcp.model.runs import Outcome, Run, Settlement
from tests.stories.company import Company, a_company, git

EIGHT = tuple(f"agent-{number}" for number in range(1, 9))
LIMIT = Decimal(100)
CALL = Decimal(3)  # what one model call may cost, which is known when it is over


def a_company_of_eight(folder: Path, usd: int) -> Company:
    """Eight agents with a task each; a run of any of them may cost `usd`, and the company has 100."""
    budget = {"budgets/company.yaml": "period: month\nlimits: {usd: 100}\n"}
    company = a_company(folder, EIGHT, files=budget)
    for agent in EIGHT:
        path = company.control / "org" / f"{agent}.yaml"
        path.write_text(path.read_text().replace("usd: 1,", f"usd: {usd},"))
        company.does(CreateTask(project="CI", title=f"Spend by {agent}", assignee=agent))
    git(company.control, "add", "-A")
    git(company.control, "-c", "user.name=Alex", "-c", "user.email=alex@example.com", "commit", "-qm", "set")
    return company


def money(company: Company, folder: Path | None = None) -> Line:
    with company.plane(folder) as plane:
        plane.store.fetch()
        snapshot = plane.snapshot()
        budget = snapshot.get(Budget, "company")
        assert budget is not None
        [line] = use(snapshot, budget, plane.clock.now()).lines
    return line


def claims(plane: Plane) -> list[Run]:
    """Tick as one of many machines does, for runners that somebody else starts; who loses a race too often ticks again."""
    for _ in range(20):
        try:
            return list(tick(plane, terms=Terms(starts=False)).claimed)
        except ConflictError:
            continue
    raise AssertionError("no tick got through")


def spend(plane: Plane, run: Run, usd: Decimal | None) -> None:
    usage = None if usd is None else Usage(usd=usd, runs=1)
    plane.apply_as_scheduler(
        FinishRun(run=run.id, outcome=Outcome.OVER_BUDGET, usage=usage, settled_by=Settlement.METERED)
    )


def test_eight_runs_that_together_want_more_than_there_is_spend_no_more_than_there_is(tmp_path: Path) -> None:
    company = a_company_of_eight(tmp_path, 90)

    for _ in range(4):
        with company.plane() as plane:
            for run in claims(plane):
                assert money(company).gone <= LIMIT
                spend(plane, run, Decimal(90) + CALL)
        company.passes(minutes=10)

    line = money(company)
    assert len(company.runs()) == 1
    assert line.settled == Decimal(90) + CALL
    assert line.settled <= LIMIT + CALL


def test_a_run_that_alone_wants_more_than_there_is_does_not_start(tmp_path: Path) -> None:
    company = a_company_of_eight(tmp_path, 900)

    with company.plane() as plane:
        assert claims(plane) == []
        waiting = tick(plane, terms=Terms(starts=False)).plan.waiting
    assert {each.reason for each in waiting} == {"budget company: 100 usd left, the run would reserve 900"}
    assert money(company).gone == 0


def test_machines_that_race_for_the_last_money_never_exceed_it(tmp_path: Path) -> None:
    company = a_company_of_eight(tmp_path, 30)
    bare = tmp_path / "bare.git"
    git(tmp_path, "clone", "-q", "--bare", str(company.control), str(bare))
    clones = [_machine(company, number, bare) for number in range(1, 5)]
    seen: list[Line] = []

    for usd in (Decimal(30) + CALL, None, Decimal(2), None):
        claimed = _race(company, clones)
        seen.append(money(company, clones[0]))
        # A machine that dies with its run is found out by another one.
        _end(company, clones[-1], claimed, usd)
        company.passes(minutes=10)

    line = money(company, clones[0])
    assert seen[0].gone == 90
    assert all(each.gone <= LIMIT + 3 * CALL for each in [*seen, line])
    # 3 x 33 are gone: not even a run of 30 fits.
    assert line.settled == 99
    assert line.reserved == 0


def test_a_run_whose_cost_nobody_knows_is_charged_what_it_reserved(tmp_path: Path) -> None:
    company = a_company_of_eight(tmp_path, 40)

    with company.plane() as plane:
        first, second = claims(plane)
        plane.apply_as_scheduler(ReapRun(run=first.id, reason="its runner is gone"))
        spend(plane, second, None)

    assert money(company).settled == 80
    assert {run.settled_by for run in company.runs()} == {Settlement.RESERVED}


def test_a_limit_that_is_lowered_below_what_is_used_starts_nothing_more(tmp_path: Path) -> None:
    company = a_company_of_eight(tmp_path, 20)
    with company.plane() as plane:
        for run in claims(plane):
            spend(plane, run, Decimal(5))
    company.does(EditBudget(id="company", fields={"limits": {"usd": 15}}))

    with company.plane() as plane:
        assert claims(plane) == []

    assert money(company).available == -5


def _machine(company: Company, number: int, bare: Path) -> Path:
    clone = company.folder / f"machine-{number}"
    git(company.folder, "clone", "-q", str(bare), str(clone))
    git(clone, "config", "gitcp.state", str(company.folder / f"state-{number}"))
    return clone


def _race(company: Company, clones: Sequence[Path]) -> list[Run]:
    found: list[Run] = []

    def one(clone: Path) -> None:
        with company.plane(clone) as plane:
            found.extend(claims(plane))

    threads = [threading.Thread(target=one, args=(clone,)) for clone in clones]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return found


def _end(company: Company, clone: Path, runs: Sequence[Run], usd: Decimal | None) -> None:
    with company.plane(clone) as plane:
        plane.store.fetch()
        for run in runs:
            if usd is None:
                plane.apply_as_scheduler(ReapRun(run=run.id, reason="its runner is gone"))
            else:
                spend(plane, run, usd)
