"""The story of a company's day by its workflows. `python -m tests.workflows.day` prints what happened, for the documentation."""

import os
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from tests.workflows.company import BEGIN, Company, a_company, beats
from tests.workflows.runner.forge import Forge
from tests.workflows.runner.workflow_run import WorkflowRun
from tests.workflows.transcript import steps, told
from tests.workflows.workshop import Workshop, a_forge, a_language, a_workshop

# Before anybody's slot; after nine in Madrid; later, when all is done.
TICKS = (timedelta(minutes=14), timedelta(minutes=44), timedelta(minutes=59))


@dataclass
class Day:
    """What happened: all runs of workflows in order, and those that each fire of the schedule led to."""

    company: Company
    runs: list[WorkflowRun]
    ticks: list[list[WorkflowRun]] = field(default_factory=list)


def a_day(new_forge: Callable[[Path], Forge], folder: Path, *, one_by_one: bool = False) -> Day:
    """Let a company be founded at half past seven, and its schedule fire three times."""
    company = a_company(new_forge, folder, tasks=["CI-0027"], edit=lambda checkout: beats(checkout, "oscar"))
    day = Day(company, company.forge.work(one_by_one=one_by_one))
    for after in TICKS:
        company.forge.fire("tick.yml", BEGIN + after)
        day.ticks.append(company.forge.work(one_by_one=one_by_one))
        day.runs += day.ticks[-1]
    return day


def transcript(day: Day) -> str:
    """Return the day as text: what started what, and the record that it left."""
    log = day.company.subjects("--format=  %cd  %an: %s", "--date=format-local:%H:%M:%S")
    idle = steps(day.ticks[-1][0].job("plan"))
    parts = {
        "What happened": [told(day.runs)],
        "The log of the control repository": log,
        "A tick without work": idle,
    }
    return "\n\n".join("\n".join([f"{head}:", *lines]) for head, lines in parts.items())


def main() -> None:
    """Carry out the day in a folder that goes, and print its transcript."""
    os.environ |= {"TZ": "UTC", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        language = stack.enter_context(a_language(folder))
        shop: Workshop = a_workshop(Path(__file__).resolve().parents[2], folder / "workshop", language)

        def new_forge(repository: Path) -> Forge:
            return stack.enter_context(a_forge(shop, language, folder, repository))

        sys.stdout.write(transcript(a_day(new_forge, folder, one_by_one=True)) + "\n")


if __name__ == "__main__":
    main()
