"""`gitcp key add`."""

import click

from gitcp.cli.key.public import public_key
from gitcp.cli.output import json_option, say
from gitcp.cli.parameters import MEMBER
from gitcp.cli.report import report
from gitcp.cli.settings import Settings


@click.command()
@click.argument("person", type=MEMBER)
@click.argument("key", metavar="KEY")
@json_option
@click.pass_obj
def command(settings: Settings, person: str, key: str, as_json: bool) -> int:
    """Let a person sign with a key: the name of its public file, its line, or the fingerprint of an OpenPGP key.

    Of an OpenPGP key the certificate belongs into the repository as well: keys/FINGERPRINT.asc.

    \b
    Examples:
      gitcp key add alex ~/.ssh/id_ed25519.pub
      gitcp key add alex 37248B50F92A9322C6AFC0F69DEFDF71E5542075
    """
    added = public_key(key)
    with settings.desk() as desk:
        known = desk.member(person).get("keys", ())
        keys = [*known, *([] if added in known else [added])]
        done = desk.apply("person.edit", {"id": person, "fields": {"keys": keys}})
    if " " not in added and not as_json:
        say(f"git holds the certificate too: gpg --armor --export {added} > keys/{added}.asc, and commit it")
    return report(done, as_json, "gitcp key")
