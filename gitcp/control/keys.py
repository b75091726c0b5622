"""The scheduler's key on this machine: made, told, and taken into use."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gitcp.control.plane import Plane
from gitcp.core.keys import fingerprint_of
from gitcp.errors import GitcpError
from gitcp.store.signing import SETTING


@dataclass(frozen=True, slots=True)
class SchedulerKey:
    """The scheduler's key here: its file, its public half, and whether gitcp.yaml names it."""

    file: str
    public: str
    fingerprint: str
    is_named: bool


def default_file(plane: Plane, environ: Mapping[str, str]) -> Path:
    """Return `$XDG_CONFIG_HOME/gitcp/keys/<name of the state folder>`."""
    home = Path(environ.get("HOME") or Path.home())
    folder = Path(environ.get("XDG_CONFIG_HOME") or home / ".config")
    return folder / "gitcp" / "keys" / plane.state.folder.name


def make_key(plane: Plane, file: Path | None) -> SchedulerKey:
    """Make a key for the scheduler, and let this repository's git configuration name it.

    Raises:
        GitcpError: the file would be a part of the repository, or is there already; or a key is in use here.
    """
    from gitcp.store.ssh_keys import PrivateKey  # noqa: PLC0415 - a library that most commands do without

    used = plane.store.signing.key_file
    if used is not None and used.exists():
        raise GitcpError(f"{used}: is the scheduler's key here already", hint="gitcp key show")
    path = (file or default_file(plane, os.environ)).expanduser().absolute()
    for folder in (plane.store.root, plane.store.git_directory):
        if path.resolve().is_relative_to(folder.resolve()):
            raise GitcpError(
                f"{path}: expected a place outside of the repository, found one in {folder}",
                hint="leave --file away, or name another place",
            )
    PrivateKey.make(path)
    plane.store.set_config(SETTING, str(path))
    plane.store.signing.look_again()
    return key_here(plane)


def key_here(plane: Plane) -> SchedulerKey:
    """Return the scheduler's key on this machine.

    Raises:
        GitcpError: there is none, or it cannot be used.
    """
    key, company = plane.store.signing.scheduler_key(), plane.snapshot().company
    if key is None:
        raise GitcpError("the scheduler has no key here", hint="make one: gitcp key new")
    is_named = company is not None and key.public in company.trust.scheduler_keys
    return SchedulerKey(str(plane.store.signing.key_file), key.public, fingerprint_of(key.public), is_named)
