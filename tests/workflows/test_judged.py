"""The workflows that users get, and our own, as all judges of workflows see them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gitcp.control.github.facts import Facts, facts_of
from gitcp.control.github.workflows import Choices, Credential, action, rendered
from gitcp.control.templates import company_templates
from gitcp.model.company import Company
from gitcp.model.members import Agent
from gitcp.store.codec import read
from gitcp.store.layout import place_of
from tests.workflows.judges import readers, schema, zizmor

# What asks for everything that the templates can hold.
EVERYTHING = Facts(
    company="Acme",
    branch="release/2026",
    secrets=("ANTHROPIC_API_KEY", "OPENAI_API_KEY"),
    is_signed=True,
    deliveries=("acme/factory", "acme/site"),
    over_ssh=(("git@github.com:acme/factory.git", "https://github.com/acme/factory.git"),),
)

WRONG = """\
on: issue_comment
jobs:
  a:
    runs-on: ubuntu-latest
    permisions: {}
    steps:
      - run: echo ${{ github.event.comment.body }} ${{ nothing.at.all }}
"""


def _facts_of_template(folder: Path) -> Facts:
    records = [
        read(place, path.read_bytes()).record
        for path in sorted((folder / "control").rglob("*.yaml"))
        if (place := place_of(path.relative_to(folder / "control").as_posix())) is not None
    ]
    company = next(record for record in records if isinstance(record, Company))
    return facts_of(company, [record for record in records if isinstance(record, Agent)], "main")


def _all_facts() -> Iterator[tuple[str, Facts]]:
    for name, folder in company_templates().items():
        yield name, _facts_of_template(folder)
    yield "everything", EVERYTHING


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Return the files as installed, of each company for each kind of credential."""
    folder = tmp_path_factory.mktemp("installed")
    written = []
    for name, facts in _all_facts():
        for credential in Credential:
            for path, text in rendered(facts, Choices(credential)).items():
                place = folder / name / credential.value / path
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_text(text)
                written.append(place)
    return written


@pytest.fixture
def our_own(project_root: Path) -> list[Path]:
    """Return the workflows of gitcp's repository, and its action."""
    return [*sorted((project_root / ".github" / "workflows").glob("*.yml")), project_root / "action.yml"]


def test_there_are_files_to_judge(installed: list[Path], our_own: list[Path]) -> None:
    assert len(installed) == 3 * 3 * 6
    assert len(our_own) == 3


def test_github_reads_them_and_actionlint_finds_nothing(
    installed: list[Path], our_own: list[Path], tmp_path: Path
) -> None:
    assert readers([*installed, *our_own], tmp_path) == []


def test_zizmor_finds_nothing(installed: list[Path], our_own: list[Path]) -> None:
    assert zizmor([*installed, *our_own]) == []


def test_they_fit_the_published_schemas(installed: list[Path], our_own: list[Path]) -> None:
    assert schema([*installed, *our_own]) == []


def test_each_judge_finds_what_is_wrong(tmp_path: Path) -> None:
    wrong = tmp_path / ".github" / "workflows" / "wrong.yml"
    wrong.parent.mkdir(parents=True)
    wrong.write_text(WRONG)

    said = readers([wrong], tmp_path)

    assert [line for line in said if "actionlint" in line]
    assert [line for line in said if "workflow-parser" in line]
    assert [line for line in zizmor([wrong]) if "template-injection" in line]
    assert [line for line in schema([wrong]) if "permisions" in line]


def test_the_action_of_this_repository_is_the_one_that_is_installed(project_root: Path) -> None:
    assert (project_root / "action.yml").read_text() == action()
