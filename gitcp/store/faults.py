"""What is wrong inside one file, before it is known which file and which record."""

from typing import NamedTuple

from gitcp.model.problem import Problem


class Fault(NamedTuple):
    """One thing wrong at a line (from 1, 0 if unknown), on the way `where` down into the file."""

    line: int
    where: str
    message: str
    hint: str = ""

    def at(self, path: str, record: tuple[str, str]) -> Problem:
        """Tell it of a file and its record."""
        return Problem(path, self.line, self.where, self.message, self.hint, record=record)
