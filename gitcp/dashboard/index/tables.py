"""The tables of a site's index.

Rule: whatever changes here, `pages.path` stays, since from it a gitcp of another version knows what gitcp wrote; and VERSION goes up.
"""

from typing import Final

VERSION: Final = 6

PATHS: Final = "SELECT path FROM pages"

TABLES: Final = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE pages (number INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE);
CREATE TABLE made (
    page INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    is_there INTEGER NOT NULL,
    shape INTEGER NOT NULL,
    asks TEXT NOT NULL
);
CREATE TABLE shapes (number INTEGER PRIMARY KEY, words TEXT NOT NULL UNIQUE);
CREATE TABLE notes (number INTEGER PRIMARY KEY, note TEXT NOT NULL);
CREATE TABLE asked (note INTEGER NOT NULL, page INTEGER NOT NULL, PRIMARY KEY (note, page)) WITHOUT ROWID;
CREATE TABLE facts (note TEXT PRIMARY KEY, digest TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE times (at INTEGER NOT NULL, note INTEGER NOT NULL, PRIMARY KEY (at, note)) WITHOUT ROWID;
CREATE TABLE known (kind TEXT NOT NULL, id TEXT NOT NULL, line TEXT NOT NULL, PRIMARY KEY (kind, id)) WITHOUT ROWID;
CREATE TABLE entries (number INTEGER PRIMARY KEY, revision TEXT NOT NULL, line TEXT NOT NULL);
CREATE TABLE about (name TEXT NOT NULL, entry INTEGER NOT NULL, PRIMARY KEY (name, entry)) WITHOUT ROWID;
CREATE TABLE terms (task TEXT PRIMARY KEY, words TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE words (shard TEXT PRIMARY KEY, postings BLOB NOT NULL) WITHOUT ROWID;
CREATE INDEX entries_by_revision ON entries (revision)
"""
"""`pages`: every file that gitcp wrote, or was about to; `made`: those that were made, and whether there is a file. What a page asked is in two
parts: words that it asked with its own name are its shape, all else is a note that `asked` leads from to it, and `asks` (JSON) from it to the note.
`facts`: what tells their values apart; one that is not here is the empty tuple. `times`: those that were asked whether they are past, in
microseconds since 1970. `known`: the rows of tasks and runs, which documents, comments, members and approvals there
are, and what tells the records apart that a problem is told of. `meta`: facts about the site, and what facts read. `entries`: the
history, a larger number is newer; `about`: which names each of them has, see `gitcp.dashboard.log`. `terms`: the words of each
task, a line for each weight; `words`: the same by shard, see `gitcp.dashboard.postings`, packed.
"""

FOUND_BY: Final = {
    "made_by_name": "made (name)",
    "made_by_shape": "made (shape)",
    "notes_by_note": "notes (note)",
}
"""The indexes that are made at once when all pages are."""
