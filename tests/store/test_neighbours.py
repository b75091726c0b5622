"""Neighbours: what one clone saw, another one takes over without asking the remote."""

import json
from pathlib import Path

import pytest

from gitcp.store.git_store import GitStore
from gitcp.store.neighbours import Neighbours, meeting_place
from gitcp.store.remote import Git, Outcome
from tests.store.repositories import commit_files, git, tip
from tests.store.steps import Nothing, a_call, asking, title

TRACKING = "refs/remotes/origin/main"


@pytest.fixture
def clones(bare: Path, tmp_path: Path) -> list[Path]:
    """Return two clones of `bare`."""
    folders = [tmp_path / f"{name}.git" for name in ("one", "two")]
    for folder in folders:
        GitStore.clone(str(bare), folder).close()
    return folders


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that holds the commands that git was asked for."""
    commands: list[str] = []
    original = Git.run

    def run(git_program: Git, *arguments: str, **options: object) -> Outcome:
        commands.append(arguments[0])
        return original(git_program, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Git, "run", run)
    return commands


def test_writers_of_one_machine_need_one_push_each_and_no_fetch(
    clones: list[Path], bare: Path, asked: list[str]
) -> None:
    with GitStore.open(clones[0]) as one, GitStore.open(clones[1]) as two:
        for number in range(6):
            title((one, two)[number % 2], number, "CI-0002", f"Turn {number}")

        assert set(asked) == {"push"}
        assert len(asked) == 6
        assert two.snapshot().revision == tip(bare)
    for clone in clones:
        assert "error" not in git(clone, "fsck", "--full", "--strict")


def test_that_there_is_nothing_to_do_is_not_believed_without_a_look(
    clones: list[Path], bare: Path, asked: list[str]
) -> None:
    with GitStore.open(clones[0]) as store:
        title(store, 1, "CI-0002", "Second")
        asked.clear()
        store.apply(asking((Nothing(), a_call(2))))
        store.apply(lambda _: [])

    assert asked == ["fetch", "fetch"]


def test_what_others_wrote_elsewhere_is_found_by_the_refused_push(
    clones: list[Path], bare: Path, asked: list[str]
) -> None:
    with GitStore.open(clones[0]) as store:
        title(store, 1, "CI-0002", "Second")
        asked.clear()
        commit_files(bare, {"notes": "x"})
        title(store, 2, "CI-0002", "Third")

        assert asked == ["push", "fetch", "push"]
        assert store.snapshot().revision == tip(bare)


def neighbours_of(clones: list[Path], folder: Path) -> tuple[Neighbours, Neighbours]:
    folder.mkdir()
    return Neighbours(folder, clones[0]), Neighbours(folder, clones[1])


def test_commits_trees_merges_and_files_are_taken_over_whole(clones: list[Path], tmp_path: Path) -> None:
    one, two = neighbours_of(clones, tmp_path / "place")
    known = tip(clones[0])
    side = commit_files(clones[0], {"a/b/c": "x", "d": "y"}, modes={"d": 0o100755})
    commit_files(clones[0], {"a/b/c": None, "e": "z"})
    tree = git(clones[0], "rev-parse", "main^{tree}").strip()
    merge = git(
        clones[0], "-c", "user.name=P", "-c", "user.email=p@example.org",
        "commit-tree", tree, "-p", known, "-p", side, "-p", "main", "-m", "merge",
    ).strip()  # fmt: skip

    one.tell(merge)

    assert two.newer(known) == merge
    git(clones[1], "update-ref", TRACKING, merge)
    assert git(clones[1], "fsck", "--full", "--strict") == ""
    assert git(clones[1], "rev-list", "--count", merge) == git(clones[0], "rev-list", "--count", merge)


def test_one_that_does_not_follow_what_is_known_is_not_taken_over(clones: list[Path], tmp_path: Path) -> None:
    one, two = neighbours_of(clones, tmp_path / "place")
    known = commit_files(clones[1], {"notes": "x"})
    git(clones[0], "fetch", "--quiet", str(clones[1]), "main")

    one.tell(tip(clones[0]))

    assert two.newer(known) is None
    assert two.newer(tip(clones[0])) is None


@pytest.mark.parametrize(
    "told",
    [
        "", "[]", "null", "7", "{", '["x", "/"]', '[1, 2]', json.dumps(["0" * 40, "/nowhere"]),
        json.dumps(["--upload-pack=x", "/tmp"]), json.dumps(["1f3a" * 10, "\0"]), "\udcff",
    ],
)  # fmt: skip
def test_whatever_stands_in_the_note_nothing_breaks(clones: list[Path], tmp_path: Path, told: str) -> None:
    _, two = neighbours_of(clones, tmp_path / "place")
    (tmp_path / "place" / "tip").write_bytes(told.encode("utf-8", "surrogateescape"))

    assert two.newer(tip(clones[1])) is None


def test_a_neighbour_that_is_gone_costs_a_fetch_and_nothing_else(
    clones: list[Path], bare: Path, tmp_path: Path
) -> None:
    with GitStore.open(clones[0]) as store:
        title(store, 1, "CI-0002", "Second")
    clones[0].rename(tmp_path / "gone.git")

    with GitStore.open(clones[1]) as store:
        assert not title(store, 2, "CI-0002", "Third").repeated
        assert store.snapshot().revision == tip(bare)


def test_without_a_place_to_meet_everyone_goes_alone(clones: list[Path], bare: Path) -> None:
    alone = Neighbours(None, clones[0])

    with alone.turn():
        alone.tell(tip(bare))
        assert alone.newer("0" * 40) is None


def test_all_ways_to_write_a_path_lead_to_one_place(bare: Path, tmp_path: Path) -> None:
    (tmp_path / "link.git").symlink_to(bare)
    urls = [str(bare), f"file://{bare}", str(tmp_path / "link.git"), f"{bare}/", f"../{bare.name}"]

    assert len({meeting_place(url, "main", bare) for url in urls}) == 1


def test_other_branches_remotes_and_servers_have_places_of_their_own(tmp_path: Path) -> None:
    urls = ["../a.git", "a.git", "a:a.git", "git@a:a.git", "ssh://a/a.git", "https://a/a.git"]
    folders = [tmp_path / "one", tmp_path / "two" / "three"]

    places = {
        meeting_place(url, branch, folder) for url in urls for branch in ("a", "b") for folder in folders
    }

    assert len(places) == 2 * (2 * len(folders) + 4)
