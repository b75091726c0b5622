"""A working tree that somebody works in: what gitcp changes follows, what a person has not committed stays."""

import os
import shutil
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from gitcp.errors import ConflictError, EditedFileError
from gitcp.model.operation import Receipt, Refusal
from gitcp.store.git_store import GitStore
from gitcp.store.journal import Journal
from gitcp.store.objects import Objects
from gitcp.store.refs import Refs
from gitcp.store.trees import Leaf
from tests.store.repositories import MAIN, children_environment, commit_files, git, subjects, tip
from tests.store.steps import Delete, Title, a_call, asking, receipt, refusal, title

FIRST = "tasks/CI/CI-0001.yaml"
SECOND = "tasks/CI/CI-0002.yaml"
EDIT = "title: By hand\ncreated: 2026-11-20T08:15:00Z\n"


@pytest.fixture
def local(checkout: Path) -> Iterator[GitStore]:
    with GitStore.open(checkout) as opened:
        yield opened


def status(checkout: Path) -> list[str]:
    return git(checkout, "status", "--porcelain", "--untracked-files=all").splitlines()


def refused(store: GitStore, task: str = "CI-0001") -> EditedFileError:
    error = refusal(store.apply(asking((Title(task=task, title="Mine"), a_call(1))))).error
    assert isinstance(error, EditedFileError)
    return error


# -- without remote: files and index follow


def test_the_file_and_its_index_entry_follow_the_branch(local: GitStore, checkout: Path) -> None:
    title(local, 1, "CI-0001", "Changed")

    assert (checkout / FIRST).read_text() == "title: Changed  # by hand\ncreated: 2026-11-20T08:15:00Z\n"
    assert status(checkout) == []
    assert git(checkout, "diff-index", "HEAD") == git(checkout, "diff-files") == ""


def test_new_files_and_folders_appear_and_deleted_ones_go(local: GitStore, checkout: Path) -> None:
    title(local, 1, "QA-0001", "New")
    assert (checkout / "tasks/QA/QA-0001.yaml").exists()

    local.apply(asking((Delete(task="QA-0001"), a_call(2))))

    assert not (checkout / "tasks/QA").exists()
    assert status(checkout) == []


def test_several_steps_on_one_file_are_one_change_of_it(local: GitStore, checkout: Path) -> None:
    local.apply(asking(*((Title(task="CI-0001", title=f"Turn {n}"), a_call(n)) for n in range(3))))

    assert (checkout / FIRST).read_text().startswith("title: Turn 2")
    assert status(checkout) == []
    assert len(subjects(checkout)) == 4


