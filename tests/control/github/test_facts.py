"""What the workflows of a company depend on, and what cannot work on GitHub."""

from decimal import Decimal

import pytest

from gitcp.control.github.facts import Facts, facts_of
from gitcp.model.amounts import RunLimits
from gitcp.model.company import Assurance, Company, Repository, SchedulerSettings, TrustSettings
from gitcp.model.members import Agent, AgentStatus
from gitcp.model.runtimes import ClaudeCodeRuntime, HttpRuntime, ProcessRuntime, Sandbox

PATIENT = SchedulerSettings(grace_minutes=Decimal(30))


def company(*urls: str, scheduler: SchedulerSettings = PATIENT) -> Company:
    repositories = {f"r{number}": Repository(url=url) for number, url in enumerate(urls)}
    return Company(id="gitcp", name="Acme", repositories=repositories, scheduler=scheduler)


def agent(name: str = "riley", status: AgentStatus = AgentStatus.ACTIVE, **secrets: str) -> Agent:
    runtime = ClaudeCodeRuntime(type="claude-code", secrets=secrets)
    return Agent(id=name, name=name, runtime=runtime, status=status)


def facts(*urls: str) -> Facts:
    return facts_of(company(*urls), (), "main")


def test_the_secrets_are_the_variables_that_agents_refer_to_once_each() -> None:
    http = HttpRuntime(
        type="http",
        url="https://agent.example",
        secret_headers={"Authorization": "env:DESK_KEY"},
        sign_with="env:SIGN_KEY",
    )
    agents = [
        agent(ANTHROPIC_API_KEY="env:MODEL_KEY"),
        agent("clara", KEY="env:MODEL_KEY"),
        agent("gone", AgentStatus.TERMINATED, KEY="env:OLD_KEY"),
        Agent(id="desk", name="desk", runtime=http),
    ]

    found = facts_of(company(), agents, "main")

    assert found.secrets == ("DESK_KEY", "MODEL_KEY", "SIGN_KEY")
    assert found.obstacles == ()


@pytest.mark.parametrize("reference", ["file:/run/key", "keyring:model/riley"])
def test_a_secret_of_a_machine_is_an_obstacle_that_does_not_say_where_it_lies(reference: str) -> None:
    found = facts_of(company(), [agent(KEY=reference)], "main")

    assert found.secrets == ()
    assert "org/riley.yaml" in found.obstacles[0]
    assert "env:NAME" in found.obstacles[0]
    assert reference not in found.obstacles[0]


@pytest.mark.parametrize("name", ["GITHUB_TOKEN", "github_pat", "GITCP_DEPLOY_KEY", "1KEY", "A-KEY", "A KEY"])
def test_a_name_that_github_does_not_take_or_gitcp_uses_itself_is_an_obstacle(name: str) -> None:
    found = facts_of(company(), [agent(KEY=f"env:{name}")], "main")

    assert found.secrets == ()
    assert f"env:{name}" in found.obstacles[0]


@pytest.mark.parametrize("name", ["RUN", "path", "HOME", "GIT_DIR", "RUNNER_TEMP", "ACTIONS_RUNTIME_TOKEN"])
def test_a_name_that_the_agents_step_goes_by_is_an_obstacle(name: str) -> None:
    found = facts_of(company(), [agent(KEY=f"env:{name}")], "main")

    assert found.secrets == ()
    assert f"env:{name}" in found.obstacles[0]


@pytest.mark.parametrize("name", ["RUN_KEY", "PATHS", "GIT_TOKEN", "GITLAB_TOKEN"])
def test_a_name_that_only_looks_like_one_of_those_is_none(name: str) -> None:
    found = facts_of(company(), [agent(KEY=f"env:{name}")], "main")

    assert (found.secrets, found.obstacles) == ((name,), ())


def test_names_that_differ_in_the_case_of_letters_alone_are_one_secret_and_an_obstacle() -> None:
    found = facts_of(company(), [agent(KEY="env:Model_Key"), agent("clara", KEY="env:MODEL_KEY")], "main")

    assert found.secrets == ("MODEL_KEY",)
    assert len(found.obstacles) == 1
    assert "org/riley.yaml: env:Model_Key is on GitHub the same secret" in found.obstacles[0]


@pytest.mark.parametrize(
    "url", ["../factory", "./factory", "/srv/factory", "~/factory", "file:///srv/factory"]
)
def test_a_repository_on_this_machine_is_an_obstacle(url: str) -> None:
    assert f"repositories.r0.url: {url} is a path of this machine" in facts(url).obstacles[0]


def test_little_grace_is_an_obstacle() -> None:
    found = facts_of(company(scheduler=SchedulerSettings()), (), "main")

    assert "scheduler.grace_minutes: 5" in found.obstacles[0]


@pytest.mark.parametrize("sandbox", [Sandbox.PROCESS_GROUP, Sandbox.CGROUP])
def test_an_agent_that_nothing_keeps_in_is_an_obstacle(sandbox: Sandbox) -> None:
    runtime = ProcessRuntime(type="process", command=("x",), sandbox=sandbox)

    found = facts_of(company(), [Agent(id="riley", name="riley", runtime=runtime)], "main")

    assert f"org/riley.yaml: sandbox: {sandbox} lets" in found.obstacles[0]


@pytest.mark.parametrize(("minutes", "is_told"), [(345, False), (346, True)])
def test_a_run_that_outlasts_a_job_is_an_obstacle(minutes: int, is_told: bool) -> None:
    limits = RunLimits(minutes=Decimal(minutes))
    of_its_own = facts_of(company(), [agent().evolve(limits=limits)], "main")
    of_the_company = facts_of(company().evolve(limits=limits), [agent()], "main")

    for found in (of_its_own, of_the_company):
        assert any(f"limits.minutes: {minutes} is more than" in told for told in found.obstacles) is is_told


def test_an_app_opens_the_repositories_of_one_owner() -> None:
    assert facts("https://github.com/acme/site.git", "git@github.com:acme/factory.git").deliveries == (
        "acme/factory",
        "acme/site",
    )
    assert facts("https://github.com/acme/site", "https://github.com/other/factory").deliveries == ()
    assert facts("https://github.com/acme/site", "https://gitlab.com/acme/factory").deliveries == ()


def test_addresses_over_ssh_are_spoken_to_by_a_token() -> None:
    found = facts(
        "git@github.com:acme/factory.git", "https://github.com/acme/site", "git@host.example:a/b.git"
    )

    assert found.over_ssh == (("git@github.com:acme/factory.git", "https://github.com/acme/factory.git"),)


def test_an_address_that_an_expression_hides_in_is_not_written_into_a_workflow() -> None:
    assert facts("git@github.com:acme/${{github.token}}.git").over_ssh == ()


def test_a_company_that_signs_is_known_as_one() -> None:
    signed = company().evolve(trust=TrustSettings(assurance=Assurance.SIGNED))

    assert facts_of(signed, (), "main").is_signed
    assert not facts().is_signed
