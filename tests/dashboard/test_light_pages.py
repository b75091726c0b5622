"""No page of work grows without bound, however long a task, a day or a project is."""

import gzip
from datetime import timedelta
from pathlib import Path, PurePosixPath

import pytest

from gitcp.dashboard import Files, build
from gitcp.model.planning import Goal, GoalLevel, Project
from gitcp.model.tasks import Document
from tests.dashboard.company import NOW, a_bare_site, a_comment, a_task, ago, an_ended_run, sha

MOST = 150_000
COMMENTS, RUNS = 2_000, 500


def words(number: int, count: int) -> str:
    """Return text that compresses as badly as what people write: every word is another."""
    return " ".join(sha(f"{number} {place}")[: 3 + place % 5] for place in range(count))


@pytest.fixture(scope="module")
def files(templates: Path) -> Files:
    comments = [
        a_comment("CI-0001", "ada", ago(minutes=COMMENTS - n), words(n, 150)) for n in range(COMMENTS)
    ]
    runs = [
        an_ended_run(f"a-{n % 170}", NOW - timedelta(seconds=n), 1, "0.10", task="CI-0001")
        for n in range(RUNS)
    ]
    tasks = [a_task(f"CI-{n:04d}", goal="top", parent="CI-0001") for n in range(2, 400)]
    return build(
        a_bare_site(
            Goal(id="top", title="Top", level=GoalLevel.COMPANY, description=words(0, 20_000)),
            Project(id="CI", name="CI", repository="r", goal="top"),
            a_task("CI-0001", description=words(1, 33_000)),
            Document(id="CI-0001/plan", text=words(2, 33_000)),
            *comments,
            *runs,
            *tasks,
        ),
        templates,
    )


def test_every_page_is_light(files: Files) -> None:
    sizes = {
        path: len(gzip.compress(page.encode() if isinstance(page, str) else page))
        for path, page in files.items()
        if path.suffix == ".html" and path.parts[0] in {"tasks", "runs", "runs.html", "goals", "projects"}
    }

    assert {str(path): size for path, size in sizes.items() if size > MOST} == {}


def test_everything_is_on_some_page(files: Files) -> None:
    pages = {path for path in files if path.suffix == ".html"}

    assert PurePosixPath("tasks/CI-0001/comments-19.html") in pages
    assert PurePosixPath("runs/2026-11-22-3.html") in pages
    assert PurePosixPath("runs/2026-11-22-4.html") not in pages
