"""Git in a checkout, from inside: all that an agent does with it works, and nothing of it reaches what is gitcp's or another run's."""

import subprocess
from pathlib import Path

import pytest

from gitcp.runtimes import Launch
from gitcp.workspaces import Purpose, RepositorySpec, Workspace, Workspaces
from tests.runtimes.confinement.cells import BOXED, expect, printed_by
from tests.runtimes.programs import a_launch, shell

AUTHOR = ("Riley", "riley@agents.invalid")
IDENTITY = {f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in zip(("NAME", "EMAIL"), AUTHOR, strict=True)}  # fmt: skip


def git(folder: Path, *argv: str) -> str:
    return subprocess.run(
        ["git", "-C", str(folder), "-c", "user.name=A", "-c", "user.email=a@example.com", *argv],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()


@pytest.fixture
def workspaces(tmp_path: Path) -> Workspaces:
    expect(BOXED)
    origin = tmp_path / "origin"
    git(tmp_path, "init", "-q", "-b", "main", str(origin))
    (origin / "a.txt").write_text("a\n")
    git(origin, "add", ".")
    git(origin, "commit", "-qm", "begin")
    git(origin, "branch", "feature")
    return Workspaces(tmp_path / "state")


def prepared(workspaces: Workspaces, folder: Path, agent: str = "riley") -> Workspace:
    spec = RepositorySpec(name="work", url=str(folder / "origin"), branch="main")
    run = f"20261122T090000Z-{agent}"
    return workspaces.prepare(spec, Purpose(run=run, agent=agent, task=None, author=AUTHOR))


def launched(workspace: Workspace, folder: Path, script: str) -> Launch:
    run = folder / "state" / "runs" / workspace.agent
    run.mkdir(parents=True, exist_ok=True)
    launch = a_launch(
        run,
        shell(f"set -e\n{script}", sandbox=BOXED, readable=(str(folder / "origin"),)),
        cwd=workspace.path,
        clone=workspace.clone,
        hidden=(folder / "state",),
    )
    launch.environment.update(IDENTITY)  # type: ignore[attr-defined]
    return launch


def did(workspace: Workspace, folder: Path, script: str) -> tuple[int | None, str]:
    done, said = printed_by(launched(workspace, folder, script))
    return done.code, said


@pytest.mark.parametrize(
    "script",
    [
        "echo b >b.txt; git add .; git commit -qm b; git log -1 --format=%s",
        "echo b >>a.txt; git stash -q; git stash pop -q; git diff --quiet && exit 1; true",
        "git checkout -qb x; git checkout -q -; git branch -qD x",
        "git checkout -q feature; git config branch.feature.remote",
        "git config user.nick riley; git config user.nick",
        "git fetch -q; git fetch -q --prune origin; git rev-parse origin/feature",
        "echo b >>a.txt; git commit -qam b; git tag t; git tag -d t; git reset -q --hard HEAD^",
        """
        git checkout -qb one; echo 1 >a.txt; git commit -qam one; git checkout -qb two HEAD^; echo 2 >a.txt; git commit -qam two
        git rebase one >/dev/null 2>&1 && exit 1; echo 3 >a.txt; git add .; GIT_EDITOR=true git rebase --continue
        git checkout -q one; git cherry-pick two >/dev/null 2>&1 || { git checkout --theirs a.txt; git add .; GIT_EDITOR=true git cherry-pick --continue; }
        """,
        "git worktree add -q /tmp/other feature; git -C /tmp/other status; git worktree remove /tmp/other",
    ],
)
def test_what_agents_do_with_git_works(workspaces: Workspaces, tmp_path: Path, script: str) -> None:
    workspace = prepared(workspaces, tmp_path)

    code, said = did(workspace, tmp_path, script)

    assert (code, "fatal" in said or "error" in said) == (0, False), said


def test_a_commit_is_found_by_gitcp_and_delivered(workspaces: Workspaces, tmp_path: Path) -> None:
    workspace = prepared(workspaces, tmp_path)

    did(workspace, tmp_path, "echo b >b.txt; git add .; git commit -qm b; echo loose >c.txt")
    collected = workspaces.collect(workspace)

    assert len(collected.commits) == 1
    assert collected.dirty
    assert collected.rescue is not None


def test_configuration_and_hooks_of_the_clone_are_the_runs_own(
    workspaces: Workspaces, tmp_path: Path
) -> None:
    workspace = prepared(workspaces, tmp_path)
    before = (workspace.clone / "config").read_bytes()

    code, _ = did(
        workspace,
        tmp_path,
        f"cd {workspace.clone}; git config core.fsmonitor evil; mkdir -p hooks info; echo evil >hooks/pre-push;"
        " echo evil >info/attributes; echo /etc >commondir; echo evil >config.worktree",
    )

    assert code == 0
    assert (workspace.clone / "config").read_bytes() == before
    assert not [name for name in ("hooks", "info", "commondir", "config.worktree") if (workspace.clone / name).exists()]  # fmt: skip


@pytest.mark.parametrize(
    "script",
    [
        "echo /etc >objects/info/alternates",
        "rm -rf refs/gitcp",
        "rm -rf refs/heads/sam",
        "git update-ref -d refs/heads/sam/20261122T090000Z-sam",
        "git gc -q",
        "echo evil >$(ls ../*.config)",
        "mkdir -p ../../runs; echo x >../../machine; rm -rf ../../worktrees/*/sam*",
    ],
)
def test_what_is_gitcps_or_anothers_stays_as_it_is(
    workspaces: Workspaces, tmp_path: Path, script: str
) -> None:
    riley, sam = (prepared(workspaces, tmp_path, agent) for agent in ("riley", "sam"))
    git(riley.clone, "update-ref", "refs/gitcp/rescue/kept", riley.base)
    before = contents(tmp_path / "state")

    did(riley, tmp_path, f"cd {riley.clone}\n{script}")

    assert contents(tmp_path / "state") == before
    assert git(sam.path, "status", "--porcelain") == ""


def contents(state: Path) -> dict[str, bytes]:
    # Objects come and go for all, and so do the logs of branches; a run's own folder is its own.
    return {
        str(path.relative_to(state)): path.read_bytes()
        for path in sorted(state.rglob("*"))
        if path.is_file() and not {"runs", "objects", "logs"} & set(path.parts)
    }


def test_other_checkouts_and_other_runs_are_not_there(workspaces: Workspaces, tmp_path: Path) -> None:
    riley, sam = (prepared(workspaces, tmp_path, agent) for agent in ("riley", "sam"))
    (tmp_path / "state" / "runs" / "sam").mkdir(parents=True)

    _, said = did(
        riley,
        tmp_path,
        f"ls {riley.clone}/worktrees {sam.path.parent} {tmp_path}/state {tmp_path}/state/runs; ls {sam.path} || true",
    )

    assert riley.path.name in said
    assert "sam" not in said.replace(f"'{sam.path}'", "")


def test_a_checkout_that_is_not_of_the_clone_is_refused(workspaces: Workspaces, tmp_path: Path) -> None:
    workspace = prepared(workspaces, tmp_path)
    launch = launched(workspace, tmp_path, "true")
    (tmp_path / "elsewhere").mkdir()

    done, _ = printed_by(
        a_launch(launch.folder, launch.config, cwd=tmp_path / "elsewhere", clone=workspace.clone)
    )

    assert "is no checkout of" in str(done.error)
