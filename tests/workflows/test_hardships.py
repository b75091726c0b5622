"""What goes wrong at a forge: crons that are late or lost, ticks at once, jobs that are run again, machines that die."""

import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.workflows.company import BEGIN, Company, a_company, beats
from tests.workflows.conftest import NewForge
from tests.workflows.transcript import logs

pytestmark = pytest.mark.slow

SLOT = BEGIN + timedelta(minutes=44)


def one_task(new_forge: NewForge, folder: Path) -> Company:
    """Found a company with one task for one agent, which works on it as soon as somebody looks."""
    company = a_company(new_forge, folder, tasks=["CI-0023"], edit=still)
    company.forge.collect()
    company.forge.events.clear()
    return company


def still(checkout: Path) -> None:
    """Let nobody wake by a heartbeat."""
    record = checkout / "org" / "riley.yaml"
    lines = [line for line in record.read_text().splitlines() if not line.startswith("heartbeat:")]
    record.write_text("\n".join(lines) + "\n")


def works(company: Company) -> list[tuple[str, str]]:
    """Return who worked on what, in whichever order."""
    lines = [line.split() for line in company.subjects() if line.startswith("claim run ")]
    return sorted((words[2].partition("-")[2], words[4] if len(words) > 3 else "") for words in lines)


def test_a_schedule_that_is_lost_and_late_leads_to_the_same_runs_later(
    new_forge: NewForge, tmp_path: Path
) -> None:
    company = a_company(new_forge, tmp_path, tasks=["CI-0027"], edit=lambda folder: beats(folder, "oscar"))
    company.forge.work()

    runs = company.tick(SLOT + timedelta(hours=3))

    assert works(company) == [
        ("oscar", "CI-0027"),
        ("oscar", "CI-0027"),
        ("pablo", "CI-0031"),
        ("riley", ""),
    ], logs(runs)
    assert set(company.finished().values()) == {"succeeded"}


def test_ticks_at_once_claim_a_run_once(new_forge: NewForge, tmp_path: Path) -> None:
    company = one_task(new_forge, tmp_path)

    for _ in range(3):
        company.forge.fire("tick.yml")
    company.forge.dispatch("tick.yml", "main", {})
    runs = company.forge.work()

    ticks = [run for run in runs if run.workflow.name == "tick"]
    assert len(company.claims()) == 1, logs(runs)
    assert list(company.finished().values()) == ["succeeded"]
    # One plans and one waits; who came between them is not needed.
    assert sorted(run.conclusion for run in ticks[:4]) == ["cancelled", "cancelled", "success", "success"]


def test_a_workflow_that_is_run_again_starts_no_run_twice(new_forge: NewForge, tmp_path: Path) -> None:
    company = one_task(new_forge, tmp_path)
    [tick, *_] = company.tick(SLOT)
    before = company.subjects()

    company.forge.rerun(tick, failed_only=False)

    assert tick.attempt == 2
    assert [job.conclusion for job in tick.jobs if job.attempt == 2] == ["success", "skipped"]
    assert company.subjects() == before


def test_a_settlement_that_failed_is_run_again_alone_from_the_same_outbox(
    new_forge: NewForge, tmp_path: Path
) -> None:
    company = one_task(new_forge, tmp_path)
    company.forge.losses.append(("settle", "Run gitcp github settle"))
    [tick, *_] = company.tick(SLOT)
    assert tick.conclusion == "failure"
    assert company.finished() == {}

    company.forge.rerun(tick, failed_only=True)
    company.forge.work()

    again = [job.name.rpartition(" / ")[2] for job in tick.jobs if job.attempt == 2]
    assert again == ["settle"], logs([tick])
    assert tick.conclusion == "success"
    assert list(company.finished().values()) == ["succeeded"]
    assert len(company.claims()) == 1


def test_a_job_that_dies_is_not_started_again_and_its_run_is_given_up_at_its_deadline(
    new_forge: NewForge, tmp_path: Path
) -> None:
    company = one_task(new_forge, tmp_path)
    company.forge.losses.append(("exec", "Let the agent work"))
    [tick, *_] = company.tick(SLOT)
    [run] = company.claims()
    assert tick.conclusion == "failure"
    assert tick.job(f"run ({run}) / settle").conclusion == "success"
    assert any("left no outbox" in note.text for note in tick.job(f"run ({run}) / settle").annotations)

    company.forge.rerun(tick, failed_only=True)
    company.forge.work()

    assert tick.job(f"run ({run}) / exec").conclusion == "skipped"
    assert company.claims() == [run]
    assert company.finished() == {}

    record = company.forge.git("show", f"main:runs/2026/11/16/{run}.yaml")
    deadline = next(line.partition(": ")[2] for line in record.splitlines() if line.startswith("deadline: "))
    company.tick(datetime.fromisoformat(deadline) - timedelta(minutes=1))
    assert company.finished() == {}

    company.tick(datetime.fromisoformat(deadline) + timedelta(minutes=1))
    assert company.finished() == {run: "its deadline passed"}
    company.tick(datetime.fromisoformat(deadline) + timedelta(hours=1))
    assert company.finished() == {run: "its deadline passed", company.claims()[1]: "succeeded"}


def test_a_scheduler_beside_the_workflows_does_nothing_twice(new_forge: NewForge, tmp_path: Path) -> None:
    company = a_company(new_forge, tmp_path, tasks=["CI-0023", "CI-0027"])
    company.forge.collect()
    company.forge.events.clear()
    clone = tmp_path / "beside"
    company.git("clone", "-q", str(company.forge.repository), str(clone))
    company.git("config", "gitcp.state", str(tmp_path / "state"), at=clone)
    helper = f"!f() {{ echo username=x; echo password={company.forge.secrets['GITCP_DELIVERY_TOKEN']}; }}; f"
    scheduler = subprocess.Popen(
        [sys.executable, "-m", "gitcp", "-C", str(clone), "scheduler", "--every", "1", "--drain"],
        env=company.variables(credential=helper), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        for _ in range(3):
            company.forge.fire("tick.yml")
            runs = company.forge.work()
    finally:
        scheduler.terminate()
        _, told = scheduler.communicate(timeout=120)

    company.tick()
    assert works(company) == [
        ("hugo", "CI-0023"),
        ("oscar", "CI-0027"),
        ("oscar", "CI-0027"),
        ("pablo", "CI-0031"),
    ], told + logs(runs)
    assert set(company.finished().values()) == {"succeeded"}
    assert len(company.finished()) == 4
