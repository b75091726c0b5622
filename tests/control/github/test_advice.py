"""What a person is told to do on GitHub, in which order."""

from gitcp.control.github.advice import steps_after
from gitcp.control.github.facts import Facts
from gitcp.control.github.workflows import Choices, Credential

FACTS = Facts(company="Acme", branch="main", secrets=("MODEL_KEY",), has_repositories=True, is_signed=True)


def test_secrets_are_there_before_the_first_push_which_starts_the_first_tick() -> None:
    steps = list(steps_after(FACTS, Choices(Credential.DEPLOY_KEY), is_founded=True))

    pushed = steps.index("git push --set-upstream origin main")
    names = {step.split()[3] for step in steps[:pushed] if step.startswith("gh secret set ")}
    assert "gh repo create" in steps[0]
    assert "--push" not in steps[0]
    assert [step.split()[3] for step in steps[pushed:] if step.startswith("gh secret set ")] == []
    assert names == {
        "MODEL_KEY",
        "GITCP_DELIVERY_TOKEN,",
        "GITCP_READ_TOKEN,",
        "GITCP_SIGNING_KEY",
        "GITCP_DEPLOY_KEY",
    }


def test_tokens_for_execution_repositories_are_asked_for_where_there_are_some_and_nothing_else_is_good() -> (
    None
):
    none = Facts(company="Acme", branch="main")
    hosted = Facts(company="Acme", branch="main", has_repositories=True, deliveries=("acme/factory",))

    assert not any("GITCP_" in step for step in steps_after(none, Choices()))
    assert any("GITCP_DELIVERY_TOKEN" in step for step in steps_after(hosted, Choices()))
    assert not any("GITCP_DELIVERY_TOKEN" in step for step in steps_after(hosted, Choices(Credential.APP)))


def test_what_is_committed_already_is_not_to_be_committed_again() -> None:
    told = [list(steps_after(FACTS, Choices(), is_written=is_written)) for is_written in (True, False)]

    assert [any("git commit" in step for step in steps) for steps in told] == [True, False]
