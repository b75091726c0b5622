"""What brings programs and tokens into a job: setup-python, create-github-app-token."""

import platform
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.workflows.runner.claims import HOME
from tests.workflows.runner.language import RefusedError
from tests.workflows.runner.steps import Called, FailedError


@dataclass
class SetupPython:
    inputs = frozenset({"python-version", "check-latest", "update-environment", "architecture"})

    def __call__(self, called: Called) -> Mapping[str, str]:
        """Put Python on the path: the one that the tests run on, whichever of those that gitcp supports was asked for."""
        wanted = called.get("python-version")
        if not re.fullmatch(r"3\.(1[1-9]|x)|3\.(1[1-9])\.\d+", wanted):
            raise RefusedError(
                f"setup-python: expected a version of Python that gitcp supports, found {wanted!r}"
            )
        place = called.job.machine.tools / "Python"
        (place / "bin").mkdir(parents=True, exist_ok=True)
        real = Path(sys.base_prefix) / "bin" / f"python3.{sys.version_info.minor}"
        for name in ("python", "python3"):
            link = place / "bin" / name
            if not link.is_symlink():
                link.symlink_to(real)
        if called.flag("update-environment", "true"):
            called.job.machine.path.append(str(place / "bin"))
            called.job.machine.environment["pythonLocation"] = str(place)
        version = platform.python_version()
        return {"python-version": version, "python-path": str(place / "bin" / "python"), "cache-hit": ""}


@dataclass
class AppToken:
    """Tokens of an App have the permissions that were asked for, or all of the installation's."""

    inputs = frozenset({"app-id", "client-id", "private-key", "owner", "repositories", "skip-token-revoke", "permission-contents", "permission-actions", "permission-issues", "permission-pull-requests", "permission-statuses", "permission-pages"})  # fmt: skip

    def __call__(self, called: Called) -> Mapping[str, str]:
        """Mint a token, and take it back at the end of the job."""
        forge = called.job.forge
        given = called.get("app-id") or called.get("client-id")
        if (given, called.get("private-key").strip()) != (forge.app_id, forge.app_key.strip()):
            raise FailedError("A JSON web token could not be decoded")
        asked = {
            name.removeprefix("permission-"): value
            for name, value in called.inputs.items()
            if name.startswith("permission-")
        }
        owner, names = (
            called.get("owner", HOME.partition("/")[0]),
            called.get("repositories", HOME.partition("/")[2]),
        )
        if "," in names:
            raise RefusedError("create-github-app-token: this runner gives tokens for one repository")
        where = f"{owner}/{names.strip()}"
        token = forge.mint(
            "gitcp-scheduler[bot]", asked or forge.app_permissions, triggers=True, repository=where
        )
        called.job.machine.masks.add(token)
        if not called.flag("skip-token-revoke", "false"):
            called.post = lambda: forge.revoke(token)
        return {"token": token, "app-slug": "gitcp-scheduler", "installation-id": "1"}
