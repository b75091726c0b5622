"""What happened at a forge, as text: for a test that fails, and for the documentation."""

from collections.abc import Iterable, Iterator

from tests.workflows.runner.job_run import JobRun
from tests.workflows.runner.steps import Done
from tests.workflows.runner.workflow_run import WorkflowRun


def told(runs: Iterable[WorkflowRun]) -> str:
    """Tell which event started which jobs, how long they took and how they ended."""
    return "\n".join(line for run in runs for line in _run(run))


def logs(runs: Iterable[WorkflowRun]) -> str:
    """Return the logs of all jobs."""
    return "\n".join(
        line
        for run in runs
        for job in run.jobs
        for line in (*_job(job), *(f"      {said}" for said in job.log))
    )


def _run(run: WorkflowRun) -> Iterator[str]:
    yield f"{run.event.told()} → {run.workflow.name}: {run.conclusion}"
    for job in run.jobs:
        yield from _job(job)


def _job(job: JobRun) -> Iterator[str]:
    if job.conclusion == "skipped":
        yield f"  {job.name}: skipped"
        return
    may = ", ".join(f"{name} {level}" for name, level in sorted(job.permissions.items())) or "nothing"
    yield f"  {job.name}: {job.conclusion}, {job.seconds:.1f} s; may: {may}"


def steps(job: JobRun) -> Iterator[str]:
    """Return how long each step took, those of composite actions below them."""
    for step in job.steps:
        yield from _step(step, "    ")


def _step(step: Done, indent: str) -> Iterator[str]:
    if step.outcome != "skipped":
        yield f"{indent}{step.seconds:6.2f} s  {step.name}"
    for inner in step.within:
        yield from _step(inner, indent + "    ")
