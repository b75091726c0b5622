"""The error boundary: what a user reads when something goes wrong, and the exit code.

0 done, 1 expected error, 2 usage, 3 bug, 130 interrupted.
"""

import os
import sys
from collections.abc import Callable
from typing import Any

import click

from gitcp.cli.text import block, line
from gitcp.errors import GitcpError

BUG, INTERRUPTED = 3, 130


def reported(run: Callable[[], Any]) -> int:
    """Run a command line and return its exit code."""
    try:
        result = run()
    except GitcpError as error:
        return _expected(error)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted", err=True)
        return INTERRUPTED
    except Exception:  # noqa: BLE001 — the one boundary: a bug becomes a report, never a traceback on the terminal
        return _bug()
    return result if isinstance(result, int) else 0


def hush() -> int:
    """Let the rest of the output go nowhere: whoever read it has seen enough. Python must not complain at exit either."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _expected(error: GitcpError) -> int:
    click.echo(click.style("Error: ", fg="red", bold=True) + block(error.message), err=True)
    if error.hint:
        click.echo(f"  hint: {block(error.hint)}", err=True)
    return error.exit_code


def _bug() -> int:
    import tempfile
    import traceback

    handle, path = tempfile.mkstemp(prefix="gitcp-bug-", suffix=".log")
    with os.fdopen(handle, "w", encoding="utf-8") as log:
        log.write(traceback.format_exc())
    last = traceback.format_exc().strip().splitlines()[-1]
    click.echo(
        click.style("Bug: ", fg="red", bold=True) + f"gitcp failed in a way it should not: {line(last)}",
        err=True,
    )
    click.echo(f"  hint: please report it with {path}", err=True)
    return BUG
