"""What all looks at GitHub go by."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from gitcp.control.github.facts import Facts, facts_of
from gitcp.control.github.workflows import TICK, Choices, choices_in, rendered
from gitcp.control.plane import Plane
from gitcp.github.actions import SERVER
from gitcp.github.answers import Repository
from gitcp.github.client import Client
from gitcp.model.company import Assurance, Company
from gitcp.model.snapshot import agents


@dataclass(frozen=True, slots=True)
class Scene:
    """A company and its repository. `wanted` are the workflows' files as this gitcp writes them, `there` those of them that the branch has."""

    plane: Plane
    client: Client
    company: Company
    repository: Repository
    server: str
    now: datetime
    facts: Facts
    choices: Choices
    wanted: Mapping[str, str]
    there: Mapping[str, str]

    @classmethod
    def of(
        cls,
        plane: Plane,
        client: Client,
        company: Company,
        repository: Repository,
        environ: Mapping[str, str],
    ) -> Self:
        """Read the files of the branch: what lies in the checkout runs nowhere."""
        facts = facts_of(company, agents(plane.snapshot()), plane.store.branch)
        choices = choices_in(_file(plane, TICK) or "") or Choices()
        wanted = rendered(facts, choices)
        there = {path: text for path in wanted if (text := _file(plane, path)) is not None}
        server = environ.get("GITHUB_SERVER_URL") or SERVER
        return cls(
            plane,
            client,
            company,
            repository,
            server,
            plane.clock.now(),
            facts,
            choices,
            wanted,
            there,
        )

    @property
    def has_workflows(self) -> bool:
        """Whether gitcp's workflows tick here."""
        return TICK in self.there

    @property
    def is_protected(self) -> bool:
        """Whether the company relies on the branch's protection."""
        return self.company.trust.assurance is Assurance.FORGE_PROTECTED

    @property
    def may_hide(self) -> bool:
        """Whether what GitHub says is not there may be what this token may not see."""
        rights = self.repository.permissions
        return self.repository.private and (rights is None or not rights.admin)

    def settings(self, place: str) -> str:
        """Return the address of a page of the repository's settings."""
        return f"{self.server}/{self.repository.full_name}/settings/{place}"


def _file(plane: Plane, path: str) -> str | None:
    data = plane.store.read_file(path)
    return None if data is None else data.decode(errors="replace")
