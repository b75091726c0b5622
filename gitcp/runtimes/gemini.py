"""The runtime `gemini`: how Gemini CLI is started."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from gitcp.model.runtimes import GeminiRuntime
from gitcp.runtimes.base import Launch
from gitcp.runtimes.command_line import Invocation
from gitcp.runtimes.events import Reader
from gitcp.runtimes.folders import own_folder, put, put_copy
from gitcp.runtimes.gemini_chats import Chats
from gitcp.runtimes.gemini_reader import GeminiReader

ATTEMPTS: Final = 3
# Its variables beat the settings of a checkout, which beat those of its home.
_QUIET: Final[Mapping[str, str]] = {
    "GEMINI_TELEMETRY_ENABLED": "false",
    "GEMINI_CLI_NO_RELAUNCH": "true",
    "GEMINI_CLI_TRUST_WORKSPACE": "true",
}
_KEY: Final = "GEMINI_API_KEY"
_OF_VERTEX: Final = ("GOOGLE_API_KEY", "GOOGLE_APPLICATION_CREDENTIALS")


class Gemini:
    """How Gemini CLI is spoken to."""

    type: str = "gemini"
    program: str = "gemini"
    provider: str | None = "google"
    credentials: tuple[str, ...] = (_KEY, *_OF_VERTEX)
    passing: frozenset[str] = frozenset()

    def invocation(self, program: str, launch: Launch) -> Invocation:
        """Start it on the prompt of its standard input, with a home of its own."""
        config = _config(launch)
        home = _home(launch)
        _tell(home / ".gemini", launch)
        argv = (
            *(program, "--output-format", "stream-json", "--approval-mode", config.permission_mode),
            *(("--model", config.model) if config.model else ()),
            *(("--resume", launch.resume) if launch.resume else ()),
            *config.arguments,
        )
        return Invocation(argv, {**_QUIET, "GEMINI_CLI_HOME": str(home)})

    def reader(self, launch: Launch) -> Reader:
        """Return what reads its events, and what it writes down beside them."""
        return GeminiReader(Chats(_home(launch) / ".gemini"))


def _config(launch: Launch) -> GeminiRuntime:
    assert isinstance(launch.config, GeminiRuntime)
    return launch.config


def _home(launch: Launch) -> Path:
    return (launch.home or launch.folder) / "gemini"


def _settings(launch: Launch) -> dict[str, Any]:
    turns = launch.limits.turns
    return {
        "security": {
            "auth": {"selectedType": _auth(launch.environment)},
            "folderTrust": {"enabled": False},
            # What the run was given is what its tools may see: the token of its callback is among it.
            "environmentVariableRedaction": {"enabled": False},
        },
        "privacy": {"usageStatisticsEnabled": False},
        "telemetry": {"enabled": False},
        "general": {
            "enableAutoUpdate": False,
            "enableAutoUpdateNotification": False,
            "maxAttempts": ATTEMPTS,
        },
        "model": {"maxSessionTurns": -1 if turns is None else turns},
    }


def _auth(environment: Mapping[str, str]) -> str:
    is_vertex = _KEY not in environment and any(name in environment for name in _OF_VERTEX)
    return "vertex-ai" if is_vertex else "gemini-api-key"


def _tell(folder: Path, launch: Launch) -> None:
    own_folder(folder.parent)
    own_folder(folder)
    put(folder / "settings.json", json.dumps(_settings(launch)).encode())
    put(folder / "GEMINI.md", launch.system_prompt.read_bytes() if launch.system_prompt else b"")
    if launch.skill:
        put_copy(launch.skill, folder / "skills" / launch.skill.name)
