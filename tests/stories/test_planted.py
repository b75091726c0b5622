"""What a confined agent plants in the clone, where gitcp's own git works after it: nothing of it leads out, and nobody waits for it."""

import time
from pathlib import Path

import pytest

from gitcp.control.tick import tick
from gitcp.core.operations.create_task import CreateTask
from gitcp.model.runs import Outcome, Verification
from gitcp.runtimes.confinement import CONFINEMENTS
from tests.stories.company import Company, a_company, commit_all

PATIENCE = 120.0
PLACES = """
own = pathlib.Path(pathlib.Path(".git").read_text().removeprefix("gitdir: ").strip())
clone = own.parent.parent
first = len((marks / "riley.marks").read_text().splitlines()) == 1
def plant(place, link=None):
    place.parent.mkdir(parents=True, exist_ok=True)
    place.unlink(missing_ok=True)
    place.symlink_to(link) if link else os.mkfifo(place)
"""


@pytest.fixture
def company(tmp_path: Path) -> Company:
    if why := CONFINEMENTS[0].why_not(network=True):
        pytest.skip(why)
    company = a_company(tmp_path / "company")
    project = company.control / "projects" / "CI.yaml"
    project.write_text(project.read_text() + "workspace: task\n")
    commit_all(company.control, "keep checkouts")
    return company


def outcomes(company: Company) -> list[Outcome | None]:
    """Tick until nothing is to be done, and wait for each run for a bounded time."""
    company.does(CreateTask(project="CI", title="Plant", assignee="riley"))
    for _ in range(3):
        with company.plane() as plane:
            tick(plane)
        until = time.monotonic() + PATIENCE
        while any(run.is_active for run in company.runs()) and time.monotonic() < until:
            time.sleep(0.1)
        company.passes(minutes=3)
    return [run.outcome for run in company.runs()]


def test_an_index_that_is_a_link_is_not_written_through(company: Company) -> None:
    precious = company.folder / "precious"
    precious.write_text("precious\n")
    company.program(
        "riley",
        PLACES
        + f"""
if first:
    commit("a.txt", "a")
    plant(own / "index", {str(precious)!r})
    client.continue_("more")
else:
    commit("b.txt", "b")
    client.finish("done")
""",
    )

    assert outcomes(company) == [Outcome.SUCCEEDED] * 2
    assert precious.read_text() == "precious\n"


def test_neither_pipes_nor_links_in_the_clone_hold_up_or_lead_out(company: Company) -> None:
    outside = company.folder / "outside"
    (outside / "refs").mkdir(parents=True)
    (outside / "log").write_text("precious\n")
    company.program(
        "riley",
        PLACES
        + f"""
commit("a.txt" if first else "b.txt", "a")
if first:
    for place in (own / "HEAD", own / "logs/HEAD", clone / "refs/heads/riley/pipe", clone / "objects/aa/pipe"):
        plant(place)
    plant(clone / "logs/refs/remotes/origin/main", {str(outside / "log")!r})
    plant(clone / "refs/remotes/origin/main")
    plant(clone / "refs/heads/elsewhere", {str(outside / "refs")!r})
    client.continue_("more")
else:
    client.finish("done")
""",
    )

    assert outcomes(company) == [Outcome.SUCCEEDED] * 2
    assert (outside / "log").read_text() == "precious\n"
    assert list((outside / "refs").iterdir()) == []


def checked(company: Company, program: str, check: str) -> Verification:
    company.program("riley", program)
    company.does(CreateTask(project="CI", title="Plant", assignee="riley", verify=(("sh", "-c", check),)))
    company.tick()
    [run] = company.runs()
    assert run.verification is not None, run.reason
    return run.verification


def test_what_an_agent_leaves_in_its_home_takes_no_part_in_the_checks(company: Company) -> None:
    left = checked(
        company,
        """
        for name in ("HOME", "TMPDIR"):
            pathlib.Path(os.environ[name], "left").write_text("left")
        commit("a.txt", "a")
        client.finish("done")
        """,
        'test ! -e "$HOME/left" && test ! -e "$TMPDIR/left" && touch "$HOME/a" "$TMPDIR/b"',
    )

    assert left.passed, left.tail


def test_an_object_with_another_content_than_its_name_is_not_checked_as_if_it_were_what_was_delivered(
    company: Company,
) -> None:
    company.program(
        "riley",
        PLACES
        + """
import zlib
commit("a.txt", "a")
blob = subprocess.check_output(["git", "rev-parse", "HEAD:README.md"], text=True).strip()
place = clone / "objects" / blob[:2] / blob[2:]
place.parent.mkdir(exist_ok=True)
place.unlink(missing_ok=True)
place.write_bytes(zlib.compress(b"blob 7\\0forged\\n"))
client.finish("done")
""",
    )
    check = ("grep", "-q", "forged", "README.md")
    company.does(CreateTask(project="CI", title="Plant", assignee="riley", verify=(check,)))
    company.tick()

    [run] = company.runs()
    assert run.verification is None
    assert run.outcome is Outcome.FAILED
    assert "not what its name says" in str(run.reason)
