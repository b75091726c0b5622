from dataclasses import replace
from decimal import Decimal

from gitcp.dashboard import SiteInput
from gitcp.dashboard.forges import repository_forges
from gitcp.dashboard.register import Register
from gitcp.dashboard.views.facts import Fact
from gitcp.dashboard.views.settings import agent_facts, person_facts
from gitcp.model.amounts import Daily, RunLimits
from gitcp.model.company import Company, Repository
from gitcp.model.members import Agent, Person
from gitcp.model.runtimes import Billing, CodexRuntime, ProcessRuntime, Sandbox
from tests.dashboard.company import a_bare_site, a_person, a_site, an_agent

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ"


def facts(member: str, site: SiteInput | None = None) -> dict[str, Fact]:
    register = Register(site or a_site())
    found = register.members[member]
    told = person_facts(found) if isinstance(found, Person) else agent_facts(register, found)
    return {fact.label: fact for fact in told}


def texts(agent: Agent) -> dict[str, str]:
    return {label: fact.text for label, fact in facts(agent.id, a_bare_site(agent)).items()}


def test_an_agent_s_settings_tell_how_it_runs() -> None:
    assert {label: fact.text for label, fact in facts("riley").items()} == {
        "Runtime": "claude-code, sonnet",
        "Repository": "guides",
        "Instructions": "roles/riley/role.md",
        "Heartbeat": "0 9 * * MON Europe/Madrid",
        "Woken at once by": "heartbeat, mention, woken by hand",
        "Runs at once": "1",
        "One run may use": "$2.00, 400k tokens, 30 min, 40 turns",
    }
    assert facts("lena")["Runtime"].text == "process, python"
    assert facts("oscar")["Heartbeat"].text == "0 8 * * * Europe/Madrid"


def test_what_an_agent_needs_of_its_isolation_is_told() -> None:
    runtime = ProcessRuntime(
        type="process",
        command=("true",),
        sandbox=Sandbox.BUBBLEWRAP,
        network=False,
        readable=("/opt/data",),
        writable=("/opt/data", "/opt/out"),
    )

    assert texts(an_agent(runtime=runtime))["Isolation"] == (
        "bubblewrap, no network, 2 paths outside of the checkout"
    )
    assert "Isolation" not in texts(an_agent())


def test_who_pays_is_told_where_it_is_not_by_the_token() -> None:
    runtime = CodexRuntime(type="codex", billing=Billing.SUBSCRIPTION)

    assert texts(an_agent(runtime=runtime))["Paid by"] == "subscription"
    assert "Paid by" not in texts(an_agent())


def test_limits_of_a_day_are_told() -> None:
    assert texts(an_agent(daily=Daily(runs=8, wakes=3)))["In a day"] == (
        "at most 8 runs, 3 outside of heartbeats"
    )


def test_limits_at_list_price_are_told_as_such() -> None:
    limits = RunLimits(usd_imputed=Decimal(3))

    assert texts(an_agent(limits=limits))["One run may use"] == "$3.00 at list price"


def test_instructions_lead_to_the_forge_where_their_repository_is_on_one() -> None:
    company = Company(
        id="gitcp",
        name="A company",
        repositories={"guides": Repository(url="https://github.com/acme/guides.git", branch="trunk")},
    )
    site = a_bare_site(company, an_agent(repository="guides", instructions="roles/riley/role.md"))
    found = facts("riley", replace(site, repository_forges=repository_forges(company)))

    assert found["Repository"].url == "https://github.com/acme/guides"
    assert found["Instructions"].url == "https://github.com/acme/guides/blob/trunk/roles/riley/role.md"


def test_instructions_that_leave_the_repository_lead_nowhere() -> None:
    company = Company(
        id="gitcp",
        name="A company",
        repositories={"guides": Repository(url="https://github.com/acme/guides")},
    )
    site = a_bare_site(company, an_agent(repository="guides", instructions="../../other/role.md"))

    assert (
        facts("riley", replace(site, repository_forges=repository_forges(company)))["Instructions"].url
        is None
    )
    assert facts("riley")["Instructions"].url is None


def test_of_a_person_roles_and_the_number_of_keys_are_told_and_no_address() -> None:
    site = a_bare_site(a_person(roles=("owner",), emails=("ada@secret.example",), keys=(KEY,)))

    assert {label: fact.text for label, fact in facts("ada", site).items()} == {
        "Roles": "owner",
        "Signing keys": "1",
    }
    assert facts("ben")["Roles"].text == "operator, approver"
    assert facts("noor") == {}
