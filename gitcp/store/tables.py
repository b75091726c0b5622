"""The tables of the cache, and the key that says whether a cache on disk is of this program."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

import gitcp

TABLES: Final = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- One row per file at a record's place; of several files of one record one is shown. `live`: it can be read and is not archived.
-- `json` is there for what is worked on. The rest, which is most of it, is read from its blob when it is asked for: that takes about as long.
CREATE TABLE records (
  number INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, id TEXT NOT NULL, oid TEXT NOT NULL, json TEXT,
  live INTEGER NOT NULL, archived INTEGER NOT NULL, misplaced INTEGER NOT NULL, shown INTEGER NOT NULL DEFAULT 1,
  task_status TEXT, assignee TEXT, project TEXT, parent TEXT, reviewer TEXT, -- of tasks
  about TEXT, stamp TEXT, -- of comments; what is archived has the task that its path names
  run_status TEXT, agent TEXT, run_task TEXT, claimed_at INTEGER, pending INTEGER, outcome TEXT, patient INTEGER -- of runs
);

CREATE TABLE answers (number INTEGER NOT NULL, agent TEXT NOT NULL, record TEXT NOT NULL, reason TEXT NOT NULL, digest TEXT NOT NULL);
-- Amounts in millionths, so that they add up exactly: what an ended run settled, what a live one holds.
CREATE TABLE charges (
  number INTEGER NOT NULL, budget TEXT NOT NULL, counted_at INTEGER NOT NULL, active INTEGER NOT NULL,
  usd INTEGER NOT NULL, usd_imputed INTEGER NOT NULL, tokens INTEGER NOT NULL, runs INTEGER NOT NULL, minutes INTEGER NOT NULL,
  PRIMARY KEY (budget, counted_at, number)
) WITHOUT ROWID;
CREATE TABLE mentions (number INTEGER NOT NULL, member TEXT NOT NULL);
CREATE TABLE blockers (number INTEGER NOT NULL, blocker TEXT NOT NULL);
-- Whose turn it is with a task, how urgent that is, and the digests of what it asks for and of what it waited for.
CREATE TABLE work (
  number INTEGER NOT NULL, member TEXT NOT NULL, review INTEGER NOT NULL,
  ready INTEGER NOT NULL, priority INTEGER NOT NULL, due INTEGER NOT NULL, created INTEGER NOT NULL, task TEXT NOT NULL,
  asked TEXT NOT NULL, blockers TEXT
);

-- `refused` tells what admission says of a change from what reading says of a file; `consent` is what a gate wants, as JSON.
-- `revision` and `author` are of the commit that admission speaks of.
CREATE TABLE problems (
  path TEXT NOT NULL, line INTEGER NOT NULL, place TEXT NOT NULL, message TEXT NOT NULL, hint TEXT NOT NULL, severity TEXT NOT NULL,
  kind TEXT, id TEXT, consent TEXT, revision TEXT, author TEXT, refused INTEGER NOT NULL
);

-- Paths that do not hold what was last admitted there; `base` is the last commit at which the oldest of them still did.
CREATE TABLE standing (
  number INTEGER PRIMARY KEY AUTOINCREMENT, path TEXT NOT NULL UNIQUE, admitted TEXT, mode INTEGER, base TEXT NOT NULL
);

CREATE TABLE requests (request TEXT PRIMARY KEY, revision TEXT NOT NULL, operation TEXT NOT NULL, actor TEXT NOT NULL, at INTEGER NOT NULL)
WITHOUT ROWID;
"""

# Apart, since a table fills faster without them.
INDEXES: Final = """
CREATE INDEX records_by_id ON records (kind, id);
CREATE INDEX records_hidden ON records (shown) WHERE shown = 0;
CREATE INDEX tasks_by_status ON records (task_status) WHERE task_status IS NOT NULL;
CREATE INDEX tasks_by_assignee ON records (assignee, task_status) WHERE assignee IS NOT NULL;
CREATE INDEX tasks_by_project ON records (project, task_status) WHERE project IS NOT NULL;
CREATE INDEX tasks_by_parent ON records (parent) WHERE parent IS NOT NULL;
CREATE INDEX tasks_by_reviewer ON records (reviewer) WHERE reviewer IS NOT NULL;
CREATE INDEX comments_by_task ON records (about, id) WHERE about IS NOT NULL;
CREATE INDEX runs_by_claim ON records (claimed_at, id) WHERE claimed_at IS NOT NULL;
CREATE INDEX runs_by_status ON records (run_status, claimed_at) WHERE run_status IS NOT NULL;
CREATE INDEX runs_by_agent ON records (agent, claimed_at) WHERE agent IS NOT NULL;
CREATE INDEX runs_by_task ON records (run_task, claimed_at) WHERE run_task IS NOT NULL;
CREATE INDEX runs_alone ON records (agent) WHERE agent IS NOT NULL AND run_task IS NULL AND outcome <> 'succeeded';
CREATE INDEX runs_pending ON records (claimed_at) WHERE pending = 1;
CREATE INDEX answers_of ON answers (number);
CREATE INDEX answers_by_agent ON answers (agent, record);
CREATE INDEX charges_of ON charges (number);
CREATE INDEX mentions_of ON mentions (number);
CREATE INDEX mentions_by_member ON mentions (member);
CREATE INDEX blockers_of ON blockers (number);
CREATE INDEX blockers_by_task ON blockers (blocker);
CREATE INDEX work_of ON work (number);
CREATE INDEX work_by_member ON work (member, ready, priority, due, created, task);
CREATE INDEX problems_by_path ON problems (path);
CREATE INDEX problems_by_record ON problems (kind, id);
CREATE INDEX requests_by_time ON requests (at);
"""


@cache
def key() -> int:
    """Return what a cache must have been made by to be used: this version, and this meaning of records."""
    package = Path(gitcp.__file__).parent
    digest = hashlib.sha256(gitcp.__version__.encode())
    for file in sorted([*package.glob("model/*.py"), *package.glob("store/*.py")]):
        digest.update(file.read_bytes())
    return 1 + int.from_bytes(digest.digest()[:3], "big")  # never nought, which every new file has
