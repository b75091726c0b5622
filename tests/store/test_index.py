"""The index of a checkout: what gitcp writes into it is what git itself would write."""

import hashlib
import json
import os
import shutil
import stat
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pygit2
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from gitcp.errors import GitcpError
from gitcp.store import outlines
from gitcp.store.index import Index
from gitcp.store.remote import Git, Outcome
from gitcp.store.trees import EXECUTABLE, FILE, FileChange, Leaf
from gitcp.store.work_tree import Place, WorkTree
from tests.store.repositories import git

QUICK = (Phase.explicit, Phase.reuse, Phase.generate)  # a smaller example takes many more runs of git
LONG_AGO = 1_600_000_000
TASK = "tasks/CI/CI-0001.yaml"


class NoGit(Git):
    """Fails a test in which something is left to git."""

    def run(self, *arguments: str, **_: object) -> Outcome:
        raise AssertionError(arguments)


@dataclass(frozen=True)
class Held:
    """What a file shall hold."""

    data: bytes
    mode: int = FILE

    @property
    def leaf(self) -> Leaf:
        return Leaf(str(pygit2.hash(self.data)), self.mode)


Files = Mapping[str, Held | None]


def changes_to(files: Files) -> list[FileChange]:
    return [FileChange(path, None, None if held is None else held.leaf) for path, held in files.items()]


class Twins:
    """One working tree with two indexes: gitcp keeps its own, git the other."""

    def __init__(self, folder: Path, files: Files) -> None:
        self.folder = folder
        self.git_dir = folder / ".git"
        self.other = self.git_dir / "other"
        shutil.rmtree(folder, ignore_errors=True)
        git(folder.parent, "init", "--quiet", "--initial-branch=main", str(folder))
        self.write(files)
        git(folder, "add", "--all")
        self.age()

    def age(self) -> None:
        """Let everything have been written long before the index."""
        for file in self.folder.rglob("*"):
            if file.is_file() and self.git_dir not in file.parents:
                os.utime(file, (LONG_AGO, LONG_AGO))
        git(self.folder, "update-index", "--refresh")

    def write(self, files: Files) -> None:
        for path, held in files.items():
            file = self.folder / path
            if held is None:
                file.unlink(missing_ok=True)
                continue
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(held.data)
            file.chmod(0o755 if held.mode == EXECUTABLE else 0o644)

    def index(self, runs: type[Git] = NoGit) -> Index:
        place = Place(self.git_dir, self.git_dir, self.folder)
        return Index(self.git_dir, runs(self.folder), WorkTree(place))

    def stage(self, files: Files, runs: type[Git] = NoGit) -> None:
        """Write files, and stage them on both sides."""
        shutil.copyfile(self.git_dir / "index", self.other)
        os.utime(self.other, ns=((self.git_dir / "index").stat().st_mtime_ns,) * 2)
        self.write(files)
        self.by_git("update-index", "-z", "--add", "--remove", "--stdin", given="\0".join((*files, "")))
        self.index(runs).stage(changes_to(files))

    def by_git(self, *arguments: str, given: str = "") -> str:
        return self._run(self.other, arguments, given)

    def by_gitcp(self, *arguments: str) -> str:
        return self._run(self.git_dir / "index", arguments, "")

    def differences(self) -> list[tuple[str, str]]:
        """Compare what git says of both: entries with all that they note, conflicts, the status, the tree."""
        questions = (
            ("ls-files", "--stage", "--debug", "-z"),
            ("ls-files", "--resolve-undo"),
            ("ls-files", "-v"),
            ("diff-files", "--name-only"),
            ("status", "--porcelain", "--untracked-files=all"),
        )
        answers = [(self.by_gitcp(*question), self.by_git(*question)) for question in questions]
        answers.append((self._tree("index"), self._tree("other")))
        return [(ours, theirs) for ours, theirs in answers if ours != theirs]

    def are_the_same(self) -> bool:
        """Compare their bytes."""
        ours, theirs = ((self.git_dir / name).read_bytes() for name in ("index", "other"))
        return ours == theirs

    def _tree(self, name: str) -> str:
        copy = self.git_dir / "copy"  # git notes in it what it found out
        shutil.copyfile(self.git_dir / name, copy)
        return self._run(copy, ("write-tree",), "")

    def _run(self, index: Path, arguments: tuple[str, ...], given: str) -> str:
        environment = {**os.environ, "GIT_INDEX_FILE": str(index), "GIT_OPTIONAL_LOCKS": "0"}
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.folder,
            env=environment,
            input=given,
            capture_output=True,
            text=True,
            errors="surrogateescape",
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


