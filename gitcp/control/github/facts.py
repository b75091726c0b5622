"""What the workflows of a company depend on: its branch, its agents' secrets, where its execution repositories are; and what cannot work on GitHub."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from gitcp.dashboard.forges import forge_of
from gitcp.model.company import Assurance, Company, ForgeKind
from gitcp.model.members import Agent, AgentStatus
from gitcp.model.runtimes import HttpRuntime, Sandbox
from gitcp.runtimes.secrets import references_in

# What GitHub takes as the name of a secret.
_SECRET: Final = re.compile(r"(?!GITHUB_)[A-Z_][A-Z0-9_]*\Z", re.IGNORECASE)
_SSH: Final = re.compile(r"(?:ssh://)?[\w.-]+@[\w./:~-]+\Z")
# What the agent's step goes by itself; to agents without such a secret it would be empty.
_TAKEN: Final = re.compile(
    r"(?:GITCP_|RUNNER_|ACTIONS_)|(?:RUN|PATH|HOME|USER|GIT_(?:DIR|WORK_TREE|COMMON_DIR|INDEX_FILE))\Z",
    re.IGNORECASE,
)
_HOSTED: Final = "https://github.com/"
JOBS_TAKE: Final = Decimal(30)
"""Minutes in which jobs find their runners and set them up, before and after an agent's work; a run that is not settled by then is given up."""

_LONGEST_JOB: Final = Decimal(360)
"""Minutes after which GitHub ends a job on a runner of its own; what it did by then is lost."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the files are made of. `secrets` are names of variables of the runner; `is_signed`: the scheduler's commits bear signatures.

    `deliveries`: the repositories below one owner of github.com that an App's token would open, as `owner/name`. `over_ssh`: the addresses
    that are spoken to over SSH, for which a runner has no key, each with the one where a token is good.
    """

    company: str
    branch: str
    secrets: tuple[str, ...] = ()
    is_signed: bool = False
    has_repositories: bool = False
    deliveries: tuple[str, ...] = ()
    over_ssh: tuple[tuple[str, str], ...] = ()
    obstacles: tuple[str, ...] = ()


def facts_of(company: Company, agents: Iterable[Agent], branch: str) -> Facts:
    """Return what the workflows of a company depend on; terminated agents count for nothing."""
    employed = [agent for agent in agents if agent.status is not AgentStatus.TERMINATED]
    secrets = _secrets(employed)
    return Facts(
        company=company.name,
        branch=branch,
        secrets=secrets,
        is_signed=company.trust.assurance is Assurance.SIGNED,
        has_repositories=bool(company.repositories),
        deliveries=_deliveries(company),
        over_ssh=tuple(_over_ssh(company)),
        obstacles=(
            *_unreachable(company),
            *_impatience(company),
            *_endless(company, employed),
            *_impossible(employed, secrets),
        ),
    )


def _secrets(agents: Iterable[Agent]) -> tuple[str, ...]:
    named = sorted({name for agent in agents for name in _variables(agent)})
    # To GitHub, names that differ in the case of letters alone are one, and a file that holds both is no workflow.
    first = {name.upper(): name for name in reversed(named) if _is_possible(name)}
    return tuple(sorted(first.values()))


def _variables(agent: Agent) -> Iterator[str]:
    for reference in references_in(agent.runtime):
        kind, _, name = reference.partition(":")
        if kind == "env":
            yield name


def _is_possible(name: str) -> bool:
    return _SECRET.match(name) is not None and _TAKEN.match(name) is None


def _unreachable(company: Company) -> Iterator[str]:
    for name, repository in company.repositories.items():
        if not _is_remote(repository.url):
            yield (
                f"repositories.{name}.url: {repository.url} is a path of this machine, which no runner has: "
                "push that repository somewhere, and name its URL in gitcp.yaml"
            )


def _is_remote(url: str) -> bool:
    return not url.startswith(("/", ".", "~", "file:")) and ":" in url


def _impatience(company: Company) -> Iterator[str]:
    grace = company.scheduler.grace_minutes
    if grace < JOBS_TAKE / 2:
        yield (
            f"scheduler.grace_minutes: {grace} is little where jobs wait for runners: "
            f"`scheduler: {{grace_minutes: {JOBS_TAKE}}}` in gitcp.yaml keeps runs from being given up before they are settled"
        )


def _endless(company: Company, agents: Iterable[Agent]) -> Iterator[str]:
    most = _LONGEST_JOB - JOBS_TAKE / 2
    for agent in agents:
        minutes = agent.limits.over(company.limits).minutes
        if minutes is not None and minutes > most:
            yield (
                f"org/{agent.id}.yaml: limits.minutes: {minutes} is more than a job may last, which GitHub ends after {_LONGEST_JOB} minutes"
                f" with all that the agent did: at most {most}, or a runner of your own"
            )


def _impossible(agents: Iterable[Agent], secrets: tuple[str, ...]) -> Iterator[str]:
    for agent in agents:
        for reference in references_in(agent.runtime):
            kind, _, name = reference.partition(":")
            why = _why_impossible(kind, name, secrets)
            if why is not None:
                yield f"org/{agent.id}.yaml: {why}"
        sandbox = Sandbox.AUTO if isinstance(agent.runtime, HttpRuntime) else agent.runtime.sandbox
        if sandbox in {Sandbox.CGROUP, Sandbox.PROCESS_GROUP}:
            yield f"org/{agent.id}.yaml: sandbox: {sandbox} lets the agent read all that its job holds, the secrets too: leave it out"


def _why_impossible(kind: str, name: str, secrets: tuple[str, ...]) -> str | None:
    if kind != "env":
        return f"{kind}:… leads nowhere on a runner of GitHub: refer to the secret by env:NAME"
    if not _is_possible(name):
        return (
            f"env:{name} cannot be a secret of the agent's on GitHub: give it a name of letters, digits and _ that the job has no other use for,"
            " and that does not begin with GITHUB_, GITCP_, RUNNER_ or ACTIONS_"
        )
    if name not in secrets:
        return f"env:{name} is on GitHub the same secret as another agent's that differs in the case of letters: name it the same way"
    return None


def _deliveries(company: Company) -> tuple[str, ...]:
    """Return the repositories of github.com, if they are all there and of one owner: an App's token is for one."""
    paths = []
    for repository in company.repositories.values():
        forge = forge_of(repository.url)
        if forge is None or not forge.address.startswith(_HOSTED):
            return ()
        paths.append(forge.address.removeprefix(_HOSTED))
    owners = {path.partition("/")[0] for path in paths}
    return tuple(sorted(set(paths))) if len(owners) == 1 else ()


def _over_ssh(company: Company) -> Iterator[tuple[str, str]]:
    for repository in company.repositories.values():
        forge = forge_of(repository.url)
        if forge is not None and forge.kind is ForgeKind.GITHUB and _SSH.match(repository.url):
            yield repository.url, f"{forge.address}.git"
