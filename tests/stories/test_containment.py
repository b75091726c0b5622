"""What an agent finds when it looks around: through the runner, at the strongest level and at the weaker ones."""

import json
import os
from pathlib import Path

import pytest

from gitcp.core.operations.create_task import CreateTask
from gitcp.model.runtimes import Sandbox
from gitcp.runtimes.confinement import CONFINEMENTS
from gitcp.store.signatures import signer_of
from tests.store.keys import new_key, raw_commit
from tests.store.repositories import git
from tests.stories.company import Company, a_company, commit_all

# Reads all that it can: every process, every file below the places that it is told of, and what lies around it.
LOOKS = """
def read(path):
    try:
        return path.read_bytes().decode(errors="replace")
    except OSError:
        return ""

def walk(folder):
    for place, folders, files in os.walk(folder):
        for name in files:
            yield pathlib.Path(place, name)

proc = pathlib.Path("/proc")
processes = [path for path in proc.iterdir() if path.name.isdigit()]
places = json.loads(pathlib.Path("look.json").read_text())
found = {
    "environments": "\\n".join(read(process / "environ") + read(process / "cmdline") for process in processes),
    "files": {str(path): read(path) for place in places for path in walk(place)},
    "homes": [str(path) for home in ("/root", "/home") for path in walk(home)],
    "etc": [str(path) for path in pathlib.Path("/etc").glob("*")],
    "run": os.listdir("/run"),
    "accounts": pathlib.Path("/etc/passwd").read_text(),
    "interfaces": read(proc / "net/dev"),
    "groups": len(processes),
    "written": [str(path) for path in (*walk("/proc/sys"), *walk("/proc/irq"), *proc.iterdir()) if path.is_file() and os.access(path, os.W_OK)],
}
client.finish("looked")
(marks / "found.json").write_text(json.dumps(found))
"""

CANARY = "canary-of-the-runner-4711"
TOKEN = "token-of-another-run-0815"


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Company:
    """A company beside which another run has its folder, the runner a home with a key, and an environment with a secret."""
    home = tmp_path / "home"
    (home / ".ssh").mkdir(parents=True)
    (home / ".ssh" / "id_ed25519").write_text("key-of-the-person")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("CANARY", CANARY)
    return a_company(tmp_path / "company")


def looked(company: Company, sandbox: Sandbox, **more: str) -> dict[str, object]:
    for level in CONFINEMENTS:
        if level.level is sandbox and (why := level.why_not(network=True)):
            pytest.skip(why)
    record = company.control / "org" / "riley.yaml"
    fields = "".join(f"\n  {name}: {value}" for name, value in more.items())
    record.write_text(record.read_text().replace("sandbox: auto", f"sandbox: {sandbox.value}{fields}"))
    commit_all(company.control, "set the sandbox")
    places = [company.folder, company.folder.parent / "home"]
    other = company.folder / "state" / "runs" / "20261116T070000Z-sam"
    other.mkdir(parents=True)
    (other / "token").write_text(TOKEN)
    look = LOOKS.replace('pathlib.Path("look.json").read_text()', repr(json.dumps([*map(str, places)])))
    company.program("riley", look)
    company.does(CreateTask(project="CI", title="Look around", assignee="riley"))
    company.tick()
    [run] = company.runs()
    assert run.isolation == sandbox.value, run.reason
    found: dict[str, object] = json.loads((company.marks / "found.json").read_text())
    return found


