"""The files of `.github`: what each job may do, what it holds, and what never stands in them."""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from gitcp.control.github.facts import Facts
from gitcp.control.github.workflows import (
    ACTION,
    TICK,
    Choices,
    Credential,
    choices_in,
    is_as_written,
    rendered,
)
from gitcp.errors import GitcpError

FACTS = Facts(company="Acme", branch="main", secrets=("MODEL_KEY", "OTHER_KEY"), is_signed=True)
KINDS = pytest.mark.parametrize("credential", list(Credential))


def workflow(name: str, credential: Credential = Credential.TOKEN, facts: Facts = FACTS) -> dict[str, Any]:
    text = rendered(facts, Choices(credential))[f".github/workflows/{name}.yml"]
    found = yaml.load(text, yaml.BaseLoader)  # `on` is no boolean to GitHub
    assert isinstance(found, dict)
    return found


def jobs(credential: Credential) -> Iterator[tuple[str, dict[str, Any]]]:
    for name in ("tick", "run", "check", "pages", "audit"):
        for job, told in workflow(name, credential)["jobs"].items():
            yield f"{name}.{job}", told


def steps(credential: Credential) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, job in jobs(credential):
        for step in job.get("steps", ()):
            yield name, step
    for step in yaml.load(rendered(FACTS, Choices(credential))[ACTION], yaml.BaseLoader)["runs"]["steps"]:
        yield "action", step


@KINDS
def test_no_expression_stands_in_a_script(credential: Credential) -> None:
    scripts = [(name, step["run"]) for name, step in steps(credential) if "run" in step]

    assert len(scripts) > 10
    assert [name for name, script in scripts if "${{" in script] == []


@KINDS
def test_every_action_of_others_is_named_by_the_whole_hash_of_a_commit(credential: Credential) -> None:
    used = {step["uses"] for _, step in steps(credential) if "uses" in step} - {"./.github/actions/gitcp"}

    assert len(used) > 5
    assert [name for name in used if not re.fullmatch(r"actions/[a-z/-]+@[0-9a-f]{40}", name)] == []


@KINDS
def test_every_job_may_do_only_what_it_says_and_for_a_time(credential: Credential) -> None:
    for name in ("tick", "run", "check", "pages", "audit"):
        assert workflow(name, credential)["permissions"] == {}
    for name, job in jobs(credential):
        assert "permissions" in job, name
        assert "timeout-minutes" in job or "uses" in job, name


@pytest.mark.parametrize(
    ("credential", "contents"),
    [(Credential.TOKEN, "write"), (Credential.DEPLOY_KEY, "read"), (Credential.APP, "read")],
)
def test_the_jobs_token_pushes_only_where_nothing_else_does(credential: Credential, contents: str) -> None:
    told = dict(jobs(credential))
    writers = {name for name, job in told.items() if job["permissions"].get("contents") == "write"}

    assert told["tick.plan"]["permissions"] == {"contents": contents, "actions": "write"}
    assert told["run.settle"]["permissions"] == {"contents": contents, "actions": "write"}
    assert writers == ({"tick.plan", "tick.run", "run.settle"} if contents == "write" else set())


@KINDS
def test_what_a_called_workflow_takes_its_caller_grants(credential: Credential) -> None:
    told = dict(jobs(credential))
    granted = told["tick.run"]["permissions"]

    for name in ("run.exec", "run.settle"):
        for scope, level in told[name]["permissions"].items():
            assert granted[scope] in {level, "write"}, name


@KINDS
def test_a_credential_stays_in_no_checkout_but_where_gitcp_pushes(credential: Credential) -> None:
    kept = {
        name
        for name, step in steps(credential)
        if step.get("uses", "").startswith("actions/checkout@")
        and step["with"]["persist-credentials"] != "false"
    }

    assert kept == {"tick.plan", "run.settle"}


