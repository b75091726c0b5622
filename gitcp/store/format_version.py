"""The format version of a control repository: `format:` in `gitcp.yaml`, looked at before anything else."""

import re
from typing import Final

from gitcp.errors import FormatVersionError
from gitcp.model.company import FORMAT_VERSION
from gitcp.store.yaml_reader import Parsed, parse
from gitcp.store.yaml_tree import Mapping, Scalar, printable

_NUMBER: Final = re.compile(r"[0-9]{1,9}")
_FORMAT_LINE: Final = re.compile(rb"^format:[ \t]*([0-9]{1,9})[ \t]*(?:#.*)?\r?$", re.MULTILINE)


def check_format(data: bytes) -> None:
    """Check that this gitcp can read a repository, by the bytes of its `gitcp.yaml`.

    Raises:
        FormatVersionError: the version is unreadable, too old, or too new.
    """
    parsed = parse(data)
    if parsed.root is not None and not parsed.faults:
        check_parsed_format(parsed)
        return
    # A newer format may hold what this version cannot parse: the line itself still says so.
    line = _FORMAT_LINE.search(data)
    if line:
        _check_number(int(line[1]))
    reason = parsed.faults[0].message if parsed.faults else "the file is empty"
    raise _unreadable(reason)


def check_parsed_format(parsed: Parsed) -> None:
    """Check the format of a `gitcp.yaml` that was parsed.

    Raises:
        FormatVersionError: the version is unreadable, too old, or too new.
    """
    entry = parsed.root.entry("format") if isinstance(parsed.root, Mapping) else None
    if entry is None:
        raise _unreadable("missing key `format`")
    node = entry[1]
    if not isinstance(node, Scalar) or node.style or not _NUMBER.fullmatch(node.value):
        found = f"'{printable(node.value)}'" if isinstance(node, Scalar) else "a list or mapping"
        raise _unreadable(f"expected a whole number, found {found}")
    _check_number(int(node.value))


def _check_number(found: int) -> None:
    if found > FORMAT_VERSION:
        raise FormatVersionError(
            f"gitcp.yaml: format: this repository has format {found}, this gitcp reads format {FORMAT_VERSION}",
            hint="upgrade gitcp: `pip install --upgrade gitcp`",
        )
    if found < FORMAT_VERSION:
        raise FormatVersionError(
            f"gitcp.yaml: format: this repository has the old format {found}, this gitcp reads format {FORMAT_VERSION}",
            hint=f"migrate it with the last gitcp that reads format {found}, as the changelog describes",
        )


def _unreadable(reason: str) -> FormatVersionError:
    return FormatVersionError(
        f"gitcp.yaml: format: the format version cannot be read: {reason}",
        hint=f"add `format: {FORMAT_VERSION}` as the first line",
    )
