"""Where each record's file is, and which record a path holds.

Rule: a path that leaves this module can be checked out on every system, whatever the id was: ids are matched before a path is built.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from gitcp.errors import RecordError
from gitcp.model.base import Record

ARCHIVE: Final = "archive"
BUCKET: Final = 1000
MEMBER: Final = "member"

_SLUG = r"(?![a-z0-9-]{61})[a-z][a-z0-9]*(?:-[a-z0-9]+)*"
_KEY = r"[A-Z][A-Z0-9]{1,9}"
_TASK = rf"{_KEY}-[0-9]{{1,9}}"
_RUN = rf"[0-9]{{8}}T[0-9]{{6}}Z-{_SLUG}(?:\.[0-9]{{1,9}})?"
_COMMENT = rf"[0-9]{{8}}T[0-9]{{9}}Z-{_SLUG}-[0-9a-f]{{4}}"
_REQUEST = r"(?![a-z0-9-]{65})[a-z0-9]+(?:-[a-z0-9]+)*"
_BUDGET = rf"company|(?:agent|subtree|goal)/{_SLUG}|project/{_KEY}|task/{_TASK}"
_DEEPER = r"(?:[^/.\\][^/\\]*/)*"  # a name that is no UTF-8 is shown with backslashes
_FOLDERS = r"(?:(?!new/)[^/.\\][^/\\]*/)*"
_OF_TASK = rf"(?P<key>{_KEY})/{_FOLDERS}(?P=key)-[0-9]{{1,9}}"

_RESERVED = re.compile(r"(?:^|/)(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?=[./]|\Z)", re.IGNORECASE)
_ARCHIVED_KINDS: Final = frozenset({"task", "comment", "document", "run", "approval"})
_TASK_NAME: Final = re.compile(_TASK)
_BELOW_TASKS: Final = frozenset({"comment", "document"})
_HARMLESS: Final = frozenset({"readme.md"})


@dataclass(frozen=True, slots=True)
class Place:
    """What a path holds. `kind` is the record's, or `member` in org/, where the file's own `kind:` decides.

    `path` is where the file was found, empty if it is not about a file yet.
    """

    kind: str
    id: str
    archived: bool = False
    path: str = field(default="", compare=False)

    @property
    def expected_path(self) -> str:
        """Where the record belongs; records are read from other folders of their kind as well."""
        path = _build(self.kind, self.id)
        return archived_path(path, self.task if self.kind == "run" else None) if self.archived else path

    @property
    def task(self) -> str | None:
        """The task whose comment, document or archived run it is, as its path tells."""
        if self.kind in _BELOW_TASKS:
            return self.id.partition("/")[0]
        folders = reversed(self.path.split("/")) if self.archived and self.kind == "run" else ()
        return next((folder for folder in folders if _TASK_NAME.fullmatch(folder)), None)

    @property
    def is_misplaced(self) -> bool:
        """Whether the file was found in another place than its own."""
        return self.path not in {"", self.expected_path} and self.path not in roomy_paths(self.expected_path)


def path_of(kind: type[Record], record_id: str) -> str:
    """Return the path of a record's file.

    Raises:
        RecordError: the id is not one of this kind, or no file of every system can be named so.
    """
    return _build(_kind_of(kind), record_id)


def roomy_paths(path: str) -> tuple[str, ...]:
    """Return where a new file may go when the folder that it belongs in is full: its own path first, then ever smaller folders.

    What is named by a time gets folders by time, the rest by a digest of its name; so no folder grows without bound, and any depth is read.
    """
    folder, _, name = path.rpartition("/")
    top = folder.removeprefix(f"{ARCHIVE}/").partition("/")[0]
    if top == "comments" or path.startswith(f"{ARCHIVE}/runs/"):
        steps = name[:6], name[6:8]  # of 20261122T…: the month, the day
    elif top == "runs":
        steps = name[9:11], name[11:13]  # of T0941…: the hour, the minute
    elif top in {"wakes", "documents"}:
        digest = hashlib.sha256(name.encode()).hexdigest()
        steps = digest[:2], digest[2:4]
    else:
        return (path,)
    return path, f"{folder}/{steps[0]}/{name}", f"{folder}/{steps[0]}/{steps[1]}/{name}"


def archived_path(path: str, task: str | None = None) -> str:
    """Return where a record's file goes that is archived; a run goes into its task's folder, so that it can be found without being read."""
    return f"{ARCHIVE}/runs/{_bucketed(task)}/{path.rpartition('/')[2]}" if task else f"{ARCHIVE}/{path}"


def archive_path_of(kind: type[Record], record_id: str, task: str | None = None) -> str:
    """Return the path of an archived record's file; `task`: whose run it is.

    Raises:
        RecordError: the id is not one of this kind, or records of this kind are not archived.
    """
    if kind.kind not in _ARCHIVED_KINDS:
        raise RecordError(
            f"{kind.kind} {record_id!r}: expected one of {', '.join(sorted(_ARCHIVED_KINDS))} to archive"
        )
    return archived_path(path_of(kind, record_id), task)


def place_of(path: str) -> Place | None:
    """Return what a path holds, or none when it is no record's place."""
    archived = path.startswith(f"{ARCHIVE}/")
    found = None if _RESERVED.search(path) else _find(path.removeprefix(f"{ARCHIVE}/"))
    if found is None:
        return None
    kind, record_id = found
    return None if archived and kind not in _ARCHIVED_KINDS else Place(kind, record_id, archived, path)


