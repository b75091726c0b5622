"""A proposal on a terminal."""

from typing import Final

import click

from gitcp.cli.output import print_heading, say
from gitcp.cli.proposal.sections import kinds, sections, verdict
from gitcp.cli.text import counted, line
from gitcp.control.proposals import Proposal
from gitcp.core.quoting import at_most

_MOST: Final = 50


def draw(proposal: Proposal) -> None:
    """Print it; of long sections the beginning."""
    colour = "red" if proposal.is_refused else "yellow" if proposal.needs_approval else "green"
    click.echo(click.style(verdict(proposal), bold=True, fg=colour))
    for section in sections(proposal):
        print_heading(f"{section.title} ({len(section.lines)})")
        for text in at_most((f"- {told}" for told in section.lines), _MOST):
            click.echo(f"  {line(text)}")
    told = ", ".join(
        f"{counted(sum(counts.values()), 'record')} of {plural}" for plural, counts in kinds(proposal)
    )
    ancestor = proposal.ancestor.commit.oid[:12]
    say(
        f"{line(proposal.head.name)} against {line(proposal.base.name)}, from {ancestor}: {told or 'no records'}"
    )
