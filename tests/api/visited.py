"""The API for people and programs, served for a test."""

import http.client
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from gitcp.api.caller import Object
from gitcp.api.places import Address
from gitcp.api.reception import Reception
from gitcp.api.visitor import Visitor
from gitcp.model.actors import as_person
from gitcp.model.members import Person
from tests.api.company import NOW, Store

TOKEN = "gitcp_token-of-alex-and-nobody-else"


@dataclass
class Visited:
    """A running server with what it works on."""

    store: Store
    reception: Reception
    tokens: dict[str, str] = field(default_factory=lambda: {TOKEN: "alex"})

    def get(self, path: str, token: str = TOKEN) -> tuple[int, Any]:
        return self.send("GET", path, None, token)

    def post(self, path: str, body: object, key: str | None = None, token: str = TOKEN) -> tuple[int, Any]:
        return self.send("POST", path, body, token, key)

    def send(
        self, method: str, path: str, body: object, token: str, key: str | None = None
    ) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        place = urlsplit(self.reception.url)
        connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=10)
        try:
            sent = headers | ({"Gitcp-Request": key} if key else {})
            connection.request(method, path, None if body is None else json.dumps(body), sent)
            response = connection.getresponse()
            return response.status, json.loads(response.read())
        finally:
            connection.close()


@contextmanager
def visiting(store: Store, address: Address | None = None) -> Iterator[Visited]:
    """Serve a company to alex."""
    ticks, names = count(), count()
    visitors: dict[str, Visitor] = {}

    def overview(you: str) -> Object:
        names = ("running", "waits", "approvals", "paused", "warnings", "refused", "uncommitted")
        return {
            **{name: [] for name in (*names, "schedulers", "last")},
            "assurance": "local",
            "company": "Talent Factory",
            "revision": store.records.revision,
            "you": you,
            "budget": None,
            "problems": {"errors": 0, "warnings": 0},
            "plan": {"actions": 0},
            "next": "gitcp plan",
        }

    def who(token: str) -> Visitor | None:
        person = store.records.get(Person, visited.tokens.get(token, ""))
        if person is None:
            return None
        return visitors.setdefault(
            person.id,
            Visitor(
                actor=as_person(person, "alex@example.com"),
                operations=store,
                now=lambda: NOW + timedelta(seconds=next(ticks)),
                new_request=lambda: f"{next(names):08x}",
                overview=overview,
            ),
        )

    with Reception(address or Address(port=0), who) as reception:
        visited = Visited(store, reception)
        yield visited
