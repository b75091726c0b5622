"""Sites of a real control repository: brought along by commits, as they were in the past, and made by several processes."""

import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from gitcp.control import site_workers
from gitcp.control.clock import Clock
from gitcp.control.plane import Plane
from gitcp.control.site_building import Progress, SiteBuild, SiteWish, build_site
from gitcp.dashboard.site_folder import INDEX, OWN
from gitcp.errors import ConflictError, GitcpError
from gitcp.model.company import SiteSettings
from gitcp.model.tasks import Task
from tests.cli.company import found_company
from tests.cli.conftest import Shell
from tests.store.repositories import git


class Stopped(Clock):
    """A clock that stands still."""

    def now(self) -> datetime:
        return datetime(2030, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return found_company(tmp_path_factory.mktemp("sites") / "control")


@pytest.fixture
def company(prepared: Path, tmp_path: Path) -> Path:
    return shutil.copytree(prepared, tmp_path / "control")


def built(company: Path, folder: Path, **wish: object) -> Mapping[str, bytes]:
    """Build the site of a company into a folder; return its files."""
    with Plane.open(company, Stopped()) as plane:
        build_site(plane, folder, SiteWish(**wish))  # type: ignore[arg-type]
    return files_in(folder)


def files_in(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(OWN))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


OPERATIONS = (
    ("task", "new", "--project", "CI", "--title", "Look at CI-0001", "--assignee", "riley"),
    ("comment", "new", "CI-0001", "as @riley said"),
    ("task", "edit", "CI-0001", "--title", "Another title"),
    ("agent", "pause", "riley"),
    ("task", "cancel", "CI-0001"),
)


def test_a_site_that_follows_the_branch_is_what_a_build_from_nothing_makes(
    company: Path, tmp_path: Path
) -> None:
    site = tmp_path / "site"
    built(company, site)
    for number, operation in enumerate(OPERATIONS):
        ran = Shell(company)(*operation)
        assert (ran.code, operation) == (0, operation), ran.err

        assert built(company, site) == built(company, tmp_path / f"fresh-{number}")


def test_a_process_that_builds_again_and_again_reads_its_index_once(company: Path, tmp_path: Path) -> None:
    with Plane.open(company, Stopped()) as plane:
        build = SiteBuild(plane, tmp_path / "site")
        assert build.bring().is_full
        for operation in OPERATIONS[:3]:
            Shell(company)(*operation)

            assert not build.bring().is_full

    assert files_in(tmp_path / "site") == built(company, tmp_path / "fresh")


def test_a_process_that_stays_reads_what_another_has_written_meanwhile(company: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    with Plane.open(company, Stopped()) as plane:
        build = SiteBuild(plane, site)
        build.bring()
        Shell(company)("task", "edit", "CI-0001", "--title", "Another title")
        built(company, site)
        Shell(company)("comment", "new", "CI-0001", "Looked at it")

        assert not build.bring().is_full

    assert files_in(site) == built(company, tmp_path / "fresh")


def test_a_commit_by_hand_that_breaks_a_file_is_followed_too(company: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    built(company, site)
    (company / "tasks" / "CI" / "CI-0001.yaml").write_text("title: [\n")
    git(company, "commit", "--quiet", "--all", "--message", "break a file")

    assert built(company, site) == built(company, tmp_path / "fresh")


@pytest.mark.parametrize("line", ["", "[]", "null", '["CI-0001", 1, 2, 3]', "{", "\x00"])
def test_an_index_with_rows_that_cannot_be_read_is_made_anew(
    company: Path, tmp_path: Path, line: str
) -> None:
    site = tmp_path / "site"
    whole = built(company, site)
    with sqlite3.connect(site / INDEX) as index:
        index.execute("UPDATE known SET line = ? WHERE kind = 'task'", (line,))
    index.close()
    Shell(company)("task", "edit", "CI-0001", "--title", "Another title")

    assert built(company, site) == built(company, tmp_path / "fresh") != whole


def test_several_processes_make_the_same_files_as_one(
    company: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = built(company, tmp_path / "alone", jobs=1)
    monkeypatch.setattr(site_workers, "FEW", 1)
    monkeypatch.setattr(site_workers.Workers, "_here", None)

    assert built(company, tmp_path / "together", jobs=2) == alone


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_build_tells_how_it_goes_on(
    company: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    monkeypatch.setattr(site_workers, "FEW", 1)
    read: list[tuple[int, int]] = []
    made: list[tuple[int, int]] = []
    progress = Progress(
        reading=lambda *numbers: read.append(numbers), making=lambda *numbers: made.append(numbers)
    )
    with Plane.open(company, Stopped()) as plane:
        done = build_site(plane, tmp_path / "site", SiteWish(jobs=jobs), progress)

    assert read == sorted(read)
    assert read[-1][0] > 0
    assert made == sorted(made)
    assert made[0][0] == 0
    assert made[-1][0] == made[-1][1] <= done.files


def test_several_processes_bring_a_site_along_too(
    company: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built(company, tmp_path / "site", jobs=1)
    Shell(company)("task", "edit", "CI-0001", "--title", "Another title")
    monkeypatch.setattr(site_workers, "FEW", 1)
    monkeypatch.setattr(site_workers.Workers, "_here", None)

    assert built(company, tmp_path / "site", jobs=2) == built(company, tmp_path / "fresh", jobs=2)


def test_a_process_that_dies_is_told_as_such_and_the_next_build_makes_everything(
    company: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site_workers, "FEW", 1)
    learn = site_workers.Workers.learn

    def lose_one(workers: site_workers.Workers) -> None:
        learn(workers)
        assert workers._team is not None
        workers._team._processes[0].kill()

    with monkeypatch.context() as patched:
        patched.setattr(site_workers.Workers, "learn", lose_one)
        with pytest.raises(GitcpError, match="a process that made pages ended before it was done"):
            built(company, tmp_path / "site", jobs=2)

    assert built(company, tmp_path / "site") == built(company, tmp_path / "fresh")


def test_the_past_is_shown_as_it_was_and_of_its_time(company: Path, tmp_path: Path) -> None:
    before = git(company, "rev-parse", "HEAD").strip()
    Shell(company)("task", "edit", "CI-0001", "--title", "Another title")
    Shell(company)("task", "new", "--project", "CI", "--title", "New")

    past = built(company, tmp_path / "past", at=before)
    now = built(company, tmp_path / "now", at="HEAD")

    assert b"Another title" not in past["tasks/CI-0001.html"]
    assert b"Another title" in now["tasks/CI-0001.html"]
    new = {path for path in now.keys() - past.keys() if not path.startswith("data/")}
    page = _newest(company)
    assert new == {page, page.replace(".html", ".json")}
    assert before[:7].encode() in past["assets/edition.css"]
    assert built(company, tmp_path / "past", at="HEAD") == now
    assert built(company, tmp_path / "past", at=before) == past


def _newest(company: Path) -> str:
    with Plane.open(company, Stopped()) as plane:
        return (
            f"tasks/{max(task.id for task in plane.snapshot().all(Task) if task.id.startswith('CI-'))}.html"
        )


def test_a_commit_that_is_not_there_is_refused(company: Path, tmp_path: Path) -> None:
    with pytest.raises(GitcpError, match="expected a commit"):
        built(company, tmp_path / "site", at="nowhere")


def test_a_rewritten_branch_is_followed(company: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    Shell(company)("task", "edit", "CI-0001", "--title", "Another title")
    built(company, site)
    git(company, "reset", "--quiet", "--hard", "HEAD~1")
    Shell(company)("task", "edit", "CI-0001", "--title", "A third one")

    assert built(company, site, at="HEAD") == built(company, tmp_path / "fresh", at="HEAD")


@pytest.mark.parametrize(
    "url", ["press.example", "ftp://press.example/", "https://", "https://a.example/?x=1"]
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(GitcpError, match="--base-url: expected an address"):
        SiteWish(base_url=url)


def test_the_company_says_where_its_site_is_read_and_a_build_may_say_otherwise(
    company: Path, tmp_path: Path
) -> None:
    site = tmp_path / "site"
    with (company / "gitcp.yaml").open("a") as file:
        file.write("site: {base_url: https://press.example/board}\n")
    git(company, "commit", "--quiet", "--all", "--message", "say where the site is")

    assert b'href="https://press.example/board/problems.html"' in built(company, site)["problems.html"]
    other = built(company, site, base_url="https://other.example")
    assert b'href="https://other.example/problems.html"' in other["problems.html"]
    assert built(company, site, jobs=2, is_full=True) == built(company, tmp_path / "fresh")


@pytest.mark.parametrize(
    "url",
    ["press.example", "ftp://press.example/", "https://", "https://a.example/?x=1", "https://me@a.example/"],
)
def test_what_is_no_address_is_none_of_a_company(url: str) -> None:
    with pytest.raises(ValidationError):
        SiteSettings(base_url=url)


def test_two_builds_of_a_folder_wait_for_each_other(
    company: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gitcp.control.site_building._PATIENCE", 0)
    with Plane.open(company, Stopped()) as plane:
        build = SiteBuild(plane, tmp_path / "site")
        with build._opened(), pytest.raises(ConflictError, match="another build is at work"):
            SiteBuild(plane, tmp_path / "site").bring()


def test_what_the_file_system_refuses_is_an_expected_failure(company: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")

    with pytest.raises(GitcpError, match="cannot be written: Not a directory"):
        built(company, tmp_path / "file" / "site")


def test_an_index_that_is_damaged_inside_is_an_expected_failure(company: Path, tmp_path: Path) -> None:
    built(company, tmp_path / "site")
    index = tmp_path / "site" / INDEX
    whole, size = bytearray(index.read_bytes()), 4096
    for page in range(2 * size, len(whole), size):
        whole[page : page + 200] = b"\xaa" * 200
    index.write_bytes(whole)

    with pytest.raises(GitcpError, match=r"\.gitcp-site\.db: cannot be read or written: .*malformed"):
        built(company, tmp_path / "site")


def test_a_full_build_asks_for_the_whole_history_anew(company: Path, tmp_path: Path) -> None:
    built(company, tmp_path / "site")
    with closing(sqlite3.connect(tmp_path / "site" / INDEX)) as index, index:
        index.execute("DELETE FROM about")
        index.execute("UPDATE entries SET line = replace(line, 'subject', 'headline')")

    assert built(company, tmp_path / "site", is_full=True) == built(company, tmp_path / "fresh")
