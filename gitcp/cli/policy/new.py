"""`gitcp policy new`."""

from typing import Any

import click

from gitcp.cli.output import json_option
from gitcp.cli.parameters import POLICY, set_option
from gitcp.cli.policy.fields import policy_fields, policy_options
from gitcp.cli.records import create, expect
from gitcp.cli.settings import Settings


@click.command()
@click.argument("policy", type=POLICY)
@policy_options
@set_option
@json_option
@click.pass_obj
def command(
    settings: Settings,
    /,
    policy: str,
    as_json: bool,
    assignments: tuple[tuple[str, Any], ...],
    **options: Any,
) -> int:
    """Create a policy: gates that hold operations back, and access rules that say which person may do what.

    A gate is `allow`, `deny` or `approval`, then operations, then conditions: who, unless, labels, projects, priorities, paths, above_usd,
    approvers, quorum, expires_days, reason. Of several the strictest counts. As soon as there is an access rule, persons may do only what one grants.

    \b
    Examples:
      gitcp policy new hiring --title "Who is hired" --gate "approval agent.hire,agent.terminate approvers=owner unless=owner"
      gitcp policy new access --title "Who may what" --access "owner *" --access "lead task.*,comment.* projects=CI"
      gitcp policy new money --file money.yaml
    """
    if options["file"] is None:
        expect(options, "title")
    return create(settings, "policy", policy, policy_fields(policy, options, assignments), as_json)
