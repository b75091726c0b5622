import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from gitcp.errors import WorkspaceError
from gitcp.model.planning import Integration
from gitcp.workspaces import Delivered, Parcel, Sent, Workspace, Workspaces
from tests.workspaces.origin import BRANCH, RILEY, RUN, TASK, Agent, Origin, git, prepare, write

RESCUE = f"refs/gitcp/rescue/{RUN}"
MOST = 1_000_000
HEAD = f"refs/gitcp/outbox/{RUN}"


@pytest.fixture
def elsewhere(tmp_path: Path) -> Workspaces:
    """Return the workspaces of another machine."""
    return Workspaces(tmp_path / "elsewhere", timeout=30)


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return tmp_path / "work.bundle"


def sent(workspace: Workspace, head: str) -> Sent:
    return Sent(RUN, "riley", TASK, RILEY, workspace.branch, workspace.base, head)


def packed(workspaces: Workspaces, agent: Agent, bundle: Path) -> Sent:
    collected = workspaces.collect(agent.workspace)
    assert workspaces.pack(agent.workspace, collected, bundle, MOST)
    workspaces.release(agent.workspace)
    return sent(agent.workspace, collected.head)


def unpacked(elsewhere: Workspaces, origin: Origin, work: Sent, bundle: Path | None) -> Parcel:
    return elsewhere.unpack(origin.spec, work, bundle)[1]


def test_commits_and_rescued_work_are_unpacked_on_another_machine_and_delivered_from_there(
    workspaces: Workspaces, agent: Agent, origin: Origin, elsewhere: Workspaces, bundle: Path
) -> None:
    first, second = agent.commit({"a": "1"}), agent.commit({"b": "2"})
    agent.write({"draft": "not committed"})

    workspace, parcel = elsewhere.unpack(origin.spec, packed(workspaces, agent, bundle), bundle)
    delivery = elsewhere.deliver(workspace, parcel.collected, Integration.BRANCH, "main")

    assert parcel.obstacle is None
    assert parcel.collected.commits == (first, second)
    assert delivery == Delivered(second, BRANCH, integrated=False, commits=(first, second))
    assert origin.tip(BRANCH) == second
    assert parcel.collected.rescue == RESCUE
    assert git(workspace.clone, "show", f"{RESCUE}:draft") == "not committed"


def test_a_run_without_commits_and_drafts_packs_nothing(
    workspaces: Workspaces, agent: Agent, bundle: Path
) -> None:
    assert not workspaces.pack(agent.workspace, workspaces.collect(agent.workspace), bundle, MOST)
    assert not bundle.exists()


def test_packing_leaves_no_ref_behind_and_what_is_packed_is_not_rescued_as_well(
    workspaces: Workspaces, agent: Agent, bundle: Path
) -> None:
    agent.commit({"a": "1"})

    packed(workspaces, agent, bundle)

    assert git(agent.workspace.clone, "for-each-ref", "refs/gitcp/outbox", "refs/gitcp/rescue") == ""


@pytest.mark.parametrize("integrate", [Integration.BRANCH, Integration.FF, Integration.REBASE])
def test_delivering_once_more_after_a_crash_delivers_the_same(
    workspaces: Workspaces,
    agent: Agent,
    origin: Origin,
    elsewhere: Workspaces,
    bundle: Path,
    integrate: Integration,
) -> None:
    origin.git("checkout", "--quiet", "--detach")
    agent.commit({"a": "1"})
    if integrate is Integration.REBASE:
        origin.commit({"other": "1"})
    work = packed(workspaces, agent, bundle)
    workspace, parcel = elsewhere.unpack(origin.spec, work, bundle)
    first = elsewhere.deliver(workspace, parcel.collected, integrate, "main")
    assert isinstance(first, Delivered)

    workspace, parcel = elsewhere.unpack(origin.spec, work, bundle)
    again = elsewhere.deliver(workspace, parcel.collected, integrate, "main")

    assert isinstance(again, Delivered)
    found = again.commits or elsewhere.delivered_before(workspace, parcel.collected, again.branch)
    assert found == first.commits
    assert origin.tip(first.branch) == first.commit


def test_commits_by_somebody_else_are_not_delivered(
    workspaces: Workspaces, agent: Agent, origin: Origin, elsewhere: Workspaces, bundle: Path
) -> None:
    write(agent.workspace.path, {"a": "1"})
    git(agent.workspace.path, "add", "--all")
    git(agent.workspace.path, "commit", "--quiet", "-m", "forged", author=("Ada", "ada@example.org"))

    parcel = unpacked(elsewhere, origin, packed(workspaces, agent, bundle), bundle)

    assert parcel.obstacle is not None
    assert "ada@example.org" in parcel.obstacle
    assert (parcel.collected.commits, parcel.collected.rescue) == ((), RESCUE)


