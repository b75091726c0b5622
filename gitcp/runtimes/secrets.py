"""Secrets by reference: read when a run starts, for the run that names them, and never told in a message.

env:NAME               a variable of the runner
file:PATH              the whole file, without the line end at its end; readable by its owner and group alone
keyring:SERVICE/USER   the keyring of this machine's user
"""

import importlib
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from gitcp.errors import SecretError
from gitcp.model.runtimes import HttpRuntime
from gitcp.runtimes.base import RuntimeConfig

LARGEST: Final = 64 * 1024


def resolved(reference: str, environ: Mapping[str, str] | None = None) -> str:
    """Return the value that a reference leads to on this machine.

    Raises:
        SecretError: there is none, or it cannot be used; the message names the reference and never the value.
    """
    kind, _, name = reference.partition(":")
    match kind:
        case "env":
            value = (os.environ if environ is None else environ).get(name)
        case "file":
            value = _of_file(reference, Path(name).expanduser())
        case "keyring":
            value = _of_keyring(reference, name)
        case _:
            raise SecretError(
                f"secret {reference}: expected env:NAME, file:PATH or keyring:SERVICE/USER",
                hint="write it that way in the agent's record",
            )
    if not value or "\0" in value:
        problem = "holds a NUL character" if value else "is not set, or is empty"
        raise SecretError(f"secret {reference}: {problem}", hint="set it where the runner runs")
    return value


def secrets_of(config: RuntimeConfig, environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the secrets of one agent, by the names of the variables that hold them.

    Raises:
        SecretError: one of them cannot be had.
    """
    references = {} if isinstance(config, HttpRuntime) else config.secrets
    return {name: resolved(reference, environ) for name, reference in references.items()}


def references_in(config: RuntimeConfig) -> tuple[str, ...]:
    """Return all references of an agent's configuration."""
    if not isinstance(config, HttpRuntime):
        return tuple(config.secrets.values())
    return (*config.secret_headers.values(), *((config.sign_with,) if config.sign_with else ()))


def _of_file(reference: str, path: Path) -> str:
    if not path.is_absolute():
        raise SecretError(f"secret {reference}: expected an absolute path", hint="begin it with / or ~")
    try:
        with path.open("rb") as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise SecretError(f"secret {reference}: expected a file", hint="name one that holds it alone")
            if found.st_mode & stat.S_IRWXO:
                raise SecretError(f"secret {reference}: everybody may read it", hint=f"chmod o= {path}")
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise SecretError(f"secret {reference}: {error.strerror}", hint="put the file there") from None
    if len(content) > LARGEST:
        raise SecretError(f"secret {reference}: expected {LARGEST} bytes or less", hint="name another file")
    try:
        return content.decode().rstrip("\r\n")
    except UnicodeDecodeError:
        raise SecretError(
            f"secret {reference}: expected text in UTF-8", hint="encode it, say in Base64"
        ) from None


def _of_keyring(reference: str, name: str) -> str | None:
    service, _, user = name.rpartition("/")
    if not service or not user:
        raise SecretError(f"secret {reference}: expected keyring:SERVICE/USER", hint="name both")
    try:
        keyring = importlib.import_module("keyring")
    except ImportError:
        raise SecretError(
            f"secret {reference}: the library keyring is not installed", hint="pip install 'gitcp[keyring]'"
        ) from None
    try:
        found = keyring.get_password(service, user)
    except keyring.errors.KeyringError as error:
        raise SecretError(
            f"secret {reference}: the keyring of this machine does not answer ({type(error).__name__})",
            hint="unlock it for the user whom gitcp runs as",
        ) from None
    return None if found is None else str(found)
