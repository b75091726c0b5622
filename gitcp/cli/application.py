"""The `gitcp` command: options for all, commands that are imported when called, and the one error boundary."""

import importlib
import sys
from collections.abc import Iterable
from datetime import datetime
from io import TextIOWrapper
from typing import Any

import click

import gitcp as package
from gitcp.cli.boundary import hush, reported
from gitcp.cli.grammar import MOVED, SECTIONS, VERBS, default_verb, module_of
from gitcp.cli.parameters import Instant
from gitcp.cli.settings import Settings


def _load(command: str, verb: str | None = None) -> click.Command:
    found = importlib.import_module(module_of(command, verb)).command
    assert isinstance(found, click.Command)
    return found


def _meant(word: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(word, list(known), n=1)
    return f" Did you mean {near[0]!r}?" if near else ""


class Noun(click.Group):
    """A noun with its verbs; without one it lists."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the verbs in the order of the table."""
        return list(VERBS[self.name or ""])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a verb."""
        return _load(self.name or "", cmd_name) if cmd_name in VERBS[self.name or ""] else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Print the verbs without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(VERBS[self.name or ""].items()))
        default = default_verb(self.name or "")
        formatter.write_paragraph()
        formatter.write_text(
            f"{f'Without a command: {default}. ' if default else ''}Each has --help with examples."
        )

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the verb in front where it is clear without being said."""
        return super().parse_args(ctx, args if ctx.resilient_parsing else self._spoken(ctx, args))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a verb; one that lives with another noun is found as well."""
        moved = MOVED.get((self.name or "", args[0]))
        if moved is not None:
            return moved[1], _load(*moved), args[1:]
        return super().resolve_command(ctx, args)

    def _spoken(self, ctx: click.Context, args: list[str]) -> list[str]:
        verbs, first = VERBS[self.name or ""], args[0] if args else "-"
        if first in verbs or first in {"--help", "-h"} or (self.name or "", first) in MOVED:
            return args
        default = default_verb(self.name or "")
        if default is None:
            return args or ["--help"]
        if first.startswith("-") or any(
            isinstance(p, click.Argument) for p in _load(self.name or "", default).params
        ):
            return [default, *args]
        # An id alone is shown; what nearly is a verb is a slip of the fingers.
        near = _meant(first, verbs)
        if near or "show" not in verbs:
            raise click.UsageError(f"No such command {first!r}.{near}", ctx)
        return ["show", *args]


class Application(click.Group):
    """The top level."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order of the table."""
        return [name for commands in SECTIONS.values() for name in commands]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; nouns are made from the table."""
        if cmd_name in VERBS:
            about = next(commands[cmd_name] for commands in SECTIONS.values() if cmd_name in commands)
            return Noun(name=cmd_name, help=about, context_settings=CONTEXT)
        return _load(cmd_name) if cmd_name in self.list_commands(ctx) else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command; a plural finds its noun."""
        known, word = self.list_commands(ctx), args[0]
        if word not in known:
            word = word.removesuffix("ies") + "y" if word.endswith("ies") else word.removesuffix("s")
        if word not in known and not ctx.resilient_parsing:
            raise click.UsageError(f"No such command {args[0]!r}.{_meant(args[0], known)}", ctx)
        return super().resolve_command(ctx, [word, *args[1:]])

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Print the commands by section without importing them."""
        for section, commands in SECTIONS.items():
            with formatter.section(section):
                formatter.write_dl(list(commands.items()))

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; click would call it a failure that a reader has seen enough."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            return hush()

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run a command line; what goes wrong is reported in one place."""
        for stream in (sys.stdout, sys.stderr):
            # A terminal that cannot draw a character shows another one; it is no reason to fail.
            if isinstance(stream, TextIOWrapper):
                stream.reconfigure(errors="replace")
        return reported(lambda: super(Application, self).main(*args, **(kwargs | {"standalone_mode": False})))


CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.command(cls=Application, context_settings=CONTEXT)
@click.version_option(package.__version__, prog_name="gitcp")
@click.option(
    "-C",
    "--repo",
    metavar="DIR",
    help="The control repository, a folder or a URL.  [default: the one around this folder]",
)
@click.option(
    "--at",
    type=Instant(),
    metavar="TIME",
    help="Shift now, for a demo or a test: never backwards, never with a remote.",
)
@click.pass_context
def gitcp(ctx: click.Context, repo: str | None, at: datetime | None) -> None:
    """Run an organisation of AI agents from a Git repository.

    Every record is a YAML file, every change a commit. Begin with `gitcp demo demo`.
    """
    ctx.obj = Settings(repo=repo, at=at)
