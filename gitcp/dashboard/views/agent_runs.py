"""The older runs of an agent, in parts that stay as they are: the first part holds the oldest."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from gitcp.dashboard import links
from gitcp.dashboard.facts import fact
from gitcp.dashboard.figures import plural
from gitcp.dashboard.refs import Ref, RunLine, member_ref, run_caption, run_line
from gitcp.dashboard.register import Register

SHOWN: Final = 50  # on the agent's own page
PART: Final = 200


class AgentRuns(NamedTuple):
    """One part of an agent's runs, the newest first."""

    title: str
    agent: Ref
    part: int
    runs: tuple[RunLine, ...]
    caption: str
    newer: str | None
    older: str | None


def parts_of(count: int) -> int:
    """Return how many parts so many runs have; none where the agent's page shows them all."""
    return -(-count // PART) if count > SHOWN else 0


def names(register: Register) -> Iterator[str]:
    """Name the parts of all agents: riley/1."""
    for agent, runs in register.rows.by_agent.items():
        yield from (f"{agent}/{part}" for part in range(1, parts_of(len(runs)) + 1))


def path(name: str) -> str:
    """Return the site path of a part."""
    agent, _, part = name.partition("/")
    return links.agent_runs_page(agent, int(part))


def agent_runs(register: Register, name: str) -> AgentRuns | None:
    """Show a part; none where nobody of that name is in the org chart, or there is no such part."""
    agent, _, number = name.partition("/")
    part = int(number)
    who = member_ref(register, agent)
    ids = _runs(register, name)
    if who.href is None or not ids:
        return None
    rows = [row for row in map(register.run_row, ids) if row is not None]
    lines = tuple(run_line(register, row) for row in rows)
    return AgentRuns(
        title=f"Runs of {who.text}, part {part}",
        agent=who,
        part=part,
        runs=lines,
        caption=run_caption(lines, plural(len(lines), "run")),
        newer=links.agent_runs_page(agent, part + 1) if _is_there(register, f"{agent}/{part + 1}") else None,
        older=links.agent_runs_page(agent, part - 1) if part > 1 else None,
    )


@fact("runs-of-agent")
def _runs(register: Register, name: str) -> Sequence[str]:
    """Return the runs of a part, the newest first."""
    agent, _, number = name.partition("/")
    runs = register.rows.by_agent.get(agent, ())
    if not 0 < int(number) <= parts_of(len(runs)):
        return ()
    end = len(runs) - (int(number) - 1) * PART
    return tuple(run.id for run in runs[max(0, end - PART) : end])


@fact("more-runs-of-agent")
def _is_there(register: Register, name: str) -> bool:
    agent, _, number = name.partition("/")
    return int(number) <= parts_of(len(register.rows.by_agent.get(agent, ())))
