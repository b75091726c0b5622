"""Servers that go away, come back, are slow, or go on with what their caller has given up."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from threading import Thread

import psutil
import pytest

from gitcp.errors import RemoteError
from gitcp.model.operation import Receipt, Step
from gitcp.model.snapshot import Snapshot
from gitcp.store.git_store import GitStore
from tests.servers.conftest import Machine
from tests.servers.hooks import Gate, set_hook
from tests.servers.web import WebServer
from tests.store.repositories import children_environment, commit_files, subjects, tip
from tests.store.steps import Count, a_call, receipt, title

pytestmark = pytest.mark.servers

TITLE = """
import sys
from pathlib import Path
from gitcp.store.git_store import GitStore
from tests.store.steps import title
with GitStore.open(Path(sys.argv[1])) as store:
    title(store, 1, "CI-0002", "Second")
"""


def test_a_server_that_goes_away_between_look_and_push_costs_an_error_and_comes_back(
    own_web: WebServer, machine: Machine, origin: Path, tmp_path: Path
) -> None:
    machine.is_known_to(own_web)

    def decide(_: Snapshot) -> Sequence[Step]:
        own_web.stop()
        return [(Count(task="CI-0001"), a_call(1))]

    with GitStore.clone(own_web.url(origin), tmp_path / "clone.git") as store:
        with pytest.raises(RemoteError, match=own_web.host):
            store.apply(decide)
        assert [task.attempts for task in store.snapshot().tasks()] == [0]
        with pytest.raises(RemoteError):
            store.fetch()

        own_web.start()
        done = receipt(store.apply(lambda _: [(Count(task="CI-0001"), a_call(1))]))

        assert not done.repeated
        assert [task.attempts for task in store.snapshot().tasks()] == [1]
    assert subjects(origin) == ["count task CI-0001", "found the company"]


def test_a_slow_server_is_waited_for(web: WebServer, machine: Machine, origin: Path, tmp_path: Path) -> None:
    machine.is_known_to(web)
    commit_files(origin, {"notes": bytes(range(256)) * 20})

    with GitStore.clone(web.url(origin, "slow/"), tmp_path / "clone.git") as store:
        done = title(store, 1, "CI-0002", "Second")

    assert done.revision == tip(origin)


def test_a_push_that_the_server_accepts_after_its_caller_died_is_not_made_again_by_the_next_one(
    web_url: str, origin: Path, tmp_path: Path, gate: Gate
) -> None:
    clone = tmp_path / "clone.git"
    GitStore.clone(web_url, clone).close()
    set_hook(origin, "pre-receive", f'{gate.text}rm "$0"\narrive_and_wait\n')
    set_hook(origin, "post-receive", f'{gate.text}rm "$0"\narrive_and_wait\n')
    caller = subprocess.Popen([sys.executable, "-c", TITLE, str(clone)], env=children_environment())

    gate.wait()
    caller.kill()
    caller.wait()
    gate.open()
    gate.wait()
    gate.open()

    with GitStore.open(clone) as store:
        assert title(store, 1, "CI-0002", "Second").revision == tip(origin)
    assert subjects(origin) == ["title task CI-0002", "found the company"]


def test_a_connection_that_breaks_while_the_server_goes_on_is_made_again_and_nothing_done_twice(
    web_url: str, origin: Path, tmp_path: Path, gate: Gate
) -> None:
    set_hook(origin, "pre-receive", f"{gate.text}arrive_and_wait\n")
    done: list[Receipt] = []

    with GitStore.clone(web_url, tmp_path / "clone.git") as store:
        caller = Thread(target=lambda: done.append(title(store, 1, "CI-0002", "Second")))
        caller.start()
        gate.wait()
        for child in psutil.Process().children():
            if child.status() != psutil.STATUS_ZOMBIE and "push" in child.cmdline():
                os.killpg(child.pid, signal.SIGKILL)  # git and its transport are a session of their own
        gate.wait()
        gate.open()
        gate.open()
        caller.join(60)

        assert [receipt.revision for receipt in done] == [tip(origin)]
    assert subjects(origin) == ["title task CI-0002", "found the company"]
