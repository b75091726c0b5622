"""The environment of an agent's program: built from nothing, never inherited.

Git works in it without the person at the machine: the agent's own name, an empty home, no system configuration (where credential helpers
stand), no keys, no questions.
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gitcp.model.runtimes import LocalRuntime
from gitcp.runtimes.base import RuntimeConfig

OWN: Final = "GITCP_"
INHERITED: Final = ("LANG", "TZ")
INHERITED_PREFIX: Final = "LC_"

# OpenSSH reads the keys of the account, whatever HOME says.
_SSH: Final = "ssh -F none -o BatchMode=yes -o IdentityFile=none"


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose name commits bear."""

    name: str
    email: str


def child_environment(  # noqa: PLR0913 — each is another source
    *,
    folder: Path,
    programs: Path,
    identity: Identity,
    config: RuntimeConfig,
    injected: Mapping[str, str],
    secrets: Mapping[str, str] | None = None,
    parent: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Build the environment of one run and make the folders that it names.

    Later beats earlier: what every program needs, Git's identity, the variables of `parent` that the agent's record names, the
    values that it gives, its `secrets`, and `injected`. Only `injected` can set a name that begins with `GITCP_`. `programs` comes first on the path.
    """
    parent = os.environ if parent is None else parent
    passed, given = _wanted(config, parent)
    return {
        **_basics(folder, programs, parent),
        **_git(identity),
        **_without_own(passed),
        **_without_own(given),
        **_without_own(secrets or {}),
        **injected,
    }


def _wanted(config: RuntimeConfig, parent: Mapping[str, str]) -> tuple[Mapping[str, str], Mapping[str, str]]:
    if not isinstance(config, LocalRuntime):
        return {}, {}
    return {name: parent[name] for name in config.pass_environment if name in parent}, config.environment


def _basics(folder: Path, programs: Path, parent: Mapping[str, str]) -> dict[str, str]:
    inherited = {
        name: value
        for name, value in parent.items()
        if name in INHERITED or name.startswith(INHERITED_PREFIX)
    }
    return inherited | {
        "PATH": os.pathsep.join([str(programs), *_absolute(parent.get("PATH") or os.defpath)]),
        "HOME": str(_made(folder / "home")),
        "TMPDIR": str(_made(folder / "tmp")),
        "TERM": "dumb",
    }


def _git(identity: Identity) -> dict[str, str]:
    return {
        "GIT_AUTHOR_NAME": identity.name,
        "GIT_AUTHOR_EMAIL": identity.email,
        "GIT_COMMITTER_NAME": identity.name,
        "GIT_COMMITTER_EMAIL": identity.email,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_SSH_COMMAND": _SSH,
    }


def _absolute(path: str) -> Iterable[str]:
    # An empty or relative entry would find programs in the checkout, which the agent writes.
    return (entry for entry in path.split(os.pathsep) if Path(entry).is_absolute())


def _without_own(variables: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in variables.items() if not name.startswith(OWN)}


def _made(folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
