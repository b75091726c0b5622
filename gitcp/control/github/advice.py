"""What a person still has to do on GitHub once the workflows are written."""

from collections.abc import Iterator

from gitcp.control.github.facts import Facts
from gitcp.control.github.workflows import Choices, Credential

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


def steps_after(facts: Facts, choices: Choices, *, is_committed: bool = False) -> Iterator[str]:
    """Yield what is to be done next, in order, each a command or a sentence."""
    yield (
        "make a private repository on GitHub, and push to it: gh repo create --private --source . --push"
        if is_committed
        else (
            f"git add .github && git commit -m 'Let the company live on GitHub' && git push origin {facts.branch}"
        )
    )
    for name in facts.secrets:
        yield f"gh secret set {name}"
    yield from _CREDENTIAL[choices.credential]
    if facts.is_signed:
        yield "gh secret set GITCP_SIGNING_KEY <the file of the scheduler's key"
    yield "in the repository's settings, Pages: deploy from GitHub Actions"
    yield "gh workflow run tick"