def is_record_folder(path: str) -> bool:
    """Return whether a file here that is no record's is a mistake to report.

    So it is in the folders of records, whatever the case of their letters; README.md and names that start with a dot are fine anywhere.
    """
    folders = path.casefold().split("/")
    if folders[-1] in _HARMLESS or any(name.startswith(".") for name in folders):
        return False
    return folders[0] in ({"gitcp.yaml", "gitcp.yml"} if len(folders) == 1 else {*_PLACES, ARCHIVE})


def _kind_of(kind: type[Record]) -> str:
    return MEMBER if kind.kind in {"agent", "person"} else kind.kind


def _find(path: str) -> tuple[str, str] | None:
    for kind, pattern in _PLACES.get(path.partition("/")[0], ()):
        if match := pattern.fullmatch(path):
            return kind, _ID_OF.get(kind, _plain_id)(match)
    return None


def _build(kind: str, record_id: str) -> str:
    form = _FORMS[kind]
    if not form.pattern.fullmatch(record_id):
        raise RecordError(
            f"{kind} {record_id!r}: expected {form.words}", hint=f"an id such as {form.example}"
        )
    if _RESERVED.search(record_id):
        raise RecordError(
            f"{kind} {record_id!r}: Windows cannot hold a file of this name", hint="take another id"
        )
    return form.build(record_id)


def _bucketed(task: str) -> str:
    key, _, number = task.rpartition("-")
    return f"{key}/{_buckets(int(number))}{task}"