START: Files = {
    TASK: Held(b"title: First\n"),
    "tasks/CI/CI-0002.yaml": Held(b"title: Second\n"),
    "gitcp.yaml": Held(b"format: 1\n"),
    "org/riley.yaml": Held(b"kind: agent\n"),
    "run.sh": Held(b"#!/bin/sh\n", EXECUTABLE),
}
STEP: Files = {
    TASK: Held(b"title: Changed\n"),
    "tasks/CI/CI-0002.yaml": None,
    "tasks/CI/1000/CI-1044.yaml": Held(b"title: New\n"),
    "run.sh": Held(b"#!/bin/sh\n"),
}


@pytest.fixture
def twins(tmp_path: Path) -> Twins:
    return Twins(tmp_path / "tree", START)


# -- what is usual is written here, as git would write it


def test_entries_are_changed_added_and_removed_as_git_does_it(twins: Twins) -> None:
    twins.stage(STEP)

    assert twins.differences() == []
    assert twins.are_the_same()
    assert git(twins.folder, "diff-files") == ""


def test_an_empty_index_is_filled(tmp_path: Path) -> None:
    twins = Twins(tmp_path / "tree", {"a": Held(b"x")})
    twins.stage({"a": None})
    assert twins.by_gitcp("ls-files") == ""

    twins.stage(START)

    assert twins.differences() == []


def test_the_last_file_of_a_folder_takes_the_folder_with_it(twins: Twins) -> None:
    git(twins.folder, "commit", "--quiet", "--message=start")

    twins.stage({"org/riley.yaml": None})

    assert twins.differences() == []


def test_with_a_cache_tree_only_the_folders_on_the_way_are_unknown(twins: Twins) -> None:
    git(twins.folder, "commit", "--quiet", "--message=start")
    twins.age()

    twins.stage(STEP)

    assert twins.differences() == []
    assert twins.are_the_same()
    held = (twins.git_dir / "index").read_bytes()
    assert b"org\x001 0\n" in held
    assert b"tasks\0-1 1\nCI\0-1 0\n" in held


def test_entries_with_more_flags_stay(twins: Twins) -> None:
    twins.write({"later.md": Held(b"later\n")})
    git(twins.folder, "add", "--intent-to-add", "later.md")
    git(twins.folder, "update-index", "--assume-unchanged", "gitcp.yaml")

    twins.stage(STEP)

    assert twins.differences() == []
    assert (twins.git_dir / "index").read_bytes()[4:8] == b"\0\0\0\3"


def test_what_is_noted_of_resolved_conflicts_stays(twins: Twins) -> None:
    conflict(twins, "gitcp.yaml")
    git(twins.folder, "add", "gitcp.yaml")
    assert "gitcp.yaml" in git(twins.folder, "ls-files", "--resolve-undo")
    twins.age()

    twins.stage(STEP)

    assert twins.differences() == []


def test_a_conflict_elsewhere_stays(twins: Twins) -> None:
    conflict(twins, "gitcp.yaml")

    twins.stage({TASK: Held(b"title: Changed\n")}, Git)

    assert len(twins.by_gitcp("ls-files", "--unmerged").splitlines()) == 3
    assert twins.by_gitcp("ls-files", "--stage", "--debug") == twins.by_git("ls-files", "--stage", "--debug")
    assert twins.index().entries(["gitcp.yaml", TASK]).keys() == {TASK}