def test_in_namespaces_an_agent_finds_its_run_and_nothing_else(company: Company) -> None:
    found = looked(company, Sandbox.BUBBLEWRAP)
    files = found["files"]
    assert isinstance(files, dict)

    control = company.control
    assert not [path for path in files if Path(path).is_relative_to(control)]
    assert not [path for path in files if "20261116T070000Z-sam" in path]
    assert not [path for path in files if ".ssh" in path]
    everything = json.dumps(found)
    assert CANARY not in everything
    assert TOKEN not in everything
    assert "key-of-the-person" not in everything
    assert "shadow" not in " ".join(map(str, found["etc"]))  # type: ignore[call-overload]
    assert found["run"] == []
    assert len(str(found["accounts"]).splitlines()) == 2
    shell = "bash" if Path("/bin/bash").exists() else "sh"
    assert f":/bin/{shell}\n" in str(found["accounts"])
    # bubblewrap's first process, the agent, and no other.
    assert found["groups"] == 2
    # Of how the kernel is set, nothing can be changed, also where gitcp runs as root.
    assert found["written"] == []
    # What it does find: its checkout and its brief.
    assert [path for path in files if path.endswith("README.md")]
    assert [path for path in files if path.endswith("brief.md")]


@pytest.mark.parametrize("sandbox", [Sandbox.CGROUP, Sandbox.PROCESS_GROUP])
def test_the_weaker_levels_hide_nothing_but_the_environment_of_their_own_program(
    company: Company, sandbox: Sandbox
) -> None:
    found = looked(company, sandbox)
    files = found["files"]
    assert isinstance(files, dict)

    assert str(company.control / "gitcp.yaml") in files
    assert TOKEN in files.values()
    assert "key-of-the-person" in files.values()
    assert CANARY in str(found["environments"])  # of the runner, beside it
    assert int(str(found["groups"])) > 2


def test_a_hidden_folder_stays_hidden_whatever_shows_what_is_around_it(company: Company) -> None:
    files = looked(company, Sandbox.BUBBLEWRAP, readable=f'["{company.folder}"]')["files"]
    assert isinstance(files, dict)

    assert str(company.work / "README.md") in files
    assert not [path for path in files if Path(path).is_relative_to(company.control)]
    assert TOKEN not in files.values()


def test_what_is_named_inside_of_a_hidden_folder_or_by_a_link_is_not_shown_either(company: Company) -> None:
    link, around = company.folder / "link", company.folder / "around"
    link.symlink_to(company.control)
    around.symlink_to(company.folder)
    inside = [
        company.control / "org",
        company.control / ".git",
        company.folder / "state" / "runs",
        link,
        around,
    ]
    files = looked(company, Sandbox.BUBBLEWRAP, readable=json.dumps([*map(str, inside)]))["files"]
    assert isinstance(files, dict)

    assert str(around / "work" / "README.md") in files
    assert not [path for path in files if path.endswith("org/riley.yaml")]
    assert TOKEN not in files.values()


def test_the_schedulers_key_stays_hidden_whatever_shows_what_is_around_it(company: Company) -> None:
    key = new_key(company.folder, name="key")
    (company.folder / "link").symlink_to(key.path)
    git(company.control, "config", "gitcp.signingKey", str(company.folder / "link"))
    files = looked(company, Sandbox.BUBBLEWRAP, readable=f'["{company.folder}"]')["files"]
    assert isinstance(files, dict)

    assert files[f"{key.path}.pub"].split()[:2] == key.public.split()
    assert files[str(key.path)] == files[str(company.folder / "link")] == ""
    assert "OPENSSH PRIVATE KEY" not in json.dumps(files)
    assert signer_of(raw_commit(company.control)) == key.public  # by the runner, which settled


def test_a_search_path_that_leads_through_a_home_does_not_show_it(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = company.folder.parent / "home"
    monkeypatch.setenv("PATH", f"{home}{os.pathsep}{os.environ['PATH']}")

    assert "key-of-the-person" not in json.dumps(looked(company, Sandbox.BUBBLEWRAP))


def test_without_network_an_agent_reaches_its_runner_and_no_other(company: Company) -> None:
    found = looked(company, Sandbox.BUBBLEWRAP, network="false")

    assert [line.split(":")[0].strip() for line in str(found["interfaces"]).splitlines()[2:]] == ["lo"]
    [run] = company.runs()
    assert run.summary == "looked"
