"""`gitcp completion`."""

import os

import click


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]), required=False)
@click.pass_context
def command(ctx: click.Context, shell: str | None) -> int:
    """Print the script that completes commands, options and ids in a shell. Without SHELL: yours, as $SHELL names it.

    \b
    Examples:
      gitcp completion bash >> ~/.bashrc
      gitcp completion zsh >> ~/.zshrc
      gitcp completion fish > ~/.config/fish/completions/gitcp.fish
    """
    from click.shell_completion import get_completion_class

    wanted = shell or os.environ.get("SHELL", "").rpartition("/")[2]
    found = get_completion_class(wanted)
    if found is None:
        raise click.UsageError(
            f"Missing argument 'SHELL': expected bash, zsh or fish, found {wanted!r} in $SHELL."
        )
    click.echo(found(ctx.find_root().command, {}, "gitcp", "_GITCP_COMPLETE").source())
    return 0