def test_where_threads_read_the_index_they_find_no_old_positions(twins: Twins) -> None:
    git(twins.folder, "config", "index.threads", "2")
    git(twins.folder, "config", "index.recordEndOfIndexEntries", "true")
    git(twins.folder, "config", "index.recordOffsetTable", "true")
    git(twins.folder, "update-index", "--force-write-index")
    assert b"EOIE" in (twins.git_dir / "index").read_bytes()

    twins.stage(STEP)

    assert twins.differences() == []
    assert b"EOIE" not in (twins.git_dir / "index").read_bytes()


def test_an_index_without_checksum_stays_one(twins: Twins) -> None:
    index = twins.git_dir / "index"
    index.write_bytes(index.read_bytes()[:-20] + bytes(20))
    os.utime(index, (LONG_AGO + 10, LONG_AGO + 10))

    twins.stage(STEP)

    assert twins.differences() == []
    assert index.read_bytes()[-20:] == bytes(20)


def test_the_checksum_is_that_of_what_is_written(twins: Twins) -> None:
    twins.stage(STEP)

    held = (twins.git_dir / "index").read_bytes()
    assert hashlib.sha1(held[:-20]).digest() == held[-20:]
    assert git(twins.folder, "fsck", "--no-dangling") == ""


def test_the_index_keeps_its_mode(twins: Twins) -> None:
    (twins.git_dir / "index").chmod(0o660)

    twins.stage(STEP)

    assert stat.S_IMODE((twins.git_dir / "index").stat().st_mode) == 0o660


def test_many_entries_are_found_from_any_outline(tmp_path: Path) -> None:
    numbers = [f"tasks/CI/{number // 100}/CI-{number:04d}.yaml" for number in range(700)]
    twins = Twins(tmp_path / "tree", {path: Held(path.encode()) for path in numbers})
    outline = twins.git_dir / "index.outline"
    for turn, first in enumerate((0, 255, 256, 512, 699)):
        twins.stage({
            numbers[first]: None,
            f"{numbers[first]}-{turn}": Held(b"x"),
            f"aa{turn}": Held(b"y"),
            f"zz{turn}": Held(b"z"),
        })  # fmt: skip
        assert twins.differences() == []
        known = twins.index().entries([*numbers, "zz0"])
        outline.unlink()
        outlines.forget()
        assert twins.index().entries([*numbers, "zz0"]) == known
        assert numbers[first] not in known

    assert len(known) == 696


@pytest.mark.parametrize("text", ["", "[]", "nonsense", "[[1, 2, 3, 4, 5], 1, 2, [3], []]", "{}", "\udcff"])
def test_an_outline_that_is_none_is_made_again(twins: Twins, text: str) -> None:
    (twins.git_dir / "index.outline").write_bytes(text.encode("utf-8", "surrogateescape"))
    outlines.forget()

    twins.stage(STEP)

    assert twins.differences() == []


def test_an_outline_that_lies_leads_to_git_and_not_astray(twins: Twins) -> None:
    twins.stage({TASK: Held(b"title: Earlier\n")})
    outline = twins.git_dir / "index.outline"
    identity, count, end, marks, recent = json.loads(outline.read_text())
    outline.write_text(json.dumps([identity, count, end, [mark + 8 for mark in marks], recent]))
    outlines.forget()  # as the next process

    with pytest.raises(AssertionError, match="ls-files"):
        twins.index().entries([TASK])
    twins.stage(STEP, Git)

    assert twins.differences() == []


# -- what is unusual is left to git


