"""The kinds of values that commands take, and the options that many commands share."""

import json
import re
import shlex
import sys
from collections.abc import Callable
from datetime import UTC, datetime, time
from typing import Any, Final, TypeVar

import click
from click.shell_completion import CompletionItem

F = TypeVar("F", bound=Callable[..., Any])

_TASK: Final = re.compile(r"([A-Za-z][A-Za-z0-9]{1,9})-0*([0-9]{1,9})")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER: Final = re.compile(r"[0-9]+(\.[0-9]{1,6})?|\.[0-9]{1,6}")


class Bare(str):
    """A value that was given without quotes: text to a text field, a number to a number field."""

    __slots__ = ()


class Id(click.ParamType[str]):
    """The id of a record, in the letter case that ids of its kind have."""

    def __init__(self, kind: str, case: Callable[[str], str] = str) -> None:
        """Remember the kind, which is completed, and how its ids are written."""
        self.name = kind
        self._case = case

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Write the id as ids of its kind are."""
        return self._case(str(value).strip())

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Complete from the checkout."""
        from gitcp.cli.candidates import candidates

        return candidates(ctx, self.name, incomplete)


def task_name(text: str) -> str:
    """Write a task's id as tasks are named: `ci-28` is `CI-0028`."""
    match = _TASK.fullmatch(text)
    return f"{match[1].upper()}-{int(match[2]):04d}" if match else text


def _member_name(text: str) -> str:
    return text.removeprefix("@").lower()


TASK: Final = Id("task", task_name)
MEMBER: Final = Id("member", _member_name)
RUN: Final = Id("run")
GOAL: Final = Id("goal", str.lower)
PROJECT: Final = Id("project", str.upper)
ROUTINE: Final = Id("routine", str.lower)
BUDGET: Final = Id("budget")
APPROVAL: Final = Id("approval", str.upper)
POLICY: Final = Id("policy", str.lower)


class Instant(click.ParamType[datetime]):
    """A time with a zone."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read ISO 8601; a time without a zone is refused."""
        try:
            found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"expected a time such as 2026-11-23T09:00:00+01:00, found {value!r}", param, ctx)
        if found.tzinfo is None:
            self.fail(f"expected a time with a zone, such as {value}Z, found {value!r}", param, ctx)
        return found


class Due(click.ParamType[str]):
    """A day, or a time with a zone."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Read a day as its last second in UTC."""
        if _DAY.fullmatch(str(value)):
            try:
                day = datetime.fromisoformat(str(value))
            except ValueError:
                self.fail(f"expected a day such as 2026-11-30, found {value!r}", param, ctx)
            return datetime.combine(day, time(23, 59, 59), UTC).isoformat()
        return Instant().convert(value, param, ctx).isoformat()


class Words(click.ParamType[str]):
    """A text; `-` reads it from standard input."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Read standard input where it is asked for."""
        return sys.stdin.read() if value == "-" else str(value)


class Argv(click.ParamType[tuple[str, ...]]):
    """A command as a shell would quote it; no shell will run it."""

    name = "command"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ...]:
        """Split it as a shell does."""
        try:
            words = value if isinstance(value, tuple) else tuple(shlex.split(str(value)))
        except ValueError as error:
            self.fail(f"expected a command with its quotes closed, found {value!r}: {error}", param, ctx)
        if not words:
            self.fail("expected a command, found nothing", param, ctx)
        return words


class Number(click.ParamType[str]):
    """An amount that is not negative, with at most six decimals; kept as it was written."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Refuse what is no amount."""
        if not _NUMBER.fullmatch(str(value)):
            self.fail(f"expected an amount such as 12.50, found {value!r}", param, ctx)
        return Bare(value)


class Assignment(click.ParamType[tuple[str, Any]]):
    """A field and its value: `limits.usd=2.50`."""

    name = "field=value"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, Any]:
        """Split at the first `=`; lists, mappings, quoted texts and null are JSON, all else stands for itself."""
        if isinstance(value, tuple):
            return value
        field, equals, text = str(value).partition("=")
        if not equals or not field.strip():
            self.fail(f"expected FIELD=VALUE, such as priority=high, found {value!r}", param, ctx)
        try:
            return field.strip(), json.loads(text) if text[:1] in {"[", "{", '"'} or text == "null" else Bare(
                text
            )
        except ValueError as error:
            self.fail(f"{field}: expected JSON, found {text!r}: {error}", param, ctx)


def several(command: F, *options: Callable[[F], F]) -> F:
    """Add options to a command, in their order."""
    for option in reversed(options):
        command = option(command)
    return command


def set_option(command: F) -> F:
    """Add `--set`, which reaches every field of a record."""
    return click.option(
        "--set",
        "assignments",
        type=Assignment(),
        multiple=True,
        metavar="FIELD=VALUE",
        help="Set any field, `limits.usd=2` a part of one; lists and null as JSON. Repeatable.",
    )(command)


def reason_option(command: F) -> F:
    """Add `-m`, why."""
    return click.option("-m", "--reason", type=Words(), metavar="TEXT", help="Why; - reads standard input.")(
        command
    )


def move_option(command: F) -> F:
    """Add `--move-reports-to`, who takes over whom somebody leaves behind."""
    return click.option(
        "--move-reports-to", type=MEMBER, metavar="MEMBER", help="Whom their reports report to from now on."
    )(command)


def now_option(command: F) -> F:
    """Add `--now`, which stops what runs."""
    return click.option("--now", is_flag=True, help="Stop what runs; without it, it goes on to its end.")(
        command
    )


def without_checks_option(command: F) -> F:
    """Add `--without-checks`, a person's word where the checks have said nothing."""
    return click.option(
        "--without-checks",
        type=Words(),
        metavar="REASON",
        help="Why it counts although nothing delivered has passed its checks.",
    )(command)


def task_argument(command: F) -> F:
    """Add the id of a task, which inside a run may be left out: it is then the run's own."""
    return click.argument("task", type=TASK, required=False)(command)


def given(options: dict[str, Any]) -> dict[str, Any]:
    """Return the options that were given."""
    return {name: value for name, value in options.items() if value is not None and value != ()}
