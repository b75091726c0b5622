"""Whatever is neither a folder nor a plain file goes from a clone, and nothing else does."""

import os
from pathlib import Path

from gitcp.workspaces.strays import remove_strays


def test_links_pipes_and_refs_that_are_none_go_and_what_they_lead_to_stays(tmp_path: Path) -> None:
    clone, outside = tmp_path / "clone", tmp_path / "outside"
    (clone / "refs" / "heads" / "riley").mkdir(parents=True)
    (clone / "worktrees" / "w" / "modules").mkdir(parents=True)
    outside.mkdir()
    (outside / "kept").write_text("kept")
    (clone / "refs" / "heads" / "riley" / "good").write_text("0" * 40 + "\n")
    (clone / "refs" / "heads" / "riley" / "large").write_text("0" * 5000)
    (clone / "refs" / "heads" / "link").symlink_to(outside)
    os.mkfifo(clone / "refs" / "heads" / "riley" / "pipe")
    (clone / "worktrees" / "w" / "index").symlink_to(outside / "kept")
    (clone / "worktrees" / "w" / "modules" / "link").symlink_to(outside)

    remove_strays(clone)

    left = sorted(str(path.relative_to(clone)) for path in clone.rglob("*") if not path.is_dir())
    assert left == ["refs/heads/riley/good"]
    assert (clone / "worktrees" / "w" / "modules" / "link").is_symlink()
    assert (outside / "kept").read_text() == "kept"


def test_a_clone_that_is_not_made_yet_has_none(tmp_path: Path) -> None:
    remove_strays(tmp_path / "none")
