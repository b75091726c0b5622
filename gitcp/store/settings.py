"""Git configuration, as git would read it in a repository."""

from pathlib import Path

import pygit2


class Settings:
    """The configuration of one repository, with what the user and the machine say."""

    def __init__(self, git_dir: Path) -> None:
        self._git_dir = git_dir

    def get(self, name: str) -> str | None:
        """Return a value, or none."""
        config = pygit2.Repository(str(self._git_dir)).config
        return str(config[name]) if name in config else None

    def set(self, name: str, value: str) -> None:
        """Keep a value in the repository's own configuration."""
        pygit2.Repository(str(self._git_dir)).config[name] = value
