"""`gitcp site serve` as a process of its own, and a browser that is left alone with its page."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING
from urllib.request import urlopen

import pytest

from gitcp.cli.site.serve import command
from tests.cli.company import found_company
from tests.cli.conftest import Shell

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PATIENCE = 120


@pytest.fixture
def company(tmp_path: Path) -> Shell:
    return Shell(found_company(tmp_path / "control"))


@pytest.fixture
def serving(company: Shell, tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    argv = [
        sys.executable,
        "-m",
        "gitcp",
        "-C",
        str(company.folder),
        "site",
        "serve",
        "--port",
        "0",
        "-o",
        str(tmp_path / "site"),
    ]
    with subprocess.Popen(
        argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ.copy()
    ) as process:
        yield process
        if process.poll() is None:
            process.kill()


def line_of(process: "subprocess.Popen[str]") -> str:
    said: IO[str] | None = process.stderr
    assert said is not None
    return said.readline().strip()


def test_it_says_where_the_site_is_and_ends_when_told(serving: "subprocess.Popen[str]") -> None:
    said = line_of(serving)

    assert said.startswith("http://127.0.0.1:")
    assert said.endswith("/ shows main; Ctrl-C ends it")
    serving.send_signal(signal.SIGINT)
    assert serving.wait(PATIENCE) == 130


@pytest.mark.browser
def test_an_open_page_shows_a_commit_by_itself(
    browser: "Browser", serving: "subprocess.Popen[str]", company: Shell
) -> None:
    address = line_of(serving).partition(" ")[0]
    context = browser.new_context()
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{address}tasks.html")
    assert page.get_by_text("Seen without a hand").count() == 0

    made = company("task", "new", "--project", "CI", "--title", "Seen without a hand")
    assert made.code == 0

    page.get_by_text("Seen without a hand").first.wait_for(timeout=PATIENCE * 1000)
    assert line_of(serving).endswith(" is shown")
    assert complaints == []
    context.close()


def test_what_cannot_be_built_leaves_the_last_site_and_is_told(
    serving: "subprocess.Popen[str]", company: Shell, tmp_path: Path
) -> None:
    address = line_of(serving).partition(" ")[0]
    for number in range(100):
        foreign = tmp_path / "site" / "tasks" / f"CI-{number:04d}.html"
        if not foreign.exists():
            foreign.write_text("mine")

    company("task", "new", "--project", "CI", "--title", "Never shown")

    assert line_of(serving).endswith("what was built last is still shown")
    with urlopen(f"{address}tasks.html", timeout=PATIENCE) as answer:
        page = answer.read()
    assert b"Never shown" not in page


def test_a_port_that_is_taken_is_told(
    serving: "subprocess.Popen[str]", company: Shell, tmp_path: Path
) -> None:
    port = line_of(serving).partition("/ ")[0].rpartition(":")[2]
    refused = company("site", "serve", "--port", port, "-o", str(tmp_path / "other"))

    assert refused.code == 1
    assert f"127.0.0.1:{port}: cannot be listened at" in refused.err
    assert "--port 0" in refused.err


def test_an_address_of_another_machine_is_told(company: Shell, tmp_path: Path) -> None:
    refused = company("site", "serve", "--host", "192.0.2.1", "--port", "0", "-o", str(tmp_path / "site"))

    assert refused.code == 1
    assert "192.0.2.1:0: cannot be listened at" in refused.err
    assert "take an address of this machine" in refused.err


def test_only_this_machine_can_read_it_unless_told_otherwise() -> None:
    hosts = {option.name: option.default for option in command.params}

    assert hosts["host"] == "127.0.0.1"
