"""The log as data for the filters of its pages: a script for each part, loaded when somebody looks through all of it."""

import json
from typing import Any, Final

from gitcp.dashboard import links, operations
from gitcp.dashboard.register import Register
from gitcp.dashboard.views.log import actor_of, gist, names, part_of
from gitcp.dashboard.views.timeline import SHORT, who_made
from gitcp.model.history import Entry

__all__ = ["names", "parts", "path", "shard"]

_LONGEST: Final = 300


def parts(register: Register) -> str:
    """Say how many parts there are."""
    return f"gitcpLog.parts({sum(1 for _ in names(register))});\n"


def path(name: str) -> str:
    """Return where the data of a part is."""
    return links.log_shard(int(name))


def shard(register: Register, name: str) -> str | None:
    """Write the commits of a part, the last first.

    Each is when (for machines, for people), who, their page, by what a filter knows them, operation, kinds of records, what, why, the short
    commit, and where it stands.
    """
    number = int(name)
    rows = [_row(register, entry, links.log_page(number)) for entry in part_of(register, number)]
    if not rows:
        return None
    text = ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows)
    return f"gitcpLog.part({number},[\n{text}\n]);\n"


def _row(register: Register, entry: Entry, page: str) -> list[Any]:
    who = who_made(register, entry)
    at = register.clock.stamp(entry.at)
    return [
        at.machine,
        at.text,
        who.text,
        who.href or "",
        actor_of(who),
        operations.told(entry.trailers.get("Gitcp-Op")),
        gist(entry.paths, entry.subject).kinds,
        entry.subject[:_LONGEST],
        entry.trailers.get("Gitcp-Reason", "")[:_LONGEST],
        entry.revision[:SHORT],
        f"{page}#{links.commit_anchor(entry.revision)}",
    ]
