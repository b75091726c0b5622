"""The reference of all commands, as their help has it.

`python -m tests.cli.reference` writes docs/cli.md anew.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from gitcp.cli.application import gitcp
from gitcp.cli.grammar import SECTIONS, VERBS

WIDTH = 100

HEAD = """\
# The command line

Each command as `--help` tells it; this page is made from it.

* A noun alone lists: `gitcp task` is `gitcp task list`.
  An id alone is shown: `gitcp task CI-0028` is `gitcp task show CI-0028`.
* Ids may be typed in any letter case and without leading zeros: `ci-28` is `CI-0028`.
* Data goes to standard output, everything else to standard error.
  `--json` prints data for programs: the same values as the HTTP API.
* `-` for a text reads it from standard input.
* Inside a run (`GITCP_API_URL` is set) commands talk to the run's callback, and the run's own task needs no id.
  `gitcp -C DIR` reads the repository all the same.
* Exit codes: 0 done, 1 an expected error, 2 wrong usage, 3 a bug of gitcp, 130 interrupted.
"""


def commands() -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Yield every command that does something, with the words that call it, in the order of the help."""
    for section in SECTIONS.values():
        for name in section:
            command = gitcp.get_command(click.Context(gitcp), name)
            assert command is not None
            if not isinstance(command, click.Group):
                yield (name,), command
                continue
            for verb in VERBS[name]:
                found = command.get_command(click.Context(command), verb)
                assert found is not None
                yield (name, verb), found


def help_of(words: tuple[str, ...], command: click.Command) -> str:
    """Return a command's help as a terminal of one width shows it."""
    parent = _top()
    for word in words[:-1]:
        parent = click.Context(gitcp, info_name=word, parent=parent, terminal_width=WIDTH)
    command._help_option = None  # click keeps the names of the first context that asked
    return command.get_help(click.Context(command, info_name=words[-1], parent=parent, terminal_width=WIDTH))


def _top() -> click.Context:
    return click.Context(gitcp, info_name="gitcp", terminal_width=WIDTH, help_option_names=["-h", "--help"])


def reference() -> str:
    """Return docs/cli.md."""
    gitcp._help_option = None
    parts = [HEAD, _block(gitcp.get_help(_top()))]
    by_name = dict(commands())
    for section, names in SECTIONS.items():
        parts.append(f"## {section}\n")
        for name, about in names.items():
            if name in VERBS:
                parts.append(f"### gitcp {name}\n\n{about}\n")
            for words, command in by_name.items():
                if words[0] == name:
                    level = "###" if len(words) == 1 else "####"
                    parts.append(f"{level} gitcp {' '.join(words)}\n\n{_block(help_of(words, command))}")
    return "\n".join(parts)


def _block(text: str) -> str:
    return f"```text\n{text.rstrip()}\n```\n"


if __name__ == "__main__":
    path = Path(__file__).resolve().parents[2] / "docs" / "cli.md"
    path.write_text(reference(), encoding="utf-8")
    sys.stdout.write(f"{path}\n")
