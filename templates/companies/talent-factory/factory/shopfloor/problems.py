"""Rule: whoever reads a problem learns the place, what is wrong, what was expected and what to do next."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that a person has to correct, told in one line."""

    path: str
    line: int
    what: str
    expected: str
    next_step: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}, expected {self.expected}; next: {self.next_step}"


class InputError(Exception):
    """The files do not have the shape that a program reads; holds every problem found, not only the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


def refuse(problems: Iterable[Problem]) -> None:
    """Raise if there is any problem."""
    found = list(problems)
    if found:
        raise InputError(found)
