"""What a person still has to do on GitHub once the workflows are written."""

from collections.abc import Iterator

from gitcp.control.github.facts import Facts
from gitcp.control.github.workflows import DELIVERY_TOKEN, READ_TOKEN, Choices, Credential, own_secrets

_CREDENTIAL = {
    Credential.TOKEN: (),
    Credential.DEPLOY_KEY: (
        "ssh-keygen -t ed25519 -N '' -C gitcp -f gitcp-deploy-key",
        "gh repo deploy-key add gitcp-deploy-key.pub --allow-write --title gitcp",
        "gh secret set GITCP_DEPLOY_KEY <gitcp-deploy-key, then remove the file",
        "let deploy keys bypass the branch's ruleset",
    ),
    Credential.APP: (
        "gh variable set GITCP_APP_ID",
        "gh secret set GITCP_APP_PRIVATE_KEY <the App's .pem file",
        "let the App bypass the branch's ruleset",
    ),
}


def steps_after(
    facts: Facts, choices: Choices, *, is_founded: bool = False, is_written: bool = True
) -> Iterator[str]:
    """Yield what is to be done next, in order, each a command or a sentence.

    The push comes after the secrets, since it starts the first tick. `is_founded`: all is committed, and there is no repository on GitHub;
    `is_written`: there is something to commit.
    """
    if is_founded:
        yield "make a private repository on GitHub, and push nothing yet: gh repo create --private --source ."
    yield from _secrets(facts, choices)
    yield from _CREDENTIAL[choices.credential]
    if is_founded:
        yield f"git push --set-upstream origin {facts.branch}"
    elif is_written:
        yield f"git add .github && git commit -m 'Let the company live on GitHub' && git push origin {facts.branch}"
    yield "in the repository's settings, Pages: deploy from GitHub Actions"
    yield "gh workflow run tick"


def _secrets(facts: Facts, choices: Choices) -> Iterator[str]:
    for name in facts.secrets:
        yield f"gh secret set {name}"
    if facts.has_repositories:
        if DELIVERY_TOKEN in own_secrets(facts, choices):
            yield f"gh secret set {DELIVERY_TOKEN}, a token that may push to the execution repositories"
        yield f"gh secret set {READ_TOKEN}, a token that may read the execution repositories, where they are private"
    if facts.is_signed:
        yield "gh secret set GITCP_SIGNING_KEY <the file of the scheduler's key"