def _buckets(number: int) -> str:
    """Return the folders of a number, each of at most a thousand: none below 1000, `1000/`, and `2000000/2044000/` from a million on."""
    folders = (number // size * size for size in (BUCKET**2, BUCKET) if number >= size)
    return "".join(f"{folder}/" for folder in folders)


def _task_path(record_id: str) -> str:
    return f"tasks/{_bucketed(record_id)}.yaml"


def _comment_path(record_id: str) -> str:
    task, _, name = record_id.partition("/")
    return f"comments/{_bucketed(task)}/{name}.yaml"


def _document_path(record_id: str) -> str:
    task, _, name = record_id.partition("/")
    return f"documents/{_bucketed(task)}/{name}.md"


def _approval_path(record_id: str) -> str:
    return f"approvals/{_buckets(int(record_id.rpartition('-')[2]))}{record_id}.yaml"


def _counter_path(record_id: str) -> str:
    return f"{record_id}/next" if record_id == "approvals" else f"tasks/{record_id}/next"


def _new_task_path(record_id: str) -> str:
    key, _, slug = record_id.partition("/")
    return f"tasks/{key}/new/{slug}.yaml"


def _run_path(record_id: str) -> str:
    return f"runs/{record_id[:4]}/{record_id[4:6]}/{record_id[6:8]}/{record_id}.yaml"


def _in(folder: str) -> Callable[[str], str]:
    return lambda record_id: f"{folder}/{record_id}.yaml"


@dataclass(frozen=True, slots=True)
class _Form:
    pattern: re.Pattern[str]
    build: Callable[[str], str]
    words: str
    example: str


def _form(pattern: str, build: Callable[[str], str], words: str, example: str) -> _Form:
    return _Form(re.compile(pattern), build, words, example)


_WORD: Final = "small letters, digits and single hyphens, a letter first, at most 60"

_FORMS: Final[dict[str, _Form]] = {
    "company": _form("gitcp", lambda _: "gitcp.yaml", "the id gitcp", "gitcp"),
    MEMBER: _form(_SLUG, _in("org"), _WORD, "riley"),
    "goal": _form(_SLUG, _in("goals"), _WORD, "quality"),
    "project": _form(_KEY, _in("projects"), "two to ten capital letters and digits, a letter first", "CI"),
    "task": _form(_TASK, _task_path, "a project's key, a hyphen, a number", "CI-0028"),
    "new-task": _form(
        rf"{_KEY}/{_SLUG}", _new_task_path, "a project's key, a slash, a name", "CI/scan-cadence"
    ),
    "counter": _form(rf"{_KEY}|approvals", _counter_path, "a project's key, or approvals", "CI"),
    "comment": _form(
        rf"{_TASK}/{_COMMENT}",
        _comment_path,
        "a task, a slash, and time-author-request",
        "CI-0028/20261122T090000000Z-riley-1f3a",
    ),
    "document": _form(rf"{_TASK}/{_SLUG}", _document_path, "a task, a slash, a name", "CI-0028/plan"),
    "routine": _form(_SLUG, _in("routines"), _WORD, "weekly-scan"),
    "budget": _form(
        _BUDGET, _in("budgets"), "company, or a scope, a slash and what it covers", "agent/riley"
    ),
    "policy": _form(_SLUG, _in("policies"), _WORD, "releases"),
    "approval": _form(r"AP-[0-9]{1,9}", _approval_path, "AP, a hyphen, a number", "AP-12"),
    "wake": _form(rf"{_SLUG}/{_REQUEST}", _in("wakes"), "an agent, a slash, the request", "riley/1f3a09c2"),
    "run": _form(_RUN, _run_path, "the time of the claim, a hyphen, the agent", "20261122T090000Z-riley"),
    "ledger": _form(r"[0-9]{4}-(?:0[1-9]|1[0-2])", _in("ledger"), "a year, a hyphen, a month", "2026-11"),
}


def _at(kind: str, pattern: str) -> tuple[str, re.Pattern[str]]:
    return kind, re.compile(pattern)


_PLACES: Final[dict[str, tuple[tuple[str, re.Pattern[str]], ...]]] = {
    "gitcp.yaml": (_at("company", r"(gitcp)\.yaml"),),
    "org": (_at(MEMBER, rf"org/({_SLUG})\.yaml"),),
    "goals": (_at("goal", rf"goals/({_SLUG})\.yaml"),),
    "projects": (_at("project", rf"projects/({_KEY})\.yaml"),),
    "tasks": (
        _at("task", rf"tasks/(?P<task>{_OF_TASK})\.yaml"),
        _at("new-task", rf"tasks/(?P<of>{_KEY})/new/(?P<name>{_SLUG})\.yaml"),
        _at("counter", rf"tasks/({_KEY})/next"),
    ),
    "comments": (_at("comment", rf"comments/(?P<task>{_OF_TASK})/{_DEEPER}(?P<name>{_COMMENT})\.yaml"),),
    "documents": (_at("document", rf"documents/(?P<task>{_OF_TASK})/{_DEEPER}(?P<name>{_SLUG})\.md"),),
    "routines": (_at("routine", rf"routines/({_SLUG})\.yaml"),),
    "budgets": (_at("budget", rf"budgets/({_BUDGET})\.yaml"),),
    "policies": (_at("policy", rf"policies/({_SLUG})\.yaml"),),
    "approvals": (
        _at("approval", rf"approvals/{_DEEPER}(AP-[0-9]{{1,9}})\.yaml"),
        _at("counter", r"(approvals)/next"),
    ),
    "wakes": (_at("wake", rf"wakes/(?P<of>{_SLUG})/{_DEEPER}(?P<name>{_REQUEST})\.yaml"),),
    "runs": (_at("run", rf"runs/{_DEEPER}({_RUN})\.yaml"),),
    "ledger": (_at("ledger", r"ledger/([0-9]{4}-(?:0[1-9]|1[0-2]))\.yaml"),),
}


def _plain_id(match: re.Match[str]) -> str:
    return match[1]


def _task_name(match: re.Match[str]) -> str:
    return match["task"].rpartition("/")[2]


def _below_task(match: re.Match[str]) -> str:
    return f"{_task_name(match)}/{match['name']}"


def _named_in(match: re.Match[str]) -> str:
    return f"{match['of']}/{match['name']}"


_ID_OF: Final[dict[str, Callable[[re.Match[str]], str]]] = {
    "wake": _named_in,
    "task": _task_name,
    "new-task": _named_in,
    "comment": _below_task,
    "document": _below_task,
}
