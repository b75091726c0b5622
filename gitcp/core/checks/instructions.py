"""Roles live in the execution repository: the files must be there, and their text must not be copied into the org chart."""

from collections.abc import Iterator

from gitcp.core.checks.finding import Finding, Reader
from gitcp.errors import WorkspaceError
from gitcp.model.members import Agent
from gitcp.model.problem import Severity
from gitcp.model.snapshot import Snapshot, agents

# A sentence of this many characters that stands in both places is no coincidence.
_COPIED_CHARACTERS = 60


def instructions(snapshot: Snapshot, read: Reader) -> Iterator[Finding]:
    """Yield instructions that do not exist, and role text that was copied."""
    unreadable: set[str] = set()
    for agent in agents(snapshot):
        if agent.instructions is None or agent.repository is None or agent.repository in unreadable:
            continue
        try:
            text = read(agent.repository, agent.instructions)
        except WorkspaceError as error:
            unreadable.add(agent.repository)
            yield Finding(
                "company",
                "gitcp",
                f"repositories.{agent.repository}",
                error.message,
                error.hint or "",
                Severity.WARNING,
            )
            continue
        if text is None:
            message = f"expected a file of repository {agent.repository}, found no {agent.instructions}"
            yield Finding(
                "agent", agent.id, "instructions", message, "write the role there, or correct the path"
            )
        elif _is_copied(agent, text):
            message = f"repeats {agent.instructions}: the role has one home, the execution repository"
            yield Finding(
                "agent", agent.id, "description", message, "remove the description", Severity.WARNING
            )


def _is_copied(agent: Agent, role: str) -> bool:
    if agent.description is None:
        return False
    flat = " ".join(role.split())
    sentences = (
        " ".join(sentence.split()) for sentence in agent.description.replace("\n\n", ". ").split(". ")
    )
    return any(len(sentence) >= _COPIED_CHARACTERS and sentence.rstrip(".") in flat for sentence in sentences)
