"""Let people and programs in while a scheduler runs: a token's person asks through a store of their own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from gitcp.api.places import Address
from gitcp.api.reception import Reception
from gitcp.api.visitor import Visitor
from gitcp.control.clock import new_request
from gitcp.control.plane import Plane
from gitcp.control.tokens import Tokens
from gitcp.model.actors import as_person
from gitcp.model.members import Person
from gitcp.model.operation import Actor

Overview = Callable[[Plane, str], dict[str, Any]]


@contextmanager
def receiving(plane: Plane, address: Address, overview: Overview) -> Iterator[str]:
    """Serve the API within the block; yield its URL. `overview` tells how things stand, as seen by a person.

    What is asked for goes through a store of its own, so that no caller waits for a tick's thread, and none is waited for.

    Raises:
        CallbackError: the address cannot be had.
    """
    with (
        Plane.open(plane.store.root, plane.clock) as own,
        Reception(address, _Guests(own, overview).visitor) as reception,
    ):
        yield reception.url


class _Guests:
    """Who has come in before, so that what they asked twice is answered the same."""

    def __init__(self, plane: Plane, overview: Overview) -> None:
        self._plane = plane
        self._overview = overview
        self._tokens = Tokens(plane.state)
        self._known: dict[str, Visitor] = {}

    def visitor(self, token: str) -> Visitor | None:
        """Return who brings a token; none if it is nobody's, or its person is gone."""
        name = self._tokens.person_of(token, self._plane.clock.now())
        member = self._plane.snapshot().member(name) if name is not None else None
        if not isinstance(member, Person):
            return None
        email = next(iter(member.emails), f"{member.id}@people.invalid")
        actor = replace(as_person(member, email), is_vouched=True)
        known = self._known.setdefault(member.id, self._new(actor))
        return replace(known, actor=actor)

    def _new(self, actor: Actor) -> Visitor:
        return Visitor(
            actor=actor,
            operations=self._plane.door,
            now=self._plane.clock.now,
            new_request=new_request,
            overview=lambda who: self._overview(self._plane, who),
        )
