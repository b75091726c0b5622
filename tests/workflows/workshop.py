"""Where a job's programs come from: the wheel of gitcp, the wheels that it depends on, the folder of tools that every machine has."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.github.fake import FakeGitHub
from tests.store.repositories import commit_files
from tests.workflows.runner.forge import Forge
from tests.workflows.runner.language import Language
from tests.workflows.runner.stand_ins.caches import Caches
from tests.workflows.runner.wheels import built, pack_dependencies
from tests.workflows.transcript import logs

_RUNNER: Final = Path(__file__).with_name("runner")
_SYSTEM: Final = ("/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin")
_INSTALL: Final = """\
on: workflow_dispatch
permissions: {}
jobs:
  install:
    runs-on: ubuntu-latest
    permissions: {contents: read}
    steps:
      - uses: actions/checkout@0123456789012345678901234567890123456789
      - uses: ./.github/actions/gitcp
        with: {wheel: "${{ vars.GITCP_WHEEL }}"}
"""


@dataclass(frozen=True)
class Workshop:
    """What is made once. In `caches` is what the action installed, in a job that did nothing else."""

    wheel: Path
    wheels: Path
    tools: Path
    caches: Path

    def environment(self) -> dict[str, str]:
        """Return what every program of a job is given beside what GitHub gives."""
        return {
            "PATH": os.pathsep.join([str(_RUNNER / "programs"), *_SYSTEM]),
            "PYTHONPATH": str(_RUNNER / "clock"),
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.wheels),
            "GIT_CONFIG_NOSYSTEM": "1",
        }


@contextmanager
def a_language(folder: Path) -> Iterator[Language]:
    """Have GitHub's libraries at hand."""
    language = Language(folder)
    try:
        yield language
    finally:
        language.close()


def a_workshop(project: Path, folder: Path, language: Language) -> Workshop:
    """Build the wheel, and let the action install it."""
    folder.mkdir(exist_ok=True)
    wheel = built(project, folder / "dist")
    pack_dependencies(wheel, folder / "wheels")
    (folder / "tools").mkdir()
    shop = Workshop(wheel, folder / "wheels", folder / "tools", folder / "caches")
    shop.caches.mkdir()
    repository = folder / "control.git"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(repository)], check=True)
    action = (project / "action.yml").read_bytes()
    files: dict[str, str | bytes | None] = {
        ".github/workflows/install.yml": _INSTALL,
        ".github/actions/gitcp/action.yml": action,
    }
    commit_files(repository, files, message="install\n", seconds=1_700_000_000)
    with a_forge(shop, language, folder, repository) as forge:
        forge.dispatch("install.yml", "main", {})
        [run] = forge.work()
        assert run.conclusion == "success", logs([run])
        _keep(forge.caches, shop)
    return shop


@contextmanager
def a_forge(shop: Workshop, language: Language, folder: Path, repository: Path) -> Iterator[Forge]:
    """Have a forge of a bare repository, whose machines find gitcp installed in their cache."""
    caches = Caches(folder / "forge-caches", shop.tools)
    for entry in shop.caches.iterdir():
        (caches.folder / entry.name).symlink_to(entry)
    with FakeGitHub(private=True) as hub:
        forge = Forge(folder / "forge", repository, language, shop.environment(), caches, hub)
        forge.variables["GITCP_WHEEL"] = str(shop.wheel)
        try:
            yield forge
        finally:
            forge.close()


def _keep(caches: Caches, shop: Workshop) -> None:
    for entry in caches.folder.iterdir():
        entry.rename(shop.caches / entry.name)
