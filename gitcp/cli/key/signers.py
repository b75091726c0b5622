"""`gitcp key signers`."""

import click

from gitcp.cli.settings import Settings


@click.command()
@click.pass_obj
def command(settings: Settings) -> int:
    """Print the SSH keys that the records name as git's own programs read them, so that anybody can verify commits offline.

    OpenPGP keys are not among them: gpg --import keys/*.asc.

    \b
    Example:
      gitcp key signers > .git/allowed_signers
      git config gpg.ssh.allowedSignersFile .git/allowed_signers
      git log --show-signature
    """
    from gitcp.core.keys import allowed_signers

    with settings.plane() as plane:
        for line in allowed_signers(plane.snapshot()):
            click.echo(line)
    return 0
