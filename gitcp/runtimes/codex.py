"""The runtime `codex`: how Codex is started."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from gitcp.model.runtimes import CodexRuntime
from gitcp.runtimes.base import Launch
from gitcp.runtimes.codex_reader import CodexReader
from gitcp.runtimes.codex_rollouts import Rollouts
from gitcp.runtimes.command_line import Invocation
from gitcp.runtimes.confinement import is_boxed
from gitcp.runtimes.events import Reader
from gitcp.runtimes.folders import own_folder, put, put_copy, small_text
from gitcp.runtimes.toml import toml_value

COUNTED: Final = "codex-counted.json"
_KEY: Final = "CODEX_API_KEY"
_OTHER_KEY: Final = "OPENAI_API_KEY"
# Nobody is there to ask, and nothing is sent but to the model.
_SET: Final[Mapping[str, Any]] = {
    "approval_policy": "never",
    "check_for_update_on_startup": False,
    "analytics": {"enabled": False},
    "history": {"persistence": "none"},
}
_WRITING: Final = "workspace-write"
# Settings of its sandbox: who gives them wants one.
_OF_SANDBOX: Final = frozenset({"sandbox_mode", "sandbox_workspace_write"})
# What a commit writes of the folder that work trees share: never its settings and hooks.
_COMMITTED: Final = ("objects", "refs", "logs")


class Codex:
    """How Codex is spoken to."""

    type: str = "codex"
    program: str = "codex"
    provider: str | None = "openai"
    credentials: tuple[str, ...] = (_KEY, _OTHER_KEY)
    passing: frozenset[str] = frozenset()

    def invocation(self, program: str, launch: Launch) -> Invocation:
        """Start it on the prompt of its standard input, with a home of its own."""
        config = _config(launch)
        home = _home(launch)
        _tell(home, launch)
        argv = (
            program,
            *("exec", "--json", "--color", "never", "--skip-git-repo-check", "--disable", "plugins"),
            *("--sandbox", _sandbox(config)),
            *(("--model", config.model) if config.model else ()),
            *_settings(config, launch.cwd),
            *config.arguments,
            *(("resume", launch.resume) if launch.resume else ()),
            "-",
        )
        return Invocation(argv, {"CODEX_HOME": str(home), **_key(launch.environment)})

    def reader(self, launch: Launch) -> Reader:
        """Return what reads its events, and what it writes down beside them."""
        home = _home(launch)
        return CodexReader(Rollouts(home, _config(launch).model or ""), _counted(launch), launch.resume)


def _config(launch: Launch) -> CodexRuntime:
    assert isinstance(launch.config, CodexRuntime)
    return launch.config


def _sandbox(config: CodexRuntime) -> str:
    """Return the mode of its own sandbox. Inside of namespaces some systems allow no second ones, and every command would fail."""
    if config.permission_mode is not None:
        return config.permission_mode
    is_wished = not _OF_SANDBOX.isdisjoint(config.config)
    return _WRITING if is_wished or not is_boxed(config) else "danger-full-access"


def _home(launch: Launch) -> Path:
    return (launch.home or launch.folder) / "codex"


def _counted(launch: Launch) -> Path:
    # Beside what the agent can write, never in it: what was counted before is not charged again.
    return launch.home.with_name(f"{launch.home.name}.{COUNTED}") if launch.home else launch.folder / COUNTED


def _key(environment: Mapping[str, str]) -> Mapping[str, str]:
    """Its command without a person reads one variable only; the one that everybody knows will do."""
    if _KEY not in environment and _OTHER_KEY in environment:
        return {_KEY: environment[_OTHER_KEY]}
    return {}


def _tell(home: Path, launch: Launch) -> None:
    own_folder(home)
    put(home / "AGENTS.md", launch.system_prompt.read_bytes() if launch.system_prompt else b"")
    if launch.skill:
        put_copy(launch.skill, home / "skills" / launch.skill.name)


def _settings(config: CodexRuntime, cwd: Path) -> Iterator[str]:
    own = {
        **_SET,
        # What the agent's commands see: all that it was given, its own key excepted.
        "shell_environment_policy": {"ignore_default_excludes": True, "exclude": [_KEY, _OTHER_KEY]},
        "sandbox_workspace_write": {
            "network_access": True,  # gitcp listens there
            "writable_roots": [str(path) for path in written_by_git(cwd)],
        },
    }
    for name, value in _over(config.config, own).items():
        if value is not None:
            yield from ("-c", f"{name}={toml_value(value)}")


def _over(given: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Lay settings over others, table by table."""
    merged = dict(own)
    for name, value in given.items():
        below = merged.get(name)
        both = isinstance(value, Mapping) and isinstance(below, Mapping)
        merged[name] = _over(value, below) if both and isinstance(below, Mapping) else value
    return merged


def written_by_git(cwd: Path) -> list[Path]:
    """Return where Git writes a commit made in `cwd`, which Codex holds for read-only otherwise.

    The folder of logs is made if it is missing: Git could not make it any more. A work tree's file `.git` may be anything by now: it is believed only if the folder that it names points back, as Git's own do.
    """
    git = cwd / ".git"
    if git.is_dir() and not git.is_symlink():
        return [git.resolve()]
    folder = _named_folder(git)
    if folder is None or folder.parent.name != "worktrees" or not _points_back(folder, git):
        return []
    shared = folder.parent.parent
    (shared / "logs").mkdir(exist_ok=True)
    return [
        folder,
        *(path for name in _COMMITTED if (path := shared / name).is_dir() and not path.is_symlink()),
    ]


def _named_folder(git: Path) -> Path | None:
    kind, _, name = small_text(git).strip().partition(": ")
    return Path(_resolved(git.parent / name)) if kind == "gitdir" and name else None


def _points_back(folder: Path, git: Path) -> bool:
    named = small_text(folder / "gitdir").strip()
    return bool(named) and _resolved(folder / named) == _resolved(git)


def _resolved(path: Path) -> str:
    return "" if "\0" in str(path) else os.path.realpath(path)