@pytest.mark.parametrize(
    "how",
    [
        ("update-index", "--index-version", "4"),
        ("update-index", "--split-index"),
        ("update-index", "--force-untracked-cache"),
        ("-c", "core.fsmonitor=true", "update-index", "--fsmonitor"),
        ("update-index", "--assume-unchanged", TASK),
        ("update-index", "--skip-worktree", TASK),
    ],
)
def test_an_unusual_index_is_changed_by_git(twins: Twins, how: tuple[str, ...]) -> None:
    git(twins.folder, *how)

    with pytest.raises(AssertionError, match="update-index"):
        twins.index().stage([FileChange(TASK, None, Held(b"title: Changed\n").leaf)])
    twins.write({TASK: Held(b"title: Changed\n")})
    twins.index(Git).stage([FileChange(TASK, None, Held(b"title: Changed\n").leaf)])

    git(twins.folder, "hash-object", "-w", TASK)
    assert git(twins.folder, "rev-parse", f":{TASK}").strip() == Held(b"title: Changed\n").leaf.oid
    assert "CI-0002" in git(twins.folder, "ls-files", "--stage", "tasks/CI/CI-0002.yaml")


def test_an_index_that_nobody_can_read_is_told_and_stays(twins: Twins) -> None:
    (twins.git_dir / "index").write_bytes(b"DIRC nonsense")

    with pytest.raises(GitcpError, match="index: cannot be written"):
        twins.index(Git).stage([FileChange(TASK, None, Held(b"title: First\n").leaf)])
    with pytest.raises(GitcpError, match="index: cannot be read"):
        twins.index(Git).entries([TASK])

    assert (twins.git_dir / "index").read_bytes() == b"DIRC nonsense"


def test_the_first_index_is_made_by_git(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "tree")
    twins = Twins(tmp_path / "tree", START)
    (twins.git_dir / "index").unlink()

    twins.index(Git).stage(changes_to(START))

    assert git(twins.folder, "ls-files").splitlines() == sorted(START)


@pytest.mark.parametrize(
    "path", ["org", "gitcp.yaml/x", ".git/config", "a/../b", "a//b", "GIT~1", "x:y", "/a"]
)
def test_a_path_that_may_not_be_added_is_left_to_git(twins: Twins, path: str) -> None:
    with pytest.raises(AssertionError, match="update-index"):
        twins.index().stage([FileChange(path, None, Held(b"").leaf)])


def test_a_file_that_git_would_convert_is_left_to_git(twins: Twins) -> None:
    twins.write({".gitattributes": Held(b"*.yaml filter=upper\n")})

    with pytest.raises(AssertionError, match="update-index"):
        twins.index().stage([FileChange(TASK, None, Held(b"title: First\n").leaf)])


def test_an_edit_in_the_moment_in_which_the_index_was_written_is_not_hidden(twins: Twins) -> None:
    edited, index = twins.folder / "gitcp.yaml", twins.git_dir / "index"
    now = int(time.time())
    os.utime(edited, (now, now))
    git(twins.folder, "update-index", "--refresh")
    os.utime(index, (now, now))
    with edited.open("r+b") as file:  # of the same length, at the same time, in the same inode
        file.write(b"FORMAT")
    git(twins.folder, "config", "core.trustctime", "false")
    os.utime(edited, (now, now))

    twins.stage(STEP, Git)

    assert "gitcp.yaml" in twins.by_gitcp("diff-files", "--name-only")
    assert twins.by_gitcp("status", "--porcelain") == twins.by_git("status", "--porcelain")


# -- any paths, any sequence

NAMES = ["a", "b", "a-b", "a.b", "a0", "ab", "Ab", "ä", "日本", "z" * 70, "a b", "x\n", "\x7f"]
paths = st.lists(st.sampled_from(NAMES), min_size=1, max_size=3).map("/".join)
held = st.builds(Held, st.binary(max_size=12).filter(lambda data: b"\r" not in data), st.sampled_from([FILE, EXECUTABLE]))  # fmt: skip


def without_clashes(files: dict[str, Held | None], known: Files) -> Files:
    """Drop what would be a file and a folder at once."""
    chosen: dict[str, Held | None] = {}
    for path, one in files.items():
        others = {other for other, held in known.items() if held is not None} | chosen.keys()
        if not any(path.startswith(f"{other}/") or other.startswith(f"{path}/") for other in others):
            chosen[path] = one
    return chosen


