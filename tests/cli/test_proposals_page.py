"""docs/proposals.md: its examples are what the commands say.

After a change, `GITCP_TEST_WRITE_DOCS=1 make test ARGS="-k proposals_page"` writes them anew.
"""

import os
import re
from pathlib import Path
from typing import Final

import pytest
import yaml

from gitcp.cli.application import gitcp
from tests.cli.conftest import Shell
from tests.cli.test_check_proposals import NORA, edit, folder_of
from tests.cli.test_show import git

BLOCK: Final = re.compile(r"<!-- generated: (?P<name>[a-z]+) -->\n(?P<text>.*?)<!-- end -->", re.DOTALL)
COMMANDS: Final = {
    "comment": ("check", "--base", "main", "--head", "hire-nora", "--format", "markdown"),
    "diff": ("diff", "main~1", "hire-nora"),
    "show": ("show", "agent/riley", "--at", "main~1"),
}


@pytest.fixture
def page(project_root: Path) -> Path:
    return project_root / "docs" / "proposals.md"


def story(shell: Shell) -> None:
    """Build what the page tells of."""
    folder = folder_of(shell)
    git(folder, "branch", "-m", "hire-nora")
    (folder / "org/nora.yaml").write_text(NORA)
    edit(shell, "budgets/agent/riley.yaml", "usd: 1,", "usd: 60,")
    edit(shell, "tasks/CI/CI-0001.yaml", "assignee: riley", "assignee: nora")
    _commit(folder)
    git(folder, "checkout", "-q", "main")
    edit(shell, "budgets/agent/riley.yaml", "usd: 1,", "usd: 70,")
    edit(shell, "tasks/CI/CI-0001.yaml", "title: Enforce", "title: Keep")
    _commit(folder)


def _commit(folder: Path) -> None:
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "change by hand", "--author", "Alex Example <alex@example.com>")


def test_the_examples_are_what_the_commands_say(shell: Shell, page: Path) -> None:
    story(shell)
    made = {name: _block(shell, words) for name, words in COMMANDS.items()}
    text = page.read_text(encoding="utf-8")
    if os.environ.get("GITCP_TEST_WRITE_DOCS"):
        text = BLOCK.sub(lambda m: f"<!-- generated: {m['name']} -->\n{made[m['name']]}<!-- end -->", text)
        page.write_text(text, encoding="utf-8")

    assert {match["name"]: match["text"] for match in BLOCK.finditer(text)} == made


def _block(shell: Shell, words: tuple[str, ...]) -> str:
    out = re.sub(r"`[0-9a-f]{12}`", "`b55cfec05937`", shell("--at", "2026-11-22T09:00:00Z", *words).out)
    fence = "````"
    return (
        f"{fence}markdown\n{out}{fence}\n"
        if words[0] == "check"
        else f"{fence}\n$ gitcp {' '.join(words)}\n{out}{fence}\n"
    )


def test_every_option_that_the_page_names_exists(page: Path) -> None:
    text = BLOCK.sub("", page.read_text(encoding="utf-8")).partition("```yaml")[0]
    context = gitcp.make_context("gitcp", ["check"], resilient_parsing=True)
    known = {
        option
        for name in ("check", "show", "diff", "simulate")
        for parameter in (gitcp.get_command(context, name) or gitcp).params
        for option in parameter.opts
    }

    assert set(re.findall(r"(?<![\w-])--[a-z]+", text)) <= known


def test_the_workflow_can_be_read(page: Path) -> None:
    (workflow,) = re.findall(r"```yaml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)

    steps = yaml.safe_load(workflow)["jobs"]["check"]["steps"]
    assert any("gitcp check --base" in step.get("run", "") for step in steps)