@KINDS
def test_the_job_with_the_agent_reads_and_holds_the_models_keys_alone(credential: Credential) -> None:
    job = dict(jobs(credential))["run.exec"]
    held = {
        step.get("name", "?"): sorted(re.findall(r"secrets\.(\w+)", str(step)))
        for step in job["steps"]
        if "secrets." in str(step)
    }

    assert job["permissions"] == {"contents": "read"}
    assert held == {
        "Bring the execution repository": ["GITCP_READ_TOKEN"],
        "Let the agent work": ["MODEL_KEY", "OTHER_KEY"],
    }
    assert "github.token" not in str(job)


def test_no_run_begins_without_isolation_whatever_its_agent_is() -> None:
    told = [(step.get("name"), step.get("if")) for step in workflow("run")["jobs"]["exec"]["steps"]]

    # Checks of a task are commands that agents write; those of an agent at an address are run here as well.
    assert told.index(("Prepare the isolation", None)) < told.index(("Let the agent work", None))


@KINDS
def test_a_run_is_passed_the_secrets_that_are_declared_and_of_agents_only_those_it_names(
    credential: Credential,
) -> None:
    passed = workflow("tick", credential)["jobs"]["run"]["secrets"]
    declared = workflow("run", credential)["on"]["workflow_call"]["secrets"]

    assert sorted(passed) == sorted(declared)
    assert passed["MODEL_KEY"] == (
        "${{ contains(matrix.run.secrets, 'MODEL_KEY') && secrets.MODEL_KEY || '' }}"
    )


def test_each_kind_of_credential_is_where_it_pushes() -> None:
    def checkout(credential: Credential) -> dict[str, Any]:
        found = [
            step["with"]
            for name, step in steps(credential)
            if name == "tick.plan" and step.get("uses", "").startswith("actions/checkout@")
        ]
        assert isinstance(found[0], dict)
        return found[0]

    assert not checkout(Credential.TOKEN).keys() & {"ssh-key", "token"}
    assert checkout(Credential.DEPLOY_KEY)["ssh-key"] == "${{ secrets.GITCP_DEPLOY_KEY }}"
    assert checkout(Credential.APP)["token"] == "${{ steps.app.outputs.token }}"


def test_the_record_is_pushed_where_it_was_even_if_its_address_begins_like_another_one(
    tmp_path: Path,
) -> None:
    over_ssh = (("git@github.com:acme/app", "https://github.com/acme/app.git"),)
    facts = Facts(company="Acme", branch="main", over_ssh=over_ssh)
    told = workflow("run", Credential.DEPLOY_KEY, facts)["jobs"]["settle"]["steps"]
    [step] = [step for step in told if step.get("id") == "settle"]
    variables = {
        name: value.replace("${{ github.repository }}", "acme/app-control")
        for name, value in step["env"].items()
        if name.startswith("GIT_CONFIG_")
    }

    def asked(url: str) -> str:
        command = ["git", "ls-remote", "--get-url", url]
        return subprocess.run(
            command, cwd=tmp_path, env=os.environ | variables, capture_output=True, text=True, check=True
        ).stdout.strip()

    assert asked("git@github.com:acme/app") == "https://github.com/acme/app.git"
    assert asked("git@github.com:acme/app-control.git") == "git@github.com:acme/app-control.git"


def test_pushes_by_the_scheduler_start_no_runner() -> None:
    skips = (
        "github.event_name != 'push' || github.event.head_commit.committer.email != 'scheduler@gitcp.invalid'"
    )

    assert workflow("tick")["jobs"]["plan"]["if"] == skips
    assert workflow("pages")["jobs"]["build"]["if"] == f"vars.GITCP_PAGES != 'off' && ({skips})"


def test_what_is_claimed_is_run_even_if_the_plan_failed_after_that() -> None:
    assert workflow("tick")["jobs"]["run"]["if"] == (
        "!cancelled() && needs.plan.outputs.runs != '' && needs.plan.outputs.runs != '[]'"
    )


