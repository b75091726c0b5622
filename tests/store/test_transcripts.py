from datetime import date
from pathlib import Path

import pytest

from gitcp.errors import RecordError, RemoteError
from gitcp.store.git_store import GitStore
from tests.store.repositories import git, tip
from tests.store.steps import NOW

RUN = "20261120T090000Z-riley"
LATER = "20261122T090000Z-riley"
REF = f"refs/gitcp/logs/2026-11-20/{RUN}"
FILES = {"agent.log": b"said\n", "runner.log": b"\xff\x00"}


@pytest.fixture
def control(bare: Path, tmp_path: Path) -> Path:
    """Return a clone of a bare repository."""
    GitStore.clone(str(bare), tmp_path / "clone.git").close()
    return tmp_path / "clone.git"


@pytest.fixture
def store(control: Path) -> GitStore:
    return GitStore.open(control)


def refs(folder: Path) -> list[str]:
    return git(folder, "for-each-ref", "--format=%(refname)", "refs/gitcp").split()


def test_a_transcript_is_kept_byte_by_byte_under_a_ref_of_its_day(store: GitStore, control: Path) -> None:
    before = tip(control)

    with store:
        assert store.transcripts.keep(RUN, FILES, NOW) == REF

        assert store.transcripts.has(RUN)
        assert {name: store.transcripts.read(RUN, name) for name in FILES} == FILES
        assert store.transcripts.read(RUN, "check-1.log") is None
        assert store.transcripts.read(LATER, "agent.log") is None
    assert (tip(control), refs(control)) == (before, [REF])
    assert git(control, "log", "--format=%an %s", REF) == f"gitcp scheduler keep transcript {RUN}\n"


def test_what_is_kept_again_is_in_place_of_what_was(store: GitStore) -> None:
    with store:
        store.transcripts.keep(RUN, FILES, NOW)
        store.transcripts.keep(RUN, {"agent.log": b"more\n"}, NOW)

        assert store.transcripts.read(RUN, "agent.log") == b"more\n"
        assert store.transcripts.read(RUN, "runner.log") is None


def test_a_transcript_is_fetched_from_the_remote_that_it_was_pushed_to(
    store: GitStore, control: Path, bare: Path, tmp_path: Path
) -> None:
    git(tmp_path, "clone", "--quiet", str(bare), "other")
    with store, GitStore.open(tmp_path / "other") as other:
        store.transcripts.keep(RUN, FILES, NOW)
        assert not other.transcripts.bring(RUN)
        store.transcripts.push(RUN)

        assert other.transcripts.bring(RUN)
        assert other.transcripts.read(RUN, "agent.log") == b"said\n"
    assert refs(bare) == [REF]


def test_the_first_transcript_that_is_pushed_stays(store: GitStore, bare: Path) -> None:
    with store:
        store.transcripts.keep(RUN, FILES, NOW)
        store.transcripts.push(RUN)
        first = tip(bare, REF)
        store.transcripts.keep(RUN, {"agent.log": b"another\n"}, NOW)

        store.transcripts.push(RUN)

    assert tip(bare, REF) == first


def test_old_transcripts_are_let_go_of_here_and_there_and_nothing_else_is(
    store: GitStore, control: Path, bare: Path
) -> None:
    server, commit = bare, tip(control)
    kept = [
        "refs/gitcp/leases/20200101T000000Z-riley",
        "refs/gitcp/logs/2020-01-01/mine",
        "refs/gitcp/logs/old",
    ]
    for folder in (control, server):
        for ref in kept:
            git(folder, "update-ref", ref, commit)
    with store:
        for run in (RUN, LATER):
            store.transcripts.keep(run, FILES, NOW)
            store.transcripts.push(run)

        assert store.transcripts.forget_before(date(2026, 11, 22)) == 1
        assert store.transcripts.forget_there_before(date(2026, 11, 22)) == 1
        assert store.transcripts.forget_there_before(date(2026, 11, 22)) == 0
    later = f"refs/gitcp/logs/2026-11-22/{LATER}"
    assert refs(control) == refs(server) == sorted([*kept, later])


def test_a_remote_that_takes_none_is_told_of(store: GitStore, bare: Path) -> None:
    hook = bare / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    with store:
        store.transcripts.keep(RUN, FILES, NOW)

        with pytest.raises(RemoteError):
            store.transcripts.push(RUN)


def test_only_the_id_of_a_run_names_a_transcript(store: GitStore) -> None:
    with store, pytest.raises(RecordError):
        store.transcripts.keep("../../heads/main", FILES, NOW)
