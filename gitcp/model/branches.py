"""Names of branches, and patterns of them: `{agent}`, `{task}` and `{run}` are filled in."""

import re
from typing import Annotated, Final

from pydantic import AfterValidator

from gitcp.model.base import Line

NAMES: Final = ("agent", "task", "run")
DEFAULT: Final = "{agent}/{task}"
WITHOUT_TASK: Final = "{agent}/{run}"
LONGEST: Final = 200

_NAME: Final = re.compile(r"\{([^{}]*)\}")
# What git refuses in a name, and a dash in front, which would be an option.
_BAD: Final = re.compile(
    r"\A-|[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|(?:\A|/)\.|\.(?:/|\Z)|\.lock(?:/|\Z)|//|\A/|/\Z|\A(?:@|HEAD)\Z"
)
_EXAMPLES: Final = {"agent": "riley", "task": "CI-0028", "run": "20261122T090000Z-riley"}


def is_branch(name: str) -> bool:
    """Whether git takes a name for a branch."""
    return 0 < len(name) <= LONGEST and not _BAD.search(name)


def fill(pattern: str, *, agent: str, task: str, run: str) -> str:
    """Return the branch that a pattern means."""
    values = {"agent": agent, "task": task, "run": run}
    return _NAME.sub(lambda found: values[found[1]], pattern)


def names_in(pattern: str) -> frozenset[str]:
    """Return the names that a pattern fills in."""
    return frozenset(_NAME.findall(pattern))


def example_of(pattern: str) -> str:
    """Return a branch as a pattern makes it."""
    return fill(pattern, **_EXAMPLES)


def _expect_branch(name: str) -> str:
    if not is_branch(name):
        message = "expected the name of a branch, such as main or release/2"
        raise ValueError(message)
    return name


def _expect_pattern(pattern: str) -> str:
    unknown = names_in(pattern) - set(NAMES)
    if unknown:
        message = f"expected {{agent}}, {{task}} or {{run}} in braces, not {{{min(unknown)}}}"
        raise ValueError(message)
    name = example_of(pattern)
    if "{" in name or "}" in name or not is_branch(name):
        message = f"expected a name of branches, such as {DEFAULT}"
        raise ValueError(message)
    return pattern


BranchName = Annotated[Line, AfterValidator(_expect_branch)]
BranchPattern = Annotated[Line, AfterValidator(_expect_pattern)]
