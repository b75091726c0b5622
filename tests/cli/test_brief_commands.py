"""The commands that a brief teaches an agent are commands that there are."""

import re
import shlex

import click
import pytest

from gitcp.cli.application import gitcp
from gitcp.core.brief import brief
from gitcp.model.members import WakeReason
from tests.api.company import a_cause, a_run, the_company


def taught() -> list[str]:
    records = the_company()
    review = a_run(task="CI-0003", answers=(a_cause(WakeReason.REVIEW, "CI-0003"),))
    texts = [brief(records, run).markdown for run in (a_run(), review)]
    found = {command for text in texts for command in re.findall(r"`(gitcp [^`]+)`", text)}
    return sorted(command.replace("MEMBER", "nadia").replace("NAME", "plan") for command in found)


def test_every_way_to_end_a_run_is_taught() -> None:
    verbs = {" ".join(command.split()[1:3]) for command in taught()}

    assert {"task finish", "task block", "task continue", "task review", "task new", "comment new"} <= verbs


@pytest.mark.parametrize("line", taught())
def test_a_taught_command_can_be_typed(line: str) -> None:
    command: click.Command = gitcp
    ctx = click.Context(command)
    words = shlex.split(line)[1:]
    while isinstance(command, click.Group):
        name, found, words = command.resolve_command(ctx, words)
        assert found is not None
        command, ctx = found, click.Context(found, info_name=name, parent=ctx)

    assert command.make_context(command.name, words).params
