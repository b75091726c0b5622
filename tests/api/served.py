"""A callback served for a test, and ways to talk to it."""

import http.client
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from gitcp.api.callback import Callback
from gitcp.api.client import CallbackClient
from gitcp.api.declarations import Declaration, Declarations
from gitcp.api.exchange import PATIENCE
from gitcp.api.server import CallbackServer
from gitcp.model.runs import Run
from tests.api.company import NOW, RUN, Store, the_agent

TOKEN = "t0ken-of-one-run-and-no-other"


@dataclass
class Served:
    """A running server with what it works on."""

    store: Store
    server: CallbackServer
    callback: Callback
    url: str
    heard: list[Declaration] = field(default_factory=list)

    @property
    def declarations(self) -> Declarations:
        return self.callback.declarations

    @property
    def place(self) -> str:
        return self.url.removeprefix("http://")

    @property
    def client(self) -> CallbackClient:
        return CallbackClient(self.url, TOKEN, self.callback.run)

    @property
    def environment(self) -> dict[str, str]:
        return {"GITCP_API_URL": self.url, "GITCP_API_KEY": TOKEN, "GITCP_RUN_ID": self.callback.run}

    def get(self, path: str, **headers: str) -> tuple[int, Any]:
        return self.send("GET", path, None, headers)

    def post(self, path: str, body: object, **headers: str) -> tuple[int, Any]:
        return self.send("POST", path, json.dumps(body).encode(), headers)

    def send(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> tuple[int, Any]:
        """Send a request as it is; a header that is empty is left out."""
        usual = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
        sent = usual | {name.replace("_", "-"): value for name, value in headers.items()}
        connection = http.client.HTTPConnection(self.place, timeout=10)
        try:
            connection.request(method, path, body, {name: value for name, value in sent.items() if value})
            response = connection.getresponse()
            expected = "application/json" if response.status < 300 else "application/problem+json"
            assert response.headers["Content-Type"] == expected
            return response.status, json.loads(response.read())
        finally:
            connection.close()


@contextmanager
def serving(
    store: Store,
    path: Path,
    *,
    run: str = RUN,
    socket: Path | None = None,
    patience: float = PATIENCE,
    **options: Any,
) -> Iterator[Served]:
    """Serve the callback of a run, with a clock that moves a second at each look."""
    found = store.records.get(Run, run)
    assert found is not None
    ticks, names = count(), count()
    heard: list[Declaration] = []

    def now() -> datetime:
        return NOW + timedelta(seconds=next(ticks))

    def new_request() -> str:
        return f"{next(names):08x}"

    actor = the_agent(store.records, found.agent, run)
    declarations = Declarations(path, heard.append)
    callback = Callback(
        run=run,
        actor=actor,
        operations=store,
        declarations=declarations,
        now=now,
        new_request=new_request,
        **options,
    )
    with CallbackServer(callback, TOKEN, socket, patience) as server:
        yield Served(store, server, callback, server.url, heard)
