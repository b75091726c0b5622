"""A company's day, by its workflows alone: the forge's clock, pushes, and what the workflows ask for are all that ever starts one."""

from pathlib import Path

from tests.workflows.conftest import NewForge
from tests.workflows.day import a_day
from tests.workflows.runner.forge import BOT
from tests.workflows.runner.workflow_run import WorkflowRun
from tests.workflows.transcript import logs

WRITES = {
    "plan": {"contents", "actions"},
    "settle": {"contents", "actions"},
    "deploy": {"pages", "id-token"},
}


def only_jobs_without_an_agent_may_write(runs: list[WorkflowRun]) -> None:
    for job in (job for run in runs for job in run.jobs if job.steps):
        writes = {name for name, level in job.permissions.items() if level == "write"}
        assert writes == WRITES.get(job.name.rpartition(" / ")[2], set()), job.name


def test_a_day_from_the_schedule_to_the_dashboard(new_forge: NewForge, tmp_path: Path) -> None:
    day = a_day(new_forge, tmp_path)

    told = logs(day.runs)
    assert {run.conclusion for run in day.runs} <= {"success", "cancelled"}, told
    assert {run.workflow.name for run in day.runs if run.conclusion == "cancelled"} <= {"pages", "tick"}, told

    # Before the slot nobody works; then two at once, each on a machine of its own; then who was delegated to; then who waited for that.
    agents = [run.partition("-")[2] for run in day.company.claims()]
    assert sorted(agents[:2]) == ["oscar", "riley"], told
    assert agents[2:] == ["pablo", "oscar"], told
    assert set(day.company.finished().values()) == {"succeeded"}
    assert len(day.company.finished()) == len(day.company.claims())
    at_first, slot, later = day.ticks
    assert [job.conclusion for job in at_first[-1].jobs] == ["success", "skipped"]
    assert sum(job.name.endswith(" / exec") for job in slot[0].jobs) == 2
    assert [(run.workflow.name, len(run.jobs)) for run in later] == [("tick", 2)], told

    # A tick without work is one job that installs nothing, keeps nothing and asks for nothing.
    idle = later[0].job("plan")
    assert "Cache restored from key: gitcp-program" in idle.text
    assert "Cache restored from key: gitcp-records" in idle.text
    assert "Cache saved" not in idle.text
    assert "started " not in idle.text

    # What the job's own token pushed has started nothing; what goes on was asked for.
    assert day.company.forge.told.count(f"{BOT} pushed refs/heads/main") >= 5
    assert {run.event.actor for run in day.runs if run.event.name == "push"} == {"alex"}

    only_jobs_without_an_agent_may_write(day.runs)

    # The site is that of the last commit.
    deployed = [
        job for run in day.runs for job in run.jobs if job.name == "deploy" and job.conclusion == "success"
    ]
    assert {job.address for job in deployed} == {"https://acme.github.io/control/"}
    edition = (day.company.forge.site / "assets" / "edition.css").read_text()
    assert day.company.forge.tip()[:7] in edition
    assert (day.company.forge.site / "index.html").exists()
    # What the agents made is in their repository, on their branches.
    branches = day.company.git("for-each-ref", "--format=%(refname:short)", at=day.company.factory).split()
    assert "oscar/CI-0027" in branches
