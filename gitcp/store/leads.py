"""Where an agent may find something to do: asked of the cache for all agents at once, without reading a record.

Rule: it never leaves out what a run may start for. What it names too many is looked at by `core` and found answered.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from gitcp.model.snapshot import Lead

Ask = Callable[[str, Sequence[Any]], Iterator[Any]]

_HIDDEN: Final = "SELECT number FROM records WHERE shown = 0"
_ANSWERED: Final = """EXISTS (
  SELECT 1 FROM answers a WHERE a.agent = {agent} AND a.record = {record} AND a.digest = {digest}{shown})"""
_OPEN_CHILD: Final = """EXISTS (
  SELECT 1 FROM records c WHERE c.parent = w.task AND c.shown AND c.live AND c.task_status NOT IN ('done', 'cancelled'))"""
_READY: Final = """NOT EXISTS (
  SELECT 1 FROM blockers k WHERE k.number = w.number AND NOT EXISTS (
    SELECT 1 FROM records d WHERE d.kind = 'task' AND d.id = k.blocker AND (d.archived OR d.task_status = 'done')))"""
_AFTER_A_RUN: Final = """EXISTS (
  SELECT 1 FROM records r WHERE r.run_status <> 'active' AND r.pending = 0 AND NOT {answered} AND NOT (r.patient AND NOT w.review AND {open_child})
  AND r.number = (
    SELECT l.number FROM records l WHERE l.run_task = w.task AND l.agent = w.member AND l.shown
    ORDER BY l.claimed_at DESC, l.id DESC LIMIT 1))"""
_CHILDREN_DONE: Final = (
    "NOT w.review AND EXISTS (SELECT 1 FROM records c WHERE c.parent = w.task) AND NOT {open_child}"
)
_MENTIONED: Final = """EXISTS (
  SELECT 1 FROM mentions m JOIN records c USING (number) WHERE m.member = b.key AND NOT EXISTS (
    SELECT 1 FROM answers a WHERE a.agent = b.key AND a.record = c.id AND a.reason = 'mention'{shown}))"""
_FAILED: Final = """EXISTS (
  SELECT 1 FROM records r WHERE r.agent = b.key AND r.run_task IS NULL AND r.outcome <> 'succeeded' AND NOT {answered})"""
_LEADS: Final = """
SELECT agent, claimed, beside, prompted, work.ready, work.priority, work.due, work.created, work.task FROM (
  SELECT b.key AS agent, (SELECT max(r.claimed_at) FROM records r WHERE r.agent = b.key AND r.shown) AS claimed,
  {mentioned} OR {failed} AS beside, {prompted} AS prompted, (
    SELECT w.number FROM work w WHERE w.member = b.key AND (w.review OR w.blockers IS NULL OR {ready}) AND ({due})
    ORDER BY w.ready, w.priority, w.due, w.created, w.task LIMIT 1
  ) AS head FROM json_each(?) b
) LEFT JOIN work ON work.number = head"""


def leads(ask: Ask, slots: Mapping[str, str | None]) -> list[Lead]:
    """Return the leads of these agents; an agent's slot is the digest of its open heartbeat, none if none is open."""
    rows = ask(_question(is_doubled=any(ask(_HIDDEN, ()))), (json.dumps(slots),))
    return [_lead(*row) for row in rows]


def _lead(agent: str, claimed: int | None, beside: int, prompted: int, *urgency: Any) -> Lead:
    ready, priority, due, created, task = urgency
    work = None if task is None else (ready, priority, due, created, task)
    return Lead(agent, claimed, work, beside=bool(beside), prompted=bool(prompted))


def _question(*, is_doubled: bool) -> str:
    # Of several files of one record the hidden ones answer nothing; there are hardly ever any.
    shown = f" AND a.number NOT IN ({_HIDDEN})" if is_doubled else ""

    def answered(digest: str, record: str = "w.task", agent: str = "w.member") -> str:
        return _ANSWERED.format(agent=agent, record=record, digest=digest, shown=shown)

    due = (
        f"NOT {answered('w.asked')}",
        f"b.value IS NOT NULL AND NOT {answered('b.value')}",
        f"w.blockers IS NOT NULL AND NOT {answered('w.blockers')}",
        _AFTER_A_RUN.format(answered=answered("r.id"), open_child=_OPEN_CHILD),
        _CHILDREN_DONE.format(open_child=_OPEN_CHILD),
    )
    return _LEADS.format(
        mentioned=_MENTIONED.format(shown=shown),
        failed=_FAILED.format(answered=answered("r.id", "r.id", "b.key")),
        prompted=f"(b.value IS NOT NULL AND NOT {answered('b.value', 'b.key', 'b.key')})",
        ready=_READY,
        due=" OR ".join(due),
    )
