"""The YAML parser's complaints in plain words, with the next step."""

import re
from typing import Any, Final

from gitcp.store.faults import Fault

_CONFLICT = re.compile(r"^(?:<{7} |={7}$|>{7} )", re.MULTILINE)
_FORBIDDEN = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BREAK = re.compile(r"\r\n|\r|\n")

_QUOTE_IT: Final = "put the text in double quotes"
_INDENT: Final = "indent the keys of one mapping alike, with spaces; put a text that holds quotes in quotes"

# What the parser says (or its context, for what is only said there), and how we say it. The first match counts.
_WORDS: Final = (
    (
        "escape character",
        "`\\` starts an escape that does not exist",
        "write it as `\\\\`, or use single quotes",
    ),
    ("invalid Unicode character escape", "an escape that is no character", "write the character itself"),
    (
        "found unexpected ':'",
        "a `:` in brackets without a space behind it",
        "write a space behind it, or quote the text",
    ),
    ("mapping keys are not allowed", "`?` cannot start a value here", _QUOTE_IT),
    (
        "mapping values are not allowed",
        "a `: ` inside of a value, or a line that is indented too far",
        _QUOTE_IT,
    ),
    (
        "while scanning a quoted scalar",
        "the quote that opens here is not closed, or not well written",
        "close it on the same line",
    ),
    (
        "while scanning a double-quoted scalar",
        "the quote that opens here is not well written",
        "escape `\\` as `\\\\`, or use single quotes",
    ),
    (
        "while scanning a block scalar",
        "a text after `|` or `>` that is not well indented",
        "indent its lines by two spaces",
    ),
    (
        "while parsing a flow sequence",
        "the list that opens here with `[` is not closed, or lacks a comma",
        "close it with `]`",
    ),
    (
        "while parsing a flow mapping",
        "the mapping that opens here with `{` is not closed, or lacks a comma",
        "close it with `}`",
    ),
    ("while parsing a flow node", "a value is missing here", _QUOTE_IT),
    ("while scanning an alias", "`*` starts an alias, which is not read", _QUOTE_IT),
    ("while scanning an anchor", "`&` starts an anchor, which is not read", _QUOTE_IT),
    ("while scanning a tag", "`!` starts a tag, which is not read", _QUOTE_IT),
    ("while parsing a tag", "`!` starts a tag, which is not read", _QUOTE_IT),
    ("undefined tag handle", "`!` starts a tag, which is not read", _QUOTE_IT),
    (
        "while scanning a directive",
        "a line that starts with `%` is not read",
        "remove it, or put the text in quotes",
    ),
    ("while scanning a %", "a line that starts with `%` is not read", "remove it, or put the text in quotes"),
    ("while scanning a simple key", "expected `key: value`", "write a `:` and a space after the key"),
    ("did not find expected key", "expected a key here, or the end", _INDENT),
    ("expected <block end>", "expected a key here, or the end", _INDENT),
    (
        "expected '-' indicator",
        "expected `- ` or the end of the list here",
        "indent the items of one list alike, with spaces",
    ),
    ("block sequence entries are not allowed", "a list cannot start here", "start it on the next line"),
    ("block collections are not allowed", "a list or mapping cannot start here", "start it on the next line"),
    ("sequence entries are not allowed", "a list cannot start here", "start it on the next line"),
    (
        "expected '<document start>'",
        "expected the end of the file here",
        "indent what belongs to the value above",
    ),
    (
        "expected <document start>",
        "expected the end of the file here",
        "indent what belongs to the value above",
    ),
    ("expected node content", "a value is missing here", _QUOTE_IT),
    ("expected the node content", "a value is missing here", _QUOTE_IT),
)
_STARTS_WITH_CONTEXT: Final = (
    "while scanning a quoted",
    "while scanning a simple key",
    "while parsing a flow",
)


def syntax_fault(error: Exception, text: str) -> Fault:
    """Say what the parser found wrong with a text."""
    conflict = _CONFLICT.search(text)
    if conflict:
        line = _line_at(text, conflict.start())
        return Fault(
            line,
            "",
            "an unresolved merge conflict",
            "keep one side, remove the lines with `<<<<<<<`, `=======` and `>>>>>>>`",
        )
    forbidden = _FORBIDDEN.search(text)
    if forbidden:
        name = f"U+{ord(forbidden[0]):04X}"
        line = _line_at(text, forbidden.start())
        return Fault(
            line,
            "",
            f"the character {name} cannot stand in a YAML file",
            "remove it, or escape it in double quotes",
        )
    return _parser_fault(error, text)


def _parser_fault(error: Exception, text: str) -> Fault:
    mark: Any = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark else 0
    said = f"{getattr(error, 'problem', None) or error}"
    context = f"{getattr(error, 'context', None) or ''}"
    if "cannot start any token" in said and mark:
        return _bad_start(line, text[mark.index : mark.index + 1])
    if "tab character" in said:
        return _bad_start(line, "\t")
    for words, message, hint in _WORDS:
        if words in said or words in context:
            opened: Any = getattr(error, "context_mark", None)
            at = opened.line + 1 if opened and context.startswith(_STARTS_WITH_CONTEXT) else line
            return Fault(at, "", message, hint)
    return Fault(line, "", f"not readable as YAML: {said}", _QUOTE_IT)


def _bad_start(line: int, letter: str) -> Fault:
    if letter == "\t":
        return Fault(line, "", "a tab where YAML wants spaces", "indent with spaces")
    return Fault(line, "", f"a value cannot start with `{letter}`", _QUOTE_IT)


def _line_at(text: str, position: int) -> int:
    return len(_BREAK.findall(text, 0, position)) + 1
