"""Routines on a clock: a night that nobody ticked in, and two machines that see the same slot."""

import subprocess
import sys
from pathlib import Path

from gitcp.model.tasks import Task
from tests.stories.company import Company, a_company, commit_all, git
from tests.stories.test_races import TICK, machine

ROUTINE = """\
    title: Look after the factory
    cron: "{cron}"
    overlap: {overlap}
    catch_up: {catch_up}
    task: {{project: CI, title: "Look {{number}}, {{date}}", assignee: riley}}
    """


def _file(cron: str, overlap: str, catch_up: str) -> str:
    return ROUTINE.format(cron=cron, overlap=overlap, catch_up=catch_up)


def _tasks(company: Company, folder: Path | None = None) -> list[Task]:
    with company.plane(folder) as plane:
        return list(plane.snapshot().tasks())


def test_after_a_night_without_a_tick_each_routine_catches_up_as_it_says(tmp_path: Path) -> None:
    files = {
        "routines/once.yaml": _file("0 * * * *", "allow", "once"),
        "routines/none.yaml": _file("30 * * * *", "allow", "none"),
        "routines/all.yaml": _file("0 */3 * * *", "allow", "all"),
    }
    company = a_company(tmp_path, files=files)
    company.passes(minutes=1)
    company.tick()
    assert {entry.subject for entry in company.log()} >= {
        f"adopt routine {name}" for name in ("all", "none", "once")
    }
    company.passes(hours=10, minutes=1)
    company.tick()
    in_the_evening = [task.routine for task in _tasks(company) if task.routine]
    assert [(origin.routine, origin.slot.hour) for origin in in_the_evening] == [
        ("all", 9),
        ("all", 12),
        ("all", 15),
        ("all", 18),
        ("once", 18),
    ]

    # The machine is off until the next morning at 8:03.
    company.passes(hours=14, minutes=1)
    company.tick()

    tasks = _tasks(company)
    night = [task.routine for task in tasks[len(in_the_evening) :] if task.routine]
    assert [(origin.routine, origin.slot.hour) for origin in night] == [
        ("all", 21),
        ("all", 0),
        ("all", 3),
        ("all", 6),
        ("once", 8),
    ]
    assert tasks[-1].title == "Look 2, 2026-11-17"
    # What the slot made is worked on in the same tick: riley has one place.
    assert len(company.runs()) == 2
    assert {entry.subject for entry in company.log()} >= {
        "fire routine all: CI-0006 for 2026-11-16 21:00",
        "fire routine once: CI-0010 for 2026-11-17 08:00",
    }
    company.passes(minutes=1)
    assert company.tick().plan.actions
    assert len(_tasks(company)) == len(tasks)


def test_a_routine_does_its_work_again_and_again_and_tells_how_late_it_was(tmp_path: Path) -> None:
    company = a_company(tmp_path, files={"routines/look.yaml": _file("0 9 * * *", "skip", "once")})
    company.tick()
    for hours in (1, 24):
        company.passes(hours=hours)
        company.tick()

    assert [task.status.value for task in _tasks(company)] == ["done", "done"]
    assert [run.answers[0].reason.value for run in company.runs()] == ["routine", "routine"]
    git(company.control, "checkout", "-q", "main")
    routine = (company.control / "routines" / "look.yaml").read_text()
    assert "fired: 2026-11-17T09:00:00Z\nmade: 2\nlast: CI-0002\n" in routine


def test_a_cron_that_is_edited_by_hand_does_not_fire_for_the_past(tmp_path: Path) -> None:
    company = a_company(tmp_path, files={"routines/look.yaml": _file("0 20 * * *", "skip", "once")})
    company.tick()
    company.passes(hours=2)
    path = company.control / "routines" / "look.yaml"
    path.write_text(path.read_text().replace("0 20 * * *", "0 9 * * *", 1))
    commit_all(company.control, "look earlier")

    company.tick()
    assert _tasks(company) == []

    company.passes(hours=23)
    company.tick()
    assert [task.title for task in _tasks(company)] == ["Look 1, 2026-11-17"]


def test_two_ticks_race_for_one_slot_in_two_clones_of_a_bare_remote_and_one_task_is_made(
    tmp_path: Path,
) -> None:
    company = a_company(tmp_path, files={"routines/look.yaml": _file("0 9 * * *", "allow", "all")})
    company.tick()
    company.passes(hours=1)
    bare = tmp_path / "bare.git"
    git(tmp_path, "clone", "-q", "--bare", str(company.control), str(bare))
    clones = [machine(company, number, bare) for number in (1, 2)]
    ticks = [
        subprocess.Popen(
            [sys.executable, "-c", TICK, str(clone), company.now.isoformat()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for clone in clones
    ]
    for tick in ticks:
        assert tick.stdout is not None
        assert tick.stdout.readline() == "ready\n"

    for tick in ticks:
        tick.communicate("go\n", timeout=60)

    assert [tick.returncode for tick in ticks] == [0, 0]
    subjects = git(bare, "log", "--format=%s", "main").splitlines()
    assert sum(subject.startswith("fire routine look") for subject in subjects) == 1
    assert sum(subject.startswith("claim run") for subject in subjects) == 1
    for clone in clones:
        company.tick(clone)
        assert [task.title for task in _tasks(company, clone)] == ["Look 1, 2026-11-16"]
