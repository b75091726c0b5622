"""The door: what policies say of an operation before it is committed."""

from pathlib import Path

import pytest

from gitcp.core.admission import judge
from gitcp.errors import ApprovalNeededError, Consent, NotAllowedError
from gitcp.model.operation import Actor
from gitcp.store.git_store import GitStore
from tests.store.repositories import commit_files, git, tip
from tests.store.steps import OSCAR, RILEY, SCHEDULER, PutRecords, a_call, a_task, asking, put, refusal

PATH = "tasks/CI/CI-0001.yaml"
GATE = """\
title: Titles are agreed to
gates:
  - {operations: [task.edit], verdict: approval, approvers: [lead], quorum: 2, expires_days: 3, reason: they are read}
"""
DENIED = "title: No\ngates:\n  - {operations: [task.edit], verdict: deny, reason: it is winter}\n"


def ruled(bare: Path, policy: str) -> GitStore:
    commit_files(
        bare,
        {
            "policies/rule.yaml": policy,
            "org/oscar.yaml": "kind: person\nname: Oscar\nemails: [oscar@example.org]\n",
        },
    )
    commit_files(
        bare, {"org/riley.yaml": "kind: agent\nname: Riley\nruntime: {type: process, command: [true]}\n"}
    )
    return GitStore.open(bare, judge=judge)


@pytest.mark.parametrize("actor", [OSCAR, RILEY])
def test_a_gate_asks_for_approval_of_exactly_the_files_as_they_would_become(bare: Path, actor: Actor) -> None:
    with ruled(bare, GATE) as store:
        before, blob = tip(bare), git(bare, "rev-parse", f"main:{PATH}").strip()
        created = store.snapshot().tasks()[0].created
        edit = PutRecords(records=(a_task("CI-0001", title="Better", created=created),))

        error = refusal(store.apply(asking((edit, a_call(1, actor=actor))))).error

    assert isinstance(error, ApprovalNeededError)
    text = git(bare, "show", f"main:{PATH}").replace("title: First", "title: Better")
    assert error.change == ((PATH, blob, text),)
    assert error.consents == (Consent("task.edit", ("lead",), 2, 3, "they are read"),)
    assert error.message == "task.edit needs the approval of lead: they are read"
    assert error.hint == f"ask for it: gitcp approval request --path {PATH}"
    assert tip(bare) == before


@pytest.mark.parametrize("actor", [OSCAR, RILEY])
def test_what_a_gate_denies_nobody_can_agree_to(bare: Path, actor: Actor) -> None:
    with ruled(bare, DENIED) as store:
        edit = PutRecords(records=(a_task("CI-0001", title="Better"),))

        error = refusal(store.apply(asking((edit, a_call(1, actor=actor))))).error

    assert type(error) is NotAllowedError
    assert (
        error.message
        == f"{PATH}: {actor.id} may not task.edit: gates[0] of policy rule denies it: it is winter"
    )


def test_the_schedulers_own_operations_are_not_asked_about(bare: Path) -> None:
    with ruled(bare, DENIED) as store:
        put(store, 1, a_task("CI-0001", title="Better"), actor=SCHEDULER)

        assert [task.title for task in store.snapshot().tasks()] == ["Better"]


def test_an_agent_writes_nothing_over_what_stands_refused(bare: Path) -> None:
    with ruled(bare, "title: None\n") as store:
        commit_files(bare, {PATH: "title: First\ncreated: 2026-11-20T08:15:00Z\ncreated_by: riley\n"})
        assert [problem.where for problem in store.snapshot().problems()] == ["created_by"]
        edit = PutRecords(records=(a_task("CI-0001", title="Better", created_by="riley"),))

        error = refusal(store.apply(asking((edit, a_call(1, actor=RILEY))))).error

        assert type(error) is NotAllowedError
        assert error.message == f"{PATH}: a change of it stands refused, and nothing is written over that"
        assert store.snapshot().is_inert("task", "CI-0001")
