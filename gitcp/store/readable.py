"""Which records there are, archived or not, and where those of some names are: asked of the cache."""

import json
from collections.abc import Callable, Collection, Iterator
from typing import Any, Final

from gitcp.model.base import Record

Ask = Callable[[str, tuple[str, ...]], Iterator[Any]]

_NAMES: Final = """
SELECT DISTINCT coalesce(run_task, about, iif(instr(id, '/'), substr(id, 1, instr(id, '/') - 1), id)) FROM records
WHERE kind IN (SELECT value FROM json_each(?)) AND shown AND (live OR archived)
"""

# A cross join keeps SQLite from going through all records once for every name.
_AMONG: Final = """
WITH names AS (SELECT value AS name FROM json_each(?1)), kinds AS (SELECT value AS kind FROM json_each(?2))
SELECT r.path, r.kind, r.id, r.oid, r.json FROM names n CROSS JOIN kinds k CROSS JOIN records r
WHERE r.kind = k.kind AND r.id = n.name AND r.shown AND (r.live OR r.archived)
UNION ALL
SELECT r.path, r.kind, r.id, r.oid, r.json FROM names n CROSS JOIN kinds k CROSS JOIN records r
WHERE r.kind = k.kind AND r.id > n.name || '/' AND r.id < n.name || '0' AND r.shown AND (r.live OR r.archived)
UNION ALL
SELECT r.path, r.kind, r.id, r.oid, r.json FROM names n CROSS JOIN kinds k CROSS JOIN records r
WHERE r.kind = k.kind AND k.kind = 'run' AND r.run_task = n.name AND r.shown AND r.live
UNION ALL
SELECT r.path, r.kind, r.id, r.oid, r.json FROM names n CROSS JOIN kinds k CROSS JOIN records r
WHERE r.kind = k.kind AND k.kind = 'run' AND r.about = n.name AND r.shown AND r.archived
"""


def names(ask: Ask, kinds: Collection[type[Record]]) -> list[str]:
    """Return the ids of all records of some kinds; of what belongs to a task the task's."""
    return [name for (name,) in ask(_NAMES, (_words(kinds),))]


def among(ask: Ask, names: Collection[str], kinds: Collection[type[Record]]) -> Iterator[Any]:
    """Yield path, kind, id, blob and text of the records of some kinds that have these ids, or belong to the tasks of these."""
    return ask(_AMONG, (json.dumps(list(names)), _words(kinds)))


def _words(kinds: Collection[type[Record]]) -> str:
    return json.dumps([kind.kind for kind in kinds])
