"""With what gitcp's jobs push: the job's own token, a deploy key, an App; and what each kind's pushes start."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gitcp.control.github.workflows import Credential
from tests.servers.processes import program
from tests.servers.sshd import SshServer
from tests.workflows.company import Company, a_company
from tests.workflows.conftest import NewForge
from tests.workflows.runner.forge import BOT, KEY
from tests.workflows.runner.workflow_run import WorkflowRun
from tests.workflows.transcript import logs

pytestmark = pytest.mark.slow

APP = "gitcp-scheduler[bot]"


def worked(company: Company) -> list[WorkflowRun]:
    """Let the first push and what follows happen; hold that the one task was worked on, once."""
    runs = company.forge.work()
    assert list(company.finished().values()) == ["succeeded"], logs(runs)
    assert len(company.claims()) == 1
    return runs


def started_by_push(runs: list[WorkflowRun], user: str) -> list[WorkflowRun]:
    return [run for run in runs if run.event.name == "push" and run.event.actor == user]


def test_what_the_jobs_own_token_pushes_starts_nothing_and_the_chain_goes_on(
    new_forge: NewForge, tmp_path: Path
) -> None:
    company = a_company(new_forge, tmp_path, tasks=["CI-0023"])

    runs = worked(company)

    assert company.forge.told.count(f"{BOT} pushed refs/heads/main") >= 2
    assert started_by_push(runs, BOT) == []
    assert {run.event.name for run in runs} == {"push", "workflow_dispatch"}


def test_the_jobs_own_token_cannot_push_to_a_protected_branch_and_nothing_starts(
    new_forge: NewForge, tmp_path: Path
) -> None:
    company = a_company(new_forge, tmp_path, tasks=["CI-0023"])
    company.forge.protect("alex")

    runs = company.forge.work()

    [tick] = [run for run in runs if run.workflow.name == "tick"]
    assert [job.conclusion for job in tick.jobs] == ["failure", "skipped"]
    assert "GH013" in tick.job("plan").text, logs([tick])
    assert company.claims() == []


@pytest.fixture
def ssh(tmp_path: Path) -> Iterator[SshServer]:
    """Return a server that lets one key in, as the deploy key."""
    program("ssh-keygen")
    folder = tmp_path / "ssh"
    folder.mkdir()
    server = SshServer(folder)
    server.prepare()
    as_key = folder / "as-key"
    as_key.write_text(f'#!/bin/sh\nREMOTE_USER={KEY} exec git shell -c "$SSH_ORIGINAL_COMMAND"\n')
    as_key.chmod(0o755)
    public = (folder / "writer.pub").read_text()
    (folder / "authorized_keys").write_text(f'restrict,command="{as_key}" {public}')
    server.start()
    yield server
    server.stop()


def test_a_deploy_key_pushes_to_a_protected_branch_and_its_pushes_start_no_machine(
    new_forge: NewForge, tmp_path: Path, ssh: SshServer
) -> None:
    company = a_company(new_forge, tmp_path, tasks=["CI-0023"], credential=Credential.DEPLOY_KEY)
    company.forge.ssh = ssh
    company.forge.protect("alex", KEY)
    company.forge.set_secret("GITCP_DEPLOY_KEY", (ssh.folder / "writer").read_text())

    runs = worked(company)

    pushed = started_by_push(runs, KEY)
    assert {run.workflow.name for run in pushed} == {"tick", "pages"}, logs(runs)
    assert {job.conclusion for run in pushed for job in run.jobs} == {"skipped"}
    assert started_by_push(runs, BOT) == []
    for run in runs:
        for job in run.jobs:
            assert job.permissions.get("contents", "none") in {"read", "none"}
            assert "PRIVATE KEY" not in job.text


def test_an_app_pushes_to_a_protected_branch_and_its_pushes_start_no_machine(
    new_forge: NewForge, tmp_path: Path
) -> None:
    company = a_company(new_forge, tmp_path, tasks=["CI-0023"], credential=Credential.APP)
    company.forge.protect("alex", APP)
    company.forge.variables["GITCP_APP_ID"] = company.forge.app_id
    company.forge.set_secret("GITCP_APP_PRIVATE_KEY", company.forge.app_key)

    runs = worked(company)

    pushed = started_by_push(runs, APP)
    assert {run.workflow.name for run in pushed} == {"tick", "pages"}, logs(runs)
    assert {job.conclusion for run in pushed for job in run.jobs} == {"skipped"}
    assert all("PRIVATE KEY" not in job.text for run in runs for job in run.jobs)


def test_without_its_key_a_workflow_says_what_is_missing(new_forge: NewForge, tmp_path: Path) -> None:
    company = a_company(new_forge, tmp_path, tasks=["CI-0023"], credential=Credential.APP)

    runs = company.forge.work()

    [tick] = [run for run in runs if run.workflow.name == "tick"]
    assert tick.conclusion == "failure"
    assert company.claims() == []
