"""`gitcp github check`."""

import os
import re
from typing import TYPE_CHECKING, Any, Final

import click

from gitcp.cli.output import json_option, say
from gitcp.cli.settings import Settings
from gitcp.cli.text import line

if TYPE_CHECKING:
    from datetime import datetime

    from gitcp.cli.github.telling import Telling
    from gitcp.control.github.checking import Said, Subject
    from gitcp.control.proposals import Proposal
    from gitcp.errors import GitcpError
    from gitcp.github.client import Client

_COMMIT: Final = re.compile(r"[0-9a-f]{40}")


class _Commit(click.ParamType[str]):
    name = "sha"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not _COMMIT.fullmatch(str(value)):
            self.fail(f"expected a commit as forty hexadecimal digits, found {value!r}", param, ctx)
        return str(value)


@click.command()
@click.argument("pull", type=click.IntRange(min=1))
@click.option("--base", type=_Commit(), required=True, help="The commit of the record branch that it is for.")
@click.option("--head", type=_Commit(), required=True, help="The commit that is proposed.")
@click.option("--strict", is_flag=True, help="Let it fail also where somebody has to agree.")
@json_option
@click.pass_obj
def command(settings: Settings, pull: int, base: str, head: str, strict: bool, as_json: bool) -> int:
    """Tell a pull request what it would do: one comment that is kept up to date, and the status `gitcp/check` of its commit.

    The status is a failure where it cannot go in as it is; where only somebody has to agree, it is a success that says who, or with
    --strict a failure. Both commits have to be in this clone; of the proposal nothing is run. Needs `pull-requests: write` and
    `statuses: write`. Ends with 1 where the status is no success.

    \b
    Example:
      gitcp github check 17 --base "$BASE" --head "$HEAD"
    """
    from gitcp.cli.github.telling import print_data, telling
    from gitcp.control.github.checking import State, Subject
    from gitcp.control.github.repository import client_of

    with telling() as told:
        with settings.plane() as plane:
            client, now = client_of(plane, os.environ), plane.clock.now()
            subject = Subject(pull, head, base, plane.store.branch, plane.store.tip())
        found = _found(settings, client, subject, now)
        if found is None:
            say(f"pull request {pull} has another commit by now; a later check tells of that")
            return 0
        said = _said(told, client, subject, found, strict=strict)
        if as_json:
            print_data(_view(pull, said, found))
        return 0 if said.word.state is State.SUCCESS else 1


def _found(
    settings: Settings, client: "Client", subject: "Subject", now: "datetime"
) -> "Proposal | GitcpError | None":
    from gitcp.control.github.checking import proposal_of, pull_of
    from gitcp.errors import GitcpError

    pull = pull_of(client, subject)
    try:
        return proposal_of(settings.place(), subject, now)
    except GitcpError as error:
        # A commit that nobody proposes any more may be gone.
        return error if pull.head.sha == subject.head else None


def _said(
    told: "Telling", client: "Client", subject: "Subject", found: "Proposal | GitcpError", *, strict: bool
) -> "Said":
    from gitcp.cli.github.verdict import word_on
    from gitcp.control.github.checking import State
    from gitcp.control.github.checking import say as say_on
    from gitcp.github.actions import Level

    word = word_on(found, subject, told.job.page, strict=strict)
    told.job.summarise(word.comment)
    if word.state is not State.SUCCESS:
        told.annotate(Level.ERROR, f"pull request {subject.number}", word.description)
    said = say_on(client, subject, word, is_in_job=told.job.is_here)
    say(f"{word.state}: {line(word.description)}")
    if said.comment is None:
        say(f"pull request {subject.number} has another commit by now; a later check comments on that")
    return said


def _view(pull: int, said: "Said", found: "Proposal | GitcpError") -> dict[str, Any]:
    from gitcp.cli.proposal.view import view
    from gitcp.errors import GitcpError

    return {
        "pull": pull,
        "state": said.word.state,
        "description": said.word.description,
        "comment": said.comment,
        "proposal": None if isinstance(found, GitcpError) else view(found),
    }
