"""Rule: a page starts with a small block of `key: value` lines between `---`, a subset of YAML that needs no library.

A value is text, a list in brackets, or a list of `- item` lines below its key.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from shopfloor.files import read
from shopfloor.problems import InputError, Problem

Value = str | tuple[str, ...]
Check = Callable[[Value], str | None]
"""Looks at a value; returns what it expected, or nothing if all is well."""

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_KEY = re.compile(r"([a-z_]+):(?:\s+(.*))?")
_ITEM = re.compile(r"\s+-\s+(.+)")


@dataclass(frozen=True, slots=True)
class Field:
    """A value and the line on which it stands."""

    value: Value
    line: int


@dataclass(frozen=True, slots=True)
class Page:
    """A Markdown file: its fields, and the text below them."""

    path: str
    fields: Mapping[str, Field]
    body: str
    body_line: int

    def text(self, key: str) -> str:
        """Return a field that the schema says is text; empty if it is absent."""
        found = self.fields.get(key)
        return found.value if found and isinstance(found.value, str) else ""

    def many(self, key: str) -> tuple[str, ...]:
        """Return a field that the schema says is a list; empty if it is absent."""
        found = self.fields.get(key)
        return found.value if found and isinstance(found.value, tuple) else ()

    def day(self, key: str) -> date:
        """Return a field that the schema says is a date."""
        return date.fromisoformat(self.text(key))


@dataclass(frozen=True, slots=True)
class Schema:
    """Which fields a kind of page has."""

    required: Mapping[str, Check]
    optional: Mapping[str, Check]


def load(root: Path, path: str, schema: Schema) -> Page:
    """Read one page and hold it against its schema."""
    page = parse(path, read(root, path))
    found = mistakes(page, schema)
    if found:
        raise InputError(found)
    return page


def parse(path: str, text: str) -> Page:
    """Split a page into fields and body."""
    lines = text.split("\n")
    if lines[0].strip() != "---" or "---" not in [line.strip() for line in lines[1:]]:
        raise InputError([Problem(path, 1, "no front matter", "a block between two lines `---`", "add it")])
    end = 1 + [line.strip() for line in lines[1:]].index("---")
    fields: dict[str, Field] = {}
    key = ""
    for number, line in enumerate(lines[1:end], start=2):
        if item := _ITEM.fullmatch(line):
            _extend(path, fields, key, item[1].strip(), number)
        elif line.strip():
            key = _open(path, fields, line, number)
    return Page(path, fields, "\n".join(lines[end + 1 :]), end + 2)


def mistakes(page: Page, schema: Schema) -> list[Problem]:
    """Return what is missing, unknown or ill-formed."""
    allowed = {**schema.required, **schema.optional}
    names = ", ".join(allowed)
    found = [
        Problem(
            page.path, 1, f"{key} is missing", f"the fields {', '.join(schema.required)}", f"add `{key}:`"
        )
        for key in schema.required
        if key not in page.fields
    ]
    for key, field in page.fields.items():
        if key not in allowed:
            found.append(
                Problem(page.path, field.line, f"unknown field {key}", f"one of {names}", "remove it")
            )
        elif (expected := allowed[key](field.value)) is not None:
            what = f"{key} is {_shown(field.value)}"
            found.append(Problem(page.path, field.line, what, expected, "correct the front matter"))
    return found


def some_text(value: Value) -> str | None:
    """Accept text that is not empty."""
    return None if isinstance(value, str) and value else "text"


def a_date(value: Value) -> str | None:
    """Accept a day."""
    try:
        date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        return "a date such as 2026-04-27"
    return None


def a_number(value: Value) -> str | None:
    """Accept a whole number."""
    return None if isinstance(value, str) and value.isascii() and value.isdigit() else "a whole number"


def a_slug(value: Value) -> str | None:
    """Accept a short name in small letters."""
    return None if isinstance(value, str) and SLUG.fullmatch(value) else "small letters, digits and hyphens"


def slugs(value: Value) -> str | None:
    """Accept a list of short names."""
    fine = isinstance(value, tuple) and all(SLUG.fullmatch(each) for each in value)
    return None if fine else "a list such as [alpha, beta-two]"


def some_list(value: Value) -> str | None:
    """Accept a list with at least one entry."""
    return None if isinstance(value, tuple) and value else "a list with at least one entry"


def one_of(*words: str) -> Check:
    """Accept one of some words."""
    return lambda value: None if value in words else f"one of {', '.join(words)}"


def _open(path: str, fields: dict[str, Field], line: str, number: int) -> str:
    match = _KEY.fullmatch(line.rstrip())
    if match is None:
        raise InputError(
            [Problem(path, number, f"{line!r} is no field", "`key: value`", "correct that line")]
        )
    key, raw = match[1], (match[2] or "").strip()
    if key in fields:
        raise InputError(
            [Problem(path, number, f"{key} stands twice", "each field once", "remove one of them")]
        )
    fields[key] = Field(_value(raw), number)
    return key


def _extend(path: str, fields: dict[str, Field], key: str, item: str, number: int) -> None:
    field = fields.get(key)
    if field is None or isinstance(field.value, str):
        raise InputError(
            [Problem(path, number, "a list entry without a list", "`key:` above it", "add the key")]
        )
    fields[key] = Field((*field.value, item), field.line)


def _value(raw: str) -> Value:
    if not raw:
        return ()
    if raw.startswith("[") and raw.endswith("]"):
        return tuple(part.strip() for part in raw[1:-1].split(",") if part.strip())
    if raw[0] == raw[-1] and raw[0] in "\"'" and len(raw) > 1:
        return raw[1:-1]
    return raw


def _shown(value: Value) -> str:
    if not value:
        return "empty"
    return repr(value) if isinstance(value, str) else f"[{', '.join(value)}]"
