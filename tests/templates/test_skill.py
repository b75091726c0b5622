"""The coordination skill: as short as it may be, and true of this very gitcp."""

import re
import shlex

import click
import pytest
from pydantic import TypeAdapter

from gitcp.cli.application import gitcp
from gitcp.control.templates import templates
from gitcp.core.brief import brief
from gitcp.model.memory import Records
from gitcp.model.runtimes import Runtime
from tests.helpers import NOW, a_company, a_project, a_run, a_task, an_agent, later

SKILL = templates() / "skill" / "SKILL.md"
MOST_BYTES = 6 * 1024
RUNTIMES = [
    {"type": "process", "command": ["true"]},
    {"type": "claude-code"},
    {"type": "codex"},
    {"type": "opencode"},
    {"type": "gemini"},
]
COMMANDS = [span for span in re.findall(r"`(gitcp [a-z][^`]*)`", SKILL.read_text()) if not span.isupper()]


def test_the_skill_is_small() -> None:
    assert len(SKILL.read_bytes()) < MOST_BYTES


def test_the_skill_says_its_name_and_when_it_is_of_use() -> None:
    _, front, body = SKILL.read_text().split("---\n", 2)
    said = dict(line.split(": ", 1) for line in front.splitlines())

    assert said.keys() == {"name", "description"}
    assert said["name"] == "gitcp"
    assert len(said["description"]) < 1024
    assert body.strip()


def test_the_skill_stands_alone() -> None:
    assert [path.name for path in SKILL.parent.iterdir()] == ["SKILL.md"]


@pytest.mark.parametrize("line", COMMANDS)
def test_each_command_of_the_skill_exists_with_its_options(line: str) -> None:
    words = shlex.split(line.partition(" < ")[0])[1:]
    command: click.Command = gitcp
    context = click.Context(gitcp, info_name="gitcp")
    while isinstance(command, click.Group):
        name, found, words = command.resolve_command(context, words)
        assert found is not None
        command, context = found, click.Context(found, parent=context, info_name=name)
    options = {
        option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)
    }

    assert {word for word in words if word.startswith("-") and word != "-"} <= options


@pytest.mark.parametrize("config", RUNTIMES, ids=lambda config: config["type"])
def test_what_a_run_needs_to_end_is_in_its_brief_and_no_rule_is_paid_for_twice(
    config: dict[str, object],
) -> None:
    agent = an_agent(runtime=TypeAdapter(Runtime).validate_python(config))
    run = a_run(task="CI-0001")
    snapshot = Records.of([a_company(), agent, a_project(), a_task("CI-0001", assignee=agent.id), run])
    is_command_line = config["type"] != "process"

    told = brief(snapshot, run)

    for word in ("gitcp task finish", "gitcp task block", "gitcp task continue"):
        assert word in told.markdown
    for rule in ("Do not push", "GITCP_API_URL"):
        assert (rule in told.markdown) is not is_command_line
    assert "Never push" in told.system
    assert "data" in told.system
    assert len(told.system.encode()) < 2_000


def test_the_system_prompt_is_the_same_in_every_run_of_an_agent() -> None:
    agent = an_agent()
    first, second = a_run(agent.id, claimed_at=NOW), a_run(agent.id, claimed_at=later(60))
    snapshot = Records.of([a_company(), agent, first, second])

    assert first.id != second.id
    assert brief(snapshot, first).system == brief(snapshot, second).system
