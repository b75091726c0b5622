"""`gitcp simulate`."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import click

from gitcp.cli.output import json_option, print_facts, print_heading, print_json, print_table, say
from gitcp.cli.parameters import Number
from gitcp.cli.settings import Settings
from gitcp.cli.text import amount, counted, when

if TYPE_CHECKING:
    from collections.abc import Sequence

View = dict[str, Any]

_LONGEST = 3660


@click.command()
@click.option(
    "--days",
    type=click.IntRange(1, _LONGEST),
    default=30,
    show_default=True,
    metavar="N",
    help="For how long.",
)
@click.option("--seed", type=int, default=1, show_default=True, metavar="N", help="Another seed, other luck.")
@click.option(
    "--minutes", type=Number(), metavar="N", help="How long each run takes.  [default: as history says]"
)
@click.option("--usd", type=Number(), metavar="N", help="What each run costs.  [default: as history says]")
@click.option(
    "--success",
    type=click.FloatRange(0, 1),
    metavar="SHARE",
    help="Which share of runs succeeds, 0 to 1.  [default: as history says]",
)
@json_option
@click.pass_obj
def command(settings: Settings, /, days: int, seed: int, as_json: bool, **given: Any) -> int:
    """Let the company work on a virtual clock, and say what would happen. Nothing is written, nothing is started.

    The scheduler is the real one. How long runs take, what they cost and how they end is drawn from the
    latest runs of the same agent; from everybody's, where it has none. People do nothing meanwhile.

    \b
    Examples:
      gitcp simulate
      gitcp simulate --days 90 --seed 7 --json
      gitcp simulate --usd 0.80 --minutes 20 --success 0.7
    """
    view = _simulated(settings, days, seed, given)
    if as_json:
        print_json(view)
    else:
        _draw(view, days)
    return 0


def _simulated(settings: Settings, days: int, seed: int, given: View) -> View:
    from gitcp.cli.progress import Bar
    from gitcp.control.simulation.draws import Draws, Given
    from gitcp.control.simulation.history import History
    from gitcp.control.simulation.report import simulate

    amounts = {name: Decimal(given[name]) for name in ("minutes", "usd") if given[name] is not None}
    progress = Bar("simulating")
    with settings.plane() as plane:
        snapshot = plane.snapshot()
        draws = Draws(seed, History.of(snapshot), Given(**amounts, success=given["success"]))
        view = simulate(snapshot, plane.clock.now(), days, draws, progress)
    progress.end()
    return view


def _draw(view: View, days: int) -> None:
    reasons = ", ".join(f"{count} {reason}" for reason, count in view["reasons"].items())
    print_facts(
        [
            ("time", f"{when(view['from'])} to {when(view['until'])}"),
            ("wakes", view["wakes"]),
            ("by", reasons),
        ]
    )
    _draw_spent("Agents", "agent", view["agents"])
    _draw_spent("Goals", "goal", view["goals"])
    dry = [(row, found) for row in view["budgets"] for found in row["dry"]]
    _section(
        "Budgets that run dry",
        ("budget", "limit", "at", "metric"),
        [
            (row["budget"], f"{amount(m, row['limits'].get(m))} a {row['period']}", when(found["at"]), m)
            for row, found in dry
            for m in (found["metric"],)
        ],
    )
    _section(
        "Tasks that starve",
        ("task", "agent", "since", "why"),
        [(row["task"], row["agent"], when(row["since"]), row["reason"]) for row in view["starving"]],
    )
    _section(
        "Stalled: somebody must act",
        ("task", "member", "why"),
        [(row["task"], row["member"], row["reason"]) for row in view["stalled"]],
    )
    _section(
        "Heartbeats that are too dense",
        ("agent", "cron", "would fit", "why"),
        [(row["agent"], row["cron"], row["fits"], "; ".join(row["reasons"])) for row in view["too_dense"]],
    )
    _tell(view, days, len(dry))


def _draw_spent(title: str, kind: str, rows: "Sequence[View]") -> None:
    told = [
        (
            row[kind] or "-",
            row["wakes"],
            amount("minutes", row["minutes"]),
            amount("usd", row["usd"]),
            _ended(row),
        )
        for row in sorted(rows, key=lambda row: -row["usd"])
    ]
    _section(title, (kind, "wakes", "min", "usd", "ended"), told)


def _ended(row: View) -> str:
    return ", ".join(f"{count} {outcome}" for outcome, count in row["outcomes"].items())


def _section(title: str, heads: "Sequence[str]", rows: "Sequence[Sequence[object]]") -> None:
    if rows:
        print_heading(title)
        print_table(rows, heads=heads)


def _tell(view: View, days: int, dry: int) -> None:
    unknown = view["without_history"]
    if unknown:
        known = f"{unknown[0]} and {len(unknown) - 1} more have" if len(unknown) > 1 else f"{unknown[0]} has"
        say(f"note: {known} no runs to go by; say what to expect with --minutes, --usd and --success")
    told = f"{counted(view['wakes'], 'wake')} in {counted(days, 'day')}"
    said = [
        (dry, "dry budget"),
        (len(view["starving"]), "starving task"),
        (len(view["too_dense"]), "dense heartbeat"),
    ]
    say(", ".join([told, *(counted(number, noun) for number, noun in said if number)]))