def test_the_first_commit_of_a_new_repository_fills_it(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--initial-branch=records", "new")
    with GitStore.open(tmp_path / "new") as store:
        title(store, 1, "CI-0001", "First")
        assert store.branch == "records"

    assert status(tmp_path / "new") == []
    assert subjects(tmp_path / "new", "records") == ["title task CI-0001"]


def test_a_file_keeps_its_mode(local: GitStore, checkout: Path) -> None:
    (checkout / FIRST).chmod(0o755)
    git(checkout, "commit", "--quiet", "--all", "--message=make it executable")
    (checkout / FIRST).chmod(0o750)

    title(local, 1, "CI-0001", "Changed")

    assert stat.S_IMODE((checkout / FIRST).stat().st_mode) == 0o750
    assert status(checkout) == []


def test_line_ends_are_those_that_the_user_wants(checkout: Path) -> None:
    (checkout / ".gitattributes").write_text("*.yaml text eol=crlf\n")
    git(checkout, "add", ".gitattributes")
    git(checkout, "commit", "--quiet", "--message=windows")
    (checkout / FIRST).unlink()
    git(checkout, "checkout", "--quiet", "--", FIRST)
    with GitStore.open(checkout) as store:
        title(store, 1, "CI-0001", "Changed")

    assert (checkout / FIRST).read_bytes().startswith(b"title: Changed  # by hand\r\n")
    assert status(checkout) == []


# -- without remote: what is edited is refused


def test_an_edited_file_refuses_the_step_and_nothing_is_written(local: GitStore, checkout: Path) -> None:
    (checkout / FIRST).write_text(EDIT)
    before = tip(checkout)

    error = refused(local)

    assert error.path == FIRST
    assert (checkout / FIRST).read_text() == EDIT
    assert tip(checkout) == before


def test_a_staged_edit_refuses_the_step_even_if_the_file_was_put_back(
    local: GitStore, checkout: Path
) -> None:
    committed = (checkout / FIRST).read_text()
    (checkout / FIRST).write_text(EDIT)
    git(checkout, "add", FIRST)
    (checkout / FIRST).write_text(committed)

    refused(local)

    assert git(checkout, "show", f":{FIRST}") == EDIT


@pytest.mark.parametrize("how", ["untracked", "ignored", "staged", "a folder", "a dangling link"])
def test_something_in_the_way_of_a_new_file_refuses_the_step(
    local: GitStore, checkout: Path, how: str
) -> None:
    file = checkout / SECOND
    if how == "a folder":
        file.mkdir()
    elif how == "a dangling link":
        file.symlink_to("nowhere")
    else:
        file.write_text(EDIT)
    if how == "ignored":
        (checkout / ".git/info/exclude").write_text("CI-0002.yaml\n")
    if how == "staged":
        git(checkout, "add", SECOND)
    before = status(checkout)

    refused(local, "CI-0002")

    assert status(checkout) == before
    assert os.path.lexists(file)


@pytest.mark.parametrize(
    "how", ["deleted", "moved away and a folder in its place", "made executable", "assumed unchanged"]
)
def test_a_file_that_is_not_as_committed_refuses_the_step(local: GitStore, checkout: Path, how: str) -> None:
    file = checkout / FIRST
    if how == "made executable":
        file.chmod(0o755)
    elif how == "assumed unchanged":
        git(checkout, "update-index", "--assume-unchanged", FIRST)
        file.write_text(EDIT)
    else:
        file.unlink()
    if "folder" in how:
        file.mkdir()

    refused(local)

    assert how != "assumed unchanged" or file.read_text() == EDIT


def test_a_folder_that_is_a_link_is_never_followed(local: GitStore, checkout: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    shutil.move(checkout / "tasks/CI", elsewhere)
    (checkout / "tasks/CI").symlink_to(elsewhere)
    (tmp_path / "outside").mkdir()
    (checkout / "comments").symlink_to(tmp_path / "outside")
    held = {file.name: file.read_text() for file in elsewhere.iterdir()}

    refused(local)
    refused(local, "CI-0002")

    assert {file.name: file.read_text() for file in elsewhere.iterdir()} == held
    assert list((tmp_path / "outside").iterdir()) == []


def test_a_conflict_of_a_merge_refuses_a_step_on_that_file_alone(local: GitStore, checkout: Path) -> None:
    git(checkout, "checkout", "--quiet", "-b", "side")
    (checkout / FIRST).write_text(EDIT)
    git(checkout, "commit", "--quiet", "--all", "--message=side")
    git(checkout, "checkout", "--quiet", "main")
    (checkout / FIRST).write_text(EDIT.replace("hand", "foot"))
    git(checkout, "commit", "--quiet", "--all", "--message=main")
    git(checkout, "merge", "side", status=1)

    refused(local)
    title(local, 2, "CI-0002", "Second")

    assert status(checkout) == [f"UU {FIRST}"]
    git(checkout, "checkout", "--theirs", FIRST)
    git(checkout, "commit", "--quiet", "--all", "--no-edit")
    assert (checkout / SECOND).exists()
    assert status(checkout) == []


def test_other_edits_stay_exactly_as_they_are(local: GitStore, checkout: Path) -> None:
    (checkout / "README.md").write_text("edited\n")
    (checkout / "staged.md").write_text("staged\n")
    git(checkout, "add", "staged.md")
    (checkout / "staged.md").write_text("edited after it was staged\n")
    (checkout / "tasks/CI/CI-0009.yaml").write_text("untracked")
    before = status(checkout)

    title(local, 1, "CI-0001", "Changed")

    assert status(checkout) == before
    assert git(checkout, "show", ":staged.md") == "staged\n"
    assert (checkout / "staged.md").read_text() == "edited after it was staged\n"


def test_a_refused_step_does_not_stop_the_others(local: GitStore, checkout: Path) -> None:
    (checkout / FIRST).write_text(EDIT)

    first, second = local.apply(
        asking(
            (Title(task="CI-0001", title="Mine"), a_call(1)),
            (Title(task="CI-0002", title="Second"), a_call(2)),
        )
    ).results

    assert isinstance(first, Refusal)
    assert isinstance(second, Receipt)
    assert status(checkout) == [f" M {FIRST}"]


def test_edited_paths_are_the_record_files_alone(local: GitStore, checkout: Path) -> None:
    assert local.edited_paths() == ()
    (checkout / FIRST).write_text(EDIT)
    (checkout / "README.md").write_text("edited\n")
    (checkout / SECOND).write_text(EDIT)
    (checkout / "gitcp.yaml").write_text("format: 1\nname: Other\n")
    git(checkout, "add", "gitcp.yaml")

    assert local.edited_paths() == ("gitcp.yaml", FIRST, SECOND)


# What a person may do to the first task, or in the place of the second.
EDITS = {
    "nothing": ":",
    "touched": "touch -d @1600000000 CI-0001.yaml",
    "edited": "echo 'title: By hand' > CI-0001.yaml",
    "edited in place": "printf TITLE 1<> CI-0001.yaml",
    "with other line ends": "sed -i 's/$/\\r/' CI-0001.yaml",
    "deleted": "rm CI-0001.yaml",
    "executable": "chmod +x CI-0001.yaml",
    "staged": "cp CI-0001.yaml kept && echo x > CI-0001.yaml && git add CI-0001.yaml && mv kept CI-0001.yaml",
    "removed from the index": "git rm --quiet --cached CI-0001.yaml",
    "assumed unchanged": "git update-index --assume-unchanged CI-0001.yaml && echo x > CI-0001.yaml",
    "added by intent": "echo x > CI-0002.yaml && git add --intent-to-add CI-0002.yaml",
    "untracked": "echo x > CI-0002.yaml",
    "ignored": "echo x > CI-0002.yaml && echo CI-0002.yaml > ../../.git/info/exclude",
    "a link": "ln -sf nowhere CI-0001.yaml",
    "a pipe": "mkfifo CI-0002.yaml",
    "a folder": "rm CI-0001.yaml && mkdir CI-0001.yaml && echo x > CI-0001.yaml/inside",
    "a folder that is a link": "mv ../CI ../../elsewhere && ln -s ../elsewhere ../CI",
    "a conflict": "git checkout -qb side && echo x > CI-0001.yaml && git commit -qam side && git checkout -q main"
    " && echo y > CI-0001.yaml && git commit -qam main && ! git merge -q side",
}


@pytest.mark.parametrize("how", EDITS)
def test_edited_paths_of_some_files_are_those_that_git_names(
    local: GitStore, checkout: Path, how: str
) -> None:
    title(local, 1, "CI-0003", "Third")
    subprocess.run(["sh", "-c", EDITS[how]], cwd=checkout / "tasks/CI", check=True, capture_output=True)
    named = [line[3:] for line in status(checkout)]
    paths = [FIRST, SECOND, "tasks/CI/CI-0003.yaml", "tasks/CI/CI-0004.yaml", "gitcp.yaml", "README.md"]

    for asked in (paths, [FIRST], [SECOND], ["gitcp.yaml"], []):
        assert local.edited_paths(asked) == tuple(path for path in sorted(asked) if path in named)
    assert (named == []) is (how in {"nothing", "touched", "assumed unchanged", "ignored", "a pipe"})


def test_git_is_not_asked_for_files_that_are_as_they_were_committed(
    local: GitStore, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    title(local, 1, "CI-0002", "Second")
    monkeypatch.setattr("gitcp.store.checkout.Git.run", None)

    assert local.edited_paths([FIRST, SECOND, "tasks/CI/CI-0009.yaml", "gitcp.yaml"]) == ()


# -- without remote: where HEAD is elsewhere


def test_with_head_elsewhere_the_branch_moves_and_the_files_stay(checkout: Path) -> None:
    git(checkout, "config", "gitcp.branch", "main")
    git(checkout, "checkout", "--quiet", "-b", "other")
    with GitStore.open(checkout) as store:
        applied = store.apply(asking((Title(task="CI-0001", title="Changed"), a_call(1))))

    assert receipt(applied).revision == tip(checkout)
    assert applied.notes == ("the checkout is not on main and stays as it is",)
    assert (checkout / FIRST).read_text().startswith("title: First")
    assert status(checkout) == []


def test_a_linked_worktree_on_the_branch_follows(checkout: Path, tmp_path: Path) -> None:
    git(checkout, "config", "gitcp.branch", "main")
    git(checkout, "checkout", "--quiet", "-b", "other")
    linked = tmp_path / "linked"
    git(checkout, "worktree", "add", "--quiet", str(linked), "main")
    with GitStore.open(checkout) as store:
        title(store, 1, "CI-0001", "Changed")

    assert (linked / FIRST).read_text().startswith("title: Changed")
    assert status(linked) == status(checkout) == []


def test_a_detached_head_does_not_say_where_the_records_are(checkout: Path) -> None:
    git(checkout, "checkout", "--quiet", "--detach")

    with pytest.raises(Exception, match="HEAD is on no branch"):
        GitStore.open(checkout)


def test_a_branch_that_is_being_rebased_is_left_to_git(local: GitStore, checkout: Path) -> None:
    start_rebase(checkout)
    git(checkout, "config", "gitcp.branch", "main")
    before = tip(checkout)

    with GitStore.open(checkout) as store, pytest.raises(ConflictError, match="being rebased"):
        title(store, 1, "CI-0001", "Changed")

    assert tip(checkout) == before


def start_rebase(checkout: Path) -> None:
    git(checkout, "checkout", "--quiet", "-b", "side")
    (checkout / FIRST).write_text(EDIT)
    git(checkout, "commit", "--quiet", "--all", "--message=side")
    git(checkout, "checkout", "--quiet", "main")
    (checkout / FIRST).write_text(EDIT.replace("hand", "foot"))
    git(checkout, "commit", "--quiet", "--all", "--message=main")
    git(checkout, "rebase", "--quiet", "side", status=1)


# -- without remote: interruptions

CRASH = """
import os, sys
from pathlib import Path
from gitcp.store import checkout, index, refs
from gitcp.store.git_store import GitStore
from tests.store.steps import title
where, folder = sys.argv[1:]
die = lambda *_, **__: os._exit(9)
if where == "before the branch moves":
    refs.Refs.swap = die
elif where == "before the files":
    checkout.Checkout.update = die
elif where == "before the index":
    index.Index.stage = die
with GitStore.open(Path(folder)) as store:
    title(store, 1, "CI-0001", "Changed")
"""
CRASHES = ["before the branch moves", "before the files", "before the index"]


def crash(checkout: Path, where: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CRASH, where, str(checkout)], env=children_environment(), check=False
    )
    assert done.returncode == 9


@pytest.mark.parametrize("where", CRASHES)
def test_what_a_dead_process_left_half_done_is_no_persons_edit(checkout: Path, where: str) -> None:
    crash(checkout, where)
    with GitStore.open(checkout) as store:
        assert store.edited_paths() == ()
        title(store, 1, "CI-0001", "Changed")
        title(store, 2, "CI-0001", "Again")

    assert status(checkout) == []
    assert subjects(checkout) == ["title task CI-0001", "title task CI-0001", "found the company"]


def test_an_edit_that_a_person_made_after_a_crash_stays(checkout: Path) -> None:
    crash(checkout, "before the files")
    (checkout / FIRST).write_text(EDIT)
    with GitStore.open(checkout) as store:
        assert store.edited_paths() == (FIRST,)

    assert (checkout / FIRST).read_text() == EDIT


def test_what_a_dead_process_did_not_commit_is_taken_back(checkout: Path) -> None:
    before, held = tip(checkout), (checkout / FIRST).read_bytes()
    crash(checkout, "before the branch moves")
    assert (checkout / FIRST).read_bytes() != held

    with GitStore.open(checkout) as store:
        assert store.edited_paths() == ()

    assert (checkout / FIRST).read_bytes() == held
    assert (tip(checkout), status(checkout)) == (before, [])


def test_a_commit_that_a_person_made_after_a_crash_is_not_undone(checkout: Path) -> None:
    crash(checkout, "before the branch moves")
    git(checkout, "commit", "--quiet", "--all", "--message=mine", status=128)  # the lock of the dead process
    (checkout / ".git/index.lock").unlink()
    (checkout / FIRST).write_text(EDIT)
    git(checkout, "commit", "--quiet", "--all", "--message=mine")
    with GitStore.open(checkout) as store:
        title(store, 2, "CI-0002", "Second")

    assert (checkout / FIRST).read_text() == EDIT
    assert status(checkout) == []


def test_files_and_index_are_there_before_the_branch_moves(
    local: GitStore, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    swapped = Refs.swap
    seen = []

    def swap_and_look(refs: Refs, ref: str, *arguments: str) -> bool:
        if ref == MAIN:
            seen.append((status(checkout), git(checkout, "diff-files", "--", FIRST), tip(checkout)))
        return swapped(refs, ref, *arguments)

    monkeypatch.setattr(Refs, "swap", swap_and_look)
    before = tip(checkout)
    title(local, 1, "CI-0001", "Changed")

    assert seen == [([f"M  {FIRST}"], "", before)]
    assert status(checkout) == []


def test_a_branch_that_was_moved_by_another_leaves_no_trace_of_the_attempt(
    local: GitStore, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    swapped = Refs.swap
    foreign: list[str] = []

    def swap_second(refs: Refs, ref: str, *arguments: str) -> bool:
        if ref == MAIN and not foreign:
            tree = git(checkout, "rev-parse", "HEAD^{tree}").strip()
            made = git(checkout, "commit-tree", tree, "-p", "HEAD", "-m", "foreign").strip()
            git(checkout, "update-ref", MAIN, made)
            foreign.append(made)
        return swapped(refs, ref, *arguments)

    monkeypatch.setattr(Refs, "swap", swap_second)
    title(local, 1, "CI-0002", "Second")

    assert subjects(checkout)[:2] == ["title task CI-0002", "foreign"]
    assert status(checkout) == []


def test_while_another_git_command_holds_the_index_nothing_moves(checkout: Path) -> None:
    lock = checkout / ".git/index.lock"
    lock.touch()
    before = tip(checkout)
    with GitStore.open(checkout, patience=0.1) as store, pytest.raises(ConflictError, match=r"index\.lock"):
        title(store, 1, "CI-0001", "Changed")
    assert tip(checkout) == before

    end = threading.Timer(0.6, lock.unlink)
    end.start()
    with GitStore.open(checkout) as store:
        title(store, 1, "CI-0001", "Changed")
    end.join()

    assert status(checkout) == []


def test_an_index_that_a_commit_of_the_user_wrote_back_is_mended(local: GitStore, checkout: Path) -> None:
    stale = (checkout / ".git/index").read_bytes()
    title(local, 1, "CI-0001", "Changed")
    (checkout / ".git/index").write_bytes(stale)

    assert local.edited_paths() == ()
    assert status(checkout) == []


def test_an_index_that_git_cannot_write_is_told_and_completed_later(
    local: GitStore, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(checkout, "update-index", "--index-version", "4")  # which is left to git
    known = {FIRST: Leaf(git(checkout, "rev-parse", f"HEAD:{FIRST}").strip())}
    told = "gitcp.store.index.Index._told_by_git"
    with monkeypatch.context() as broken:
        broken.setattr("gitcp.store.index._line", lambda _: "nonsense")
        broken.setattr(told, lambda *_: known)
        applied = local.apply(asking((Title(task="CI-0001", title="Changed"), a_call(1))))

    assert "cannot be written" in applied.notes[0]
    assert local.edited_paths() == ()
    assert status(checkout) == []


def test_no_commit_of_the_user_comes_between_the_branch_and_the_index(
    local: GitStore, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    swapped = Refs.swap
    (checkout / "README.md").write_text("edited\n")

    def swap_and_commit(refs: Refs, *arguments: str) -> bool:
        done = swapped(refs, *arguments)
        git(checkout, "commit", "--quiet", "--all", "--message=in between", status=128)
        return done

    monkeypatch.setattr(Refs, "swap", swap_and_commit)
    title(local, 1, "CI-0001", "Changed")

    assert subjects(checkout)[0] == "title task CI-0001"
    assert status(checkout) == [" M README.md"]


def test_an_edit_in_the_very_moment_is_left_alone(
    local: GitStore, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = Journal.write

    def write_and_edit(journal: Journal, changes: object) -> None:
        written(journal, changes)  # type: ignore[arg-type]
        (checkout / FIRST).write_text(EDIT)

    monkeypatch.setattr(Journal, "write", write_and_edit)
    applied = local.apply(asking((Title(task="CI-0001", title="Changed"), a_call(1))))

    assert (checkout / FIRST).read_text() == EDIT
    assert applied.notes == (f"{FIRST}: was edited a moment ago and stays as it is",)


# -- with a remote: the remote first, the checkout as far as it can


def apply_in(clone: Path) -> tuple[str, ...]:
    with GitStore.open(clone) as store:
        applied = store.apply(asking((Title(task="CI-0001", title="Changed"), a_call(1))))
        receipt(applied)
        return applied.notes


def landed(bare: Path) -> bool:
    return subjects(bare)[0] == "title task CI-0001"


def test_with_a_remote_a_clean_checkout_is_fast_forwarded(clone: Path, bare: Path) -> None:
    assert apply_in(clone) == ()

    assert tip(clone) == tip(bare)
    assert (chosen := (clone / FIRST).read_text()).startswith("title: Changed"), chosen
    assert status(clone) == []


def test_with_a_remote_other_edits_do_not_keep_the_checkout_back(clone: Path, bare: Path) -> None:
    (clone / "README.md").write_text("edited\n")
    git(clone, "add", "README.md")

    assert apply_in(clone) == ()
    assert tip(clone) == tip(bare)
    assert status(clone) == ["M  README.md"]


@pytest.mark.parametrize("how", ["edited", "staged", "untracked"])
def test_with_a_remote_an_edited_file_keeps_the_whole_checkout_as_it_is(
    clone: Path, bare: Path, how: str
) -> None:
    file = FIRST
    if how == "untracked":
        file = SECOND
        commit_files(bare, {SECOND: EDIT}, seconds=1_700_000_001)
        (clone / ".git/info/exclude").write_text("CI-0002.yaml\n")
    (clone / file).write_text("mine")
    if how == "staged":
        git(clone, "add", FIRST)
    before, held = status(clone), tip(clone)

    (note,) = apply_in(clone)

    assert landed(bare)
    assert "stays behind origin/main" in note
    assert (status(clone), tip(clone), (clone / file).read_text()) == (before, held, "mine")


def test_with_a_remote_commits_that_are_not_pushed_stay(clone: Path, bare: Path) -> None:
    (clone / "README.md").write_text("edited\n")
    git(clone, "commit", "--quiet", "--all", "--message=not pushed")
    held = tip(clone)

    (note,) = apply_in(clone)

    assert landed(bare)
    assert "has commits that origin has not" in note
    assert tip(clone) == held


def test_with_a_remote_a_detached_head_stays(clone: Path, bare: Path) -> None:
    git(clone, "checkout", "--quiet", "--detach")

    assert apply_in(clone) == ("the checkout is not on main and stays as it is",)
    assert (clone / FIRST).read_text().startswith("title: First")
    assert tip(clone) == tip(bare)  # nobody works on the branch


def test_with_a_remote_a_rebase_stays_where_it_is(clone: Path, bare: Path) -> None:
    start_rebase(clone)
    held, before = tip(clone), status(clone)

    notes = apply_in(clone)

    assert landed(bare)
    assert "the branch main is being rebased and stays as it is" in notes
    assert (tip(clone), status(clone)) == (held, before)


def test_with_a_remote_a_merge_stays_where_it_is(clone: Path, bare: Path) -> None:
    git(clone, "checkout", "--quiet", "-b", "side")
    (clone / "README.md").write_text("side\n")
    git(clone, "commit", "--quiet", "--all", "--message=side")
    git(clone, "checkout", "--quiet", "main")
    git(clone, "merge", "--quiet", "--no-ff", "--no-commit", "side")
    held, before = tip(clone), status(clone)

    (note,) = apply_in(clone)

    assert "stays behind" in note
    assert (tip(clone), status(clone)) == (held, before)
    assert landed(bare)


def test_edited_paths_of_a_checkout_with_a_remote(clone: Path) -> None:
    (clone / FIRST).write_text(EDIT)
    with GitStore.open(clone) as store:
        assert store.edited_paths() == (FIRST,)
    git(clone, "checkout", "--quiet", "-b", "other")
    with GitStore.open(clone) as store:
        assert store.edited_paths() == ()


def test_what_the_store_wrote_is_whole(checkout: Path, local: GitStore) -> None:
    title(local, 1, "CI-0002", "Second")

    assert "missing" not in git(checkout, "fsck")
    assert Objects(checkout / ".git").commit(tip(checkout, MAIN)).message.startswith("title task CI-0002")