@settings(max_examples=25, phases=QUICK, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    start=st.dictionaries(paths, held, min_size=1, max_size=12),
    steps=st.lists(st.dictionaries(paths, st.none() | held, max_size=5), min_size=1, max_size=3),
    is_committed=st.booleans(),
)
def test_any_changes_are_those_that_git_makes(
    tmp_path: Path, start: dict[str, Held | None], steps: list[dict[str, Held | None]], is_committed: bool
) -> None:
    known = dict(without_clashes(start, {}))
    twins = Twins(tmp_path / "tree", known)
    if is_committed:
        git(twins.folder, "commit", "--quiet", "--message=start")
        twins.age()
    for step in steps:
        # Of what is written again as it was, within a second, git keeps what it noted before.
        changed = {path: one for path, one in step.items() if one != known.get(path)}
        chosen = without_clashes(changed, known)
        twins.stage(chosen)
        known |= chosen

        assert twins.differences() == []
        assert twins.are_the_same()
    assert git(twins.folder, "fsck", "--no-dangling") == ""


# -- damage


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Twins:
    twins = Twins(tmp_path_factory.mktemp("whole") / "tree", START)
    git(twins.folder, "commit", "--quiet", "--message=start")
    twins.age()
    shutil.copyfile(twins.git_dir / "index", twins.git_dir / "whole")
    return twins


@settings(max_examples=60, phases=QUICK)
@given(data=st.data(), is_signed=st.booleans())
def test_a_damaged_index_never_becomes_another_than_git_makes_of_it(
    whole: Twins, data: st.DataObject, is_signed: bool
) -> None:
    held = bytearray((whole.git_dir / "whole").read_bytes())
    for _ in range(data.draw(st.integers(1, 2))):
        held[data.draw(st.integers(0, len(held) - 21))] = data.draw(st.integers(0, 255))
    held = held[: data.draw(st.just(len(held)) | st.integers(0, len(held)))]
    damaged = bytes(held[:-20]) + hashlib.sha1(held[:-20]).digest() if is_signed else bytes(held)
    for name in ("index", "other"):
        (whole.git_dir / name).write_bytes(damaged)
    step: Files = {TASK: Held(b"title: Changed\n"), "tasks/CI/CI-0003.yaml": Held(b"title: Third\n")}
    whole.write(step)

    can_git = is_possible(whole, "update-index", "-z", "--add", "--stdin", given="\0".join((*step, "")))
    try:
        whole.index().stage(changes_to(step))
    except AssertionError:  # it was left to git
        return

    if can_git:
        assert whole.by_gitcp("ls-files", "--stage", "-z") == whole.by_git("ls-files", "--stage", "-z")


def is_possible(twins: Twins, *arguments: str, given: str) -> bool:
    environment = {**os.environ, "GIT_INDEX_FILE": str(twins.other)}
    command = ["git", *arguments]
    done = subprocess.run(
        command, cwd=twins.folder, env=environment, input=given.encode(), capture_output=True, check=False
    )
    return done.returncode == 0


def conflict(twins: Twins, path: str) -> None:
    """Leave a merge open on a path."""
    folder = twins.folder
    git(folder, "commit", "--quiet", "--message=start")
    git(folder, "checkout", "--quiet", "-b", "side")
    (folder / path).write_text("theirs\n")
    git(folder, "commit", "--quiet", "--all", "--message=side")
    git(folder, "checkout", "--quiet", "main")
    (folder / path).write_text("ours\n")
    git(folder, "commit", "--quiet", "--all", "--message=main")
    git(folder, "merge", "side", status=1)


def test_an_index_whose_entries_are_not_in_order_is_left_to_git(whole: Twins) -> None:
    held = bytearray((whole.git_dir / "whole").read_bytes())
    at = held.index(b"gitcp.yaml")
    held[at] = 0xD2
    (whole.git_dir / "index").write_bytes(held[:-20] + hashlib.sha1(held[:-20]).digest())
    step: Files = {TASK: Held(b"title: Changed\n")}
    whole.write(step)

    with pytest.raises(AssertionError, match="update-index"):
        whole.index().stage(changes_to(step))