def test_one_tick_plans_at_a_time_and_long_runs_hold_up_nothing() -> None:
    told = dict(jobs(Credential.TOKEN))

    assert told["tick.plan"]["concurrency"] == {"group": "gitcp-plan", "cancel-in-progress": "false"}
    assert told["run.settle"]["concurrency"] == {
        "group": "gitcp-settle-${{ inputs.run }}",
        "cancel-in-progress": "false",
    }
    assert "concurrency" not in told["tick.run"]
    assert "concurrency" not in told["run.exec"]
    assert not any("concurrency" in workflow(name) for name in ("tick", "run"))


def test_a_build_of_the_pages_is_never_stopped_by_the_wish_for_another_one() -> None:
    told = workflow("pages")["jobs"]

    assert {name: job["concurrency"] for name, job in told.items()} == {
        "build": {"group": "gitcp-pages", "cancel-in-progress": "false"},
        "deploy": {"group": "gitcp-pages-deployment", "cancel-in-progress": "false"},
    }


def test_pages_that_are_built_again_are_deployed_from_that_attempt() -> None:
    told = workflow("pages")["jobs"]
    uploads = [
        step["with"]["name"]
        for step in told["build"]["steps"]
        if step.get("uses", "").startswith("actions/upload-pages-artifact@")
    ]

    assert uploads == ["github-pages-${{ github.run_attempt }}"] == [told["build"]["outputs"]["artifact"]]
    assert told["deploy"]["steps"][0]["with"] == {"artifact_name": "${{ needs.build.outputs.artifact }}"}


@pytest.mark.parametrize(
    ("every", "times"), [(5, 12), (15, 4), (20, 3), (30, 2), (60, 1), (120, 1), (720, 1), (1440, 1)]
)
def test_the_clock_is_never_asked_at_minute_0(every: int, times: int) -> None:
    for company in ("Acme", "Beta", "Talent Factory", "x"):
        files = rendered(Facts(company=company, branch="main"), Choices(every=every))
        cron = yaml.load(files[TICK], yaml.BaseLoader)["on"]["schedule"][0]["cron"]
        minutes, hours = cron.split()[:2]

        assert len(minutes.split(",")) == times
        assert "0" not in minutes.split(",")
        assert hours == {120: "*/2", 720: "*/12", 1440: "4"}.get(every, "*")


def test_companies_ask_at_different_minutes() -> None:
    def cron(company: str) -> str:
        return str(workflow("tick", facts=Facts(company=company, branch="main"))["on"]["schedule"])

    assert len({cron(f"company {number}") for number in range(20)}) > 5


@pytest.mark.parametrize("every", [0, 1, 4, 7, 45, 90, 61, 1000, 2880])
def test_a_rhythm_that_cron_does_not_say_is_refused(every: int) -> None:
    with pytest.raises(GitcpError, match="--every: expected minutes that divide an hour"):
        Choices(every=every)


def test_what_was_chosen_is_read_again() -> None:
    chosen = Choices(Credential.APP, 30)

    assert choices_in(rendered(FACTS, chosen)[TICK]) == chosen
    assert choices_in("name: tick\n") is None
    assert choices_in("# Made by: gitcp github install --credential gold --every 7\n") is None


def test_an_edit_is_seen_wherever_it_is() -> None:
    for text in rendered(FACTS, Choices()).values():
        assert is_as_written(text)
        assert not is_as_written(text + "# mine\n")
        assert not is_as_written(text.replace("gitcp", "gitpc"))
        assert not is_as_written(text.partition("\n")[2])


def test_a_branch_stands_quoted_and_as_itself() -> None:
    facts = Facts(company="Acme", branch='it"s+1')

    assert workflow("tick", facts=facts)["on"]["push"]["branches"] == ['it"s\\+1']
    checkout = workflow("tick", facts=facts)["jobs"]["plan"]["steps"][0]
    assert checkout["with"]["ref"] == 'it"s+1'


def test_a_branch_that_is_an_expression_is_refused() -> None:
    with pytest.raises(GitcpError, match="a workflow would take this name for an expression"):
        rendered(Facts(company="Acme", branch="${{github.token}}"), Choices())
