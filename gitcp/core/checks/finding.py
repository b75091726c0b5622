"""A finding: what is wrong with a record; the path and the line are added by who knows the files."""

from collections.abc import Callable
from dataclasses import dataclass

from gitcp.model.problem import Severity

# Returns the text of a file of an execution repository: `read(repository, path)`; none if there is no such file.
# Raises WorkspaceError when the repository cannot be read.
Reader = Callable[[str, str], str | None]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong in one record."""

    kind: str
    id: str
    where: str
    message: str
    hint: str = ""
    severity: Severity = Severity.ERROR
