"""Facts: what pages ask that no single record answers, such as an inbox, the runs of a month, or whether a time is past.

A fact is a function of the register and of one argument. Its value is worked out once in a build, and whoever asks notes that it asked;
a later build works it out again and makes anew the pages that asked for one whose value has changed. What a fact itself asks is not noted.
"""

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from hashlib import blake2b
from typing import Any, Final, Protocol, TypeVar


class Knowing(Protocol):
    """Who works facts out, each once, and notes who asked."""

    def known(self, name: str, argument: str) -> Any:
        """Return a fact by its name."""
        ...


K = TypeVar("K", bound=Knowing)
T = TypeVar("T")

_FACTS: Final[dict[str, Callable[[Any, str], Any]]] = {}

FACTS: Final[Mapping[str, Callable[[Any, str], Any]]] = _FACTS
"""Every fact by its name: what works it out, without noting it."""


_TOLD: Final[set[str]] = set()

TOLD: Final[AbstractSet[str]] = _TOLD
"""The facts whose changes are known from the records that changed, so that their values need not be compared."""

_OPAQUE: Final[set[str]] = set()

OPAQUE: Final[AbstractSet[str]] = _OPAQUE
"""The facts that stand for all they read: what is worked out from one changes only where its value does."""


def fact(
    name: str, *, is_told: bool = False, is_opaque: bool = False
) -> Callable[[Callable[[K, str], T]], Callable[[K, str], T]]:
    """Make a function a fact. `name` is part of the notes: one word, and no other fact's.

    The argument is a word or an id, empty where there is none. The value must have a `repr` that tells all of it, and the same for the same;
    `is_told` is for facts that whoever follows changes of records tells to have changed;
    `is_opaque` for one without an argument that reads what always changes, and is itself mostly the same.
    """

    def make(work_out: Callable[[K, str], T]) -> Callable[[K, str], T]:
        if name in _FACTS or " " in name:
            raise ValueError(f"{name}: is not a name for a fact, or another's")
        _FACTS[name] = work_out
        _TOLD.update({name} if is_told else ())
        _OPAQUE.update({name} if is_opaque else ())

        def ask(register: K, argument: str) -> T:
            value: T = register.known(name, argument)
            return value

        return ask

    return make


def digest(value: object) -> str:
    """Return what tells two values of a fact apart."""
    return blake2b(repr(value).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
