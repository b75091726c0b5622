"""`gitcp key remove`."""

import click

from gitcp.cli.key.public import public_key
from gitcp.cli.output import json_option
from gitcp.cli.parameters import MEMBER
from gitcp.cli.report import report
from gitcp.cli.settings import Settings
from gitcp.errors import GitcpError


@click.command()
@click.argument("person", type=MEMBER)
@click.argument("key", metavar="KEY")
@json_option
@click.pass_obj
def command(settings: Settings, person: str, key: str, as_json: bool) -> int:
    """Let a person sign with a key no more, named as `gitcp key add` names it or by its fingerprint. What was signed with it stays signed.

    \b
    Examples:
      gitcp key remove alex ~/.ssh/id_old.pub
      gitcp key remove alex SHA256:bWzPqSpKcJzQm7p8S1sVq7o7lHq8mCwYwHn1mQm0b1E
    """
    from gitcp.core.keys import fingerprint_of

    with settings.desk() as desk:
        known = desk.member(person).get("keys", ())
        gone = key if key.startswith("SHA256:") else fingerprint_of(public_key(key))
        kept = [each for each in known if fingerprint_of(each) != gone]
        if len(kept) == len(known):
            raise GitcpError(f"{person} has no key {gone}", hint="gitcp key")
        done = desk.apply("person.edit", {"id": person, "fields": {"keys": kept}})
    return report(done, as_json, "gitcp key")
