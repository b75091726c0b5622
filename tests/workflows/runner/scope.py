"""What expressions may name at one place, and trees with every expression in them replaced by what it comes to."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Self

from tests.workflows.runner.language import Language, Said
from tests.workflows.runner.reading import Tree

# In these a name that is not there is a mistake; in the others, such as secrets, it may be nothing.
CLOSED: Final = frozenset({"github", "inputs", "needs", "steps", "runner", "matrix", "strategy", "job"})


@dataclass(frozen=True)
class Status:
    """How things stand: what `success()`, `failure()` and `cancelled()` say."""

    success: bool = True
    failure: bool = False
    cancelled: bool = False

    def told(self) -> dict[str, bool]:
        return {
            "always": True,
            "success": self.success,
            "failure": self.failure,
            "cancelled": self.cancelled,
        }


@dataclass(frozen=True)
class Scope:
    """The contexts of one place, and how things stand there."""

    language: Language
    contexts: Mapping[str, Any] = field(default_factory=dict)
    closed: frozenset[str] = CLOSED
    status: Status = Status()

    def having(self, **contexts: Any) -> Self:
        """Return this scope with some contexts replaced."""
        return replace(self, contexts={**self.contexts, **contexts})

    def when(self, status: Status) -> Self:
        return replace(self, status=status)

    def holds(self, condition: Tree) -> bool:
        """Whether a condition is met."""
        return self._said(condition).truthy

    def value(self, tree: Tree) -> Any:
        """Return a tree without expressions."""
        if is_expression(tree):
            return self._said(tree).value
        if isinstance(tree, Mapping):
            return {name: self.value(item) for name, item in tree.items()}
        if isinstance(tree, list):
            return [self.value(item) for item in tree]
        return tree

    def text(self, tree: Tree) -> str:
        """Return a scalar as the text that a program is given."""
        return self._said(tree).text if is_expression(tree) else literal(tree)

    def texts(self, tree: Mapping[str, Tree] | None) -> dict[str, str]:
        """Return a mapping of scalars as texts: an environment, or what an action is given."""
        if is_expression(tree):
            value = self._said(tree).value
            return {name: literal(item) for name, item in value.items()}
        return {name: self.text(item) for name, item in (tree or {}).items()}

    def _said(self, tree: Tree) -> Said:
        return self.language.evaluate(tree, self.contexts, self.closed, self.status.told())


def is_expression(tree: Tree) -> bool:
    return isinstance(tree, Mapping) and "$expression" in tree


def literal(value: Any) -> str:
    """Return a scalar as GitHub writes it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