def test_a_history_of_its_own_is_not_delivered(
    workspaces: Workspaces, agent: Agent, origin: Origin, elsewhere: Workspaces, bundle: Path
) -> None:
    git(agent.workspace.path, "checkout", "--quiet", "--orphan", "alone")
    agent.commit({"a": "1"})

    parcel = unpacked(elsewhere, origin, packed(workspaces, agent, bundle), bundle)

    assert parcel.obstacle is not None
    assert "do not descend" in parcel.obstacle


def test_work_that_began_where_no_branch_is_is_not_delivered(
    workspaces: Workspaces, agent: Agent, origin: Origin, elsewhere: Workspaces, bundle: Path
) -> None:
    first, _ = agent.commit({"a": "1"}), agent.commit({"b": "1"})
    work = replace(packed(workspaces, agent, bundle), base=first)

    parcel = unpacked(elsewhere, origin, work, bundle)

    assert parcel.obstacle is not None
    assert "on no branch" in parcel.obstacle


def test_a_bundle_with_another_ref_is_refused(
    workspaces: Workspaces, agent: Agent, origin: Origin, elsewhere: Workspaces, bundle: Path
) -> None:
    head = agent.commit({"a": "1"})
    git(
        agent.workspace.clone,
        "bundle",
        "create",
        "-q",
        str(bundle),
        f"refs/heads/{BRANCH}",
        "--not",
        "--remotes",
    )

    parcel = unpacked(elsewhere, origin, sent(agent.workspace, head), bundle)

    assert parcel.obstacle is not None
    assert "expected a bundle" in parcel.obstacle


@pytest.mark.parametrize(
    "content", [b"", b"# v2 git bundle\n\n", b"no bundle\n", b"# v2 git bundle\n-" + b"0" * 40]
)
def test_what_is_no_bundle_is_refused(
    agent: Agent, origin: Origin, elsewhere: Workspaces, bundle: Path, content: bytes
) -> None:
    bundle.write_bytes(content)

    parcel = unpacked(elsewhere, origin, sent(agent.workspace, "1" * 40), bundle)

    assert parcel.obstacle is not None
    assert "expected a bundle" in parcel.obstacle


def test_a_bundle_that_lacks_the_head_is_refused(
    workspaces: Workspaces, agent: Agent, origin: Origin, elsewhere: Workspaces, bundle: Path
) -> None:
    agent.commit({"a": "1"})
    work = replace(packed(workspaces, agent, bundle), head="1" * 40)

    parcel = unpacked(elsewhere, origin, work, bundle)

    assert parcel.obstacle is not None
    assert "does not hold" in parcel.obstacle


def test_a_tree_that_would_write_into_a_git_folder_does_not_get_into_the_clone(
    agent: Agent, origin: Origin, elsewhere: Workspaces, bundle: Path
) -> None:
    clone, base = agent.workspace.clone, agent.workspace.base
    blob = git(clone, "rev-parse", f"{base}:README.md")
    inner = piped(clone, f"100644 blob {blob}\tconfig\n", "mktree")
    tree = piped(clone, f"040000 tree {inner}\t.git\n", "mktree")
    evil = git(clone, "commit-tree", tree, "-p", base, "-m", "evil", author=RILEY)
    git(clone, "update-ref", HEAD, evil)
    git(clone, "bundle", "create", "-q", str(bundle), HEAD, "--not", "--remotes")

    parcel = unpacked(elsewhere, origin, sent(agent.workspace, evil), bundle)

    assert parcel.obstacle is not None
    assert "hasDotgit" in parcel.obstacle

    [place] = (elsewhere_clone(elsewhere, origin),)
    assert subprocess.run(["git", "-C", str(place), "cat-file", "-e", evil], check=False).returncode != 0


def piped(at: Path, text: str, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=at, input=text, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def elsewhere_clone(elsewhere: Workspaces, origin: Origin) -> Path:
    return prepare(elsewhere, origin).clone


def test_what_is_too_large_to_be_packed_is_rescued(
    workspaces: Workspaces, agent: Agent, bundle: Path
) -> None:
    head = agent.commit({"a": "1"})

    with pytest.raises(WorkspaceError, match="expected at most 10"):
        workspaces.pack(agent.workspace, workspaces.collect(agent.workspace), bundle, 10)

    assert workspaces.release(agent.workspace) == RESCUE
    assert git(agent.workspace.clone, "rev-parse", RESCUE) == head
    assert not bundle.exists()
