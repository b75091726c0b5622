from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gitcp.control.finding import Finding
from gitcp.control.github.installing import install
from gitcp.control.github.looks import look
from gitcp.control.github.workflows import Choices, Credential
from tests.github.fake import FakeGitHub, Holder
from tests.stories.company import Company, a_company, commit_all

FORGE = "forge: {kind: github, url: https://github.com/acme/control}\n"


@dataclass(frozen=True)
class Place:
    """A company whose repository is on the small GitHub."""

    company: Company
    github: FakeGitHub

    def write(self, path: str, text: str, *, more: bool = False) -> None:
        """Write a file, or more of it, and commit it."""
        place = self.company.control / path
        place.write_text((place.read_text() if more else "") + text)
        commit_all(self.company.control, f"write {path}")

    def remove(self, path: str) -> None:
        """Remove a file, and commit that."""
        (self.company.control / path).unlink()
        commit_all(self.company.control, f"remove {path}")

    def install(self, credential: Credential = Credential.TOKEN) -> None:
        """Write the workflows, and commit them."""
        with self.company.plane() as plane:
            install(plane, Choices(credential))
        commit_all(self.company.control, "install")

    def protect(self) -> None:
        """Let the company rely on the branch's protection."""
        self.write("gitcp.yaml", "trust: {assurance: forge-protected}\n", more=True)

    def asks_as(self, *rights: str) -> None:
        """Let the token have some rights, and no others."""
        self.github.tokens["job-token"] = Holder(rights=frozenset(rights))

    def ran(
        self, workflow: str = "tick.yml", minutes_ago: float = 5, conclusion: str | None = "success"
    ) -> None:
        """Let a workflow have run by its schedule."""
        at = self.company.now - timedelta(minutes=minutes_ago)
        self.github.ran(workflow, at.strftime("%Y-%m-%dT%H:%M:%SZ"), conclusion=conclusion)

    def found(self) -> list[Finding]:
        """Look."""
        with self.company.plane() as plane:
            return list(look(plane))

    def told(self, about: str) -> list[str]:
        """Look, and return what is told of one thing, with its state before it."""
        return [f"{each.state.value}: {each.message}" for each in self.found() if each.about == about]

    def remedies(self, about: str) -> list[str | None]:
        """Look, and return what is to be done about one thing."""
        return [each.remedy for each in self.found() if each.about == about]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """Return a company whose workflows tick on a small GitHub, by the job's token, with all in order."""
    company = a_company(tmp_path)
    company.now = datetime.now(UTC)
    with FakeGitHub() as github:
        for name, value in github.environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("GITHUB_SERVER_URL", "https://github.com")
        github.workflows = dict.fromkeys(("tick.yml", "check.yml", "pages.yml", "audit.yml"), "active")
        github.site = {
            "html_url": "https://acme.github.io/control/",
            "build_type": "workflow",
            "public": True,
        }
        found = Place(company, github)
        found.write(
            "gitcp.yaml",
            "format: 1\nname: Story\nscheduler: {grace_minutes: 30}\n"
            "repositories: {work: {url: https://github.com/acme/work.git}}\n" + FORGE,
        )
        github.secrets = {"GITCP_DELIVERY_TOKEN"}
        found.install()
        found.ran()
        yield found
